"""Rows of grants, of what was released by them, and of the notices that their vendors are owed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from vault.store import agreements
from vault.store.agreements import AgreementRow
from vault.store.connection import Connection


class GrantRow(msgspec.Struct, frozen=True):
    """`permission` and `asked` are JSON (see `granting.permission`); `under` is the agreement that it was given under, with the
    client. `is_owed` says whether it has a notice that nobody has acknowledged."""

    id: int
    state: str
    permission: str
    asked: str
    labels: tuple[str, ...]
    expires_at: str | None
    reads: int
    last_read_at: str | None
    created_at: str
    changed_at: str
    is_owed: bool
    under: AgreementRow

    @property
    def agreement(self) -> str:
        return self.under.id

    @property
    def client(self) -> int:
        return self.under.client

    @property
    def client_url(self) -> str:
        return self.under.client_url

    @property
    def client_name(self) -> str:
        return self.under.client_name

    @property
    def vendor(self) -> int | None:
        return self.under.vendor

    @property
    def vendor_name(self) -> str:
        """Empty where no vendor of the vault is linked to the client."""
        return self.under.vendor_name


class ReleaseRow(msgspec.Struct, frozen=True):
    """`asked` and `given` are data categories; `body` is what the leaf says, or none once it was erased."""

    id: int
    grant: int
    at: str
    asked: tuple[str, ...]
    given: tuple[str, ...]
    digest: str
    leaf: int
    body: str | None


class NoticeRow(msgspec.Struct, frozen=True):
    """A change that the vendor of a grant is to be told of; the value itself it reads by the grant. `event` is the id of the
    event by which it was told, if it was."""

    change: int
    grant: int
    category: str
    kind: str
    effective: str
    at: str
    delivered_at: str | None
    acknowledged_at: str | None
    event: str | None


_texts = msgspec.json.Decoder(tuple[str, ...]).decode
# Of a grant `g`, for whoever joins one to something else.
COLUMNS: Final = (
    "g.id, g.state, g.permission, g.asked, g.labels, g.expires_at, g.reads, g.last_read_at, g.created_at, g.changed_at, "
    "EXISTS (SELECT 1 FROM change_notice n WHERE n.data_grant = g.id AND n.acknowledged_at IS NULL), "
    f"{agreements.COLUMNS}"
)
JOINED: Final = f"JOIN agreement a ON a.id = g.agreement {agreements.JOINED}"
_GRANT = f"SELECT {COLUMNS} FROM data_grant g {JOINED}"


def _json(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def of_columns(row: tuple[Any, ...]) -> GrantRow:
    """The grant of a row with `COLUMNS`."""
    id, state, permission, asked, labels, expires, reads, read, created, changed, is_owed, *under = row
    held = _texts(labels), expires, reads, read, created, changed, bool(is_owed)
    return GrantRow(id, state, permission, asked, *held, AgreementRow(*under))


def grants(connection: Connection) -> list[GrantRow]:
    """Every grant, newest first."""
    return [of_columns(row) for row in connection.execute(f"{_GRANT} ORDER BY g.id DESC").fetchall()]


def recorded_as(connection: Connection, states: Iterable[str]) -> list[GrantRow]:
    """The grants that are recorded in one of these states, oldest first."""
    rows = connection.execute(
        f"{_GRANT} WHERE g.state IN (SELECT value FROM json_each(?)) ORDER BY g.id", (_json(states),)
    )
    return [of_columns(row) for row in rows.fetchall()]


def grant(connection: Connection, id: int) -> GrantRow | None:
    row = connection.execute(f"{_GRANT} WHERE g.id = ?", (id,)).fetchone()
    return of_columns(row) if row else None


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM data_grant").fetchone()[0])


def count_of(connection: Connection, agreement: str, states: Iterable[str]) -> int:
    """How many grants stand under an agreement in one of these states."""
    row = connection.execute(
        "SELECT count(*) FROM data_grant WHERE agreement = ? AND state IN (SELECT value FROM json_each(?))",
        (agreement, _json(states)),
    ).fetchone()
    return int(row[0])


class NewGrant(msgspec.Struct, frozen=True):
    id: int
    agreement: str
    state: str
    permission: str
    asked: str
    labels: tuple[str, ...]
    expires_at: str | None


def add_grant(connection: Connection, new: NewGrant, *, at: str, log: int, leaf: int) -> None:
    connection.execute(
        "INSERT INTO data_grant (id, agreement, state, permission, asked, labels, expires_at, created_at, changed_at, "
        "log, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*msgspec.structs.astuple(new)[:5], _json(new.labels), new.expires_at, at, at, log, leaf),
    )


def set_grant(connection: Connection, id: int, state: str, permission: str, *, at: str, log: int, leaf: int) -> None:
    connection.execute(
        "UPDATE data_grant SET state = ?, permission = ?, changed_at = ?, log = ?, leaf = ? WHERE id = ?",
        (state, permission, at, log, leaf, id),
    )


def successor(connection: Connection, agreement: str) -> str | None:
    """The agreement that was accepted in the place of this one; of several, the one that was first."""
    row = connection.execute(
        "SELECT a.id FROM agreement a JOIN agreement_entry e ON e.agreement = a.id AND e.kind = 'accepted' "
        "WHERE a.replaces = ? ORDER BY e.at, a.id LIMIT 1",
        (agreement,),
    ).fetchone()
    return str(row[0]) if row else None


# --- releases -------------------------------------------------------------------------------------------------------


class NewRelease(msgspec.Struct, frozen=True):
    """`held` are ids of profile values."""

    grant: int
    at: str
    asked: tuple[str, ...]
    given: tuple[str, ...]
    digest: str
    held: tuple[int, ...]


def add_release(connection: Connection, new: NewRelease, *, log: int, leaf: int) -> None:
    """With the count and the last read of its grant."""
    held = msgspec.json.encode(new.held).decode()
    connection.execute(
        "INSERT INTO data_release (data_grant, at, asked, given, digest, held, log, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (new.grant, new.at, _json(new.asked), _json(new.given), new.digest, held, log, leaf),
    )
    connection.execute("UPDATE data_grant SET reads = reads + 1, last_read_at = ? WHERE id = ?", (new.at, new.grant))


def releases(connection: Connection, grant: int) -> list[ReleaseRow]:
    """What was released by a grant, newest first."""
    rows = connection.execute(
        "SELECT r.id, r.data_grant, r.at, r.asked, r.given, r.digest, r.leaf, l.body FROM data_release r "
        "LEFT JOIN audit_leaf l ON l.log = r.log AND l.n = r.leaf WHERE r.data_grant = ? ORDER BY r.id DESC",
        (grant,),
    )
    return [
        ReleaseRow(id, of, at, _texts(asked), _texts(given), digest, leaf, body)
        for id, of, at, asked, given, digest, leaf, body in rows
    ]


def leaves_with_values(connection: Connection, values: Iterable[int]) -> list[tuple[int, int]]:
    """(log, leaf) of the releases that repeat any of these values."""
    rows = connection.execute(
        "SELECT DISTINCT r.log, r.leaf FROM data_release r, json_each(r.held) v "
        "WHERE v.value IN (SELECT value FROM json_each(?)) ORDER BY r.log, r.leaf",
        (msgspec.json.encode(list(values)).decode(),),
    )
    return list(rows)


def last_given(connection: Connection) -> list[tuple[int, str, str]]:
    """(vendor, data category, when last) of all that was ever released to vendors of the vault."""
    rows = connection.execute(
        "SELECT c.vendor, g.value, max(r.at) FROM data_release r JOIN data_grant d ON d.id = r.data_grant "
        "JOIN agreement a ON a.id = d.agreement JOIN client c ON c.id = a.client, json_each(r.given) g "
        "WHERE c.vendor IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return list(rows)


def without_leaf(connection: Connection) -> list[str]:
    """What is wrong between grants with their releases and the log, a sentence each. The body of a leaf may be erased."""
    unlogged = connection.execute(
        "SELECT count(*) FROM data_release r WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.log = r.log "
        "AND l.n = r.leaf AND l.event = 'release.made' "
        "AND (l.body IS NULL OR instr(l.body, '\"digest\":\"' || r.digest || '\"')))"
    ).fetchone()[0]
    lost = connection.execute(
        "SELECT count(*) FROM (SELECT log, n FROM audit_leaf WHERE event = 'release.made' "
        "EXCEPT SELECT log, leaf FROM data_release)"
    ).fetchone()[0]
    doubled = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM data_release GROUP BY log, leaf HAVING count(*) > 1)"
    ).fetchone()[0]
    miscounted = connection.execute(
        "SELECT count(*) FROM data_grant g WHERE g.reads IS NOT "
        "(SELECT count(*) FROM data_release r WHERE r.data_grant = g.id)"
    ).fetchone()[0]
    unknown = connection.execute(
        "SELECT count(*) FROM data_grant g WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.log = g.log "
        "AND l.n = g.leaf AND l.event = CASE g.state WHEN 'active' THEN 'grant.given' ELSE 'grant.' || g.state END)"
    ).fetchone()[0]
    found = {
        "releases have no leaf in the log": unlogged,
        "releases of the log are not on record": lost,
        "releases of the log are on record twice": doubled,
        "grants were read another number of times than they say": miscounted,
        "grants have no leaf in the log": unknown,
    }
    return [f"{count} {words}" for words, count in found.items() if count]


# --- notices --------------------------------------------------------------------------------------------------------


def add_notices(connection: Connection, notices: Iterable[tuple[int, int]]) -> None:
    """Of (change, grant)."""
    connection.executemany("INSERT OR IGNORE INTO change_notice (change, data_grant) VALUES (?, ?)", list(notices))


_NOTICE = (
    "SELECT n.change, n.data_grant, p.category, p.kind, p.effective, p.at, n.delivered_at, n.acknowledged_at, n.event "
    "FROM change_notice n JOIN profile_change p ON p.id = n.change WHERE"
)


def waiting(connection: Connection, grant: int | None = None) -> list[NoticeRow]:
    """The notices that nobody has acknowledged, oldest first, of one grant or of all."""
    where, parameters = ("", ()) if grant is None else ("AND n.data_grant = ?", (grant,))
    rows = connection.execute(
        f"{_NOTICE} n.acknowledged_at IS NULL {where} ORDER BY n.change, n.data_grant", parameters
    )
    return [NoticeRow(*row) for row in rows]


def acknowledged(connection: Connection, since: str) -> list[NoticeRow]:
    """Those that were acknowledged from then on, newest first."""
    rows = connection.execute(f"{_NOTICE} n.acknowledged_at >= ? ORDER BY n.acknowledged_at DESC, n.change", (since,))
    return [NoticeRow(*row) for row in rows]


def set_event(connection: Connection, change: int, grant: int, event: str) -> None:
    connection.execute("UPDATE change_notice SET event = ? WHERE change = ? AND data_grant = ?", (event, change, grant))


def set_delivered(connection: Connection, change: int, grant: int, at: str) -> bool:
    """Whether there was such a notice that was not delivered yet."""
    done = connection.execute(
        "UPDATE change_notice SET delivered_at = ? WHERE change = ? AND data_grant = ? AND delivered_at IS NULL",
        (at, change, grant),
    )
    return done.rowcount > 0


def set_acknowledged(connection: Connection, change: int, grant: int, at: str) -> bool:
    """Whether there was such a notice that was not acknowledged yet. What is acknowledged was delivered."""
    done = connection.execute(
        "UPDATE change_notice SET delivered_at = coalesce(delivered_at, ?1), acknowledged_at = ?1 "
        "WHERE change = ?2 AND data_grant = ?3 AND acknowledged_at IS NULL",
        (at, change, grant),
    )
    return done.rowcount > 0


def has_notice(connection: Connection, change: int, grant: int) -> bool:
    row = connection.execute("SELECT 1 FROM change_notice WHERE change = ? AND data_grant = ?", (change, grant))
    return row.fetchone() is not None
