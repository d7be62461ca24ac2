"""Rows of agreements, their signed entries, the clients they were made with, and the texts that were signed."""

from __future__ import annotations

from typing import Final

import msgspec

from vault.store.connection import Connection


class ClientRow(msgspec.Struct, frozen=True):
    """A vendor's client as its document was last read; `keys` is its key history as JSON (see `agreements.clients`)."""

    id: int
    url: str
    name: str
    vendor: int | None
    vendor_name: str
    keys: str
    checked_at: str


class AgreementRow(msgspec.Struct, frozen=True):
    """What listing needs; `state` is as of the last entry, times are RFC 3339. `vendor_name` is empty where no vendor of
    the vault is linked."""

    id: str
    client: int
    client_url: str
    client_name: str
    vendor: int | None
    vendor_name: str
    terms: str
    terms_hash: str
    state: str
    offeror: str
    answer_by: str
    valid_until: str | None
    replaces: str | None
    created_at: str
    changed_at: str


class EntryRow(msgspec.Struct, frozen=True):
    """One signed entry; `log` and `leaf` name its audit leaf."""

    raw: bytes
    kind: str
    party: str
    at: str
    digest: str
    log: int
    leaf: int


class TextRow(msgspec.Struct, frozen=True):
    """`rules` is canonical JSON."""

    id: str
    iri: str
    text: str
    rules: str


class DeliveryRow(msgspec.Struct, frozen=True):
    """Something that was refused and belongs to no agreement."""

    at: str
    code: str
    digest: str


# --- clients --------------------------------------------------------------------------------------------------------

_CLIENT = (
    "SELECT c.id, c.url, c.name, c.vendor, coalesce(v.name, ''), c.keys, c.checked_at "
    "FROM client c LEFT JOIN vendor v ON v.id = c.vendor"
)


def client_by_url(connection: Connection, url: str) -> ClientRow | None:
    row = connection.execute(f"{_CLIENT} WHERE c.url = ?", (url,)).fetchone()
    return ClientRow(*row) if row else None


def client(connection: Connection, number: int) -> ClientRow:
    return ClientRow(*connection.execute(f"{_CLIENT} WHERE c.id = ?", (number,)).fetchone())


def clients_of(connection: Connection, vendor: int) -> list[ClientRow]:
    rows = connection.execute(f"{_CLIENT} WHERE c.vendor = ? ORDER BY c.id", (vendor,))
    return [ClientRow(*row) for row in rows]


def add_client(connection: Connection, url: str, *, seed: bytes, did: str, at: str) -> int:
    """A client that has no name and no keys yet (see `put_client`), and the person's identity towards it."""
    cursor = connection.execute(
        "INSERT INTO client (url, name, keys, created_at, checked_at) VALUES (?, '', '[]', ?, ?)", (url, at, at)
    )
    number = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO pairwise_identity VALUES (?, ?, ?)", (number, seed, did))
    return number


def put_client(connection: Connection, number: int, *, name: str, keys: str, vendor: int | None, at: str) -> None:
    connection.execute(
        "UPDATE client SET name = ?, keys = ?, vendor = coalesce(?, vendor), checked_at = ? WHERE id = ?",
        (name, keys, vendor, at, number),
    )


def identity(connection: Connection, client: int) -> tuple[bytes, str]:
    """The seed and the `did:key` of the person towards this client."""
    row = connection.execute("SELECT seed, did FROM pairwise_identity WHERE client = ?", (client,)).fetchone()
    return bytes(row[0]), str(row[1])


def last_signed_by_vendor(connection: Connection, client: int) -> str:
    """When the client's vendor last signed something that we took; empty when never."""
    row = connection.execute(
        "SELECT max(e.at) FROM agreement_entry e JOIN agreement a ON a.id = e.agreement "
        "WHERE a.client = ? AND e.party = 'second'",
        (client,),
    ).fetchone()
    return str(row[0] or "")


# --- agreements -----------------------------------------------------------------------------------------------------

# Of an agreement `a`, its client `c` and, where one is linked, the vendor `v`: for whoever joins one to something else.
COLUMNS: Final = (
    "a.id, a.client, c.url, c.name, c.vendor, coalesce(v.name, ''), a.terms, a.terms_hash, a.state, a.offeror, "
    "a.answer_by, a.valid_until, a.replaces, a.created_at, a.changed_at"
)
JOINED: Final = "JOIN client c ON c.id = a.client LEFT JOIN vendor v ON v.id = c.vendor"
_AGREEMENT = f"SELECT {COLUMNS} FROM agreement a {JOINED}"


