"""Rows of introductions, of the owner's word on domains, of invitations, and of terms that wait for the owner."""

from __future__ import annotations

import msgspec

from vault.store.agreements import AgreementRow, ClientRow
from vault.store.agreements import agreement as agreement_row
from vault.store.agreements import client as client_row
from vault.store.connection import Connection


class IntroductionRow(msgspec.Struct, frozen=True):
    """What a client said of itself, empty where it has said nothing yet, and how it stands. Times are RFC 3339."""

    client: int
    standing: str
    request: int | None
    name: str
    intro: str
    category: str | None
    at: str
    changed_at: str


class InvitationRow(msgspec.Struct, frozen=True):
    id: int
    vendor: int
    code_sha256: bytes
    state: str
    client: int | None
    created_at: str
    expires_at: str
    changed_at: str


class TermsRow(msgspec.Struct, frozen=True):
    """`agreement` is the one that was countered; none where a client wants terms proffered."""

    request: int
    client: int
    terms: str
    replaces: str | None
    agreement: str | None
    state: str
    at: str
    changed_at: str


def _names(row: type[msgspec.Struct]) -> str:
    return ", ".join(row.__struct_fields__)


def _put(connection: Connection, table: str, row: msgspec.Struct) -> None:
    """Write a row in the place of the one with its key."""
    names = row.__struct_fields__
    changed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT ({names[0]}) DO UPDATE SET {changed}",
        msgspec.structs.astuple(row),
    )


# --- introductions --------------------------------------------------------------------------------------------------

_INTRODUCTION = f"SELECT {_names(IntroductionRow)} FROM introduction"


def introduction(connection: Connection, client: int) -> IntroductionRow | None:
    row = connection.execute(f"{_INTRODUCTION} WHERE client = ?", (client,)).fetchone()
    return IntroductionRow(*row) if row else None


def introduction_of_request(connection: Connection, request: int) -> IntroductionRow | None:
    row = connection.execute(f"{_INTRODUCTION} WHERE request = ?", (request,)).fetchone()
    return IntroductionRow(*row) if row else None


def introductions(connection: Connection, standing: str = "") -> list[IntroductionRow]:
    """Those that stand so, or all; the one that came first stands first."""
    where, values = ("WHERE standing = ?", (standing,)) if standing else ("", ())
    rows = connection.execute(f"{_INTRODUCTION} {where} ORDER BY at, client", values)
    return [IntroductionRow(*row) for row in rows]


def put_introduction(connection: Connection, row: IntroductionRow) -> None:
    _put(connection, "introduction", row)


def domain_word(connection: Connection, domain: str) -> str:
    """The owner's word on clients of a domain; empty where there is none."""
    row = connection.execute("SELECT word FROM screened_domain WHERE domain = ?", (domain,)).fetchone()
    return str(row[0]) if row else ""


def put_domain_word(connection: Connection, domain: str, word: str, at: str) -> None:
    connection.execute("INSERT OR REPLACE INTO screened_domain VALUES (?, ?, ?)", (domain, word, at))


def domain_words(connection: Connection) -> list[tuple[str, str, str]]:
    """(domain, word, at), by domain."""
    rows = connection.execute("SELECT domain, word, at FROM screened_domain ORDER BY domain")
    return [(str(domain), str(word), str(at)) for domain, word, at in rows]


# --- clients and vendors --------------------------------------------------------------------------------------------


def clients(connection: Connection) -> list[ClientRow]:
    """Every client that has ever shown who it is."""
    rows = connection.execute("SELECT id FROM client ORDER BY id").fetchall()
    return [client_row(connection, number) for (number,) in rows]


def vendors_of_domain(connection: Connection, domain: str) -> list[int]:
    rows = connection.execute(
        "SELECT v.id FROM vendor v WHERE EXISTS (SELECT 1 FROM json_each(v.domains) d WHERE d.value = ?) ORDER BY v.id",
        (domain,),
    )
    return [int(number) for (number,) in rows]


def link_client(connection: Connection, client: int, vendor: int | None) -> None:
    connection.execute("UPDATE client SET vendor = ? WHERE id = ?", (vendor, client))


# --- invitations ----------------------------------------------------------------------------------------------------

_INVITATION = f"SELECT {_names(InvitationRow)} FROM invitation"


def invitation(connection: Connection, id: int) -> InvitationRow | None:
    row = connection.execute(f"{_INVITATION} WHERE id = ?", (id,)).fetchone()
    return InvitationRow(*row) if row else None


def invitation_by_code(connection: Connection, code_sha256: bytes) -> InvitationRow | None:
    row = connection.execute(f"{_INVITATION} WHERE code_sha256 = ?", (code_sha256,)).fetchone()
    return InvitationRow(*row) if row else None


def invitations(connection: Connection) -> list[InvitationRow]:
    """Newest first."""
    return [InvitationRow(*row) for row in connection.execute(f"{_INVITATION} ORDER BY id DESC")]


def put_invitation(connection: Connection, row: InvitationRow) -> None:
    _put(connection, "invitation", row)


def largest_invitation(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM invitation").fetchone()[0])


# --- terms ----------------------------------------------------------------------------------------------------------

_TERMS = f"SELECT {_names(TermsRow)} FROM terms_request"


def terms_request(connection: Connection, request: int) -> TermsRow | None:
    row = connection.execute(f"{_TERMS} WHERE request = ?", (request,)).fetchone()
    return TermsRow(*row) if row else None


def terms_requests(connection: Connection, state: str) -> list[TermsRow]:
    """Oldest first."""
    rows = connection.execute(f"{_TERMS} WHERE state = ? ORDER BY request", (state,))
    return [TermsRow(*row) for row in rows]


def terms_requests_of(connection: Connection, client: int) -> list[TermsRow]:
    """Newest first."""
    rows = connection.execute(f"{_TERMS} WHERE client = ? ORDER BY request DESC", (client,))
    return [TermsRow(*row) for row in rows]


def put_terms_request(connection: Connection, row: TermsRow) -> None:
    _put(connection, "terms_request", row)


# --- agreements of a client -----------------------------------------------------------------------------------------


def agreements_of(connection: Connection, client: int, *, after: str = "", limit: int = -1) -> list[AgreementRow]:
    """In the order in which they began; those beyond the one named `after`, which has to be the client's."""
    where, values = "", list[object]()
    if after:
        where = "AND (created_at, id) > (SELECT created_at, id FROM agreement WHERE id = ? AND client = ?)"
        values = [after, client]
    rows = connection.execute(
        f"SELECT id FROM agreement WHERE client = ? {where} ORDER BY created_at, id LIMIT ?", (client, *values, limit)
    ).fetchall()
    return [row for (id,) in rows if (row := agreement_row(connection, id)) is not None]
