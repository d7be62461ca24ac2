"""The search: finite domains as bits, clauses over them, and links that say which values of several go together.

A *variable* has finitely many cells, and its domain is a number with a bit for each that is still possible. A *literal* is
a variable and the bits that satisfy it; a *clause* holds when one of its literals does. Clauses are propagated (a clause
with one literal left makes it so), then each *link* whose variables changed is asked whether values can be found for what
is left; then a literal of the shortest open clause is tried, and after it its opposite. Every branch is closed for a
reason that holds of all values, so that an empty search is a proof. A link may give up on a branch (`Beyond`); the branch
then stays open, and the reason is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from vault.policy.proving.answers import Beyond
from vault.policy.values import Value

Literal = tuple[int, int]
Clause = tuple[Literal, ...]
Domains = list[int]
Assignment = Mapping[str, Value | None]

# Branches over all cases of one question. A starter pack takes some hundreds; this many take about ten seconds.
MAX_STEPS = 50_000


class Link(Protocol):
    @property
    def variables(self) -> tuple[int, ...]: ...

    def solve(self, domains: Sequence[int]) -> Assignment | None:
        """Values of facts within the domains; None when there are none; raises `Beyond` when it cannot say."""


class Budget:
    """Steps that may still be taken, over all searches of one question."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = self.whole = steps

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Beyond(f"the search was given up after {self.whole} steps")

    @property
    def taken(self) -> int:
        return self.whole - self.left


class Links:
    """The links of a space, with every answer remembered by the domains it was for."""

    def __init__(self, links: Sequence[Link]) -> None:
        self.all = tuple(links)
        self._answers: list[dict[tuple[int, ...], Assignment | Beyond | None]] = [{} for _ in self.all]

    def solve(self, at: int, domains: Sequence[int]) -> Assignment | Beyond | None:
        link, answers = self.all[at], self._answers[at]
        key = tuple(domains[variable] for variable in link.variables)
        if key not in answers:
            try:
                answers[key] = link.solve(domains)
            except Beyond as why:
                answers[key] = why
        return answers[key]

    def hold(self, domains: Sequence[int]) -> bool:
        return all(self.solve(at, domains) is not None for at in range(len(self.all)))


def merged(clause: Sequence[Literal]) -> Clause:
    """Literals of one variable are one literal."""
    bits: dict[int, int] = defaultdict(int)
    for variable, mask in clause:
        bits[variable] |= mask
    return tuple(bits.items())


class Search:
    """One conjunction of clauses."""

    def __init__(self, clauses: Sequence[Clause], links: Links, budget: Budget) -> None:
        self._clauses = [merged(clause) for clause in dict.fromkeys(clauses)]
        self._links = links
        self._budget = budget
        self._naming: dict[int, list[Clause]] = defaultdict(list)
        for clause in self._clauses:
            for variable, _ in clause:
                self._naming[variable].append(clause)

    def solutions(self, start: Domains) -> Iterator[Domains]:
        """Domains in which every clause holds and no link objects."""
        waiting: list[tuple[Domains, list[Clause]]] = [(list(start), self._clauses)]
        while waiting:
            domains, touched = waiting.pop()
            self._budget.step()
            if not all(domains) or not self._propagate(domains, touched) or not self._links.hold(domains):
                continue
            literal = self._open(domains)
            if literal is None:
                yield domains
                continue
            variable, mask = literal
            for bits in (domains[variable] & ~mask, domains[variable] & mask):
                waiting.append(([*domains[:variable], bits, *domains[variable + 1 :]], self._naming[variable]))

    def _propagate(self, domains: Domains, touched: Sequence[Clause]) -> bool:
        """Makes true what has to be; false when a clause cannot hold."""
        waiting = list(touched)
        while waiting:
            clause = waiting.pop()
            left = [literal for literal in clause if domains[literal[0]] & literal[1]]
            if not left:
                return False
            variable, mask = left[0]
            if len(left) == 1 and domains[variable] & ~mask:
                domains[variable] &= mask
                waiting += [other for other in self._naming[variable] if other is not clause]
        return True

    def _open(self, domains: Domains) -> Literal | None:
        """The first literal of the shortest clause that does not hold yet."""
        shortest: list[Literal] | None = None
        for clause in self._clauses:
            left = []
            for variable, mask in clause:
                domain = domains[variable]
                if not domain & ~mask:
                    break
                if domain & mask:
                    left.append((variable, mask))
            else:
                if shortest is None or len(left) < len(shortest):
                    shortest = left
        return shortest[0] if shortest else None
