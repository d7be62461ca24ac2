"""The first schema: log, imports, payees and vendors, accounts, charges, contracts, corrections, search.

Ids are the integers of `vault.ids`. Days are ISO 8601 texts, times RFC 3339 UTC texts, money integer minor units.
JSON columns hold what is only ever read whole. `edited` marks what the owner has touched: undo keeps it.
"""

SQL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE audit_log (id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL);
CREATE TABLE audit_leaf (
    log INTEGER NOT NULL REFERENCES audit_log, n INTEGER NOT NULL, at TEXT NOT NULL, event TEXT NOT NULL,
    digest BLOB NOT NULL, salt BLOB, body TEXT, PRIMARY KEY (log, n)) WITHOUT ROWID;
CREATE TABLE audit_node (
    log INTEGER NOT NULL REFERENCES audit_log, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)) WITHOUT ROWID;
CREATE TABLE audit_checkpoint (
    log INTEGER NOT NULL REFERENCES audit_log, size INTEGER NOT NULL, note TEXT NOT NULL,
    PRIMARY KEY (log, size)) WITHOUT ROWID;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, undone_at TEXT, leaf INTEGER NOT NULL, added TEXT NOT NULL DEFAULT '{}',
    problems INTEGER NOT NULL DEFAULT 0);
CREATE TABLE file (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE, path TEXT NOT NULL,
    sha256 BLOB, size INTEGER NOT NULL DEFAULT 0, connector TEXT, found TEXT NOT NULL DEFAULT '{}',
    added TEXT NOT NULL DEFAULT '{}', already_there TEXT NOT NULL DEFAULT '{}',
    first_charge INTEGER NOT NULL DEFAULT 0, last_charge INTEGER NOT NULL DEFAULT 0);
