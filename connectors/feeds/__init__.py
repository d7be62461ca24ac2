"""What the vault gives to other programs to read: a calendar of deadlines."""
