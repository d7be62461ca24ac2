"""Sets of things that are one vendor, joined by evidence, strongest first.

INVARIANT: a set never holds two different *marks* of one kind (two known vendors, two brands, two decisions of the
owner); a link that would join such sets is refused, however strong the likeness. So the worst that weak evidence can
do is to be late. The outcome depends on the links and their order of strength, not on the order they arrived in:
callers pass them through `join_all`, which sorts.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Link(msgspec.Struct, frozen=True, order=True):
    """Two nodes that belong together: `rank` orders by strength (0 is the strongest), `evidence` is the sentence
    a person can check, `confidence` from 0 to 1."""

    rank: int
    left: str
    right: str
    evidence: str = ""
    confidence: float = 1.0


class Clusters:
    """Disjoint sets of nodes (strings) with marks; `links` are those that joined or confirmed."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._marks: dict[str, dict[str, str]] = {}
        self.links: list[Link] = []

    def add(self, node: str, **marks: str) -> None:
        """A node of its own, with marks (kind → identity) that keep it apart from other marks of the kind."""
        self._parent.setdefault(node, node)
        if marks:
            self._marks.setdefault(self.root(node), {}).update(marks)

    def root(self, node: str) -> str:
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join_all(self, links: Iterable[Link]) -> None:
        for link in sorted(links):
            self.join(link)

    def join(self, link: Link) -> bool:
        """Joins the sets of both nodes; false where marks forbid it or a node is unknown."""
        if link.left not in self._parent or link.right not in self._parent:
            return False
        left, right = sorted((self.root(link.left), self.root(link.right)))
        if left != right:
            ours, theirs = self._marks.get(left, {}), self._marks.get(right, {})
            if any(theirs.get(kind, mark) != mark for kind, mark in ours.items()):
                return False
            self._parent[right] = left
            if theirs:
                self._marks[left] = ours | theirs
        self.links.append(link)
        return True

    def marks(self, node: str) -> dict[str, str]:
        return self._marks.get(self.root(node), {})

    def sets(self) -> list[list[str]]:
        """All sets, each sorted, in the order of their first node."""
        found: dict[str, list[str]] = {}
        for node in sorted(self._parent):
            found.setdefault(self.root(node), []).append(node)
        return list(found.values())
