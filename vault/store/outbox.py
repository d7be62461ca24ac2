"""Rows of webhooks, and of what is to be sent to them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vault.store.connection import Connection


class WebhookRow(msgspec.Struct, frozen=True):
    """See the schema (m0008). `types` are those wanted, or none for all."""

    client: int
    url: str
    types: tuple[str, ...]
    state: str
    because: str
    generation: int
    rotated_at: str | None
    challenge: str
    asks: int
    asked_at: str | None
    ask_at: str | None
    failures: int
    failing_since: str | None
    paused_until: str | None
    changed_at: str


class DeliveryRow(msgspec.Struct, frozen=True):
    """With its event and its client's names. `status` is 0 where there was no answer, `code` then says why."""

    event: int
    id: str
    client: int
    client_url: str
    client_name: str
    vendor_name: str
    type: str
    subject: str
    at: str
    state: str
    attempts: int
    next_at: str | None
    last_at: str | None
    status: int
    code: str


_WEBHOOK = WebhookRow.__struct_fields__


def _webhook(row: Sequence[object]) -> WebhookRow:
    fields = dict(zip(_WEBHOOK, row, strict=True))
    return msgspec.convert({**fields, "types": tuple(str(fields["types"]).split())}, WebhookRow)


# --- webhooks -------------------------------------------------------------------------------------------------------


def webhook(connection: Connection, client: int) -> WebhookRow | None:
    row = connection.execute(f"SELECT {', '.join(_WEBHOOK)} FROM webhook WHERE client = ?", (client,)).fetchone()
    return _webhook(row) if row else None


def webhooks(connection: Connection) -> list[WebhookRow]:
    return [_webhook(row) for row in connection.execute(f"SELECT {', '.join(_WEBHOOK)} FROM webhook ORDER BY client")]


def put_webhook(connection: Connection, row: WebhookRow) -> None:
    written = {**msgspec.structs.asdict(row), "types": f" {' '.join(row.types)} " if row.types else ""}
    places = ", ".join("?" * len(_WEBHOOK))
    sets = ", ".join(f"{name} = excluded.{name}" for name in _WEBHOOK)
    connection.execute(
        f"INSERT INTO webhook ({', '.join(_WEBHOOK)}) VALUES ({places}) ON CONFLICT (client) DO UPDATE SET {sets}",
        tuple(written.values()),
    )


def to_ask(connection: Connection, at: str, far: str) -> list[int]:
    """The clients whose address is to be asked about by now."""
    rows = connection.execute(
        "SELECT client FROM webhook WHERE state = 'unproven' AND (ask_at <= ? OR ask_at > ?)", (at, far)
    )
    return [int(row[0]) for row in rows]


# --- deliveries -----------------------------------------------------------------------------------------------------


def add_delivery(connection: Connection, event: int, client: int, type: str, always: str, at: str) -> None:
    """Inside the transaction of an event: it is to be sent, if its client has a webhook that wants this type."""
    connection.execute(
        "INSERT INTO delivery (event, client, state, attempts, next_at, status, code) "
        "SELECT ?, client, 'waiting', 0, ?, 0, '' FROM webhook WHERE client = ? "
        "AND state IN ('unproven', 'active', 'failing') AND (types = '' OR ? = ? OR instr(types, ' ' || ? || ' '))",
        (event, at, client, type, always, type),
    )


_DELIVERY = (
    "SELECT d.event, e.id, d.client, c.url, c.name, coalesce(v.name, ''), e.type, e.subject, e.at, d.state, d.attempts, "
    "d.next_at, d.last_at, d.status, d.code FROM delivery d JOIN client_event e ON e.number = d.event "
    "JOIN client c ON c.id = d.client LEFT JOIN vendor v ON v.id = c.vendor"
)
# A time beyond `far` was written by a clock that was ahead: it is as good as now.
_DUE = "d.state = 'waiting' AND (d.next_at <= :at OR d.next_at > :far)"
_OPEN = (
    "w.state IN ('active', 'failing') AND (w.paused_until IS NULL OR w.paused_until <= :at OR w.paused_until > :far)"
)


def to_send(connection: Connection, at: str, far: str) -> list[int]:
    """The clients to which something is to be sent by now."""
    rows = connection.execute(
        f"SELECT w.client FROM webhook w WHERE {_OPEN} AND EXISTS "
        f"(SELECT 1 FROM delivery d WHERE d.client = w.client AND {_DUE})",
        {"at": at, "far": far},
    )
    return [int(row[0]) for row in rows]


def next_delivery(connection: Connection, client: int, at: str, far: str) -> DeliveryRow | None:
    """What is to be sent to this client next: the oldest that is due."""
    row = connection.execute(
        f"{_DELIVERY} JOIN webhook w ON w.client = d.client WHERE d.client = :client AND {_OPEN} AND {_DUE} "
        "ORDER BY d.event LIMIT 1",
        {"at": at, "far": far, "client": client},
    ).fetchone()
    return DeliveryRow(*row) if row else None


def delivery(connection: Connection, event: int) -> DeliveryRow | None:
    row = connection.execute(f"{_DELIVERY} WHERE d.event = ?", (event,)).fetchone()
    return DeliveryRow(*row) if row else None


def deliveries(connection: Connection, states: Sequence[str]) -> list[DeliveryRow]:
    """Those in one of these states, oldest first."""
    places = ", ".join("?" * len(states))
    rows = connection.execute(f"{_DELIVERY} WHERE d.state IN ({places}) ORDER BY d.event", tuple(states))
    return [DeliveryRow(*row) for row in rows]


def count(connection: Connection, state: str) -> int:
    return int(connection.execute("SELECT count(*) FROM delivery WHERE state = ?", (state,)).fetchone()[0])


def put_delivery(connection: Connection, row: DeliveryRow) -> None:
    """Write back what an attempt changes."""
    connection.execute(
        "UPDATE delivery SET state = ?, attempts = ?, next_at = ?, last_at = ?, status = ?, code = ? WHERE event = ?",
        (row.state, row.attempts, row.next_at, row.last_at, row.status, row.code, row.event),
    )


def wait_no_longer(connection: Connection, client: int, at: str) -> None:
    """Whatever waits for this client is due now."""
    connection.execute(
        "UPDATE delivery SET next_at = ? WHERE client = ? AND state = 'waiting' AND next_at > ?", (at, client, at)
    )


def give_up(connection: Connection, client: int, made_before: str) -> None:
    """What waits for this client since before a time is dead."""
    connection.execute(
        "UPDATE delivery SET state = 'dead', next_at = NULL WHERE client = ? AND state = 'waiting' "
        "AND event IN (SELECT number FROM client_event WHERE client = ? AND at <= ?)",
        (client, client, made_before),
    )


def drop_waiting(connection: Connection, client: int) -> None:
    """Nothing is sent to this client any more; its events stay where it reads them."""
    connection.execute("DELETE FROM delivery WHERE client = ? AND state = 'waiting'", (client,))
