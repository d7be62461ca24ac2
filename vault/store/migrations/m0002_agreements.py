"""Agreements: vendors' client documents, pairwise identities, signed entries, the texts that were signed, failed deliveries.

An agreement's key is its id as signed. Entries keep the exact bytes; `log` and `leaf` name the audit leaf that was written
with them. What an `agreement` row says (state, times, terms) follows from its entries and is kept for listing.
"""

SQL = """
CREATE TABLE client (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    vendor INTEGER REFERENCES vendor ON DELETE SET NULL, keys TEXT NOT NULL,
    created_at TEXT NOT NULL, checked_at TEXT NOT NULL);
CREATE INDEX client_vendor ON client (vendor);
CREATE TABLE pairwise_identity (
    client INTEGER PRIMARY KEY REFERENCES client ON DELETE CASCADE, seed BLOB NOT NULL UNIQUE, did TEXT NOT NULL UNIQUE);

CREATE TABLE signed_text (
    hash TEXT PRIMARY KEY, id TEXT NOT NULL, iri TEXT NOT NULL, text TEXT NOT NULL, rules TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE agreement (
    id TEXT PRIMARY KEY, client INTEGER NOT NULL REFERENCES client, terms TEXT NOT NULL, terms_hash TEXT NOT NULL,
    state TEXT NOT NULL, offeror TEXT NOT NULL, answer_by TEXT NOT NULL, valid_until TEXT, replaces TEXT,
    created_at TEXT NOT NULL, changed_at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX agreement_client ON agreement (client);
CREATE INDEX agreement_replaces ON agreement (replaces) WHERE replaces IS NOT NULL;
CREATE TABLE agreement_entry (
    agreement TEXT NOT NULL REFERENCES agreement, place INTEGER NOT NULL, raw BLOB NOT NULL, kind TEXT NOT NULL,
    party TEXT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    PRIMARY KEY (agreement, place), FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n)) WITHOUT ROWID;
CREATE INDEX agreement_entry_digest ON agreement_entry (digest);
CREATE TABLE failed_delivery (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, code TEXT NOT NULL, digest TEXT NOT NULL, log INTEGER NOT NULL,
    leaf INTEGER NOT NULL, FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX failed_delivery_at ON failed_delivery (at);
"""
