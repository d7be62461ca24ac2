"""One vendor: contracts with the last day to cancel and how it is reckoned, prices, everything that passed, what they hold and see,
whose terms rule; and what the owner can do: cancel, ask for a copy, ask to erase, stop sharing, leave well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import granting, owner
from vault.engaging import addressees, holdings, rights, settlements, timeline
from vault.money import Money
from vault.policy.rights_life import LIVE, Right, State
from vault.relationships.facts import UNSET
from vault.session import Vault
from vault.store import vendors as vendor_store
from vault.store.vendors import AccountRow
from web.pages.frame.finding import contract_of, vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.right_words import LOOKS, RIGHTS, STATES
from web.pages.frame.wording import fault, mark
from web.pages.vendor import invoices, letters
from web.pages.vendor.leaving import leaving
from web.pages.vendor.paid import by_month, with_prices
from web.pages.vendor.passed import YOU, passed
from web.pages.vendor.terms import terms_with
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/vendors/{id}"
_SHOWN: Final = 15
_QUERY: Final = {"before": "where the timeline goes on", "ask": "the right to ask for"}
# What a vendor says that it holds, beside what it got here.
HELD: Final[Mapping[str, str]] = {
    "agrees": mark("as it was shared"),
    "not-released": mark("never shared from here"),
    "not-stated": mark("read, but they do not say so"),
    "kept-too-long": mark("kept too long"),
}
# How a contract stands.
STATUSES: Final = (mark("active"), mark("trial"), mark("cancelled"), mark("ended"))


def _page(vault: Vault, visit: Visit) -> Answer:
    return _shown(vault, visit)


def _shown(vault: Vault, visit: Visit, *, wrong: str = "", at: str = "") -> Answer:
    overview, row = overview_of(vault), vendor_of(vault, visit)
    to = addressees.of_vendor(vault, row)
    contracts = overview.by_vendor.get(row.id, [])
    grants = [one for one in granting.listed(vault.connection, vault.now) if one.row.vendor == row.id]
    lines, onward = timeline.lines(vault, to, limit=_SHOWN, before=visit.asked.query.get("before"))
    accounts = vendor_store.accounts(vault.connection, row.id)
    return visit.shows(
        "vendor/page.html",
        status=422 if wrong else 200,
        wrong=wrong,
        at=at,
        typed=visit.form,
        vendor=row,
        today=overview.today,
        stage=overview.stage(row),
        per_month=tuple(overview.cost_per_month(contracts).values()),
        paid=[Money(minor, currency) for currency, minor in row.paid.items() if minor > 0],
        cancel=min(
            (one for each in contracts if (one := each.deadline("cancel_by"))), key=lambda one: one.on, default=None
        ),
        kept=owner.kept(vault.connection),
        running=[one for one in contracts if one.status in ("active", "trial")],
        contracts=[with_prices(one) for one in contracts],
        invoices=settlements.listed(vault, row.id),
        months=by_month(vault, row, overview.today),
        live=[one for one in grants if one.is_live],
        held=holdings.compared(vault, row.id),
        held_words=HELD,
        terms=terms_with(vault, row),
        timeline=[(one.who == YOU, passed(one)) for one in lines],
        onward=onward,
        asked=[one for one in rights.listed(vault) if one.row.vendor == row.id],
        ask=_right(visit),
        rights=RIGHTS,
        states=STATES,
        looks=LOOKS,
        waiting=LIVE | {State.OVERDUE},
        steps=leaving(vault, overview, row, grants),
        accounts=[(one, _site(one)) for one in accounts],
        contacts=[(letters.CONTACTS.get(one.kind, one.kind), one.value) for one in to.contacts],
    )


def _right(visit: Visit) -> str:
    wanted = visit.form.get("right", "") or visit.asked.query.get("ask", "")
    return wanted if wanted in RIGHTS else Right.ACCESS


def _site(account: AccountRow) -> str:
    """Where one logs in, if a browser may be sent there."""
    return next((one for one in account.urls if one.startswith("https://")), "")


# --- what the owner does --------------------------------------------------------------------------------------------


def _cancelled(vault: Vault, visit: Visit) -> Answer:
    contract, day = contract_of(vault, visit), visit.form.get("day", "")
    try:
        owner.set_fact(vault, contract, "cancelled", day or contract.today.isoformat())
    except FirstpartyError as error:
        return _shown(vault, visit, wrong=fault(error), at=f"day-{visit.parameters['contract']}")
    return _back(visit, "saved")


def _not_cancelled(vault: Vault, visit: Visit) -> Answer:
    owner.set_fact(vault, contract_of(vault, visit), "cancelled", UNSET)
    return _back(visit, "undone")


def _kept(vault: Vault, visit: Visit) -> Answer:
    """For the term whose last day the page showed: one that stands there since another day is not meant."""
    contract, on = contract_of(vault, visit), visit.form.get("on", "")
    deadline = contract.deadline("cancel_by")
    if deadline is None or on != deadline.on.isoformat():
        return _back(visit, "late")
    owner.keep(vault, contract, deadline.on)
    return _back(visit, "keeping")


def _not_kept(vault: Vault, visit: Visit) -> Answer:
    owner.keep_no_more(vault, contract_of(vault, visit))
    return _back(visit, "undone")


def _ask(vault: Vault, visit: Visit) -> Answer:
    row = vendor_of(vault, visit)
    try:
        if visit.form.get("right", "") not in RIGHTS:
            raise UsageError(phrase("this is nothing that one can ask for"), hint=phrase("choose from the list"))
        right = Right(visit.form["right"])
        rights.ask(vault, addressees.of_vendor(vault, row), right, visit.form.get("note", ""))
    except FirstpartyError as error:
        return _shown(vault, visit, wrong=fault(error), at="right")
    return _back(visit, "asked")


def _back(visit: Visit, said: str) -> Answer:
    page = "/" if visit.form.get("from") == "today" else f"/vendors/{visit.parameters['id']}"
    return goes_to(f"{page}?said={said}")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _page, "One vendor", query=_QUERY),
    guarded("POST", "/vendors/{id}/contracts/{contract}/cancelled", _cancelled, "Note that a contract was cancelled"),
    guarded("POST", "/vendors/{id}/contracts/{contract}/not-cancelled", _not_cancelled, "Take that back"),
    guarded("POST", "/vendors/{id}/contracts/{contract}/kept", _kept, "Let a contract run on for a term"),
    guarded("POST", "/vendors/{id}/contracts/{contract}/not-kept", _not_kept, "Take that back"),
    guarded("POST", "/vendors/{id}/rights", _ask, "Ask a vendor for a right"),
    *letters.ROUTES,
    *invoices.ROUTES,
)
