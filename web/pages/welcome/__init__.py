"""The first page of a new vault: sample data, one's own files, or nothing yet."""
