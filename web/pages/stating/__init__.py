"""What no file says of vendors and contracts, said by the owner; all of it can be taken back."""
