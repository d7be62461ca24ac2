"""How vendors come to the person: introductions, the owner's word on who may write, invitations, and terms that wait.

`introduction` has one row for each client that said who it is, or of which the owner or an invitation said something;
`request` is the request that was judged, where one was. `screened_domain` is the owner's word on clients of a domain that may
come later. Codes of invitations are kept as SHA-256 of their text alone. `terms_request` is what waits for the owner's answer:
the terms that a client wants proffered, or its counter-offer in `agreement`.
"""

SQL = """
CREATE TABLE introduction (
    client INTEGER PRIMARY KEY REFERENCES client, standing TEXT NOT NULL, request INTEGER REFERENCES request,
    name TEXT NOT NULL, intro TEXT NOT NULL, category TEXT, at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX introduction_standing ON introduction (standing);
CREATE INDEX introduction_request ON introduction (request);
CREATE TABLE screened_domain (domain TEXT PRIMARY KEY, word TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE invitation (
    id INTEGER PRIMARY KEY, vendor INTEGER NOT NULL REFERENCES vendor, code_sha256 BLOB NOT NULL UNIQUE, state TEXT NOT NULL,
    client INTEGER REFERENCES client, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX invitation_vendor ON invitation (vendor);
CREATE TABLE terms_request (
    request INTEGER PRIMARY KEY REFERENCES request, client INTEGER NOT NULL REFERENCES client, terms TEXT NOT NULL,
    replaces TEXT REFERENCES agreement, agreement TEXT REFERENCES agreement, state TEXT NOT NULL, at TEXT NOT NULL,
    changed_at TEXT NOT NULL);
CREATE INDEX terms_request_client ON terms_request (client, state);
"""
