"""The person's profile, grants of it to vendors, what was released by them, and who has been told of a change.

A `profile_attribute` is a category with a label; its values lie beside each other in time, days inclusive. A change names
the leaf that was written with it and never the value. A grant stands under an agreement; `permission` and `asked` are JSON.
`data_release_value` says which values a release held, so that erasing a value finds the bodies that repeat it.
"""

SQL = """
CREATE TABLE profile_attribute (
    id INTEGER PRIMARY KEY, category TEXT NOT NULL, label TEXT NOT NULL, preferred INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, UNIQUE (category, label));
CREATE UNIQUE INDEX profile_attribute_preferred ON profile_attribute (category) WHERE preferred;
CREATE TABLE profile_value (
    id INTEGER PRIMARY KEY, attribute INTEGER NOT NULL REFERENCES profile_attribute ON DELETE CASCADE,
    value TEXT NOT NULL, valid_from TEXT, valid_until TEXT, created_at TEXT NOT NULL);
CREATE INDEX profile_value_attribute ON profile_value (attribute, valid_from);
CREATE TABLE profile_change (
    id INTEGER PRIMARY KEY, attribute INTEGER REFERENCES profile_attribute ON DELETE SET NULL, category TEXT NOT NULL,
    kind TEXT NOT NULL, effective TEXT NOT NULL, at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX profile_change_attribute ON profile_change (attribute);

CREATE TABLE data_grant (
    id INTEGER PRIMARY KEY, agreement TEXT NOT NULL REFERENCES agreement, state TEXT NOT NULL, permission TEXT NOT NULL,
    asked TEXT NOT NULL, labels TEXT NOT NULL DEFAULT '[]', expires_at TEXT, reads INTEGER NOT NULL DEFAULT 0,
    last_read_at TEXT, created_at TEXT NOT NULL, changed_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX data_grant_agreement ON data_grant (agreement);
CREATE TABLE data_release (
    id INTEGER PRIMARY KEY, data_grant INTEGER NOT NULL REFERENCES data_grant, at TEXT NOT NULL, asked TEXT NOT NULL,
    given TEXT NOT NULL, digest TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX data_release_grant ON data_release (data_grant, id);
CREATE UNIQUE INDEX data_release_leaf ON data_release (log, leaf);
CREATE TABLE data_release_value (
    value INTEGER NOT NULL REFERENCES profile_value ON DELETE CASCADE, release INTEGER NOT NULL REFERENCES data_release,
    PRIMARY KEY (value, release)) WITHOUT ROWID;

CREATE TABLE change_notice (
    change INTEGER NOT NULL REFERENCES profile_change, data_grant INTEGER NOT NULL REFERENCES data_grant,
    delivered_at TEXT, acknowledged_at TEXT, PRIMARY KEY (change, data_grant)) WITHOUT ROWID;
CREATE INDEX change_notice_waiting ON change_notice (data_grant) WHERE acknowledged_at IS NULL;
CREATE TABLE change_told (
    id INTEGER PRIMARY KEY, vendor INTEGER NOT NULL REFERENCES vendor ON DELETE CASCADE, at TEXT NOT NULL,
    log INTEGER NOT NULL, leaf INTEGER NOT NULL, FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX change_told_vendor ON change_told (vendor, at);
"""
