"""Requests for authorization, the tokens that came of them, and the ids of proofs that were used.

Secrets (request URIs, codes, `auth_req_id`s, tokens) are kept as SHA-256 of their text alone. `asked` is JSON
(`policy.authorization_details`); `answer` a sentence for the client. A token without `permission` (JSON) has all that its
grant has; one without a grant says who its client is and nothing more. `spent_id` holds an id until nobody would take its proof any more.
"""

SQL = """
CREATE TABLE authorization_request (
    id INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES client, kind TEXT NOT NULL, state TEXT NOT NULL,
    handle BLOB NOT NULL UNIQUE, code BLOB UNIQUE, agreement TEXT NOT NULL REFERENCES agreement, asked TEXT NOT NULL,
    redirect_uri TEXT, client_state TEXT, challenge TEXT, jkt TEXT, message TEXT, answer TEXT NOT NULL DEFAULT '',
    data_grant INTEGER REFERENCES data_grant, interval_seconds INTEGER NOT NULL, polled_at TEXT,
    expires_at TEXT NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX authorization_request_state ON authorization_request (state, expires_at);
CREATE INDEX authorization_request_client ON authorization_request (client, state);
CREATE INDEX authorization_request_grant ON authorization_request (data_grant);
CREATE TABLE token (
    hash BLOB PRIMARY KEY, kind TEXT NOT NULL, client INTEGER NOT NULL REFERENCES client,
    request INTEGER REFERENCES authorization_request, data_grant INTEGER REFERENCES data_grant,
    state TEXT NOT NULL, jkt TEXT NOT NULL, permission TEXT, expires_at TEXT, created_at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX token_request ON token (request);
CREATE INDEX token_expires ON token (expires_at);
CREATE TABLE spent_id (
    client INTEGER NOT NULL REFERENCES client, kind TEXT NOT NULL, hash BLOB NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY (client, kind, hash)) WITHOUT ROWID;
CREATE INDEX spent_id_until ON spent_id (until);
"""
