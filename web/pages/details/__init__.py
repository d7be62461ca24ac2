"""What is so of the owner: said once, told to whoever may read it."""
