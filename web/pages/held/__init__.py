"""Where the owner's data is: kind of data by vendor, and what needs doing about it."""
