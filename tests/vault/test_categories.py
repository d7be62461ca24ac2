"""One category tree; what stands in its file is what facts, schemas and the vault go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from vault import categories
from vault.categories.document import page
from vault.categories.reading import CategoryFileError, read
from vault.policy.facts import TABLE, Influence
from vault.relationships.categories import TREE

STORED = (Path(__file__).parents[1] / "vectors" / "category-ids.txt").read_text().split()
NAMES = {"en": "Energy", "de": "Energie"}


def test_no_id_that_was_ever_stored_is_gone() -> None:
    assert set(STORED) <= set(categories.tree())


def test_every_id_is_pinned_when_it_is_added() -> None:
    assert set(categories.tree()) <= set(STORED)


def test_vendors_and_market_share_the_tree() -> None:
    assert list(TREE) == list(categories.tree())
    assert TREE["energy.gas"] == categories.tree()["energy.gas"].names["en"]


def test_every_category_has_two_names_and_stands_under_one_that_is_there() -> None:
    for id, one in categories.tree().items():
        assert one.names["en"].strip()
        assert one.names["de"].strip()
        assert all(above in categories.tree() for above in categories.ancestors(id))


def test_a_field_name_means_one_thing_in_the_whole_tree() -> None:
    for one in categories.tree().values():
        for field in one.fields:
            first, places = categories.all_fields()[field.name]
            assert one.id in places
            assert (field.type, field.unit, field.choices) == (first.type, first.unit, first.choices), field.name


def test_no_category_says_again_what_it_inherits() -> None:
    for id, one in categories.tree().items():
        for above in categories.ancestors(id)[1:]:
            assert not {f.name for f in one.fields} & {f.name for f in categories.tree()[above].fields}


def test_fields_are_inherited() -> None:
    assert {"unit_rate", "standing_charge", "day_rate"} <= set(categories.fields("energy.electricity"))
    assert "day_rate" not in categories.fields("energy.gas")
    assert categories.fields("no.such") == {}


def test_every_field_is_a_fact_with_its_type_and_influence() -> None:
    for name, (field, _) in categories.all_fields().items():
        fact = TABLE[f"offer.{name}"]
        assert (str(fact.type), fact.unit, fact.choices) == (field.type, field.unit, field.choices)
        assert str(fact.influence) == field.influence
    assert TABLE["offer.mileage"].influence is Influence.OWNER


def test_a_category_stands_under_its_prefixes_only() -> None:
    assert categories.is_under("energy.gas", "energy") is True
    assert categories.is_under("energy", "energy.gas") is False
    assert categories.is_under("energy.gas", "energy.gas") is True
    assert categories.is_under("energy.gas", "travel") is False
    assert categories.is_under("energy.none", "energy") is None


def test_the_page_of_categories_is_that_of_the_file() -> None:
    assert (Path(__file__).parents[2] / "docs" / "categories.md").read_text() == page(), (
        "write it anew: python -m vault.categories.document > docs/categories.md"
    )


@pytest.mark.parametrize(
    "tables",
    [
        {"Energy": NAMES},
        {"energy.gas": NAMES},
        {"energy": {"en": "Energy"}},
        {"energy": "Energy"},
        {"energy": {**NAMES, "rate": {"type": "money"}}},
        {"energy": {**NAMES, "rate": {"type": "float", "meaning": "x"}}},
        {"energy": {**NAMES, "rate": {"type": "money", "meaning": "x", "influence": "nobody"}}},
        {"energy": {**NAMES, "rate": {"type": "money", "meaning": "x", "colour": "red"}}},
        {"energy": {**NAMES, "rate": {"type": "choice", "meaning": "x"}}},
        {"energy": {**NAMES, "rate": {"type": "money", "meaning": "x", "choices": ["a"]}}},
        {"energy": {**NAMES, "Rate": {"type": "money", "meaning": "x"}}},
    ],
)
def test_a_slip_in_the_file_is_refused_and_the_category_named(tables: dict[str, object]) -> None:
    with pytest.raises(CategoryFileError, match=next(iter(tables))):
        read(tables)
