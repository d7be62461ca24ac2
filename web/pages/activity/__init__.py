"""Everything that was done in this vault, from its log, in words."""
