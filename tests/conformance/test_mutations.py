"""The corpus notices each class of defect when it is planted in our own code."""

from __future__ import annotations

import pytest

from tests.conformance import documenting, mutations

# What the issue of bad input and the traps of the roster are made of; each has to be planted at least once.
CLASSES = {
    "duplicate keys", "unknown fields", "over-long fields", "wrong canonical form", "missing signature", "extra signature",
    "small-order keys", "mixed-order keys", "replay", "stale id", "weakened echo", "extended expiry", "wrong hash",
    "clock skew", "text swapped beside an old signature", "off-roster id", "second counter-offer", "illegal events",
    "entitlement", "DP misread", "PDC-AI misread", "several parents", "undeclared", "order of protection",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[tuple[mutations.Mutation, list[str]]]:
    return mutations.rows()


def test_every_planted_defect_makes_cases_fail(rows: list[tuple[mutations.Mutation, list[str]]]) -> None:
    assert [(one.defect, one.planted) for one, failed in rows if not failed] == []
    assert len({one.planted for one, _ in rows}) == len(rows)
    assert {one.defect for one, _ in rows} >= CLASSES


def test_nothing_stays_planted(rows: list[tuple[mutations.Mutation, list[str]]]) -> None:
    assert rows
    assert mutations.failing(None) == []


def test_a_plant_that_no_longer_fits_is_noticed() -> None:
    gone = mutations.Mutation("x", "x", (mutations.Line("terms.agreement", "received", "no such line", ""),))
    with pytest.raises(AssertionError, match="no such line"):
        mutations.failing(gone)


def test_the_documentation_shows_the_evidence_as_it_is(rows: list[tuple[mutations.Mutation, list[str]]]) -> None:
    assert documenting.mutation_table(rows) in documenting.DOCUMENT.read_text()
