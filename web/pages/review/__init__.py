"""Relationships to confirm: the few questions worth a minute."""
