"""Firstparty, the agreements as data: the roster, its order of protection, comparison, and what both sides can prove."""
