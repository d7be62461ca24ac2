"""Bringing files in, and taking an import back."""
