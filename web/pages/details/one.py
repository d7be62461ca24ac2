"""`/details/{id}`: one of the owner's details, changed once; and `/details/new`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from terms import dpv
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import granting, ids, profile
from vault.granting import Grant
from vault.granting.covering import covers_attribute
from vault.profile import Attribute
from vault.session import Vault
from vault.times import day
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import term
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_PAGE: Final = "details/one.html"
_NEW: Final = "details/new.html"
# What most vendors ask for, with what browsers fill in for it (WCAG 1.3.5; HTML, autofill).
COMMON: Final[Mapping[str, str]] = {
    "pd:Name": "name",
    "pd:EmailAddress": "email",
    "pd:PhysicalAddress": "street-address",
    "pd:TelephoneNumber": "tel",
    "pd:BirthDate": "bday",
}


def seen_by(vault: Vault, category: str, label: str) -> tuple[Grant, ...]:
    """The grants by which it may be read now."""
    grants = granting.listed(vault.connection, vault.now)
    live = [one for one in grants if one.is_live]
    return tuple(one for one in live if covers_attribute(one.permission.data, one.row.labels, category, label))


# --- one that there is ----------------------------------------------------------------------------------------------


def _shown(vault: Vault, visit: Visit) -> Answer:
    attribute = _found(vault, visit)
    value = attribute.present.value if attribute.present else ""
    fields = {"value": value if isinstance(value, str) else "\n".join(value)}
    return _page(vault, visit, attribute, fields)


def _changed(vault: Vault, visit: Visit) -> Answer:
    attribute = _found(vault, visit)
    try:
        _put(vault, attribute.category, attribute.label, visit.form)
    except FirstpartyError as error:
        return _page(vault, visit, attribute, visit.form, error)
    return goes_to("/details?said=detail-kept")


def _removed(vault: Vault, visit: Visit) -> Answer:
    attribute = _found(vault, visit)
    if attribute.present is not None:
        profile.remove(vault, profile.find(vault.connection, attribute.id))
    return goes_to("/details?said=detail-ended")


def _erased(vault: Vault, visit: Visit) -> Answer:
    attribute = _found(vault, visit)
    what = visit.form.get("what")
    if what not in ("past", "all"):  # nothing is forgotten for good but what was named
        return goes_to(f"/details/{attribute.id}")
    profile.erase(vault, profile.find(vault.connection, attribute.id), only_past=what == "past")
    return goes_to(f"/details/{attribute.id}?said=detail-erased" if what == "past" else "/details?said=detail-erased")


def _found(vault: Vault, visit: Visit) -> Attribute:
    number = ids.number_of("attribute", visit.parameters["id"])
    held = profile.attributes(vault.connection, vault.now.date())
    found = next((attribute for attribute in held if attribute.number == number), None)
    if found is None:
        raise NotFoundError(phrase("there is no such detail"), hint=phrase("it may have been erased"))
    return found


def _page(
    vault: Vault,
    visit: Visit,
    attribute: Attribute,
    fields: Mapping[str, object],
    wrong: FirstpartyError | None = None,
) -> Answer:
    return visit.shows(
        _PAGE,
        status=422 if wrong else 200,
        attribute=attribute,
        fields=fields,
        wrong=wrong,
        kind=attribute.kind,
        fills=COMMON.get(attribute.category, "off"),
        seen_by=seen_by(vault, attribute.category, attribute.label),
        today=vault.now.date().isoformat(),
    )


def _put(vault: Vault, category: str, label: str, fields: Mapping[str, str]) -> None:
    since = fields.get("since", "").strip()
    profile.put(
        vault,
        category,
        fields.get("value", "").splitlines(),
        label=label,
        since=day(since) if since else None,
        preferred="preferred" in fields,
    )


# --- a new one ------------------------------------------------------------------------------------------------------


def _new(vault: Vault, visit: Visit) -> Answer:
    category = visit.asked.query.get("category", "")
    return _form(visit, {"category": category} if category in _categories() else {})


def _added(vault: Vault, visit: Visit) -> Answer:
    try:
        _put(vault, visit.form.get("category", ""), visit.form.get("label", ""), visit.form)
    except FirstpartyError as error:
        return _form(visit, visit.form, error)
    return goes_to("/details?said=detail-kept")


def _form(visit: Visit, fields: Mapping[str, str], wrong: FirstpartyError | None = None) -> Answer:
    category = fields.get("category", "")
    return visit.shows(
        _NEW,
        status=422 if wrong else 200,
        fields=fields,
        wrong=wrong,
        at="category" if wrong and wrong.code == "unknown-category" else "value",
        common=tuple(COMMON),
        others=sorted((one for one in _categories() if one not in COMMON), key=lambda one: term(one).casefold()),
        kind=profile.kind_of(category) if category else "address",
        fills=COMMON.get(category, "off"),
    )


@cache
def _categories() -> frozenset[str]:
    return frozenset(one for one in dpv.personal_data().terms() if one.startswith("pd:"))


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/details/new", _new, "Say a detail of yours", query={"category": "what it is"}),
    guarded("POST", "/details/new", _added, "Keep it"),
    guarded("GET", "/details/{id}", _shown, "One of your details"),
    guarded("POST", "/details/{id}", _changed, "Change it"),
    guarded("POST", "/details/{id}/remove", _removed, "Note that it is not so any more"),
    guarded("POST", "/details/{id}/erase", _erased, "Forget it for good"),
)
