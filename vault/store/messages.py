"""Rows of threads and of the messages in them. Only added to, but for when a held message is judged and shown."""

from __future__ import annotations

import msgspec

from vault.store.audit import OWN_LOG
from vault.store.connection import Connection


class ThreadRow(msgspec.Struct, frozen=True):
    id: int
    client: int
    subject: str
    created_at: str


class MessageRow(msgspec.Struct, frozen=True):
    """`party` is `vendor` or `person`; `said` the request as JSON of what is still held."""

    id: int
    thread: int
    client: int
    party: str
    kind: str
    subject: str
    body: str
    said: str | None
    request: int | None
    at: str
    told_at: str | None
    leaf: int


class ListedRow(msgspec.Struct, frozen=True):
    """A message with who it is exchanged with. `effect` is what became of a vendor's message as it stands, the owner's own
    word included; empty for a held one, and for the person's. `decision` is what says so."""

    id: int
    thread: int
    client: int
    client_url: str
    client_name: str
    vendor: int | None
    vendor_name: str
    party: str
    kind: str
    subject: str
    body: str
    at: str
    decision: int | None
    effect: str


_COLUMNS = ", ".join(MessageRow.__struct_fields__)
_LISTED = (
    "SELECT m.id, m.thread, m.client, c.url, c.name, c.vendor, coalesce(v.name, ''), m.party, m.kind, m.subject, m.body, "
    "m.at, d.id, coalesce((SELECT o.effect FROM decision_override o WHERE o.decision = d.id ORDER BY o.id DESC LIMIT 1), "
    "d.effect, '') FROM message m JOIN client c ON c.id = m.client LEFT JOIN vendor v ON v.id = c.vendor "
    "LEFT JOIN decision d ON d.id = (SELECT max(e.id) FROM decision e WHERE e.request = m.request)"
)


def largest(connection: Connection, table: str) -> int:
    assert table in ("thread", "message")
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def add_thread(connection: Connection, row: ThreadRow) -> None:
    connection.execute("INSERT INTO thread VALUES (?, ?, ?, ?)", msgspec.structs.astuple(row))


def thread(connection: Connection, client: int, number: int) -> ThreadRow | None:
    """One of this client's; any other is as unknown as one that does not exist."""
    row = connection.execute(
        "SELECT id, client, subject, created_at FROM thread WHERE id = ? AND client = ?", (number, client)
    ).fetchone()
    return ThreadRow(*row) if row else None


def add(connection: Connection, row: MessageRow) -> None:
    connection.execute(
        f"INSERT INTO message ({_COLUMNS}, log) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*msgspec.structs.astuple(row), OWN_LOG),
    )


def message(connection: Connection, number: int) -> ListedRow | None:
    row = connection.execute(f"{_LISTED} WHERE m.id = ?", (number,)).fetchone()
    return ListedRow(*row) if row else None


def after(connection: Connection, client: int, number: int, limit: int, thread: int | None = None) -> list[MessageRow]:
    """The client's messages beyond this number, both ways, oldest first; of one thread, where it is given."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM message WHERE client = ?1 AND id > ?2 AND (?3 IS NULL OR thread = ?3) ORDER BY id LIMIT ?4",
        (client, number, thread, limit),
    )
    return [MessageRow(*row) for row in rows]


def listed(
    connection: Connection, clients: tuple[int, ...] | None, *, before: int | None = None, limit: int = -1
) -> list[ListedRow]:
    """Messages with these clients, or all, newest first; `before` is the number of the last one of the page before."""
    tests, values = ["1"], list[int]()
    if clients is not None:
        tests.append(f"m.client IN ({', '.join('?' * len(clients))})")
        values += clients
    if before is not None:
        tests.append("m.id < ?")
        values.append(before)
    rows = connection.execute(f"{_LISTED} WHERE {' AND '.join(tests)} ORDER BY m.id DESC LIMIT ?", (*values, limit))
    return [ListedRow(*row) for row in rows]


def conversation(connection: Connection, thread: int) -> list[ListedRow]:
    """Every message of a thread, oldest first."""
    return [ListedRow(*row) for row in connection.execute(f"{_LISTED} WHERE m.thread = ? ORDER BY m.id", (thread,))]


def received_since(connection: Connection, client: int, since: str) -> int:
    """How many messages a client has sent at or after a time."""
    row = connection.execute(
        "SELECT count(*) FROM message WHERE client = ? AND party = 'vendor' AND at >= ?", (client, since)
    ).fetchone()
    return int(row[0])


def person_wrote(connection: Connection, thread: int, clients: tuple[int, ...]) -> bool:
    """Whether the person wrote in this thread, and it is one of these clients'."""
    row = connection.execute(
        f"SELECT 1 FROM message WHERE thread = ? AND party = 'person' AND client IN ({', '.join('?' * len(clients))}) LIMIT 1",
        (thread, *clients),
    ).fetchone()
    return row is not None


def held(connection: Connection, client: int) -> list[MessageRow]:
    """What of a client waits until it is let in, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM message WHERE client = ? AND party = 'vendor' AND request IS NULL ORDER BY id",
        (client,),
    )
    return [MessageRow(*row) for row in rows]


def put_request(connection: Connection, number: int, request: int) -> None:
    """A held message was judged."""
    connection.execute("UPDATE message SET request = ?, said = NULL WHERE id = ?", (request, number))


def untold_changes(connection: Connection) -> list[tuple[int, int]]:
    """(message, request) of price changes and renewals that no round of the butler has told yet, oldest first."""
    rows = connection.execute(
        "SELECT id, request FROM message WHERE party = 'vendor' AND told_at IS NULL AND request IS NOT NULL "
        "AND kind IN ('price-change', 'renewal-notice') ORDER BY id"
    )
    return [(int(row[0]), int(row[1])) for row in rows]


def put_told(connection: Connection, number: int, at: str) -> None:
    connection.execute("UPDATE message SET told_at = ? WHERE id = ?", (at, number))
