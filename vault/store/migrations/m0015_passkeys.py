"""Passkeys by which the owner logs in: public keys, of one host each. `sign_count` is the authenticator's own, as last seen."""

SQL = """
CREATE TABLE owner_passkey (
    id INTEGER PRIMARY KEY, credential BLOB NOT NULL UNIQUE, public_key BLOB NOT NULL, sign_count INTEGER NOT NULL,
    host TEXT NOT NULL, name TEXT NOT NULL, added_at TEXT NOT NULL, used_at TEXT NOT NULL);
"""
