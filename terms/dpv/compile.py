"""Makes the tables of `terms.dpv` from the vocabulary's published CSV files.

    python -m terms.dpv.compile FOLDER_WITH_CSV terms/dpv

reads `dpv.csv`, `pd.csv` and `ieee-7012.csv` and writes one table per taxonomy: a term and its parents a line,
sorted, so that a new version of the vocabulary shows as a readable difference. Parents are what the CSV calls
broader or superclass; definitions, labels and notes stay behind.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence

from terms.dpv import NAMESPACES, VERSION

VOCABULARIES = ("dpv", "pd", "ieee-7012")
# A taxonomy is its root and everything that upstream types as it.
ROOTS: Mapping[str, str] = {
    "purposes": "dpv:Purpose",
    "processing": "dpv:Processing",
    "personal_data": "dpv:Data",
    "entities": "dpv:Entity",
}
# Upstream types data categories as personal data, a kind of its data, and leaves the rest of these two untyped: they
# take in all that stands under the root. Purposes must not: organisational measures stand under some of them.
_ALSO_TYPED: Mapping[str, str] = {"dpv:Data": "dpv:PersonalData"}
_TAKES_IN_BELOW = frozenset({"dpv:Data", "dpv:Entity"})

Row = Mapping[str, str]


def compile_tables(rows: Iterable[Row]) -> dict[str, str]:
    """The text of every table by name, from the CSV rows of all vocabularies."""
    classes = [row for row in rows if row["type"] == "class"]
    parents = {_prefixed(row["iri"]): _parents(row) for row in classes}
    types = {_prefixed(row["iri"]): set(_ids(row["dpvtype"])) for row in classes}
    return {name: _table(name, _members(root, parents, types), parents) for name, root in ROOTS.items()}


def _members(root: str, parents: Mapping[str, Sequence[str]], types: Mapping[str, set[str]]) -> list[str]:
    typed = {root, _ALSO_TYPED.get(root, root)}
    inside = {term for term in parents if term in typed or types[term] & typed}
    while root in _TAKES_IN_BELOW and (
        grown := {term for term in parents if term not in inside and not inside.isdisjoint(parents[term])}
    ):
        inside |= grown
    return sorted(inside)


def _table(name: str, members: Sequence[str], parents: Mapping[str, Sequence[str]]) -> str:
    head = f"# {name}: term and parents; facts from the W3C Data Privacy Vocabulary {VERSION}\n"
    return head + "".join(" ".join([term, *parents[term]]) + "\n" for term in members)


def _parents(row: Row) -> list[str]:
    above = {*_ids(row["hasbroader"]), *_ids(row["subclassof"])}
    return sorted(above - {_prefixed(row["iri"])})


def _ids(cell: str) -> list[str]:
    return [_prefixed(part.strip()) for part in cell.split(";") if part.strip()]


def _prefixed(iri: str) -> str:
    space, _, name = iri.partition("#")
    for prefix, namespace in NAMESPACES.items():
        if namespace == space + "#":
            return f"{prefix}:{name}"
    return iri


def read_rows(folder: str) -> list[Row]:
    rows: list[Row] = []
    for vocabulary in VOCABULARIES:
        with open(f"{folder}/{vocabulary}.csv", encoding="utf-8", newline="") as file:
            rows.extend(csv.DictReader(file))
    return rows


def main(source: str, target: str) -> None:
    for name, text in compile_tables(read_rows(source)).items():
        with open(f"{target}/{name}.txt", "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:3])
