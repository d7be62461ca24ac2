"""Agreements over the wire: proffered, answered, and the identical record fetched.

Entries stand in an answer byte for byte as they were signed. `{"entries": [...], "format": <history>}` in canonical JSON (RFC
8785) is the history that the person exports.
"""

from __future__ import annotations

from typing import Annotated, Final, cast

import msgspec

from terms.agreement import HISTORY_FORMAT
from terms.errors import FirstpartyError
from terms.proof import jcs
from terms.refusals import CODES
from vault import agreements, meeting
from vault.policy.strict import MAX_TITLE
from vault.session import Vault
from vault.store import meeting as store
from vault.store.agreements import AgreementRow
from web.server import answers, problems
from web.server.answers import Answer
from web.server.limits import Limit
from web.server.routes import LOCKED, Access, Asked, Route, effects, reads
from web.vendors import paging

PATH: Final = "/v1/agreements"
# Each is judged, and may reach the person.
ASKING: Final = Limit("agreements", 60, 3600)
ENTRIES: Final = Limit("agreement-entries", 120, 3600)
MAX_ID: Final = 64
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]
WAITING: Final = "waiting"


class TermsRefusedError(FirstpartyError):
    code = "terms-refused"


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`terms` is an id or IRI of `/v1/terms`, or of another agreement of the roster; `replaces` an agreement of yours that binds."""

    terms: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TITLE)]
    replaces: Id | None = None


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`entry` is the signed JSON object: an acceptance, a counter-offer, or an event."""

    entry: dict[str, object]


class Named(msgspec.Struct, frozen=True):
    """Terms as records name them: the hash is of text and rules."""

    id: str
    iri: str
    hash: str


class Agreement(msgspec.Struct, frozen=True):
    """`state` is as of now, and `waiting` while the person is asked, when there is nothing else yet. `history` is the format of
    the record that the entries are."""

    id: str | None
    state: str
    terms: Named
    answer_by: str | None
    valid_until: str | None
    replaces: str | None
    history: str
    entries: tuple[msgspec.Raw, ...]


class Listed(msgspec.Struct, frozen=True):
    """Without its entries."""

    id: str
    state: str
    terms: str
    answer_by: str
    valid_until: str | None
    replaces: str | None


class Agreements(msgspec.Struct, frozen=True):
    """In the order in which they began. `next` is null on the last page."""

    agreements: tuple[Listed, ...]
    next: str | None


def _ask(vault: Vault, asked: Asked, wanted: Wanted) -> Answer:
    client = asked.principal.number
    found = meeting.ask(vault, client, wanted.terms, meeting.butler(vault), replaces=wanted.replaces)
    if found.state == "proffered":
        path = f"{PATH}/{found.agreement}"
        return answers.json(_whole(vault, client, found.agreement), 201 if found.is_new else 200, Location=path)
    if found.state == "waiting":
        return answers.json(_waiting(wanted), 202)
    # Answered, not raised: what was decided is kept.
    told = f"because of {', '.join(f'`{code}`' for code in found.told)}" if found.told else "as you were told before"
    return problems.answer(TermsRefusedError(told, hint="see GET /v1/terms"))


def _waiting(wanted: Wanted) -> Agreement:
    from terms.roster import agreement

    named = agreements.present_roster()[agreement(wanted.terms).id]
    return Agreement(
        None, WAITING, Named(named.id, named.iri, named.hash), None, None, wanted.replaces, HISTORY_FORMAT, ()
    )


def _reply(vault: Vault, asked: Asked, body: Entry) -> Answer:
    client, id = asked.principal.number, asked.parameters["id"]
    refusal = meeting.reply(vault, client, id, jcs.canonical(_signed(body)), meeting.butler(vault))
    if refusal is not None:
        return problems.answer(refusal)  # not raised: the failed attempt is on record
    return answers.json(_whole(vault, client, id))


def _signed(body: Entry) -> jcs.JsonValue:
    return cast(jcs.JsonValue, body.entry)  # it was read as JSON


