"""Invoices of a vendor beside the bank: `/vendors/{id}/invoices` has all, and one has a page on which the owner says otherwise."""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.engaging import settlements
from vault.engaging.settlements import Settlement
from vault.session import Vault
from web.pages.frame.finding import vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

LIST: Final = "/vendors/{id}/invoices"
ONE: Final = "/vendors/{id}/invoices/{record}"
_QUERY: Final = {"before": "the invoice after which the list goes on"}
_SHOWN: Final = 60


def _all(vault: Vault, visit: Visit) -> Answer:
    vendor = vendor_of(vault, visit)
    found = settlements.listed(vault, vendor.id)
    before = visit.asked.query.get("before", "")
    names = [ids.text("record", one.record.id) for one in found]
    first = names.index(before) + 1 if before in names else 0
    shown, last = found[first : first + _SHOWN], first + _SHOWN
    return visit.shows(
        "vendor/invoices.html",
        vendor=vendor,
        today=vault.now.date(),
        invoices=shown,
        onward=names[last - 1] if last < len(found) else "",
    )


def _one(vault: Vault, visit: Visit) -> Answer:
    return _shown(vault, visit)


def _shown(vault: Vault, visit: Visit, *, wrong: FirstpartyError | None = None) -> Answer:
    one = _of(vault, visit)
    return visit.shows(
        "vendor/invoice.html",
        status=422 if wrong else 200,
        wrong=wrong,
        vendor=vendor_of(vault, visit),
        today=vault.now.date(),
        one=one,
        choices=settlements.choices(vault, one),
        is_said=settlements.is_said(vault, one.record.id),
    )


def _of(vault: Vault, visit: Visit) -> Settlement:
    vendor = vendor_of(vault, visit)
    found = settlements.by_record(vault, vendor.id).get(ids.number_of("record", visit.parameters["record"]))
    if found is None:
        raise NotFoundError(phrase("there is no such invoice"), hint=phrase("look at the vendor's page"))
    return found


def _said(vault: Vault, visit: Visit) -> Answer:
    record, form = _of(vault, visit).record.id, visit.form
    here = ONE.replace("{id}", visit.parameters["id"]).replace("{record}", visit.parameters["record"])
    if form.get("do") == "undo":
        settlements.undecided(vault, record)
        return goes_to(f"{here}?said=undone")
    try:
        say = settlements.belongs_not if form.get("do") == "not" else settlements.belongs
        say(vault, record, ids.number_of("charge", form.get("charge", "")))
    except FirstpartyError as error:
        return _shown(vault, visit, wrong=error)
    return goes_to(f"{here}?said=saved")


ROUTES: tuple[Route, ...] = (
    guarded("GET", LIST, _all, "Invoices of a vendor", query=_QUERY),
    guarded("GET", ONE, _one, "One invoice and its charge"),
    guarded("POST", ONE, _said, "Say which charge is an invoice's"),
)
