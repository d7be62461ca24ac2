"""The owner in browsers: a session for each, by the hash of the secret in its cookie."""

SQL = """
CREATE TABLE owner_session (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, way TEXT NOT NULL, agent TEXT NOT NULL, created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL);
"""
