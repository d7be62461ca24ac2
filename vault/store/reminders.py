"""Rows of reminders: channels, lead times of single contracts, what was given out; and of the hosts that were contacted."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vault.store.connection import Connection


class ChannelRow(msgspec.Struct, frozen=True):
    """`url` has what it needs to get in: never shown. `service` is the kind of service in words."""

    id: int
    label: str
    service: str
    url: str
    added_at: str


class MessageRow(msgspec.Struct, frozen=True):
    """One message to one channel. `until` is the last day on which it is worth sending; times are RFC 3339."""

    id: int
    channel: int
    title: str
    body: str
    made_at: str
    until: str
    is_test: int
    is_late: int
    state: str
    attempts: int
    next_at: str
    sent_at: str | None
    fault: str


class ContactRow(msgspec.Struct, frozen=True):
    """How often a host was contacted since a day, and the last day that it was."""

    host: str
    why: str
    count: int
    last: str


_CHANNEL = ", ".join(ChannelRow.__struct_fields__)
_MESSAGE = ", ".join(MessageRow.__struct_fields__)


def add_channel(connection: Connection, label: str, service: str, url: str, at: str) -> int:
    cursor = connection.execute(
        "INSERT INTO reminder_channel (label, service, url, added_at) VALUES (?, ?, ?, ?)", (label, service, url, at)
    )
    return int(cursor.lastrowid or 0)


def channels(connection: Connection) -> list[ChannelRow]:
    return [ChannelRow(*row) for row in connection.execute(f"SELECT {_CHANNEL} FROM reminder_channel ORDER BY id")]


def remove_channel(connection: Connection, id: int) -> bool:
    return connection.execute("DELETE FROM reminder_channel WHERE id = ?", (id,)).rowcount > 0


def items(connection: Connection) -> dict[int, tuple[int, ...]]:
    """The lead times of the contracts that have their own, in days."""
    rows = connection.execute("SELECT contract, leads FROM reminder_item")
    return {contract: tuple(map(int, leads.split())) for contract, leads in rows}


def put_item(connection: Connection, contract: int, leads: Iterable[int] | None) -> None:
    """None takes them away: the usual ones hold again."""
    if leads is None:
        connection.execute("DELETE FROM reminder_item WHERE contract = ?", (contract,))
    else:
        row = (contract, " ".join(map(str, leads)))
        connection.execute("INSERT OR REPLACE INTO reminder_item VALUES (?, ?)", row)


def covered(connection: Connection) -> frozenset[str]:
    return frozenset(key for (key,) in connection.execute("SELECT key FROM reminder_covered"))


def cover(connection: Connection, keys: Iterable[tuple[str, str]], at: str) -> None:
    """`keys` with the day until which each matters."""
    connection.executemany(
        "INSERT OR IGNORE INTO reminder_covered VALUES (?, ?, ?)", [(key, until, at) for key, until in keys]
    )


def forget(connection: Connection, before: str) -> None:
    """What was covered until before a day, and the messages and contacts of before it."""
    connection.execute("DELETE FROM reminder_covered WHERE until < ?", (before,))
    connection.execute("DELETE FROM reminder_message WHERE state != 'waiting' AND made_at < ?", (before,))
    connection.execute("DELETE FROM host_contact WHERE day < ?", (before,))


# --- messages -------------------------------------------------------------------------------------------------------


def add_message(
    connection: Connection, channel: int, said: tuple[str, str], at: str, until: str, *, is_test: bool, is_late: bool
) -> int:
    """`said` is title and body."""
    cursor = connection.execute(
        "INSERT INTO reminder_message (channel, title, body, made_at, until, is_test, is_late, state, attempts, next_at, fault)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, '')",
        (channel, *said, at, until, is_test, is_late, at),
    )
    return int(cursor.lastrowid or 0)


def waiting(connection: Connection, at: str) -> list[MessageRow]:
    """What is to be sent by a time, the oldest first."""
    rows = connection.execute(
        f"SELECT {_MESSAGE} FROM reminder_message WHERE state = 'waiting' AND next_at <= ? ORDER BY id", (at,)
    )
    return [MessageRow(*row) for row in rows]


def messages(connection: Connection, limit: int) -> list[MessageRow]:
    """The newest first."""
    rows = connection.execute(f"SELECT {_MESSAGE} FROM reminder_message ORDER BY id DESC LIMIT ?", (limit,))
    return [MessageRow(*row) for row in rows]


def last_of(connection: Connection, channel: int) -> MessageRow | None:
    """The last message to a channel."""
    row = connection.execute(
        f"SELECT {_MESSAGE} FROM reminder_message WHERE channel = ? ORDER BY id DESC LIMIT 1", (channel,)
    ).fetchone()
    return MessageRow(*row) if row else None


def sent(connection: Connection, id: int, at: str) -> None:
    connection.execute(
        "UPDATE reminder_message SET state = 'sent', sent_at = ?, attempts = attempts + 1, fault = '' WHERE id = ?",
        (at, id),
    )


def not_sent(connection: Connection, id: int, fault: str, next_at: str | None) -> None:
    """`next_at` is when it is tried again; None for never."""
    connection.execute(
        "UPDATE reminder_message SET state = ?, attempts = attempts + 1, fault = ?, next_at = coalesce(?, next_at)"
        " WHERE id = ?",
        ("waiting" if next_at else "failed", fault, next_at, id),
    )


# --- hosts ----------------------------------------------------------------------------------------------------------


def contacted(connection: Connection, counts: Iterable[tuple[str, str, str, int]]) -> None:
    """Add (day, host, why, how often)."""
    connection.executemany(
        "INSERT INTO host_contact VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", counts
    )


def contacts(connection: Connection, since: str) -> list[ContactRow]:
    """By host, the one contacted last first."""
    rows = connection.execute(
        "SELECT host, why, sum(count), max(day) FROM host_contact WHERE day >= ? GROUP BY host, why"
        " ORDER BY max(day) DESC, sum(count) DESC, host",
        (since,),
    )
    return [ContactRow(*row) for row in rows]
