"""`/vendors/{id}/contracts/…`: a contract that no statement shows, and what a contract's papers say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terms.errors import FirstpartyError
from vault import ids, owner
from vault.overview import Contract
from vault.relationships import facts
from vault.session import Vault
from vault.store.vendors import VendorRow
from vault.times import day
from web.pages.frame.finding import contract_of, contract_with, vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.routes import Route

_NEW: Final = "stating/contract_new.html"
_EDIT: Final = "stating/contract_edit.html"
# How often contracts are paid.
PERIODS: Final = ("P1W", "P1M", "P2M", "P3M", "P6M", "P1Y", "P2Y")
# Lengths of terms and notices, as contracts have them; one that has another is kept as it is.
LENGTHS: Final = ("P1D", "P7D", "P14D", "P1M", "P6W", "P2M", "P3M", "P6M", "P1Y", "P18M", "P2Y")
# What can be said of a contract, in the order of its life: the fact's name, our words, and how it is asked.
FACTS: Final = {
    "started": (mark("It began on"), "day"),
    "minimum": (mark("It is bound at first for"), "length"),
    "renews": (mark("Does it go on by itself?"), "yes"),
    "renewal": (mark("Then it goes on for"), "length"),
    "notice": (mark("It is cancelled so long before"), "length"),
    "notice-to": (mark("It can be cancelled"), "when"),
    "trial-ends": (mark("The last free or cheaper day is"), "day"),
    "cancelled": (mark("You cancelled it on"), "day"),
    "ends": (mark("Its last day is"), "day"),
    "country": (mark("The law of this country counts, such as DE"), "text"),
}
WHEN: Final = {
    "term-end": mark("to the end of its term"),
    "month-end": mark("to the end of a month"),
    "any-time": mark("to any day"),
}
_UNUSED: Final = "unused"
_TITLE: Final = "title"


# --- one that no statement shows ----------------------------------------------------------------------------------------


def _new(vault: Vault, visit: Visit) -> Answer:
    return _form(visit, vendor_of(vault, visit), {"every": "P1M", "currency": "EUR"})


def _added(vault: Vault, visit: Visit) -> Answer:
    row, form = vendor_of(vault, visit), visit.form
    try:
        with vault.transaction():
            price = owner.price_of(form.get("price", ""), form.get("currency", ""))
            number = owner.add_contract(vault, row, price, form.get("every", ""), title=form.get("title", ""))
            if form.get("started"):
                owner.set_fact(vault, contract_with(vault, row, number), "started", form["started"])
    except FirstpartyError as error:
        return _form(visit, row, form, error)
    return goes_to(f"/vendors/{ids.text('vendor', row.id)}/contracts/{ids.text('contract', number)}?said=saved")


def _form(visit: Visit, row: VendorRow, fields: Mapping[str, str], wrong: FirstpartyError | None = None) -> Answer:
    return visit.shows(_NEW, status=422 if wrong else 200, vendor=row, fields=fields, wrong=wrong, periods=PERIODS)


# --- what its papers say ------------------------------------------------------------------------------------------------


def _shown(vault: Vault, visit: Visit) -> Answer:
    one = contract_of(vault, visit)
    return _page(vault, visit, one, _known(one))


def _known(one: Contract) -> dict[str, str]:
    """What the owner has said; what the analysis found is not repeated as if it had been said."""
    said = {name: fact.text for name, fact in one.row.facts.items() if fact.text != facts.UNSET}
    return {**said, _TITLE: one.row.title, _UNUSED: one.row.unused_since or ""}


def _saved(vault: Vault, visit: Visit) -> Answer:
    one = contract_of(vault, visit)
    said = _changes(_known(one), visit.form)
    at = ""
    try:
        for at, text in said.items():
            _check(at, text)
        at = _TITLE
        with vault.transaction():
            _state(vault, one, said)
    except FirstpartyError as error:
        return _page(vault, visit, one, visit.form, error, at)
    return goes_to(f"/vendors/{ids.text('vendor', one.row.vendor)}?said=saved")


def _changes(known: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    written = {name: form.get(name, "").strip() for name in (_TITLE, *FACTS, _UNUSED)}
    return {name: text for name, text in written.items() if text != known.get(name, "")}


def _check(name: str, text: str) -> None:
    """So that a fault is known to be this one's."""
    if name in FACTS and text:
        facts.canonical(name, text)
    elif name == _UNUSED and text:
        day(text)


def _state(vault: Vault, one: Contract, said: Mapping[str, str]) -> None:
    if _TITLE in said:
        owner.set_fact(vault, one, _TITLE, said[_TITLE])
    if _UNUSED in said:
        owner.set_unused(vault, one, day(said[_UNUSED]) if said[_UNUSED] else None)
    stated = {name: text or facts.UNSET for name, text in said.items() if name in FACTS}
    if stated:
        owner.set_facts(vault, one, stated)


def _page(
    vault: Vault,
    visit: Visit,
    one: Contract,
    fields: Mapping[str, str],
    wrong: FirstpartyError | None = None,
    at: str = "",
) -> Answer:
    return visit.shows(
        _EDIT,
        status=422 if wrong else 200,
        vendor=vendor_of(vault, visit),
        contract=one,
        fields=fields,
        wrong=wrong,
        at=at,
        facts=FACTS,
        lengths=LENGTHS,
        when=WHEN,
    )


def _denied(vault: Vault, visit: Visit) -> Answer:
    one = contract_of(vault, visit)
    owner.dismiss(vault, one)
    return goes_to(f"/vendors/{ids.text('vendor', one.row.vendor)}?said=corrected")


_ONE: Final = "/vendors/{id}/contracts/{contract}"
ROUTES: tuple[Route, ...] = (
    guarded("GET", "/vendors/{id}/contracts/new", _new, "Add a contract"),
    guarded("POST", "/vendors/{id}/contracts/new", _added, "Add a contract"),
    guarded("GET", _ONE, _shown, "What a contract's papers say"),
    guarded("POST", _ONE, _saved, "Say it"),
    guarded("POST", f"{_ONE}/no-contract", _denied, "It is no contract"),
)
