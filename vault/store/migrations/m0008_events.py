"""What a vendor's client is owed word of, and the webhooks by which it is told.

An event is written in the transaction of what it tells; `id` is random and the same for every attempt to deliver it, `number`
is its place. `seen_at` is when the client first read it or its server took it, `acknowledged_at` when the client said so.
"""

SQL = """
CREATE TABLE client_event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, client INTEGER NOT NULL REFERENCES client,
    type TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, seen_at TEXT, acknowledged_at TEXT);
CREATE INDEX client_event_client ON client_event (client, number);
"""
