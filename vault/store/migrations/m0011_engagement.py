"""What a vendor gives its customer: contracts, invoices, usage and what it holds, each in every version, and disputes of them.

A record belongs to the client that gave it; `ref` is the client's own name for it. `body` is its latest version as JSON, and
`stated` of a contract what the person's own contract takes from it (price and facts), on which `contract` is set. Of an event
that word of a change was sent by, the notice keeps the id. `delivery` is the record that brought a reading of use; a reading
that the owner noted has none.
"""

SQL = """
CREATE TABLE vendor_record (
    id INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES client, kind TEXT NOT NULL, ref TEXT NOT NULL,
    agreement TEXT NOT NULL REFERENCES agreement, version INTEGER NOT NULL, body TEXT NOT NULL, stated TEXT,
    contract INTEGER REFERENCES contract ON DELETE SET NULL, because TEXT, created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL, UNIQUE (client, kind, ref),
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE UNIQUE INDEX vendor_record_contract ON vendor_record (contract) WHERE kind = 'contract' AND contract IS NOT NULL;
CREATE TABLE vendor_record_version (
    record INTEGER NOT NULL REFERENCES vendor_record ON DELETE CASCADE, version INTEGER NOT NULL,
    agreement TEXT NOT NULL REFERENCES agreement, body TEXT NOT NULL, at TEXT NOT NULL, log INTEGER NOT NULL,
    leaf INTEGER NOT NULL, PRIMARY KEY (record, version), FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n))
    WITHOUT ROWID;
ALTER TABLE usage ADD COLUMN delivery INTEGER REFERENCES vendor_record ON DELETE CASCADE;
CREATE INDEX usage_delivery ON usage (delivery) WHERE delivery IS NOT NULL;

ALTER TABLE change_notice ADD COLUMN event TEXT;
CREATE INDEX change_notice_event ON change_notice (event) WHERE event IS NOT NULL;
"""
