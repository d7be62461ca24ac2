"""What a vendor's client is owed word of, and the webhooks by which it is told.

An event is written in the transaction of what it tells; `id` is random and the same for every attempt to deliver it, `number`
is its place. `seen_at` is when the client first read it or its server took it, `acknowledged_at` when the client said so.

A webhook is where a client wants its events sent; `types` are those that it wants, between blanks, or nothing for all. `asks`
counts the questions whose address it is, `failures` the attempts that failed one after another, since `failing_since`;
`paused_until` is how long the endpoint is left alone. `generation` tells its signing keys apart, and is never used twice.

A delivery is an event that is to be sent, written with it. `next_at` is when it is tried next, while it waits.
"""

SQL = """
CREATE TABLE client_event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, client INTEGER NOT NULL REFERENCES client,
    type TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, seen_at TEXT, acknowledged_at TEXT);
CREATE INDEX client_event_client ON client_event (client, number);
CREATE TABLE webhook (
    client INTEGER PRIMARY KEY REFERENCES client, url TEXT NOT NULL, types TEXT NOT NULL, state TEXT NOT NULL,
    because TEXT NOT NULL, generation INTEGER NOT NULL, rotated_at TEXT, challenge TEXT NOT NULL, asks INTEGER NOT NULL,
    asked_at TEXT, ask_at TEXT, failures INTEGER NOT NULL, failing_since TEXT, paused_until TEXT, changed_at TEXT NOT NULL);
CREATE TABLE delivery (
    event INTEGER PRIMARY KEY REFERENCES client_event ON DELETE CASCADE, client INTEGER NOT NULL REFERENCES client,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at TEXT, last_at TEXT, status INTEGER NOT NULL, code TEXT NOT NULL);
CREATE INDEX delivery_waiting ON delivery (client, next_at) WHERE state = 'waiting';
CREATE INDEX delivery_dead ON delivery (client) WHERE state = 'dead';
"""
