"""What the vendors' side of intentions and offers keeps: what was published to whom, signed offers, and orders that came of
awards.

A signed offer has the id of the request that it becomes when it is judged; while it is held there is no such request yet. `jws`
is what the vendor signed, byte for byte. Times are RFC 3339.
"""

SQL = """
CREATE TABLE publication (
    intention INTEGER PRIMARY KEY REFERENCES intention ON DELETE CASCADE, published_at TEXT NOT NULL, closed_at TEXT,
    proposed INTEGER);
CREATE TABLE publication_told (
    intention INTEGER NOT NULL REFERENCES intention ON DELETE CASCADE, client INTEGER NOT NULL REFERENCES client,
    PRIMARY KEY (intention, client)) WITHOUT ROWID;
CREATE TABLE signed_offer (
    request INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES client,
    intention INTEGER REFERENCES intention ON DELETE SET NULL, jws TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
    signed_by TEXT NOT NULL, state TEXT NOT NULL, received_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX signed_offer_client ON signed_offer (client, request);
CREATE INDEX signed_offer_state ON signed_offer (state, client);
CREATE INDEX signed_offer_intention ON signed_offer (intention);
CREATE TABLE trade_order (
    id INTEGER PRIMARY KEY, intention INTEGER NOT NULL REFERENCES intention, offer INTEGER NOT NULL UNIQUE REFERENCES offer,
    client INTEGER NOT NULL REFERENCES client, data_grant INTEGER REFERENCES data_grant, data TEXT NOT NULL,
    state TEXT NOT NULL, made_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX request_counted ON request (domain, kind, received_at);
"""
