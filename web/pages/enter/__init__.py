"""A one-time link, by which the owner of the machine comes in."""
