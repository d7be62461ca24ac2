"""What each offer writes touches fewer pages, each of which is encrypted and written anew.

Two indexes go (one is the beginning of another, one nobody asks), those over columns that most rows leave empty hold only the
others, and answers that are kept lie in the order in which they came, not in that of their keys, which are random.
"""

SQL = """
DROP INDEX request_domain;
DROP INDEX decision_rules;
DROP INDEX request_vendor;
CREATE INDEX request_vendor ON request (vendor) WHERE vendor IS NOT NULL;
DROP INDEX offer_intention;
CREATE INDEX offer_intention ON offer (intention, request) WHERE intention IS NOT NULL;
DROP INDEX signed_offer_intention;
CREATE INDEX signed_offer_intention ON signed_offer (intention) WHERE intention IS NOT NULL;
DROP INDEX signed_offer_state;
CREATE INDEX signed_offer_held ON signed_offer (request) WHERE state = 'held';

CREATE TABLE answer_kept (
    client TEXT NOT NULL, key_sha256 TEXT NOT NULL, request_sha256 TEXT NOT NULL, status INTEGER NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL);
INSERT INTO answer_kept SELECT * FROM idempotent_answer ORDER BY created_at;
DROP TABLE idempotent_answer;
ALTER TABLE answer_kept RENAME TO idempotent_answer;
CREATE UNIQUE INDEX idempotent_answer_key ON idempotent_answer (client, key_sha256);
CREATE INDEX idempotent_answer_expires ON idempotent_answer (expires_at);
"""
