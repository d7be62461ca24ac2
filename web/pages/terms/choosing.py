"""Another agreement, other limits: for everybody, for a kind of vendor, or for one. Each change is a version that can be undone.

The form shows all that is stated at its level, so what is left out of it is stated no longer; and an exception that states nothing
is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from terms.additions import ALL_DATA
from terms.choice import GENERAL, Scope
from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from terms.practice import Contact
from terms.roster import roster
from terms.stated import Stated
from vault import choosing, ids
from vault.relationships.categories import TREE
from vault.session import Vault
from vault.store import vendors as vendor_store
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import category, mark
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_QUERY: Final = {"category": "a category of vendors", "vendor": "the id of a vendor"}
_DURATIONS: Final = ("P7D", "P30D", "P90D", "P6M", "P1Y", "P2Y", "P5Y")
# What people most often refuse; any other is written beside.
PURPOSES: Final = ("dpv:Marketing", "dpv:Personalisation", "dpv:TargetedAdvertising", "dpv:SellDataToThirdParties")
DATA: Final = ("pd:Location", "pd:Health", "pd:Financial", "pd:Behavioural")
PLACES: Final = {"": mark("anywhere"), "EEA": mark("the European Economic Area"), "EU": mark("the European Union")}


class Level(Struct, frozen=True):
    """Whom it is for; `field` and `written` name it in addresses and forms."""

    scope: Scope
    name: str
    field: str
    written: str


def _level(vault: Vault, visit: Visit) -> Level:
    asked = visit.form if visit.form else visit.asked.query
    category, vendor = asked.get("category", ""), asked.get("vendor", "")
    if vendor:
        row = vendor_store.vendor(vault.connection, ids.number_of("vendor", vendor))
        if row is None:
            raise NotFoundError(phrase("there is no such vendor"))
        return Level(Scope("vendor", row.key), row.name, "vendor", vendor)
    if category:
        choosing.check_category(category)
        return Level(Scope("category", category), TREE[category], "category", category)
    return Level(GENERAL, "", "", "")


def _form(vault: Vault, visit: Visit) -> Answer:
    level = _level(vault, visit)
    return _asking(vault, visit, level, _fields(choosing.present(vault.connection).choice.at(level.scope)))


def _asking(
    vault: Vault, visit: Visit, level: Level, fields: Mapping[str, str], wrong: FirstpartyError | None = None
) -> Answer:
    return visit.shows(
        "terms/choose.html",
        status=422 if wrong else 200,
        level=level,
        fields=fields,
        holds=choosing.effective_for(vault.connection, None),
        wrong=wrong,
        roster=roster(),
        durations=_DURATIONS,
        purposes=_offered("purpose-", PURPOSES, fields),
        data=_offered("data-", DATA, fields),
        places=PLACES,
        categories={id: category(id) for id in TREE},
        vendors=sorted(vendor_store.vendors(vault.connection), key=lambda one: one.name.lower()),
    )


def _offered(kind: str, usual: tuple[str, ...], fields: Mapping[str, str]) -> tuple[str, ...]:
    """What may be refused: the usual, and what is."""
    return tuple(dict.fromkeys([*usual, *_chosen(kind, fields)]))


def _chosen(kind: str, form: Mapping[str, str]) -> list[str]:
    return [name.removeprefix(kind) for name in form if name.startswith(kind)]


def _fields(stated: Stated) -> Mapping[str, str]:
    """A statement as the fields of the form; a box that is ticked is there."""
    caps, contact = dict(stated.retention), stated.contact or Contact()
    found = {
        "preferred": stated.preferred or "",
        "kept": caps.pop(ALL_DATA, ""),
        "caps": "\n".join(f"{category} {cap}" for category, cap in caps.items()),
        "duration": stated.duration or "",
        "within": ",".join(stated.transfers_within or ()),
        "channels": ", ".join(contact.channels or ()),
        "hours": contact.hours or "",
        "per_month": "" if contact.per_month is None else str(contact.per_month),
    }
    ticked = [f"accept-{one}" for one in stated.acceptable or () if one != stated.preferred]
    ticked += [f"purpose-{one}" for one in stated.refused_purposes or ()]
    ticked += [f"data-{one}" for one in stated.refused_data or ()]
    return {**found, **dict.fromkeys(ticked, "on")}


def _choose(vault: Vault, visit: Visit) -> Answer:
    level, present = _level(vault, visit), choosing.present(vault.connection)
    try:
        stated = Stated.from_json(_json(visit), "the choice", [])
        choosing.choose(vault, present.choice.stating(level.scope, stated), note=visit.form.get("note", ""))
    except FirstpartyError as error:
        return _asking(vault, visit, level, visit.form, error)
    return goes_to("/terms?said=saved")


def _json(visit: Visit) -> dict[str, object]:
    """The form as the JSON of a statement, which is where it is checked."""
    form = visit.form
    preferred = form.get("preferred") or None
    also = _chosen("accept-", form)
    agreements = {"preferred": preferred, "acceptable": [preferred, *also] if preferred else also or None}
    contact = {
        "channels": _words(form.get("channels", "")) or None,
        "hours": form.get("hours", "").strip() or None,
        "per_month": _times(form.get("per_month", "").strip()),
    }
    additions = {
        "retention": _caps(form.get("kept", ""), form.get("caps", "")) or None,
        "refused_purposes": _chosen("purpose-", form) or None,
        "refused_data": _chosen("data-", form) or None,
        "transfers_within": _words(form.get("within", "")) or None,
        "duration": form.get("duration") or None,
        "contact": contact if any(value is not None for value in contact.values()) else None,
    }
    return {**{name: one for name, one in agreements.items() if one}, "additions": additions}


# More digits than anybody is written to a month.
_MAX_DIGITS: Final = 4


def _times(written: str) -> int | None:
    if not written:
        return None
    if not written.isascii() or not written.isdecimal() or len(written) > _MAX_DIGITS:
        raise UsageError(
            phrase("`%(written)s` is no number of times", written=written[:20]),
            hint=phrase("write a number, such as 2"),
        )
    return int(written)


def _words(written: str) -> list[str]:
    return [one.strip() for one in written.split(",") if one.strip()]


def _caps(everything: str, written: str) -> dict[str, str]:
    """`pd:Location P30D`, one a line."""
    caps = {ALL_DATA: everything} if everything else {}
    for line in filter(None, map(str.strip, written.splitlines())):
        category, _, cap = line.replace("=", " ").rpartition(" ")
        if not category:
            raise UsageError(
                phrase("`%(line)s` names no kind of data", line=line[:40]),
                hint=phrase("write it like pd:Location P30D"),
            )
        caps[category.strip()] = cap
    return caps


def _clear(vault: Vault, visit: Visit) -> Answer:
    """An exception is none any more."""
    level, present = _level(vault, visit), choosing.present(vault.connection)
    choosing.choose(vault, present.choice.stating(level.scope, Stated()))
    return goes_to("/terms?said=saved")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/terms/choose", _form, "Choose your terms", query=_QUERY),
    guarded("POST", "/terms/choose", _choose, "Choose them"),
    guarded("POST", "/terms/clear", _clear, "Take an exception away"),
)
