"""The tables that recognition stands on hold together."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from vault.relationships import brands, categories, domains
from vault.relationships.lexicon import squash

ROWS = [
    line.split("\t")
    for line in resources.files("vault.relationships").joinpath("brands.tsv").read_text("utf-8").splitlines()
]


def test_every_brand_has_a_known_category() -> None:
    assert [row[0] for row in ROWS if row[2:] and row[1] and not categories.is_category(row[1])] == []


@pytest.mark.parametrize("column", [2, 3])
def test_no_domain_or_alias_belongs_to_two_brands(column: int) -> None:
    separator = "|" if column == 3 else None
    owners = {
        (squash(one.split()) if column == 3 else one, row[0])
        for row in ROWS
        for one in row[column].split(separator)
        if one
    }
    counts = Counter(one for one, _ in owners)
    assert [one for one, count in counts.items() if count > 1] == []


def test_every_brand_has_a_key_of_its_own_and_can_be_found() -> None:
    found = [brands.brand(squash(row[0].replace("+", "plus"))) for row in ROWS]
    assert [row[0] for row, brand in zip(ROWS, found, strict=True) if brand is None or brand.name != row[0]] == []
    assert all(brands.brand_of_domain(domain) for row in ROWS for domain in row[2].split())


def test_the_domains_of_brands_are_registrable_or_hosts_of_their_own() -> None:
    for row in ROWS:
        for domain in row[2].split():
            assert domains.host_of(domain) == domain
            assert domains.registrable(domain)


def test_every_category_has_its_ancestors_in_the_tree() -> None:
    assert all(parent in categories.TREE for category in categories.TREE for parent in categories.ancestors(category))
    assert categories.ancestors("entertainment.streaming") == ("entertainment.streaming", "entertainment")


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Stadtwerke Musterstadt", "energy"),
        ("Muster Krankenversicherung", "insurance.health"),
        ("Blue Harbor Insurance", "insurance"),
        ("Northwind Gym", "fitness"),
        ("Adler-Apotheke", "health.pharmacy"),
        ("Volksbank Neustadt", "bank"),
        ("Hotel Adler", "travel.lodging"),
        ("Kaffee Ecke", "food.cafe"),
        ("Bäckerei Huber", "food.cafe"),
        ("Trattoria Esempio", "food.restaurant"),
        ("Biergarten Muster", "food.restaurant"),
        ("Finanzamt München", "public.tax"),
        ("Qwertz", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_name_hint_at_its_category(name: str, category: str) -> None:
    assert categories.hinted(name) == category


def test_given_names_are_listed_once() -> None:
    text = resources.files("vault.relationships").joinpath("given_names.txt").read_text("utf-8")
    names = [name.lstrip("~") for name in text.split()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert len(names) > 1_000
