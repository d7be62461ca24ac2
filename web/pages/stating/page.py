"""`/vendors/new` and `/vendors/{id}/edit`: a vendor that no file names; its name, its category, and who else it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import categories, ids, owner
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import vendors as store
from vault.store.vendors import VendorRow
from web.pages.frame.finding import vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import category
from web.pages.stating import contract
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_NEW: Final = "stating/vendor_new.html"
_EDIT: Final = "stating/vendor_edit.html"


def named_categories() -> list[tuple[str, str]]:
    """Every category and its name, those under another after it."""
    names = {id: category(id) for id in categories.tree()}
    paths = {id: [names[above] for above in reversed(categories.ancestors(id))] for id in names}
    return [(id, " · ".join(paths[id])) for id in sorted(names, key=lambda id: [one.casefold() for one in paths[id]])]


# --- a vendor that no file names ----------------------------------------------------------------------------------------


def _new(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_NEW, fields={}, wrong=None, categories=named_categories())


def _added(vault: Vault, visit: Visit) -> Answer:
    form = visit.form
    try:
        number = owner.add_vendor(
            vault, form.get("name", ""), domains=_domains(form.get("site", "")), category=form.get("category", "")
        )
    except FirstpartyError as error:
        return visit.shows(_NEW, status=422, fields=form, wrong=error, categories=named_categories())
    return goes_to(f"/vendors/{ids.text('vendor', number)}/contracts/new?said=vendor-added")


def _domains(site: str) -> tuple[str, ...]:
    written = site.strip()
    if not written:
        return ()
    found = registrable(written)
    if not found:
        raise UsageError(
            phrase("`%(site)s` is no site", site=written[:60]), hint=phrase("it is written like example.org")
        )
    return (found,)


# --- one that is known --------------------------------------------------------------------------------------------------


def _shown(vault: Vault, visit: Visit) -> Answer:
    row = vendor_of(vault, visit)
    return _page(vault, visit, row, {"name": row.name, "category": row.category})


def _saved(vault: Vault, visit: Visit) -> Answer:
    row, form = vendor_of(vault, visit), visit.form
    try:
        with vault.transaction():
            if form.get("name", "").split() != row.name.split():
                owner.rename(vault, row, form.get("name", ""))
            if form.get("category") and form["category"] != row.category:
                owner.set_category(vault, row, form["category"])
    except FirstpartyError as error:
        return _page(vault, visit, row, form, error)
    return _back(row)


def _joined(vault: Vault, visit: Visit) -> Answer:
    row = vendor_of(vault, visit)
    other = store.vendor(vault.connection, ids.number_of("vendor", visit.form.get("other", "")))
    if other is None or other.id == row.id:
        raise NotFoundError(phrase("there is no such other vendor"), hint=phrase("choose one from the list"))
    owner.merge(vault, row, other)
    return _back(row)


def _parted(vault: Vault, visit: Visit) -> Answer:
    row = vendor_of(vault, visit)
    chosen = [value for name, value in visit.form.items() if name.startswith("part-")]
    wrong: FirstpartyError | None = None
    try:
        if chosen:
            owner.split(vault, row, chosen)
            return _back(row)
        wrong = UsageError(phrase("nothing is chosen"), hint=phrase("choose what is another vendor"))
    except FirstpartyError as error:
        wrong = error
    return _page(vault, visit, row, {"name": row.name, "category": row.category}, wrong, at="parts")


def _back(row: VendorRow) -> Answer:
    return goes_to(f"/vendors/{ids.text('vendor', row.id)}?said=corrected")


def _page(
    vault: Vault,
    visit: Visit,
    row: VendorRow,
    fields: Mapping[str, str],
    wrong: FirstpartyError | None = None,
    at: str = "name",
) -> Answer:
    overview = overview_of(vault)
    payees = {one.key: one.name for one in store.payees(vault.connection, row.id)}
    return visit.shows(
        _EDIT,
        status=422 if wrong else 200,
        vendor=row,
        fields=fields,
        wrong=wrong,
        at=at,
        categories=named_categories(),
        others=[one for one in overview.vendors if one.id != row.id],
        pieces=[*sorted(payees.items(), key=lambda part: part[1].casefold()), *((one, one) for one in row.domains)],
    )


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/vendors/new", _new, "Add a vendor"),
    guarded("POST", "/vendors/new", _added, "Add a vendor"),
    guarded("GET", "/vendors/{id}/edit", _shown, "Correct a vendor"),
    guarded("POST", "/vendors/{id}/edit", _saved, "Its name and category"),
    guarded("POST", "/vendors/{id}/join", _joined, "Another vendor is the same"),
    guarded("POST", "/vendors/{id}/part", _parted, "A part of it is another vendor"),
    *contract.ROUTES,
)
