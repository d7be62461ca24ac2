"""Data held: what needs doing first, then what was asked for by right and waits, then every kind of data at every vendor as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from typing import Final

from msgspec import Struct

from vault.engaging import held, rights
from vault.engaging.held import Place
from vault.engaging.rights import Asked
from vault.policy.rights_life import LIVE, State
from vault.session import Vault
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.right_words import LOOKS, RIGHTS, STATES
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.routes import Route

# The most pressing first, each with the sentence that says why. What is overdue stands before them, whatever was asked for.
NEEDS: Final[Mapping[str, str]] = {
    "claims-erased": mark("They said that they erased it, and later that they hold it. Ask them which is so."),
    "too-long": mark("They still hold it after the time that you allowed. Ask them to erase it."),
    "never-given": mark("They say that they hold it, but never got it from this vault. Ask them for a copy to see where it is from."),
    "could-erase": mark("You share it no more. They keep what they read before: you can ask them to erase it."),
}  # fmt: skip
# What helps: the right to ask for.
_ASKS: Final[Mapping[str, str]] = {"too-long": "erasure", "could-erase": "erasure", "never-given": "access"}


class Need(Struct, frozen=True):
    """One vendor with what needs doing, for the kinds of data of which the same is so."""

    first: Place
    categories: tuple[str, ...]
    sentence: str
    asks: str


class Row(Struct, frozen=True):
    """A vendor's line of the table: its places by kind of data."""

    first: Place
    cells: tuple[Place | None, ...]


def _page(vault: Vault, visit: Visit) -> Answer:
    found = held.places(vault)
    categories = sorted({one.category for one in found})
    asked = sorted(rights.listed(vault), key=lambda one: (one.row.due, one.row.addressee))
    return visit.shows(
        "held/page.html",
        needs=_needs(found),
        categories=categories,
        rows=_rows(found, categories),
        late=_in(asked, frozenset({State.OVERDUE})),
        awaited=_in(asked, LIVE),
        rights=RIGHTS,
        states=STATES,
        looks=LOOKS,
        today=vault.now.date(),
        erased=sorted(set(_erased(found))),
        live=LIVE,
        overdue=State.OVERDUE,
    )


def _in(asked: list[Asked], states: Set[State]) -> list[tuple[Asked, date]]:
    """Those in one of these states, with the day by which an answer is in time."""
    return [(one, date.fromisoformat(one.row.due)) for one in asked if one.state in states]


def _erased(found: tuple[Place, ...]) -> Iterator[tuple[str, int, str, int | None]]:
    for one in found:
        if one.erasure is not None and one.erasure.state is State.FULFILLED:
            yield one.name, one.vendor, one.erasure.done, one.erasure.leaf


def _needs(found: tuple[Place, ...]) -> list[Need]:
    grouped: dict[tuple[str, int], list[Place]] = {}
    for one in found:
        if one.need in NEEDS:
            grouped.setdefault((one.need, one.vendor), []).append(one)
    order = list(NEEDS)
    return [
        Need(ones[0], tuple(one.category for one in ones), NEEDS[need], _ASKS.get(need, ""))
        for (need, _), ones in sorted(grouped.items(), key=lambda pair: (order.index(pair[0][0]), pair[1][0].name))
    ]


def _rows(found: tuple[Place, ...], categories: list[str]) -> list[Row]:
    by_vendor: dict[int, dict[str, Place]] = {}
    for one in found:
        by_vendor.setdefault(one.vendor, {})[one.category] = one
    return [
        Row(next(iter(cells.values())), tuple(cells.get(category) for category in categories))
        for cells in by_vendor.values()
    ]


ROUTES: tuple[Route, ...] = (guarded("GET", "/held", _page, "Where your data is"),)
