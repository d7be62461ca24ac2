"""Which names stand under which: categories by the market tree, purposes and personal data by DPV, other texts by equality.

`under` answers for two names, `under_any`, `members_under_any`, `every_member_under_any` and `each_reached` for a name or
a set against a list, all in three values: a name that its vocabulary does not know makes unknown what hangs on it, and
nothing else. A list that is asked for twice is resolved once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Protocol

from terms import dpv
from vault import categories
from vault.policy.values import FactType
from vault.policy.verdicts import Truth, every, some


class Vocabulary(Protocol):
    """Terms that stand under one another."""

    def known(self, term: str, /) -> str | None:
        """The one spelling by which the vocabulary goes, or None."""

    def ancestors(self, term: str, /) -> frozenset[str] | None:
        """The term itself and all above it, or None."""


class _Market:
    """The category tree."""

    def __init__(self) -> None:
        self._above = {id: frozenset(categories.ancestors(id)) for id in categories.tree()}

    def known(self, term: str, /) -> str | None:
        return term if term in self._above else None

    def ancestors(self, term: str, /) -> frozenset[str] | None:
        return self._above.get(term)


_market = cache(_Market)


def is_category(text: str) -> bool:
    return _market().known(text) is not None


_VOCABULARIES: Mapping[FactType, Callable[[], Vocabulary]] = {
    FactType.CATEGORY: _market,
    FactType.PURPOSES: dpv.purposes,
    FactType.PERSONAL_DATA: dpv.personal_data,
}
# Lists of the rules in use, each resolved once; more are resolved again.
_RESOLVED_LISTS = 1_024


def vocabulary(type: FactType) -> Vocabulary | None:
    """The vocabulary of a type, or None for plain texts."""
    found = _VOCABULARIES.get(type)
    return found() if found else None


def under(type: FactType, term: str, ancestor: str) -> Truth:
    """Whether `term` is `ancestor` or stands under it; None where the vocabulary of the type lacks one of them."""
    words = vocabulary(type)
    if words is None:
        return term == ancestor
    above, wanted = words.ancestors(term), words.known(ancestor)
    return None if above is None or wanted is None else wanted in above


def same(type: FactType, one: str, other: str) -> Truth:
    """Whether two names mean the same; None where the vocabulary lacks one of them and they are spelt differently."""
    words = vocabulary(type)
    if words is None or one == other:
        return one == other
    a, b = words.known(one), words.known(other)
    return None if a is None or b is None else a == b


def same_sets(type: FactType, one: frozenset[str], other: frozenset[str]) -> Truth:
    """Whether each member of one is a member of the other, both ways."""
    if vocabulary(type) is None or one == other:
        return one == other
    there = every(some(same(type, a, b) for b in other) for a in one)
    return there if there is False else every((there, every(some(same(type, a, b) for a in one) for b in other)))


@lru_cache(maxsize=_RESOLVED_LISTS)
def _resolved(type: FactType, listed: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The listed names as the vocabulary spells them, and whether it knows them all."""
    words = vocabulary(type)
    if words is None:
        return listed, True
    found = [words.known(name) for name in listed]
    return frozenset(name for name in found if name is not None), None not in found


def under_any(type: FactType, term: str, listed: frozenset[str]) -> Truth:
    """Whether the name is one of those listed, or stands under one."""
    words = vocabulary(type)
    if words is None:
        return term in listed
    above = words.ancestors(term)
    if above is None:
        return None if listed else False
    wanted, complete = _resolved(type, listed)
    if not wanted.isdisjoint(above):
        return True
    return False if complete else None


def members_under_any(type: FactType, members: frozenset[str], listed: frozenset[str]) -> Truth:
    """Whether a member is one of those listed, or stands under one."""
    if vocabulary(type) is None:
        return not members.isdisjoint(listed)
    return some(under_any(type, member, listed) for member in members)


def every_member_under_any(type: FactType, members: frozenset[str], listed: frozenset[str]) -> Truth:
    """Whether every member is one of those listed, or stands under one; true of no members."""
    return every(under_any(type, member, listed) for member in members)


def each_reached(type: FactType, members: frozenset[str], listed: frozenset[str]) -> Truth:
    """Whether each of those listed is a member or has a member under it."""
    words = vocabulary(type)
    if words is None:
        return listed <= members
    if not listed or not members:
        return not listed
    climbed = [words.ancestors(member) for member in members]
    reached = frozenset[str]().union(*(above for above in climbed if above is not None))
    wanted, complete = _resolved(type, listed)
    if wanted <= reached:
        return True if complete else None
    return None if None in climbed else False
