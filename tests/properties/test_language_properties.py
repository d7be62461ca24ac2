"""The rule language over everything: what is written is read back, and whatever comes in is rules or one error."""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from datetime import date
from fractions import Fraction
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terms import dpv
from vault import categories
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.language.conditions import read_condition, written_condition
from vault.policy.language.errors import Fault, RuleFileError
from vault.policy.language.files import read_json, read_toml
from vault.policy.language.installed import from_installed, rules_sha256, to_installed
from vault.policy.language.operands import Scope
from vault.policy.language.operators import OPERATORS, TAKES, Takes
from vault.policy.language.printing import row, to_json, to_toml
from vault.policy.rules import Condition, NamedList, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import NAMES, ORDERED, SCALABLE, SETS, Amount, Duration, FactType
from vault.policy.verdicts import Kind, Verdict

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
SCOPE = Scope(TABLE, {})

numbers = st.integers(-(10**14), 10**14) | st.fractions(-(10**6), 10**6, max_denominator=10**4).map(
    lambda value: value.numerator if value.denominator == 1 else value
)
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12) | st.sampled_from(
    ["known", "a, b", "it's", 'say "x"', "[a]", "\\", "lists.x", "offer.title", "true", "#", "= 1"]
)
WORDS: dict[FactType, st.SearchStrategy[str]] = {
    FactType.TEXT: texts,
    FactType.TEXTS: texts,
    FactType.CATEGORY: st.sampled_from(sorted(categories.tree())),
    FactType.PURPOSES: st.sampled_from(dpv.purposes().terms()),
    FactType.PERSONAL_DATA: st.sampled_from(dpv.personal_data().terms()),
}
QUANTITIES: dict[FactType, st.SearchStrategy[Operand]] = {
    FactType.INTEGER: st.integers(-(10**14), 10**14),
    FactType.NUMBER: numbers,
    FactType.MONEY: st.builds(Amount, numbers, st.sampled_from(["EUR", "JPY", "KWD", "CLF"])),
    FactType.DURATION: st.builds(Duration, st.integers(0, 5_000), st.integers(0, 5_000)),
    FactType.DATE: st.dates(min_value=date(1, 1, 1)),
    FactType.TIME: st.integers(0, 1_439),
    FactType.TRUTH: st.booleans(),
    FactType.CLAIM: st.booleans(),
}
factors = st.fractions(Fraction(1, 1_000), 1_000, max_denominator=1_000)


def words(fact: Fact) -> st.SearchStrategy[str]:
    return st.sampled_from(fact.choices) if fact.type is FactType.CHOICE else WORDS[fact.type]


def named_lists(members: st.SearchStrategy[str]) -> st.SearchStrategy[NamedList]:
    """The name is made of the members, so that one name always means one list."""
    sets = st.frozensets(members, max_size=3)
    return sets.map(lambda found: NamedList(f"l{crc32(repr(sorted(found)).encode())}", found))


def operands(fact: Fact, operator: Operator) -> st.SearchStrategy[Operand]:
    takes = TAKES[operator]
    if takes is Takes.NOTHING:
        return st.none()
    if takes is Takes.SPAN:
        return QUANTITIES[FactType.DURATION]
    if takes is Takes.SOMEBODY:
        return st.frozensets(texts, min_size=1, max_size=3) | named_lists(texts)
    if takes is Takes.LIST:
        return st.frozensets(words(fact), min_size=1, max_size=3) | named_lists(words(fact))
    if fact.type in SETS and takes is Takes.ONE:
        return st.frozensets(words(fact), min_size=1, max_size=3)
    literal = words(fact) if fact.type in NAMES or takes is Takes.MEMBER else QUANTITIES[fact.type]
    return literal | other_facts(fact) if fact.type in ORDERED else literal


