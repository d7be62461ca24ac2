from __future__ import annotations

from datetime import date

import msgspec
import pytest

from vault.relationships import law
from vault.relationships.categories import is_category

TODAY = date(2026, 11, 22)


def source(topic: law.Topic, country: str, category: str, made: date | None = None) -> str:
    row = law.find(topic, country, category, TODAY, made)
    return row.source if row else ""


def test_every_row_names_its_clause_and_has_a_period_or_a_day_of_effect():
    for row in law.TABLE:
        assert row.source
        assert row.says
        assert row.period or row.counted_from == "effective"
        assert row.topic in {"withdrawal", "warranty"} or row.categories


@pytest.mark.parametrize(
    ("category", "made", "clause"),
    [
        ("entertainment.streaming", date(2022, 3, 1), "§ 309 Nr. 9 BGB"),
        ("entertainment.streaming", date(2022, 2, 28), "§ 309 Nr. 9 BGB, Art. 229 § 60 EGBGB"),
        ("insurance.car", None, "§ 5a Abs. 1 PflVG"),
        ("insurance", None, "§ 11 VVG"),
        ("energy.basic", None, "§ 20 Abs. 1 StromGVV, GasGVV"),
        ("housing.rent", None, ""),
        ("insurance.health", None, ""),
        ("energy.gas", date(2024, 1, 1), "§ 309 Nr. 9 BGB"),
        ("energy.heating", date(2024, 1, 1), ""),
    ],
)
def test_germany_has_a_row_for_each_kind_of_contract(category, made, clause):
    assert source("notice", "DE", category, made) == clause


def test_a_rule_is_not_used_before_it_applied():
    assert law.find("notice", "DE", "telecom.mobile", date(2021, 11, 30)) is None
    assert law.find("notice", "DE", "telecom.mobile", date(2021, 12, 1)) is not None


def test_a_country_without_confirmed_rules_has_none():
    assert source("notice", "US", "entertainment.streaming") == ""
    assert source("withdrawal", "US", "") == ""


def test_a_member_of_the_union_falls_back_to_the_directive_and_others_do_not():
    assert source("warranty", "IT", "") == "Directive (EU) 2019/771, Art. 10"
    assert source("warranty", "DE", "") == "§ 438 Abs. 1 Nr. 3 BGB"
    assert source("warranty", "GB", "") == ""


def test_other_countries_have_their_own_notice():
    assert source("notice", "NL", "fitness") == "art. 6:236 BW (Wet van Dam)"
    assert source("notice", "AT", "energy.electricity") == "§ 24 ElWG"
    assert source("notice", "AT", "energy.gas") == ""
    assert source("notice", "FR", "telecom") == "L224-40 code de la consommation"


def test_every_category_of_the_table_is_in_the_tree_or_is_basic_supply():
    for row in law.TABLE:
        assert all(is_category(name) or name == law.BASIC_SUPPLY for name in (*row.categories, *row.but_not))


def test_newspapers_are_left_out_of_the_dutch_rule():
    assert source("notice", "NL", "entertainment.news") == ""
    assert source("notice", "NL", "entertainment.music") == "art. 6:236 BW (Wet van Dam)"


def test_a_rule_that_was_replaced_is_no_longer_used(monkeypatch):
    row = law.find("notice", "DE", "telecom", TODAY)
    ended = msgspec.structs.replace(row, applies_until=date(2026, 11, 21))
    monkeypatch.setattr(law, "TABLE", (ended,))
    assert law.find("notice", "DE", "telecom", date(2026, 11, 21)) == ended
    assert law.find("notice", "DE", "telecom", TODAY) is None
