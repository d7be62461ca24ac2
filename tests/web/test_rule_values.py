"""Values of rules in the language of a page: what a form shows, it takes back; and what people type is understood."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.language.conditions import read_condition, written_condition
from vault.policy.language.errors import Fault
from vault.policy.language.operands import Scope
from vault.policy.language.operators import OPERATORS, TAKES, Takes
from vault.policy.rules import Operand, OtherFact
from vault.policy.values import NAMES, SCALABLE, SETS, Amount, Duration, FactType
from web.pages.butler import rule_form
from web.pages.frame import rule_values
from web.pages.frame.language import LANGUAGES, speaking

_SCOPE = Scope(TABLE, {})
_PRICE, _CATEGORY = "offer.price.per_month", "offer.category"


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with speaking("de"):
        yield


# --- both ways, of everything -------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
_NUMBERS = st.fractions(min_value=0, max_value=10**6, max_denominator=1000)
_SINGLE = {
    FactType.INTEGER: st.integers(0, 10**6),
    FactType.NUMBER: _NUMBERS,
    FactType.MONEY: st.builds(Amount, _NUMBERS, st.sampled_from(("EUR", "JPY", "KWD"))),
    FactType.DURATION: st.builds(Duration, st.integers(0, 60), st.integers(0, 400)),
    FactType.DATE: st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    FactType.TIME: st.integers(0, 24 * 60 - 1),
    FactType.TRUTH: st.booleans(),
    FactType.CLAIM: st.booleans(),
}


def _names(fact: Fact) -> st.SearchStrategy[str]:
    ids = rule_values._ids(fact)
    return st.sampled_from(ids) if ids else _TEXTS


def _operands(fact: Fact, takes: Takes) -> st.SearchStrategy[Operand]:
    if takes is Takes.NOTHING:
        return st.none()
    if takes is Takes.SPAN:
        return _SINGLE[FactType.DURATION]
    if takes is Takes.SOMEBODY:
        return st.frozensets(_TEXTS, min_size=1, max_size=3)
    if takes is Takes.ONE and fact.type is FactType.CLAIM:
        return st.booleans()
    if takes is Takes.LIST or (takes is Takes.ONE and fact.type in SETS):
        return st.frozensets(_names(fact), min_size=1, max_size=4)
    if fact.type in NAMES or takes is Takes.MEMBER:
        return st.one_of(_names(fact), st.just(OtherFact(fact.name))) if takes is Takes.ONE else _names(fact)
    other = st.builds(OtherFact, st.just(fact.name), st.sampled_from((Fraction(9, 10), Fraction(3, 2), Fraction(1, 3))))
    return st.one_of(_SINGLE[fact.type], other) if fact.type in SCALABLE else _SINGLE[fact.type]


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(sorted(TABLE)), st.sampled_from(sorted(LANGUAGES)))
def test_what_a_form_shows_it_takes_back(data: st.DataObject, name: str, language: str) -> None:
    fact = TABLE[name]
    operator = data.draw(st.sampled_from(OPERATORS[fact.type]))
    condition = written_condition(fact, operator, data.draw(_operands(fact, TAKES[operator])))
    own = condition.text.removeprefix(f"{name} {operator}").strip()
    with speaking(language):
        typed = rule_values.shown(name, operator, own)
        again = rule_values.written(name, operator, typed)
    assert read_condition(_SCOPE, f"{name} {operator} {again}".strip()) == read_condition(_SCOPE, condition.text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30), st.sampled_from(sorted(TABLE)), st.sampled_from(sorted(map(str, TAKES))))
def test_anything_typed_is_words_or_a_fault(typed: str, name: str, operator: str) -> None:
    with suppress(Fault):
        assert isinstance(rule_values.written(name, operator, typed), str)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_name_of_every_vocabulary_is_understood(language: str) -> None:
    with speaking(language):
        for fact in TABLE.values():
            for id in rule_values._ids(fact):
                own = read_condition(
                    _SCOPE,
                    {"fact": fact.name, "operator": "is", "value": [id]}
                    if fact.type in SETS
                    else f'{fact.name} is "{id}"',
                ).text
                value = own.removeprefix(f"{fact.name} is ")
                shown = rule_values.shown(fact.name, "is", value)
                assert rule_values.written(fact.name, "is", shown) == value


# --- what people type ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operator", "typed", "own"),
    [
        (_PRICE, "<=", "85,50 EUR", "85.50 EUR"),
        (_PRICE, "<=", "85,50 €", "85.50 EUR"),
        (_PRICE, "<=", "€ 85", "85 EUR"),
        (_PRICE, "<=", "85.50 EUR", "85.50 EUR"),
        (_PRICE, "<=", "1.234,50 eur", "1234.50 EUR"),
        (_PRICE, "<=", "1.234.567 EUR", "1234567 EUR"),
        (_PRICE, "<=", "0,125 EUR", "0.125 EUR"),
        (_PRICE, "<=", "600 EUR pro Jahr", "600 EUR per year"),
        (_PRICE, "<=", "600 EUR per year", "600 EUR per year"),
        (_PRICE, "<=", "12 EUR im Monat", "12 EUR per month"),
        (_PRICE, "<=", "was du heute im Monat zahlst", "contract.price.per_month"),
        (_PRICE, "<=", "90% von: was du heute im Monat zahlst", "90% of contract.price.per_month"),
        (_PRICE, "<=", "90% of contract.price.per_month", "90% of contract.price.per_month"),
        (_PRICE, "<=", "viel", "viel"),
        ("offer.contract.minimum_term", "<=", "12 Monate", "12 months"),
        ("offer.contract.minimum_term", "<=", "1 Jahr und 3 Monate", "1 year 3 months"),
        ("offer.contract.minimum_term", "<=", "P30D", "P30D"),
        ("offer.delivery.by", "<", "31.1.2027", "2027-01-31"),
        ("offer.delivery.by", "<", "31. Januar 2027", "2027-01-31"),
        ("offer.delivery.by", "<", "2027-01-31", "2027-01-31"),
        ("offer.delivery.by", "within next", "30 Tagen", "30 days"),
        ("offer.discount", ">=", "20 %", "20%"),
        ("offer.discount", ">=", "2,5", "2.5%"),
        ("offer.renewable_share", ">=", "100", "100%"),
        (_CATEGORY, "is", "Strom", "energy.electricity"),
        (_CATEGORY, "is", "strom", "energy.electricity"),
        (_CATEGORY, "is", "energy.electricity", "energy.electricity"),
        (_CATEGORY, "within", "Strom, Gas", "[energy.electricity, energy.gas]"),
        (_CATEGORY, "within", "lists.mine", "lists.mine"),
        ("vendor.verified", "is", "Ja", "true"),
        ("vendor.verified", "is", "false", "false"),
        ("terms.result", "is", "nichts verlangt", '"none asked"'),
        ("offer.brand", "is", "Nordlicht Strom", '"Nordlicht Strom"'),
        ("vendor.domain", "any of", "eins.example, zwei.example", '["eins.example", "zwei.example"]'),
        ("no.such.fact", "is", " etwas ", "etwas"),
    ],
)
def test_it_is_understood_as_people_write_it(name: str, operator: str, typed: str, own: str) -> None:
    assert rule_values.written(name, operator, typed) == own


@pytest.mark.parametrize("typed", ["1.200 EUR", "12.345 EUR pro Jahr"])
def test_a_point_that_may_be_one_or_the_other_is_asked_about(typed: str) -> None:
    with pytest.raises(Fault, match="can be read two ways"):
        rule_values.written(_PRICE, "<=", typed)


@pytest.mark.parametrize(
    ("name", "operator", "own", "words"),
    [
        (_PRICE, "<=", "1234.50 EUR", "1234,50 EUR"),
        (_PRICE, "<=", "600.00 EUR per year", "600,00 EUR pro Jahr"),
        (_PRICE, "<=", "90% of contract.price.per_month", "90% von: was du heute im Monat zahlst"),
        ("offer.contract.minimum_term", "<=", "12 months", "12 Monate"),
        ("offer.delivery.by", "<", "2027-01-31", "31.01.2027"),
        (_CATEGORY, "within", "[energy.electricity, energy.gas]", "Strom, Gas"),
        ("vendor.verified", "is", "true", "ja"),
        ("offer.brand", "is", '"Nordlicht Strom"', "Nordlicht Strom"),
        ("offer.brand", "is", '"offer.category"', '"offer.category"'),
    ],
)
def test_it_is_shown_as_people_write_it(name: str, operator: str, own: str, words: str) -> None:
    assert rule_values.shown(name, operator, own) == words


def test_english_keeps_its_own_points() -> None:
    with speaking("en"):
        assert rule_values.written(_PRICE, "<=", "1,234.50 EUR") == "1234.50 EUR"
        assert rule_values.written(_PRICE, "<=", "1.200 EUR") == "1.200 EUR"
        with pytest.raises(Fault):
            rule_values.written(_PRICE, "<=", "1,200 EUR")


def test_a_rule_without_a_short_name_gets_one_of_its_sentence() -> None:
    assert rule_form._named("Billiger Strom", frozenset()) == "billiger-strom"
    assert rule_form._named("Billiger Strom", {"billiger-strom"}) == "billiger-strom-2"
