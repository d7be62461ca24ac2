"""The Data Privacy Vocabulary as compact tables of facts: ids and parents, nothing else.

Four taxonomies: purposes, processing, personal-data categories (with the `pd` extension) and entities (for
recipients), each with the few terms that the IEEE 7012 extension adds. Promises:

* A term is known by its prefixed id (`dpv:Marketing`, `pd:EmailAddress`, `ieee-7012:ServiceDelivery`) or by the full
  IRI of the same term. Nothing is guessed: no other case, no other version, no other spelling. What is not in the
  table answers None.
* A term may have several parents; `ancestors` follows all of them and is safe if a future version has a cycle.
* A lookup costs one dictionary access; ancestors are computed once per term.

A parent that is not a term of its own table (upstream has one: `dpv:RightsFulfilment` under a legal basis) is kept as
an ancestor without ancestors. The tables are made by `python -m terms.dpv.compile`; labels and definitions are not
shipped. Source: W3C DPV 2.3 (w3c-cg/dpv @ e377ed582).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

VERSION = "2.3"

NAMESPACES: Mapping[str, str] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "ieee-7012": "https://w3id.org/dpv/standards/ieee/7012#",
}


class Taxonomy:
    """A directed acyclic graph of terms. Ids are taken as prefixed ids or as full IRIs."""

    __slots__ = ("_ancestors", "_by_iri", "_parents")

    def __init__(self, parents: Mapping[str, tuple[str, ...]]) -> None:
        self._parents = dict(parents)
        self._by_iri = {iri(term): term for term in self._parents}
        self._ancestors: dict[str, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._parents)

    def __contains__(self, term: str) -> bool:
        return self.known(term) is not None

    def terms(self) -> tuple[str, ...]:
        """Every prefixed id, in the table's order."""
        return tuple(self._parents)

    def known(self, term: str) -> str | None:
        """The prefixed id of a term, or None where the table has no such term."""
        return term if term in self._parents else self._by_iri.get(term)

    def parents(self, term: str) -> tuple[str, ...] | None:
        """The direct parents, or None for an unknown term."""
        found = self.known(term)
        return None if found is None else self._parents[found]

    def ancestors(self, term: str) -> frozenset[str] | None:
        """The term itself and everything above it, or None for an unknown term."""
        found = self.known(term)
        if found is None:
            return None
        above = self._ancestors.get(found)
        if above is None:
            above = self._ancestors[found] = self._climb(found)
        return above

    def is_a(self, term: str, above: str) -> bool | None:
        """Whether `term` is `above` or lies under it; None where either is unknown."""
        ancestors, found = self.ancestors(term), self.known(above)
        return None if ancestors is None or found is None else found in ancestors

    def _climb(self, start: str) -> frozenset[str]:
        seen = {start}
        waiting = [start]
        while waiting:
            fresh = [parent for parent in self._parents.get(waiting.pop(), ()) if parent not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
        return frozenset(seen)


def iri(term: str) -> str:
    """The full IRI of a prefixed id."""
    prefix, _, name = term.partition(":")
    return NAMESPACES[prefix] + name


def read_table(text: str) -> dict[str, tuple[str, ...]]:
    """A table's text (`term parent parent …` a line, `#` comments) as a mapping."""
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: tuple(row[1:]) for row in rows}


def _load(name: str) -> Taxonomy:
    return Taxonomy(read_table((files("terms.dpv") / f"{name}.txt").read_text("utf-8")))


@cache
def purposes() -> Taxonomy:
    return _load("purposes")


@cache
def processing() -> Taxonomy:
    return _load("processing")


@cache
def personal_data() -> Taxonomy:
    return _load("personal_data")


@cache
def entities() -> Taxonomy:
    return _load("entities")
