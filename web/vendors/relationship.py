"""What a vendor gives its customer: contracts, invoices, usage, and what it holds.

Who gives needs an agreement that binds; what was given can be read as long as the client is known. A record that the person
disputes says so, with the reason, and `record.disputed` tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, Literal, TypeVar

import msgspec

from vault import ids, pairwise
from vault.engaging import records
from vault.engaging.given import REF, Amount, Contract, Holding, Holdings, Invoice, Line, Price, Usage, UsedOn
from vault.engaging.records import Taken
from vault.session import Vault
from vault.store import engaging as store
from vault.store.engaging import RecordRow
from web.server import answers, bodies
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import LOCKED, Access, Asked, Handler, Route, effects, reads
from web.vendors import paging

T = TypeVar("T")
State = Literal["recorded", "disputed"]
_CONTRACTS: Final = "/v1/relationship/contracts"
_INVOICES: Final = "/v1/relationship/invoices"
_USAGE: Final = "/v1/relationship/usage"
_HOLDINGS: Final = "/v1/holdings"


class GivenContract(msgspec.Struct, frozen=True):
    """`because` is why the person disputes it; `receipt` proves that this version was recorded (`GET /v1/receipts/{id}`)."""

    ref: str
    state: State
    because: str | None
    version: int
    changed_at: str
    receipt: str
    contract: Contract


class GivenInvoice(msgspec.Struct, frozen=True):
    number: str
    state: State
    because: str | None
    version: int
    changed_at: str
    receipt: str
    invoice: Invoice


class GivenUsage(msgspec.Struct, frozen=True):
    """`id` is that of the delivery."""

    id: str
    state: State
    because: str | None
    changed_at: str
    receipt: str
    usage: Usage


class GivenHoldings(msgspec.Struct, frozen=True):
    state: State
    because: str | None
    version: int
    changed_at: str
    receipt: str
    holdings: tuple[Holding, ...]


class Contracts(msgspec.Struct, frozen=True):
    contracts: tuple[GivenContract, ...]
    next: str | None


class Invoices(msgspec.Struct, frozen=True):
    invoices: tuple[GivenInvoice, ...]
    next: str | None


class Deliveries(msgspec.Struct, frozen=True):
    usage: tuple[GivenUsage, ...]
    next: str | None


# --- as told --------------------------------------------------------------------------------------------------------


def _state(row: RecordRow) -> State:
    return "recorded" if row.because is None else "disputed"


def _receipt(vault: Vault, row: RecordRow) -> str:
    return pairwise.name(vault, row.client, "receipt", row.leaf)


def _contract(vault: Vault, row: RecordRow) -> GivenContract:
    given = records.given_contract(row)
    return GivenContract(row.ref, _state(row), row.because, row.version, row.changed_at, _receipt(vault, row), given)


def _invoice(vault: Vault, row: RecordRow) -> GivenInvoice:
    given = records.given_invoice(row)
    return GivenInvoice(row.ref, _state(row), row.because, row.version, row.changed_at, _receipt(vault, row), given)


def _usage(vault: Vault, row: RecordRow) -> GivenUsage:
    id, given = ids.text("record", row.id), records.given_usage(row)
    return GivenUsage(id, _state(row), row.because, row.changed_at, _receipt(vault, row), given)


def _holdings(vault: Vault, row: RecordRow) -> GivenHoldings:
    given = msgspec.json.decode(row.body, type=Holdings).holdings
    return GivenHoldings(_state(row), row.because, row.version, row.changed_at, _receipt(vault, row), given)


def _told(found: object, row: RecordRow, status: int = 200) -> Answer:
    return answers.json(found, status, ETag=f'"{records.version_tag(row)}"')


# --- contracts ------------------------------------------------------------------------------------------------------


async def _put_contract(asked: Asked) -> Answer:
    given = bodies.json(await bodies.read(asked.request, bodies.JSON), Contract)
    ref, client, fits = _ref(asked), asked.principal.number, _condition(asked)

    def put(vault: Vault) -> Answer:
        taken = records.take_contract(vault, client, ref, given, fits=fits)
        return _told(_contract(vault, taken.row), taken.row, _status(taken))

    return await asked.serving.vault.write(put)


def _status(taken: Taken) -> int:
    return 201 if taken.is_new else 200


def _ref(asked: Asked) -> str:
    written = asked.parameters["ref"]
    if not re.fullmatch(REF, written):
        raise NotFoundError("a contract is not called so")
    return written


def _condition(asked: Asked) -> Callable[[RecordRow | None], bool] | None:
    """What a request says about how the record is now (RFC 9110, 13.1.1 and 13.1.2)."""
    match = ", ".join(asked.request.headers.getall("if-match", []))
    if asked.request.headers.get("if-none-match") == "*":
        return lambda row: row is None
    if not match:
        return None
    if match.strip() == "*":
        return lambda row: row is not None
    tags = {one.strip().strip('"') for one in match.split(",")}
    return lambda row: row is not None and records.version_tag(row) in tags


def _get_contract(vault: Vault, asked: Asked) -> Answer:
    row = store.record(vault.connection, asked.principal.number, "contract", _ref(asked))
    if row is None:
        raise NotFoundError("there is no such contract")
    return _told(_contract(vault, row), row)


# --- lists ----------------------------------------------------------------------------------------------------------


def _listed(
    kind: str, told: Callable[[Vault, RecordRow], T], whole: Callable[[tuple[T, ...], str | None], object]
) -> Handler:
    def page(vault: Vault, asked: Asked) -> Answer:
        limit, after = paging.limit(asked.query), asked.query.get("after")
        try:
            place = 0 if after is None else ids.number_of("record", after)
        except ids.IdError as error:
            raise paging.no_cursor(error) from None
        rows = store.page(vault.connection, asked.principal.number, kind, place, limit + 1)
        found, more = rows[:limit], len(rows) > limit
        return answers.json(
            whole(tuple(told(vault, row) for row in found), ids.text("record", found[-1].id) if more else None)
        )

    return reads(page)


# --- invoices, use, holdings ----------------------------------------------------------------------------------------


def _post_invoice(vault: Vault, asked: Asked, given: Invoice) -> Answer:
    taken = records.take_invoice(vault, asked.principal.number, given)
    return answers.json(_invoice(vault, taken.row), 201)


def _post_usage(vault: Vault, asked: Asked, given: Usage) -> Answer:
    taken = records.take_usage(vault, asked.principal.number, given)
    return answers.json(_usage(vault, taken.row), 201)


async def _put_holdings(asked: Asked) -> Answer:
    given = bodies.json(await bodies.read(asked.request, bodies.JSON), Holdings)
    client = asked.principal.number

    def put(vault: Vault) -> Answer:
        row = records.take_holdings(vault, client, given).row
        return _told(_holdings(vault, row), row)

    return await asked.serving.vault.write(put)


def _get_holdings(vault: Vault, asked: Asked) -> Answer:
    row = store.record(vault.connection, asked.principal.number, "holdings", "")
    if row is None:
        raise NotFoundError("nothing was said about holdings")
    return _told(_holdings(vault, row), row)


# --- routes ---------------------------------------------------------------------------------------------------------

_READ: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)
_MADE: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=201, granted=201, expired=401, revoked=401)
_READ_ERRORS: Final = ("unauthenticated", "forbidden")
_GIVE_ERRORS: Final = (*_READ_ERRORS, "no-agreement", "too-many-records", "period", "usage", "not-written")

_CONTRACT: Final = Contract(
    "Power 12", Price(4_990, "EUR", "P1M"), "energy.electricity", date(2026, 1, 1), "P12M", "P1M", "P1M"
)
_INVOICE: Final = Invoice(
    "2026-0117", date(2026, 4, 1), Amount(4_990, "EUR"), date(2026, 4, 15), "C-4711", (Line("Power 12, April", 4_990),)
)
_USED: Final = Usage("C-4711", (UsedOn(date(2026, 3, 31), "251.4"),))
_HELD: Final = Holding("pd:EmailAddress", "read by grant", "dpv:ServiceProvision", date(2026, 1, 1), "P30D")
_AT: Final = "2026-04-01T09:00:00Z"
_PROVED: Final = "rcp_06f3mzk8v2c4d06f3mzk8v2c4d"
_SHOWN: Final = GivenContract("C-4711", "recorded", None, 1, _AT, _PROVED, _CONTRACT)
_SHOWN_INVOICE: Final = GivenInvoice("2026-0117", "disputed", "I was not supplied in April", 1, _AT, _PROVED, _INVOICE)
_SHOWN_USE: Final = GivenUsage("rec_06f3mzk8v2c4d", "recorded", None, _AT, _PROVED, _USED)
_SHOWN_HOLDINGS: Final = GivenHoldings("recorded", None, 1, _AT, _PROVED, (_HELD,))

ROUTES: tuple[Route, ...] = (
    Route(
        "PUT", f"{_CONTRACTS}/{{ref}}", _put_contract, _READ, "Give a contract, or its next version", GivenContract,
        _SHOWN, Contract, _CONTRACT, errors=(*_GIVE_ERRORS, "not-found", "precondition", "unknown-category"), also=(201,),
    ),
    Route(
        "GET", f"{_CONTRACTS}/{{ref}}", reads(_get_contract), _READ, "A contract that you gave", GivenContract, _SHOWN,
        errors=(*_READ_ERRORS, "not-found"),
    ),
    Route(
        "GET", _CONTRACTS, _listed("contract", _contract, Contracts), _READ, "The contracts that you gave", Contracts,
        Contracts((_SHOWN,), None), errors=_READ_ERRORS, query=paging.QUERY,
    ),
    Route(
        "POST", _INVOICES, effects(_post_invoice, Invoice), _MADE, "Give an invoice, or its next version", GivenInvoice,
        _SHOWN_INVOICE, Invoice, _INVOICE, errors=_GIVE_ERRORS,
    ),
    Route(
        "GET", _INVOICES, _listed("invoice", _invoice, Invoices), _READ, "The invoices that you gave", Invoices,
        Invoices((_SHOWN_INVOICE,), None), errors=_READ_ERRORS, query=paging.QUERY,
    ),
    Route(
        "POST", _USAGE, effects(_post_usage, Usage), _MADE, "Give readings of use", GivenUsage, _SHOWN_USE, Usage, _USED,
        errors=_GIVE_ERRORS,
    ),
    Route(
        "GET", _USAGE, _listed("usage", _usage, Deliveries), _READ, "The readings that you gave", Deliveries,
        Deliveries((_SHOWN_USE,), None), errors=_READ_ERRORS, query=paging.QUERY,
    ),
    Route(
        "PUT", _HOLDINGS, _put_holdings, _READ, "Say what you hold of the person", GivenHoldings, _SHOWN_HOLDINGS,
        Holdings, Holdings((_HELD,)), errors=(*_GIVE_ERRORS, "unknown-category", "unknown-purpose"),
    ),
    Route(
        "GET", _HOLDINGS, reads(_get_holdings), _READ, "What you said that you hold", GivenHoldings, _SHOWN_HOLDINGS,
        errors=(*_READ_ERRORS, "not-found"),
    ),
)  # fmt: skip