def agreements(connection: Connection) -> list[AgreementRow]:
    """Every agreement, the one that changed last first."""
    rows = connection.execute(f"{_AGREEMENT} ORDER BY a.changed_at DESC, a.id")
    return [AgreementRow(*row) for row in rows]


def agreements_of(connection: Connection, client: int) -> list[AgreementRow]:
    """A client's, the one that changed last first."""
    rows = connection.execute(f"{_AGREEMENT} WHERE a.client = ? ORDER BY a.changed_at DESC, a.id", (client,))
    return [AgreementRow(*row) for row in rows]


def agreement(connection: Connection, id: str) -> AgreementRow | None:
    row = connection.execute(f"{_AGREEMENT} WHERE a.id = ?", (id,)).fetchone()
    return AgreementRow(*row) if row else None


def replacing(connection: Connection, id: str) -> list[AgreementRow]:
    """The agreements that were proffered in the place of this one."""
    rows = connection.execute(f"{_AGREEMENT} WHERE a.replaces = ? ORDER BY a.created_at, a.id", (id,))
    return [AgreementRow(*row) for row in rows]


def ids(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT id FROM agreement")}


class Standing(msgspec.Struct, frozen=True):
    """What the entries of an agreement come to."""

    terms: str
    terms_hash: str
    state: str
    offeror: str
    answer_by: str
    valid_until: str | None


def add_agreement(
    connection: Connection, id: str, client: int, standing: Standing, *, replaces: str | None, at: str
) -> None:
    connection.execute(
        "INSERT INTO agreement (id, client, terms, terms_hash, state, offeror, answer_by, valid_until, replaces, "
        "created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, client, *msgspec.structs.astuple(standing), replaces, at, at),
    )


def set_standing(connection: Connection, id: str, standing: Standing, at: str) -> None:
    connection.execute(
        "UPDATE agreement SET terms = ?, terms_hash = ?, state = ?, offeror = ?, answer_by = ?, valid_until = ?, "
        "changed_at = ? WHERE id = ?",
        (*msgspec.structs.astuple(standing), at, id),
    )


def add_entry(connection: Connection, agreement: str, place: int, entry: EntryRow) -> None:
    connection.execute(
        "INSERT INTO agreement_entry (agreement, place, raw, kind, party, at, digest, log, leaf) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (agreement, place, *msgspec.structs.astuple(entry)),
    )


def entries(connection: Connection, agreement: str) -> list[EntryRow]:
    """The entries in their order."""
    rows = connection.execute(
        "SELECT raw, kind, party, at, digest, log, leaf FROM agreement_entry WHERE agreement = ? ORDER BY place",
        (agreement,),
    )
    return [EntryRow(bytes(raw), *rest) for raw, *rest in rows]


def count_entries(connection: Connection, client: int, *, kind: str, party: str) -> int:
    """How many entries of this kind one party made in the agreements with a client."""
    row = connection.execute(
        "SELECT count(*) FROM agreement_entry e JOIN agreement a ON a.id = e.agreement "
        "WHERE a.client = ? AND e.kind = ? AND e.party = ?",
        (client, kind, party),
    ).fetchone()
    return int(row[0])


def holds(connection: Connection, digest: str) -> bool:
    """Whether an entry of any agreement has this digest."""
    row = connection.execute("SELECT 1 FROM agreement_entry WHERE digest = ? LIMIT 1", (digest,)).fetchone()
    return row is not None


def put_text(connection: Connection, hash: str, text: TextRow) -> None:
    """Keep a text under its hash; the same again changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO signed_text (hash, id, iri, text, rules) VALUES (?, ?, ?, ?, ?)",
        (hash, *msgspec.structs.astuple(text)),
    )


def text(connection: Connection, hash: str) -> TextRow | None:
    row = connection.execute("SELECT id, iri, text, rules FROM signed_text WHERE hash = ?", (hash,)).fetchone()
    return TextRow(*row) if row else None


# --- failed deliveries ----------------------------------------------------------------------------------------------


def deliveries_since(connection: Connection, at: str) -> int:
    return int(connection.execute("SELECT count(*) FROM failed_delivery WHERE at >= ?", (at,)).fetchone()[0])


def add_delivery(connection: Connection, delivery: DeliveryRow, *, log: int, leaf: int) -> None:
    connection.execute(
        "INSERT INTO failed_delivery (at, code, digest, log, leaf) VALUES (?, ?, ?, ?, ?)",
        (*msgspec.structs.astuple(delivery), log, leaf),
    )


def deliveries(connection: Connection) -> list[DeliveryRow]:
    """The failed deliveries, newest first."""
    rows = connection.execute("SELECT at, code, digest FROM failed_delivery ORDER BY id DESC")
    return [DeliveryRow(*row) for row in rows]
