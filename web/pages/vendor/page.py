"""One vendor: contracts with the last day to cancel and how it is reckoned, prices, everything that passed, what they hold and see,
whose terms rule; and what the owner can do: cancel, ask for a copy, ask to erase, stop sharing, leave well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from vault import granting, ids, owner
from vault.engaging import addressees, cancelling, holdings, rights, timeline
from vault.engaging.letters import Letter
from vault.money import Money
from vault.overview import Contract, Overview
from vault.policy.rights_life import Right
from vault.relationships.facts import UNSET
from vault.session import Vault
from vault.store import vendors as vendor_store
from vault.store.vendors import VendorRow
from web.pages.frame import charts
from web.pages.frame.charts import Steps
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.language import LANGUAGES
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark, saying
from web.pages.vendor.leaving import leaving
from web.pages.vendor.terms import terms_with
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

PATH: Final = "/vendors/{id}"
_LETTER: Final = "/vendors/{id}/letter/{contract}"
_SHOWN: Final = 20
_QUERY: Final = {"before": "where the timeline goes on"}
_LANGUAGE: Final = {"language": "what the vendor reads: en or de"}
# What an address is good for, or what it is.
CONTACTS: Final = {
    "privacy": mark("for privacy:"),
    "support": mark("for customers:"),
    "email": mark("mail:"),
    "mail": mark("post:"),
    "phone": mark("phone:"),
    "account": mark("where you log in:"),
    "website": mark("website:"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A contract with its picture and table; `so_far` is what was paid for it."""

    contract: Contract
    prices: tuple[tuple[date, Money], ...]
    picture: Steps | None
    so_far: Money | None


def _page(vault: Vault, visit: Visit) -> Answer:
    overview, row = _found(vault, visit)
    to = addressees.of_vendor(vault, row)
    contracts = overview.by_vendor.get(row.id, [])
    grants = [one for one in granting.listed(vault.connection, vault.now) if one.row.vendor == row.id]
    return visit.shows(
        "vendor/page.html",
        vendor=row,
        stage=overview.stage(row),
        per_month=tuple(overview.cost_per_month(contracts).values()),
        contracts=[_with_prices(one) for one in contracts],
        live=[one for one in grants if one.is_live],
        over=[one for one in grants if not one.is_live],
        held=holdings.compared(vault, row.id),
        terms=terms_with(vault, row),
        timeline=timeline.page(vault, to, limit=_SHOWN, before=visit.asked.query.get("before")),
        asked=[one for one in rights.listed(vault) if one.row.vendor == row.id],
        rights=[str(one) for one in Right],
        steps=leaving(vault, overview, row, grants),
        accounts=vendor_store.accounts(vault.connection, row.id),
        contacts=to.contacts,
    )


def _found(vault: Vault, visit: Visit) -> tuple[Overview, VendorRow]:
    row = vendor_store.vendor(vault.connection, ids.number_of("vendor", visit.parameters["id"]))
    if row is None:
        raise NotFoundError("there is no such vendor")
    return Overview(vault.connection, vault.now.date()), row


def _with_prices(one: Contract) -> Shown:
    row = one.row
    points: list[tuple[date, int]] = []
    if row.first_charged and not row.variable:
        first = row.price_changes[0].from_minor if row.price_changes else row.price_minor
        points = [(date.fromisoformat(row.first_charged), first)]
        points += [(change.on, change.to_minor) for change in row.price_changes]
    until = min(one.today, one.last_day or one.today)
    paid = -sum(minor for _, _, minor in one.charges)
    return Shown(
        one,
        tuple((on, Money(minor, row.currency)) for on, minor in points),
        charts.steps(points, until, row.currency) if len(points) > 1 else None,
        Money(paid, row.currency) if one.charges else None,
    )


# --- what the owner does --------------------------------------------------------------------------------------------


def _contract(vault: Vault, visit: Visit) -> Contract:
    overview, row = _found(vault, visit)
    number = ids.number_of("contract", visit.parameters["contract"])
    found = next((one for one in overview.by_vendor.get(row.id, []) if one.row.id == number), None)
    if found is None:
        raise NotFoundError("there is no such contract")
    return found


def _letter(vault: Vault, visit: Visit) -> Answer:
    contract = _contract(vault, visit)
    wanted = visit.asked.query.get("language", "")
    spoken = wanted if wanted in LANGUAGES else visit.language
    found = cancelling.letter(vault, contract, saying(spoken))
    return visit.shows(
        "vendor/letter.html",
        contract=contract,
        letter=found,
        mail=_mail(found),
        cancel=contract.deadline("cancel_by"),
        spoken=spoken,
        languages=LANGUAGES,
        kinds=CONTACTS,
    )


def _mail(letter: Letter) -> str:
    """A draft in the mail program (RFC 6068)."""
    to = next((address.removeprefix("mailto:") for kind, address in letter.to if "@" in address), "")
    return f"mailto:{quote(to, safe='@')}?subject={quote(letter.subject)}&body={quote(letter.text)}"


def _cancelled(vault: Vault, visit: Visit) -> Answer:
    contract, day = _contract(vault, visit), visit.form.get("day", "")
    owner.set_fact(vault, contract, "cancelled", day or contract.today.isoformat())
    return _back(visit, "saved")


def _not_cancelled(vault: Vault, visit: Visit) -> Answer:
    owner.set_fact(vault, _contract(vault, visit), "cancelled", UNSET)
    return _back(visit, "undone")


def _ask(vault: Vault, visit: Visit) -> Answer:
    _, row = _found(vault, visit)
    rights.ask(vault, addressees.of_vendor(vault, row), Right(visit.form.get("right", "")), visit.form.get("note", ""))
    return _back(visit, "asked")


def _back(visit: Visit, said: str) -> Answer:
    return goes_to(f"/vendors/{visit.parameters['id']}?said={said}")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _page, "One vendor", query=_QUERY),
    guarded("GET", _LETTER, _letter, "The letter that cancels a contract", query=_LANGUAGE),
    guarded("POST", "/vendors/{id}/contracts/{contract}/cancelled", _cancelled, "Note that a contract was cancelled"),
    guarded("POST", "/vendors/{id}/contracts/{contract}/not-cancelled", _not_cancelled, "Take that back"),
    guarded("POST", "/vendors/{id}/rights", _ask, "Ask a vendor for a right"),
)
