"""What was paid, month by month, and what is to come."""
