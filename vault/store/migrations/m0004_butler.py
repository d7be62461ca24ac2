"""The butler: rule-sets and which of them holds, requests, decisions, intentions and offers.

A rule-set is kept by its hash as long as a decision names it. Requests and decisions are only ever added; an override stands
beside the decision. What a decision used of the facts is in `facts`, so that it can be replayed when the world has moved on.
`request.domain` is what a sender is counted by: whoever writes from two addresses of one domain is one sender.
"""

SQL = """
CREATE TABLE rule_set (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL, created_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rules_version (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, note TEXT NOT NULL, source TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES rule_set, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE TABLE butler_setting (key TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE request (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, sender TEXT NOT NULL, domain TEXT NOT NULL,
    vendor INTEGER REFERENCES vendor ON DELETE SET NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL,
    occasion TEXT UNIQUE, source TEXT NOT NULL, received_at TEXT NOT NULL);
CREATE INDEX request_domain ON request (domain, received_at);
CREATE INDEX request_vendor ON request (vendor);
CREATE TABLE decision (
    id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES request, at TEXT NOT NULL, verdict TEXT NOT NULL,
    effect TEXT NOT NULL, by_default INTEGER NOT NULL, reasons TEXT NOT NULL, counters TEXT NOT NULL, facts TEXT NOT NULL,
    rules TEXT NOT NULL REFERENCES rule_set, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX decision_request ON decision (request, id);
CREATE INDEX decision_at ON decision (at, id);
CREATE INDEX decision_verdict ON decision (verdict, at, id);
CREATE INDEX decision_rules ON decision (rules);
CREATE TABLE decision_override (
    id INTEGER PRIMARY KEY, decision INTEGER NOT NULL REFERENCES decision, at TEXT NOT NULL, verdict TEXT NOT NULL,
    effect TEXT NOT NULL, because TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX decision_override_decision ON decision_override (decision, id);

CREATE TABLE intention (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, closes TEXT, awarded INTEGER,
    created_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX intention_state ON intention (state);
CREATE TABLE offer (
    request INTEGER PRIMARY KEY REFERENCES request, intention INTEGER REFERENCES intention ON DELETE SET NULL,
    state TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX offer_intention ON offer (intention, request);
"""
