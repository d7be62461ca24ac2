"""The order of protection, computed from clauses.

Agreement `a` protects at least as much as `b` where `a` permits nothing that `b` does not permit, forbids everything
that `b` forbids and requires everything that `b` requires. That is a partial order: reflexive, transitive, and two
agreements that protect each other's way have equal clauses. Agreements offered to organisations and those between
persons are never comparable. The vocabulary's `skos:broader` says something else (its SD-BASE-A is "under" SD-BASE
and permits more) and is not used.

Words: `meet(a, b)` is the most protective agreement that neither `a` nor `b` falls below: what both would put up with.
`join(a, b)` is the least protective one that protects at least as much as each: what satisfies both. Either may not
exist on a roster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from terms.activities import ACTIVITIES
from terms.roster import Agreement, roster
from terms.roster.clauses import Act

Pair = tuple[Agreement, Agreement]


def protects_at_least(a: Agreement, b: Agreement) -> bool:
    """Whether the person is protected under `a` at least as much as under `b`."""
    return (
        a.offered_to == b.offered_to
        and a.rules.permits <= b.rules.permits
        and a.rules.forbids >= b.rules.forbids
        and a.rules.requires >= b.rules.requires
    )


def protects_more(a: Agreement, b: Agreement) -> bool:
    """Whether `a` protects at least as much as `b` and `b` less than `a`."""
    return protects_at_least(a, b) and not protects_at_least(b, a)


def comparable(a: Agreement, b: Agreement) -> bool:
    return protects_at_least(a, b) or protects_at_least(b, a)


def meet(a: Agreement, b: Agreement, among: Iterable[Agreement] | None = None) -> Agreement | None:
    """The most protective agreement that both `a` and `b` protect at least as much as, or None."""
    below = [one for one in _these(among) if protects_at_least(a, one) and protects_at_least(b, one)]
    return _first(below, lambda one, other: protects_at_least(one, other))


def join(a: Agreement, b: Agreement, among: Iterable[Agreement] | None = None) -> Agreement | None:
    """The least protective agreement that protects at least as much as `a` and as `b`, or None."""
    above = [one for one in _these(among) if protects_at_least(one, a) and protects_at_least(one, b)]
    return _first(above, lambda one, other: protects_at_least(other, one))


def incomparable(among: Iterable[Agreement] | None = None) -> tuple[Pair, ...]:
    """Every pair of which neither protects at least as much as the other, each pair once."""
    these = _these(among)
    return tuple((a, b) for at, a in enumerate(these) for b in these[at + 1 :] if not comparable(a, b))


def covers(among: Iterable[Agreement] | None = None) -> tuple[Pair, ...]:
    """The lines of the Hasse diagram: (a, b) where `a` protects more than `b` and nothing lies between them."""
    these = _these(among)
    below = {a: [b for b in these if protects_more(a, b)] for a in these}
    return tuple((a, b) for a in these for b in below[a] if not any(protects_more(between, b) for between in below[a]))


def differences(a: Agreement, b: Agreement) -> tuple[str, ...]:
    """How `b` differs from `a`, a sentence each: more permitted, no longer forbidden, no longer required, and back."""
    return (
        *_say(b, "permits", b.rules.permits - a.rules.permits),
        *_say(b, "does not permit", a.rules.permits - b.rules.permits),
        *_say(b, "requires", b.rules.requires - a.rules.requires),
        *_say(b, "does not require", a.rules.requires - b.rules.requires),
        *_say(b, "forbids", b.rules.forbids - a.rules.forbids),
        *_say(b, "does not forbid", a.rules.forbids - b.rules.forbids),
    )


def layers(among: Iterable[Agreement] | None = None) -> tuple[tuple[Agreement, ...], ...]:
    """The agreements in rows, the most protective first: each one row below the lowest that protects more."""
    these = _these(among)
    lines = covers(these)
    row = dict.fromkeys(these, 0)
    for _ in these:  # the longest chain has no more steps than there are agreements
        for above, below in lines:
            row[below] = max(row[below], row[above] + 1)
    return tuple(tuple(one for one in these if row[one] == at) for at in range(max(row.values(), default=-1) + 1))


def _these(among: Iterable[Agreement] | None) -> Sequence[Agreement]:
    return roster() if among is None else tuple(among)


def _first(some: Sequence[Agreement], before: Callable[[Agreement, Agreement], bool]) -> Agreement | None:
    return next((one for one in some if all(before(one, other) for other in some)), None)


def _say(who: Agreement, verb: str, acts: frozenset[Act]) -> list[str]:
    kinds: dict[tuple[str, str], set[str]] = {}
    for act in acts:
        kinds.setdefault((act.activity, act.by), set()).add(act.kind)
    return [
        f"{who.id} {verb} {ACTIVITIES[activity].title} by the {by} party"
        + ("" if len(found) > 1 else f", {min(found)} data only")
        for (activity, by), found in sorted(kinds.items())
    ]
