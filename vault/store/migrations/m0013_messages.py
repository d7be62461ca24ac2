"""Messages in threads, requests for the person's rights, and feedback.

A thread belongs to one client. What became of a vendor's message is the decision of its `request`; one without (which is not
the person's) is held until its sender is let in. `said` of a held message is the request as JSON that is judged then. A
request for a right that no client can be told of is asked by letter, and has none. `due` is a day. The leaf of a request is the
last one of it.
"""

SQL = """
CREATE TABLE thread (
    id INTEGER PRIMARY KEY, client INTEGER NOT NULL REFERENCES client, subject TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX thread_client ON thread (client);
CREATE TABLE message (
    id INTEGER PRIMARY KEY, thread INTEGER NOT NULL REFERENCES thread, client INTEGER NOT NULL REFERENCES client,
    party TEXT NOT NULL CHECK (party IN ('vendor', 'person')), kind TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, said TEXT, request INTEGER REFERENCES request, at TEXT NOT NULL, told_at TEXT,
    log INTEGER NOT NULL, leaf INTEGER NOT NULL, FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX message_client ON message (client, id);
CREATE INDEX message_thread ON message (thread, id);
CREATE INDEX message_at ON message (client, party, at);
CREATE INDEX message_request ON message (request) WHERE request IS NOT NULL;

CREATE TABLE right_request (
    id INTEGER PRIMARY KEY, vendor INTEGER REFERENCES vendor ON DELETE SET NULL, client INTEGER REFERENCES client,
    addressee TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL, made_at TEXT NOT NULL,
    due TEXT NOT NULL, changed_at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX right_request_client ON right_request (client, id);
CREATE INDEX right_request_vendor ON right_request (vendor);
CREATE TABLE right_answer (
    id INTEGER PRIMARY KEY, request INTEGER NOT NULL REFERENCES right_request, event TEXT NOT NULL, note TEXT NOT NULL,
    because TEXT NOT NULL, data TEXT, at TEXT NOT NULL, log INTEGER NOT NULL, leaf INTEGER NOT NULL,
    FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX right_answer_request ON right_answer (request, id);

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY, vendor INTEGER REFERENCES vendor ON DELETE SET NULL, client INTEGER REFERENCES client,
    addressee TEXT NOT NULL, satisfaction INTEGER, note TEXT NOT NULL, contact TEXT, at TEXT NOT NULL, shared_at TEXT,
    log INTEGER NOT NULL, leaf INTEGER NOT NULL, FOREIGN KEY (log, leaf) REFERENCES audit_leaf (log, n));
CREATE INDEX feedback_client ON feedback (client, id);
CREATE INDEX feedback_vendor ON feedback (vendor);
"""
