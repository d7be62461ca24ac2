"""What whoever opens the link of an invitation sees."""
