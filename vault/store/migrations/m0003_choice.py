"""The owner's choice of terms: its versions, and which vendors it names.

A version is written once: the engine itself refuses to change or delete it; `log` and `leaf` name the audit leaf that was
written with it. `chosen_vendor` remembers what a vendor that
the choice names has ever held (payees, domains, accounts), so that a merge or split loses no override.
"""

SQL = """
CREATE TABLE choice_version (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', choice TEXT NOT NULL,
    log INTEGER NOT NULL, leaf INTEGER NOT NULL, FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE TRIGGER choice_version_kept BEFORE DELETE ON choice_version BEGIN
    SELECT RAISE(ABORT, 'versions of the choice are kept');
END;
CREATE TRIGGER choice_version_fixed BEFORE UPDATE ON choice_version BEGIN
    SELECT RAISE(ABORT, 'versions of the choice are never changed');
END;
CREATE TABLE chosen_vendor (
    key TEXT PRIMARY KEY, name TEXT NOT NULL, held TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID;
"""
