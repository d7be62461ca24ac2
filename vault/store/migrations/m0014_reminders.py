"""Reminders, and which hosts were contacted.

A channel is an address by which reminders reach the owner (with what it needs to get in, which is why it is kept here alone).
`reminder_item` has the lead times of a contract that has its own, as `30 14 3`; empty for none. A reminder that was given out,
or that a later one stands for, is in `reminder_covered` by its key until its day is long past. A message goes to one channel:
`waiting` for its turn, `sent`, or `failed` for good. `host_contact` counts by day; `why` is the part of the server that asked.
"""

SQL = """
CREATE TABLE reminder_channel (
    id INTEGER PRIMARY KEY, label TEXT NOT NULL, service TEXT NOT NULL, url TEXT NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE reminder_item (
    contract INTEGER PRIMARY KEY REFERENCES contract ON DELETE CASCADE, leads TEXT NOT NULL);
CREATE TABLE reminder_covered (key TEXT PRIMARY KEY, until TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE reminder_message (
    id INTEGER PRIMARY KEY, channel INTEGER NOT NULL REFERENCES reminder_channel ON DELETE CASCADE, title TEXT NOT NULL,
    body TEXT NOT NULL, made_at TEXT NOT NULL, until TEXT NOT NULL, is_test INTEGER NOT NULL, is_late INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')), attempts INTEGER NOT NULL, next_at TEXT NOT NULL,
    sent_at TEXT, fault TEXT NOT NULL);
CREATE INDEX reminder_message_waiting ON reminder_message (next_at) WHERE state = 'waiting';
CREATE INDEX reminder_message_channel ON reminder_message (channel, id);

CREATE TABLE host_contact (
    day TEXT NOT NULL, host TEXT NOT NULL, why TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, host, why));
"""