def _one(vault: Vault, asked: Asked) -> Answer:
    return answers.json(_whole(vault, asked.principal.number, asked.parameters["id"]))


def _whole(vault: Vault, client: int, id: str) -> Agreement:
    row = meeting.own(vault, client, id)
    history = agreements.held(vault, id).history
    terms = history.agreement.terms
    return Agreement(
        row.id,
        agreements.state_at(row, vault.now),
        Named(terms.id, terms.iri, terms.hash),
        row.answer_by,
        row.valid_until,
        row.replaces,
        HISTORY_FORMAT,
        tuple(msgspec.Raw(entry.raw) for entry in history.entries),
    )


def _list(vault: Vault, asked: Asked) -> Answer:
    client, wanted = asked.principal.number, paging.limit(asked.query)
    rows = store.agreements_of(vault.connection, client, after=_after(vault, asked), limit=wanted + 1)
    page = rows[:wanted]
    return answers.json(
        Agreements(tuple(_listed(vault, row) for row in page), page[-1].id if len(rows) > wanted else None)
    )


def _after(vault: Vault, asked: Asked) -> str:
    after = asked.query.get("after", "")
    try:
        return meeting.own(vault, asked.principal.number, after).id if after else ""
    except FirstpartyError:
        raise paging.no_cursor() from None


def _listed(vault: Vault, row: AgreementRow) -> Listed:
    state = agreements.state_at(row, vault.now)
    return Listed(row.id, state, row.terms, row.answer_by, row.valid_until, row.replaces)


_ID: Final = "agr_0123456789abcdefghjkmnpqrs"
_TERMS: Final = agreements.present_roster()["SD-BASE"]
_SIGNED: Final[dict[str, object]] = {
    "agreement": _ID, "kind": "accepted", "signatures": [{"protected": "eyJhbGciOiJFZERTQSJ9", "signature": "c2lnbmF0dXJl"}],
}  # fmt: skip
_EXAMPLE: Final = Agreement(
    _ID,
    "proffered",
    Named(_TERMS.id, _TERMS.iri, _TERMS.hash),
    "2026-04-14T12:00:00Z",
    None,
    None,
    HISTORY_FORMAT,
    (msgspec.Raw(msgspec.json.encode(_SIGNED)),),
)
_LISTED: Final = Listed(_ID, "active", _TERMS.id, "2026-04-14T12:00:00Z", None, None)
_SEEN: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)
_MADE: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=201, granted=201, expired=401, revoked=401)
_REFUSED: Final = ("unauthenticated", "forbidden")
_ONE: Final = f"{PATH}/{{id}}"

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        PATH,
        effects(_ask, Wanted),
        _MADE,
        "Ask for terms to be proffered to you",
        Agreement,
        _EXAMPLE,
        body=Wanted,
        body_example=Wanted("SD-BASE"),
        errors=(
            *_REFUSED,
            "turned-away",
            "terms-refused",
            "too-many-open",
            "off-roster",
            "not-found",
            "illegal-event",
        ),
        limit=ASKING,
        also=(200, 202),
    ),
    Route(
        "GET",
        PATH,
        reads(_list),
        _SEEN,
        "Your agreements with the person",
        Agreements,
        Agreements((_LISTED,), None),
        query=paging.QUERY,
        errors=_REFUSED,
    ),
    Route(
        "GET",
        _ONE,
        reads(_one),
        _SEEN,
        "One agreement with its record",
        Agreement,
        _EXAMPLE,
        errors=(*_REFUSED, "not-found"),
    ),
    Route(
        "POST",
        f"{_ONE}/entries",
        effects(_reply, Entry),
        _SEEN,
        "Accept, counter, refuse or end: your signed entry",
        Agreement,
        _EXAMPLE,
        body=Entry,
        body_example=Entry(_SIGNED),
        errors=(*_REFUSED, "turned-away", "not-found", *CODES),
        limit=ENTRIES,
    ),
)
