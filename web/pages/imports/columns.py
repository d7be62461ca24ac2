"""`/import/{id}/columns/{place}`: a table that cannot be told, explained by its owner; from then on its bank's are known.

What is left empty is taken as the file says itself, so that only what is missing has to be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.isolation import Unmapped
from terms.phrases import phrase
from web.pages.frame.guard import Visit, checked, own_form
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.pages.imports import arrivals
from web.pages.imports.arrivals import Arrival, Stage, Verdict
from web.server.answers import Answer
from web.server.problems import NotFoundError

_PAGE: Final = "imports/columns.html"
# What may be in a column: the reader's name for it, and ours.
ROLES: Final = {
    "booked": mark("Day"),
    "amount": mark("Amount"),
    "debit": mark("Amount that went out, where it has a column of its own"),
    "credit": mark("Amount that came in, where it has a column of its own"),
    "counterparty": mark("Who was paid, or paid"),
    "purpose": mark("What for"),
    "currency": mark("Currency"),
}
# Few banks have them apart.
_SELDOM: Final = ("debit", "credit")
# How the file is written: the reader's name for it, its choices, and ours.
STYLES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "date_style": (
        mark("How days are written"),
        {"DMY": mark("day, month, year"), "MDY": mark("month, day, year"), "YMD": mark("year, month, day")},
    ),
    "decimal": (mark("Before the cents stands"), {",": mark("a comma"), ".": mark("a point")}),
    "sign": (
        mark("What you paid"),
        {"normal": mark("has a minus"), "inverted": mark("has none, and what you got back has one")},
    ),
}
# The codes of the reader's questions: the field that answers, and the question.
ASKED: Final = {
    "unmapped-columns": ("booked", mark("Which column has the day, and which the amount?")),
    "ambiguous-dates": ("date_style", mark("Does the day come first in its dates, or the month?")),
    "unknown-currency": ("code", mark("In which currency are its amounts?")),
}
_OTHERWISE: Final = ("booked", mark("With these columns it cannot be read. Choose others."))
# The reader's signs in the name of a column (`owner_mapping`): one that has them is named by its number.
_SIGNS: Final = (" + ", "=", "#")
_CODE_LETTERS: Final = 3


async def shown(visit: Visit) -> Answer:
    arrival, verdict = _found(visit)
    return _page(visit, arrival, verdict, ASKED.get(verdict.asked, _OTHERWISE) if verdict.fields else None, 200)


async def told(visit: Visit) -> Answer:
    """The table read again, with all others that have its headings."""
    fields = checked(await own_form(visit.asked), visit.session)
    arrival, verdict = _found(visit)
    verdict.fields = {name: value for name, value in fields.items() if value and name != "form_token"}
    code = fields.get("code", "").strip()
    if code and not (len(code) == _CODE_LETTERS and code.isascii() and code.isalpha()):
        wrong = ("code", mark("A currency has three letters, such as EUR."))
        return _page(visit, arrival, verdict, wrong, 422)
    mapping = _mapping(verdict.table, fields)
    if not mapping:
        return _page(visit, arrival, verdict, ASKED.get(verdict.asked, _OTHERWISE), 422)
    arrivals.read_mapped(visit.serving, arrival, verdict, mapping)
    await arrivals.settled(arrival, arrivals.MOMENT_SECONDS)
    asked_again = next((n for n, one in enumerate(arrival.verdicts) if one.table and one.fields), None)
    if arrival.stage is Stage.READY and asked_again is not None:
        return goes_to(f"/import/{arrival.id}/columns/{asked_again}")
    return goes_to(f"/import/{arrival.id}")


def _found(visit: Visit) -> tuple[Arrival, Verdict]:
    arrival, place = arrivals.found(visit.serving, visit.parameters["id"]), visit.parameters["place"]
    number = int(place) if place.isdecimal() and len(place) < 6 else len(arrival.verdicts)
    verdict = arrival.verdicts[number] if number < len(arrival.verdicts) else None
    if arrival.stage is not Stage.READY or verdict is None or verdict.table is None:
        raise NotFoundError(phrase("there is no such table any more"), hint=phrase("bring the files again"))
    return arrival, verdict


def _page(visit: Visit, arrival: Arrival, verdict: Verdict, wrong: tuple[str, str] | None, status: int) -> Answer:
    return visit.shows(
        _PAGE,
        status=status,
        arrival=arrival,
        verdict=verdict,
        place=arrival.verdicts.index(verdict),
        question=ASKED.get(verdict.asked, _OTHERWISE)[1],
        wrong=wrong,
        columns=_columns(verdict.table),
        fields=verdict.fields,
        seldom=_SELDOM,
        is_open=verdict.asked == "ambiguous-dates" or bool(verdict.fields.keys() & {*_SELDOM, *STYLES}),
        roles=ROLES,
        styles=STYLES,
    )


def _columns(table: Unmapped | None) -> list[tuple[str, str, str]]:
    """The number of each column, its heading, and what stands in it first."""
    assert table is not None
    width = max(map(len, (table.header, *table.rows)))
    headings = [*table.header, *[""] * width]
    return [
        (str(n + 1), headings[n], next((row[n] for row in table.rows if n < len(row) and row[n]), ""))
        for n in range(width)
    ]


def _mapping(table: Unmapped | None, fields: Mapping[str, str]) -> dict[str, str]:
    """What was chosen, as the reader takes it."""
    assert table is not None
    known = {number for number, _, _ in _columns(table)}
    mapping = {role: _named(table, fields[role]) for role in ROLES if fields.get(role) in known}
    mapping |= {name: fields[name] for name, (_, choices) in STYLES.items() if fields.get(name) in choices}
    if code := fields.get("code", "").strip():
        mapping["currency"] = f"={code.upper()}"
    if mapping and not table.header:
        mapping["header_line"] = "0"
    return mapping


def _named(table: Unmapped, number: str) -> str:
    """A column by its heading, as files to come may have their columns in another order; else by its number."""
    place = int(number) - 1
    heading = table.header[place] if place < len(table.header) else ""
    if not heading or table.header.count(heading) > 1 or heading.startswith(_SIGNS[1:]) or _SIGNS[0] in heading:
        return f"#{number}"
    return heading