CREATE INDEX file_batch ON file (batch);
CREATE TABLE problem (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    place TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL);
CREATE INDEX problem_file ON problem (file);
CREATE TABLE csv_mapping (fingerprint TEXT PRIMARY KEY, mapping TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE vendor (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, category TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '', domains TEXT NOT NULL DEFAULT '[]', confidence REAL NOT NULL DEFAULT 1,
    evidence TEXT NOT NULL DEFAULT '[]', source TEXT NOT NULL DEFAULT 'derived', edited INTEGER NOT NULL DEFAULT 0,
    first_seen TEXT, last_seen TEXT, charges INTEGER NOT NULL DEFAULT 0, paid TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX vendor_name ON vendor (name COLLATE NOCASE);
CREATE TABLE payee (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, via TEXT NOT NULL, role TEXT NOT NULL, creditor_id TEXT NOT NULL,
    host TEXT NOT NULL, name TEXT NOT NULL, vendor INTEGER REFERENCES vendor ON DELETE SET NULL,
    evidence TEXT NOT NULL DEFAULT '', stale INTEGER NOT NULL DEFAULT 1, UNIQUE (key, via, role, creditor_id, host));
CREATE INDEX payee_vendor ON payee (vendor);
CREATE INDEX payee_stale ON payee (id) WHERE stale;
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, vendor INTEGER NOT NULL REFERENCES vendor ON DELETE CASCADE, kind TEXT NOT NULL,
    value TEXT NOT NULL, source TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (vendor, kind, value));

CREATE TABLE account (
    id INTEGER PRIMARY KEY, own_key BLOB UNIQUE, content_key BLOB NOT NULL UNIQUE, file INTEGER REFERENCES file,
    vendor INTEGER REFERENCES vendor ON DELETE SET NULL, title TEXT NOT NULL, username TEXT NOT NULL, urls TEXT NOT NULL,
    own_id TEXT NOT NULL, opened TEXT, changed TEXT, last_used TEXT, evidence TEXT NOT NULL DEFAULT '',
    edited INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL);
CREATE INDEX account_file ON account (file);
CREATE INDEX account_vendor ON account (vendor, coalesce(opened, changed), last_used);

CREATE TABLE bank_account (
    id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, masked TEXT NOT NULL, last_day TEXT NOT NULL DEFAULT '');
CREATE TABLE contract (
    id INTEGER PRIMARY KEY, vendor INTEGER NOT NULL REFERENCES vendor, title TEXT NOT NULL,
    category TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL, price_minor INTEGER NOT NULL, period TEXT NOT NULL,
    variable INTEGER NOT NULL DEFAULT 0, confidence REAL NOT NULL DEFAULT 1, first_charged TEXT, last_charged TEXT,
    trial_until TEXT, anchor_day INTEGER NOT NULL DEFAULT 0, seen_until TEXT, price_changes TEXT NOT NULL DEFAULT '[]',
    refunds TEXT NOT NULL DEFAULT '[]', doubles TEXT NOT NULL DEFAULT '[]', evidence TEXT NOT NULL DEFAULT '[]',
    verdict TEXT NOT NULL DEFAULT '', own_title TEXT, unused_since TEXT, facts TEXT NOT NULL DEFAULT '{}', tariff TEXT,
    source TEXT NOT NULL DEFAULT 'derived',
    edited INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX contract_vendor ON contract (vendor);
CREATE TABLE usage (
    id INTEGER PRIMARY KEY, contract INTEGER NOT NULL REFERENCES contract ON DELETE CASCADE, day TEXT NOT NULL,
    quantity TEXT NOT NULL, unit TEXT NOT NULL, register TEXT NOT NULL DEFAULT 'use', created_at TEXT NOT NULL);
CREATE INDEX usage_contract ON usage (contract, day);

CREATE TABLE charge (
    id INTEGER PRIMARY KEY, dedup BLOB NOT NULL, file INTEGER NOT NULL REFERENCES file, booked TEXT NOT NULL,
    value_on TEXT, minor INTEGER NOT NULL, currency TEXT NOT NULL, counterparty TEXT NOT NULL, purpose TEXT NOT NULL,
    own_id TEXT NOT NULL, bank_account INTEGER NOT NULL REFERENCES bank_account, counterparty_account TEXT NOT NULL,
    creditor_id TEXT NOT NULL, mandate TEXT NOT NULL, pending INTEGER NOT NULL DEFAULT 0,
    payee INTEGER NOT NULL REFERENCES payee, contract INTEGER REFERENCES contract ON DELETE SET NULL,
    edited INTEGER NOT NULL DEFAULT 0, pending_dedup BLOB);
CREATE UNIQUE INDEX charge_dedup ON charge (dedup);
CREATE INDEX charge_payee ON charge (payee, booked);
CREATE INDEX charge_pending ON charge (id) WHERE pending;
CREATE INDEX charge_settled ON charge (pending_dedup) WHERE pending_dedup IS NOT NULL;
CREATE INDEX charge_booked ON charge (booked);
CREATE INDEX charge_contract ON charge (contract, booked, id, minor, payee) WHERE contract IS NOT NULL;

CREATE TABLE correction (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, object TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL, UNIQUE (kind, subject));

CREATE TABLE entry (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, vendor INTEGER REFERENCES vendor ON DELETE SET NULL,
    day TEXT NOT NULL DEFAULT '', title TEXT NOT NULL, body TEXT NOT NULL DEFAULT '');
CREATE INDEX entry_kind ON entry (kind);
CREATE VIRTUAL TABLE entry_text USING fts5 (
    title, body, content='entry', content_rowid='id', detail='none', tokenize="unicode61 remove_diacritics 2");
INSERT INTO entry_text (entry_text, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    INSERT INTO entry_text (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
    INSERT INTO entry_text (entry_text, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER entry_changed AFTER UPDATE OF title, body ON entry BEGIN
    INSERT INTO entry_text (entry_text, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO entry_text (rowid, title, body) VALUES (new.id, new.title, new.body);
END;

-- Charges come in bulk: their text is indexed per batch, so there is no insert trigger.
CREATE VIRTUAL TABLE charge_text USING fts5 (
    counterparty, purpose, content='charge', content_rowid='id', detail='none',
    tokenize="unicode61 remove_diacritics 2");
INSERT INTO charge_text (charge_text, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER charge_removed AFTER DELETE ON charge BEGIN
    INSERT INTO charge_text (charge_text, rowid, counterparty, purpose)
    VALUES ('delete', old.id, old.counterparty, old.purpose);
END;
"""
