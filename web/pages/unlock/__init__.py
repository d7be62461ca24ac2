"""Unlocking the vault, which logs in as well."""
