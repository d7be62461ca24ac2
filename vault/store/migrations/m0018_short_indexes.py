"""Indexes over hashes hold their beginnings, and so have few pages.

Hashes are met in no order: each new one lies in another page of its index, which is encrypted and written anew for it. Over the
first eight digits of 64 an index has a fifth of the pages, and what begins alike is told apart in its rows. That each is there once
was looked up before in the very write (`trading.known`, `idempotency.find`), so no index need say it again.
"""

SQL = """
DROP INDEX idempotent_answer_key;
CREATE INDEX idempotent_answer_key ON idempotent_answer (substr(key_sha256, 1, 8));

CREATE TABLE offer_signed (
    request INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES client,
    intention INTEGER REFERENCES intention ON DELETE SET NULL, jws TEXT NOT NULL, sha256 TEXT NOT NULL,
    signed_by TEXT NOT NULL, state TEXT NOT NULL, received_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
INSERT INTO offer_signed SELECT * FROM signed_offer;
DROP TABLE signed_offer;
ALTER TABLE offer_signed RENAME TO signed_offer;
CREATE INDEX signed_offer_client ON signed_offer (client, request);
CREATE INDEX signed_offer_intention ON signed_offer (intention) WHERE intention IS NOT NULL;
CREATE INDEX signed_offer_held ON signed_offer (request) WHERE state = 'held';
CREATE INDEX signed_offer_sha256 ON signed_offer (substr(sha256, 1, 8));
"""
