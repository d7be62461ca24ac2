"""What vendors offer, who wants to be let in, and why the butler decided as it did."""