def other_facts(fact: Fact) -> st.SearchStrategy[OtherFact]:
    others = st.sampled_from([other.name for other in TABLE.values() if other.type is fact.type])
    return st.builds(OtherFact, others, factors if fact.type in SCALABLE else st.just(Fraction(1)))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    fact = draw(st.sampled_from(list(TABLE.values())))
    fitting = [one for one in OPERATORS[fact.type] if TAKES[one] is not Takes.NOTHING or "unknown" not in fact.choices]
    operator = draw(st.sampled_from(fitting))
    return written_condition(fact, operator, draw(operands(fact, operator)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    then = draw(st.sampled_from(Verdict))
    hidden = Operator.IS_KNOWN if then is not Verdict.ACCEPT else Operator.IS_UNKNOWN
    shown = Operator.IS_UNKNOWN if then is not Verdict.ACCEPT else Operator.IS_KNOWN
    when = draw(st.lists(conditions().filter(lambda one: one.operator is not hidden), min_size=1, max_size=4))
    unless = draw(st.lists(conditions().filter(lambda one: one.operator is not shown), max_size=2))
    kinds = draw(st.frozensets(st.sampled_from(Kind), min_size=1))
    because = draw(texts | st.just(""))
    name = draw(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9})?(/[a-z0-9]{1,9})?", fullmatch=True))
    return Rule(name, kinds, tuple(when), then, because, tuple(unless))


defaults = st.dictionaries(st.sampled_from(Kind), st.sampled_from([Verdict.ASK, Verdict.REFUSE]))
rule_sets = st.builds(RuleSet, st.lists(rules(), max_size=4, unique_by=lambda one: one.id).map(tuple), defaults)


@given(conditions())
@settings(max_examples=600)
def test_the_text_of_a_condition_is_read_as_the_same_condition(condition: Condition) -> None:
    lists = {one.name: tuple(sorted(one.members)) for one in [condition.operand] if isinstance(one, NamedList)}
    scope = Scope(TABLE, lists)
    assert read_condition(scope, condition.text) == condition
    assert read_condition(scope, row(condition)) == condition


@given(rule_sets)
@settings(max_examples=150)
def test_what_is_written_is_read_back_in_every_form(written: RuleSet) -> None:
    assert read_toml(to_toml(written), "x", TABLE, {}) == written
    assert read_json(to_json(written), "x", TABLE, {}) == written
    assert from_installed(to_installed(written)) == written
    assert rules_sha256(from_installed(to_installed(written))) == rules_sha256(written)


SAMPLE = """\
[defaults]
offer = "refuse"
[lists]
shops = ["a.example", 'b.example']
[[rule]]
id = "one"
for = ["offer", "promotion"]
when = [
  "offer.category within [energy, telecom]", "offer.price.per_month <= 90% of contract.price.per_month",
  { fact = "offer.price.total", operator = "<=", value = { minor = 5000, currency = "EUR" } },
]
unless = ["vendor.domain within lists.shops", "offer.valid_until < 2026-03-01"]
then = "accept"
because = "a sentence"
"""


def rules_or_error(text: str) -> RuleSet | None:
    try:
        found = read_toml(text, "x", TABLE, {})
    except RuleFileError as error:
        refusal = error
    else:
        assert read_toml(to_toml(found), "x", TABLE, {}) == found
        return found
    assert refusal.problems
    assert all(sign.isprintable() or sign == "\n" for sign in str(refusal))
    return None


def test_the_sample_that_is_damaged_below_is_sound() -> None:
    assert rules_or_error(SAMPLE) is not None


@given(st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=300)
def test_a_damaged_file_is_rules_or_one_error(chance: random.Random, times: int) -> None:
    text = SAMPLE
    for _ in range(times):
        at, length = chance.randrange(len(text)), chance.randrange(12)
        piece = chance.choice(
            ["", '"', "[", "]", "\n", "е", "%", " ", "=", "'''", '"""', "#", "9", ".", "\\", "\x00", "\u202e"]
        )
        text = text[:at] + piece * chance.choice([1, 1, 3, 200]) + text[at + length :]
    rules_or_error(text)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_condition_or_a_fault(text: str) -> None:
    for written in (text, f"offer.title is {text}", f"offer.price.total <= {text}", f"offer.category {text}"):
        try:
            condition = read_condition(SCOPE, written)
        except Fault:
            continue
        assert read_condition(SCOPE, condition.text) == condition


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["rule", "defaults", "lists", "id", "for", "when", "unless", "then", "because"]), json_values)
@settings(max_examples=300)
def test_any_json_in_any_place_is_rules_or_one_error(place: str, value: object) -> None:
    rule = {"id": "x", "for": ["offer"], "when": ["offer.discount > 5"], "then": "ask"}
    whole = {place: value} if place in ("rule", "defaults", "lists") else {"rule": [rule | {place: value}]}
    with suppress(RuleFileError):
        read_json(json.dumps(whole).encode("utf-8", "surrogatepass"), "x", TABLE, {})


@given(st.sampled_from(list(TABLE.values())), st.sampled_from(list(Operator)), json_values)
@settings(max_examples=400)
def test_any_row_is_a_condition_or_a_fault(fact: Fact, operator: Operator, value: object) -> None:
    try:
        condition = read_condition(SCOPE, {"fact": fact.name, "operator": str(operator), "value": value})
    except Fault:
        return
    assert read_condition(SCOPE, condition.text) == condition


def naughty() -> list[str]:
    path = CORPUS / "vectors" / "blns.json"
    if not path.exists():
        pytest.skip(f"the list of naughty strings is not at {path}")
    found = json.loads(path.read_text("utf-8"))
    assert len(found) > 400
    return [str(one) for one in found]


def test_naughty_strings_in_every_place_are_rules_or_one_error() -> None:
    for text in naughty():
        quoted = json.dumps(text)
        rules_or_error(text)
        for line in (
            f"id = {quoted}",
            f"because = {quoted}",
            f"when = [{quoted}]",
            f"for = {quoted}",
            f"then = {quoted}",
        ):
            key = line.partition(" ")[0]
            rest = {"id": '"x"', "for": '"offer"', "when": "[]", "then": '"refuse"', "because": '"y"'}
            rest.pop(key)
            rules_or_error("[[rule]]\n" + line + "\n" + "".join(f"{name} = {value}\n" for name, value in rest.items()))


def test_a_naughty_string_in_quotes_is_compared_as_it_is_or_refused() -> None:
    read = 0
    for text in naughty():
        try:
            condition = read_condition(SCOPE, f"offer.title is {json.dumps(text, ensure_ascii=False)}")
        except Fault:
            continue
        read += 1
        assert condition.operand == text
    assert read > 300


def test_a_large_file_is_read_and_written_back() -> None:
    large = SAMPLE + "".join(
        f'[[rule]]\nid = "r{number}"\nfor = ["offer"]\nwhen = ["offer.price.total > {number} EUR"]\nthen = "ask"\n'
        for number in range(2_000)
    )
    found = rules_or_error(large)
    assert found is not None
    assert len(found.rules) == 2_001
    assert found.rules[-1].place.line == large.count("\n") - 4
