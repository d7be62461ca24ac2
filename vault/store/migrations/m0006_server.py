"""The server: answers that are given again when a client repeats a request under the same key.

A row is written in the transaction of the effect that it answers for. The key and the request are kept as digests: what the
client sent is not needed again, only whether it is the same.
"""

SQL = """
CREATE TABLE idempotent_answer (
    client TEXT NOT NULL, key_sha256 TEXT NOT NULL, request_sha256 TEXT NOT NULL, status INTEGER NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    PRIMARY KEY (client, key_sha256)) WITHOUT ROWID;
CREATE INDEX idempotent_answer_expires ON idempotent_answer (expires_at);
"""
