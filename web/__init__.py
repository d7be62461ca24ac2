"""Firstparty, the doors into the vault: the command line."""
