"""Terms: what the owner offers everybody, the exceptions, what vendors answered, and how the choice came about."""

from __future__ import annotations

import json

from msgspec import Struct

from terms.choice import NOTHING_CHOSEN, Scope
from terms.choice_changes import differences
from terms.lifecycle import BINDING, Party, State
from terms.roster import find
from vault import choosing, ids
from vault.agreements import state_at
from vault.choosing import NoVersionError
from vault.session import Vault
from vault.store import agreements as store
from vault.store import vendors as vendor_store
from vault.store.agreements import AgreementRow
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import category, mark
from web.pages.terms import choosing as choosing_pages
from web.pages.terms import one, words
from web.pages.terms.words import LOOKS, STATES
from web.server.answers import Answer
from web.server.routes import Route


class Otherwise(Struct, frozen=True):
    """What is otherwise for some; `href` leads to where it is changed."""

    name: str
    says: tuple[str, ...]
    href: str


class Line(Struct, frozen=True):
    """An agreement as the list has it."""

    row: AgreementRow
    state: State
    name: str
    terms: str

    @property
    def group(self) -> str:
        if self.state is State.COUNTERED:
            return "waiting"
        if self.state in BINDING:
            return "in force"
        return "offered" if self.state is State.PROFFERED else "over"


GROUPS = {
    "waiting": mark("They answered with other terms: your turn"),
    "in force": mark("In force"),
    "offered": mark("Offered, not answered yet"),
    "over": mark("Declined or over"),
}


def _page(vault: Vault, visit: Visit) -> Answer:
    holds = choosing.effective_for(vault.connection, None)
    yours = find(holds.preferred).agreement
    lines = [
        Line(row, state_at(row, vault.now), row.vendor_name or row.client_name, one.name_of(row))
        for row in store.agreements(vault.connection)
    ]
    return visit.shows(
        "terms/page.html",
        yours=yours,
        clauses=words.clauses(yours),
        machine=json.dumps(yours.rules_json, indent=2),
        accepted=[find(one).agreement for one in holds.acceptable if one != yours.id],
        limits=words.sentences(
            one.words for one in holds.fields if one.value is not None and one.name not in ("preferred", "acceptable")
        ),
        exceptions=_exceptions(vault),
        groups={name: [line for line in lines if line.group == name] for name in GROUPS},
        headings=GROUPS,
        states=STATES,
        looks=LOOKS,
        version=choosing.present(vault.connection),
        first=str(Party.FIRST),
    )


def _exceptions(vault: Vault) -> list[Otherwise]:
    choice, names = choosing.present(vault.connection).choice, choosing.names(vault.connection)
    numbers = {row.key: row.id for row in vendor_store.vendors(vault.connection)}
    found = []
    for scope in choice.statements():
        if scope.kind == "general":
            continue
        stated = [one for one in differences(NOTHING_CHOSEN, choice, names) if one.scope == scope]
        says = words.sentences(one.change for one in stated)
        found.append(Otherwise(names.get(scope.key) or category(scope.key), says, _href(scope, numbers)))
    return found


def _href(scope: Scope, numbers: dict[str, int]) -> str:
    if scope.kind == "category":
        return f"/terms/choose?category={scope.key}"
    return f"/terms/choose?vendor={ids.text('vendor', numbers[scope.key])}" if scope.key in numbers else ""


class Version(Struct, frozen=True):
    number: int
    at: str
    note: str
    changed: tuple[str, ...]


def _versions(vault: Vault, visit: Visit) -> Answer:
    names, before = choosing.names(vault.connection), NOTHING_CHOSEN
    found = []
    for version in choosing.versions(vault.connection):
        changed = words.said(before, version.choice, names)
        found.append(Version(version.number, version.at, version.note, changed))
        before = version.choice
    return visit.shows("terms/versions.html", versions=list(reversed(found)))


def _undo(vault: Vault, visit: Visit) -> Answer:
    try:
        choosing.undo(vault)
    except NoVersionError:
        return goes_to("/terms/versions?said=late")
    return goes_to("/terms/versions?said=undone")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/terms", _page, "The terms that you offer"),
    guarded("GET", "/terms/versions", _versions, "How your terms came about"),
    guarded("POST", "/terms/undo", _undo, "Take the last change of your terms back"),
    *choosing_pages.ROUTES,
    *one.ROUTES,
)
