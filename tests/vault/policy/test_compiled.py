from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from random import Random
from typing import cast

import pytest

from tests.vault.policy import reference
from tests.vault.policy.generating import FACTS, KINDS, TODAY, case, facts, rule_set, value
from vault.policy import compiled as compiling
from vault.policy import judging
from vault.policy.compiled import compiled
from vault.policy.evaluation import evaluate
from vault.policy.facts import TABLE, Fact, Facts
from vault.policy.judging import Judge
from vault.policy.outcome import Outcome
from vault.policy.rule_source import _Body
from vault.policy.rules import Condition, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, Value
from vault.policy.verdicts import Kind, Verdict

OP = Operator


def condition(fact: str, operator: Operator, operand: Operand = None) -> Condition:
    return Condition(fact, operator, operand, "")


def rule(id: str, then: Verdict, *when: Condition, kind: Kind = Kind.OFFER) -> Rule:
    return Rule(id, frozenset({kind}), when, then)


class Watched(Mapping[str, Value | None]):
    """Facts that note what was asked for, and have no `get` of a dict."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> Value | None:
        self.asked.append(name)
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


ENERGY = condition("offer.category", OP.WITHIN, "energy")
INSURANCE = condition("offer.category", OP.IS, "insurance")
VERIFIED = condition("vendor.verified", OP.IS, True)
QUIET = condition("me.quiet.now", OP.IS, True)


def test_seeded_cases_come_out_as_in_the_reference() -> None:
    for seed in range(300):
        one = case(Random(seed))
        found = compiled(one.rules)(one.kind, cast(Facts, one.facts))
        assert repr(found) == repr(reference.evaluate(one.rules, one.kind, one.facts)), seed


def test_one_compiled_rule_set_judges_many_requests() -> None:
    random = Random(3)
    for _ in range(15):
        rules = rule_set(random, 12)
        judge = compiled(rules)
        for _ in range(40):
            given, kind = facts(random), random.choice(KINDS)
            for shape in (given, Watched(cast(Facts, given))):
                assert judge(kind, cast(Facts, shape)) == reference.evaluate(rules, kind, given)


def test_facts_are_asked_for_once_and_only_where_a_rule_needs_them() -> None:
    rules = RuleSet(
        (
            rule("other-kind", Verdict.ASK, condition("offer.discount", OP.IS_KNOWN), kind=Kind.MESSAGE),
            rule("stops-early", Verdict.REFUSE, QUIET, condition("vendor.domain", OP.IS, "never.example")),
            rule("other-category", Verdict.REFUSE, condition("offer.fees", OP.MORE, Amount(1, "EUR")), INSURANCE),
            rule("applies", Verdict.ASK, ENERGY, VERIFIED, condition("me.quiet.now", OP.IS, False)),
        )
    )
    watched = Watched({"me.quiet.now": False, "vendor.verified": True, "offer.category": "energy.gas"})
    assert compiled(rules)(Kind.OFFER, watched).verdict is Verdict.ASK
    assert watched.asked == ["offer.category", "me.quiet.now", "vendor.verified"]


def test_reasons_are_those_of_the_moment_whatever_becomes_of_the_facts() -> None:
    given: dict[str, Value | None] = {"vendor.verified": True}
    found = compiled(RuleSet((rule("a", Verdict.ASK, VERIFIED),)))(Kind.OFFER, given)
    given["vendor.verified"] = False
    assert found.reasons[0].when[0].observed is True


@pytest.mark.parametrize("evaluator", [lambda rules: compiled(rules), lambda rules: Judge(rules)])
def test_a_rule_for_another_category_is_undetermined_only_where_the_category_is_unknown(evaluator: type[Judge]) -> None:
    judge = evaluator(RuleSet((rule("a", Verdict.REFUSE, ENERGY),)))
    assert judge(Kind.OFFER, {"offer.category": "insurance"}).reasons == ()
    assert judge(Kind.OFFER, {"offer.category": "energy.gas"}).verdict is Verdict.REFUSE
    for unknown in ({}, {"offer.category": None}, {"offer.category": "no.such"}, {"offer.category": ["energy"]}):
        assert judge(Kind.OFFER, cast(Facts, unknown)).reasons[0].state == "undetermined"


def test_foreign_categories_leave_nothing_behind() -> None:
    judge = compiled(RuleSet((rule("a", Verdict.REFUSE, ENERGY),)))
    branch = cast(dict[Kind, compiling._Branch], _closure(judge)["branches"])[Kind.OFFER]
    for n in range(50):
        judge(Kind.OFFER, {"offer.category": f"made.up{n}"})
    assert len(branch.functions) == 1


def _closure(function: object) -> dict[str, object]:
    code, cells = function.__code__.co_freevars, function.__closure__  # type: ignore[attr-defined]
    return {name: cell.cell_contents for name, cell in zip(code, cells, strict=True)}


def test_nothing_from_a_rule_stands_in_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []
    plain = builtins.compile

    def noting(source: str, *rest: str) -> object:
        sources.append(source)
        return plain(source, *rest)

    monkeypatch.setattr(builtins, "compile", noting)
    evil = 'x"]; raise SystemExit #'
    conditions = (
        condition(evil, OP.IS, evil),
        condition("vendor.domain", OP.IS_NOT, evil),
        condition("vendor.domain", OP.NONE_OF, frozenset({evil})),
        condition("offer.price.per_month", OP.LESS, Amount(987_654_321, evil)),
        condition("offer.discount", OP.LESS, OtherFact(evil, Fraction(987_654_321, 7))),
        condition("data.purposes", OP.ANY_OF, frozenset({evil})),
        condition("offer.contract.minimum_term", OP.LESS, Duration(987_654_321)),
        condition("offer.renewable", OP.ATTESTED_BY, frozenset({evil})),
    )
    rules = RuleSet(tuple(Rule(evil, frozenset({Kind.OFFER}), (one,), Verdict.ASK, evil) for one in conditions))
    given: Facts = {"vendor.domain": evil, "offer.renewable": Claim(True, frozenset({evil})), evil: evil}
    assert repr(compiled(rules)(Kind.OFFER, given)) == repr(evaluate(rules, Kind.OFFER, given))
    assert len(sources) == 1
    assert not any(word in sources[0] for word in ("raise", "SystemExit", "987654321", "vendor", "price"))


def test_a_rule_of_hundreds_of_conditions_compiles() -> None:
    fees = [condition("offer.fees", OP.AT_LEAST, Amount(n, "EUR")) for n in range(500)]
    texts = [condition(f"offer.{name}", OP.IS_KNOWN) for name in ("title", "bonus", "discount")]
    rules = RuleSet((rule("a", Verdict.ASK, *fees, *texts),))
    given: Facts = {
        "offer.fees": Amount(499, "EUR"),
        "offer.title": "t",
        "offer.bonus": Amount(0, "EUR"),
        "offer.discount": 0,
    }
    assert len(compiled(rules)(Kind.OFFER, given).reasons[0].when) == 503


def test_more_rules_than_are_compiled_are_interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST_RULES", 1)
    monkeypatch.setattr(compiling, "decision_function", None)
    rules = RuleSet((rule("a", Verdict.ASK, VERIFIED), rule("b", Verdict.REFUSE, QUIET)), {Kind.OFFER: Verdict.REFUSE})
    assert compiled(rules)(Kind.OFFER, {"vendor.verified": True}) == evaluate(
        rules, Kind.OFFER, {"vendor.verified": True}
    )


def test_a_judge_interprets_until_it_is_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[RuleSet] = []

    def noting(rules: RuleSet, table: Mapping[str, Fact]) -> Callable[[Kind, Facts], Outcome]:
        made.append(rules)
        return compiled(rules, table)

    monkeypatch.setattr(judging, "compiled", noting)
    judge = Judge(RuleSet((rule("a", Verdict.REFUSE, VERIFIED),)))
    for _ in range(judging.COLD_DECISIONS):
        assert judge(Kind.OFFER, {"vendor.verified": True}).verdict is Verdict.REFUSE
    assert made == []
    for _ in range(5):
        assert judge(Kind.OFFER, {"vendor.verified": True}).verdict is Verdict.REFUSE
    assert len(made) == 1


def test_outcomes_are_compared_by_what_they_say() -> None:
    rules = RuleSet((rule("a", Verdict.REFUSE, VERIFIED),))
    one, other = (decide(Kind.OFFER, {"vendor.verified": True}) for decide in (compiled(rules), Judge(rules)))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Outcome(Verdict.REFUSE, (), False)
    assert one.reasons is one.reasons


def other(name: str, factor: Fraction = Fraction(1)) -> OtherFact:
    return OtherFact(name, factor)


@pytest.mark.parametrize(
    "one",
    [
        condition("offer.fees", OP.AT_MOST, Amount(500, "EUR")),
        condition("offer.fees", OP.IS_NOT, Amount(Fraction(500, 3), "EUR")),
        condition("offer.fees", OP.MORE, other("offer.cost.first_year", Fraction(1, 10))),
        condition("offer.discount", OP.AT_LEAST, Fraction(1, 10)),
        condition("offer.discount", OP.LESS, other("offer.returns.days", Fraction(1, 100))),
        condition("offer.returns.days", OP.AT_LEAST, 14),
        condition("now.time", OP.LESS, 480),
        condition("offer.valid_until", OP.LESS, other("now.date")),
        condition("offer.valid_until", OP.WITHIN_NEXT, Duration(1)),
        condition("vendor.verified", OP.IS, True),
        condition("vendor.verified", OP.IS_NOT, True),
        condition("offer.renewable", OP.IS, True),
        condition("offer.renewable", OP.ATTESTED_BY, frozenset({"tuev"})),
        condition("request.signature", OP.IS, "valid"),
        condition("contract.category", OP.WITHIN, "energy"),
        condition("vendor.domain", OP.IS, "shop.example"),
        condition("vendor.domain", OP.NONE_OF, frozenset({"shop.example"})),
        condition("data.recipients", OP.ANY_OF, frozenset({"shop.example"})),
        condition("data.recipients", OP.WITHIN, frozenset({"shop.example"})),
        condition("data.recipients", OP.ALL_OF, frozenset({"shop.example"})),
        condition("offer.title", OP.IS_KNOWN),
    ],
    ids=lambda one: f"{one.fact} {one.operator}",
)
def test_a_common_condition_is_compared_in_line(one: Condition) -> None:
    assert "t1 =" not in _source(one)


@pytest.mark.parametrize("operand", [Duration(12), other("offer.contract.notice")], ids=repr)
def test_durations_of_months_are_compared_by_their_number(operand: Operand) -> None:
    assert "t1 = t2 = m0 - " in _source(condition("offer.contract.minimum_term", OP.AT_MOST, operand))


def test_a_fact_is_looked_up_where_the_first_rule_needs_it_and_looked_at_where_another_may_have() -> None:
    source = _source(VERIFIED, QUIET) + _source(QUIET, VERIFIED)
    assert (source.count("facts["), source.count("UNREAD")) == (4, 0)
    both = _body(rule("a", Verdict.ASK, VERIFIED, QUIET), rule("b", Verdict.ASK, QUIET, VERIFIED))
    assert (both.count("facts["), both.count("is UNREAD"), both.count("= UNREAD")) == (3, 1, 1)
    again = _body(*(rule(id, Verdict.ASK, VERIFIED) for id in "abc"))
    assert (again.count("facts["), again.count("UNREAD")) == (1, 0)


def test_a_rule_that_is_never_undetermined_does_not_ask_whether_it_is() -> None:
    source = _source(condition("offer.returns.days", OP.IS_KNOWN))
    assert "floor = 1" not in source


def _source(*when: Condition) -> str:
    return _body(rule("a", Verdict.ASK, *when))


def _body(*rules: Rule) -> str:
    body = _Body({}, TABLE)
    for one in rules:
        body.add(one)
    return body.source()


# An operand of every type, some of which suit a fact.
OPERANDS: tuple[Operand, ...] = (
    None,
    True,
    1,
    Fraction(9, 10),
    Amount(5_000, "EUR"),
    Duration(1),
    Duration(0, 30),
    date(2026, 2, 28),
    "valid",
    "energy",
    "dpv:Marketing",
    Claim(True),
    frozenset[str](),
    frozenset({"valid", "energy", "dpv:Marketing", "DE", "shop.example"}),
    other("me.country"),
    other("offer.organic"),
    other("me.budget.left", Fraction(9, 10)),
    other("contract.used_this_year", Fraction(1, 3)),
    other("no.such.fact"),
)


@pytest.mark.parametrize("name", [*FACTS, "no.such.fact"])
def test_every_operator_with_every_operand_comes_out_as_in_the_reference(name: str) -> None:
    conditions = [condition(name, operator, operand) for operator in Operator for operand in OPERANDS]
    rules = RuleSet(
        (
            *(Rule(f"when-{n}", frozenset({Kind.OFFER}), (one,), Verdict.ASK) for n, one in enumerate(conditions)),
            *(
                Rule(f"un-{n}", frozenset({Kind.OFFER}), (), Verdict.ASK, unless=(one,))
                for n, one in enumerate(conditions)
            ),
        )
    )
    judge, random = compiled(rules), Random(11)
    for _ in range(2):
        given = cast(Facts, facts(random) | {name: value(random, name) if name in TABLE else None, "now.date": TODAY})
        expected = repr(reference.evaluate(rules, Kind.OFFER, given))
        assert repr(judge(Kind.OFFER, given)) == expected
        assert repr(evaluate(rules, Kind.OFFER, given)) == expected


@pytest.mark.parametrize("when", [(ENERGY, VERIFIED), (VERIFIED,)])
def test_a_plain_dict_is_read_as_it_is(when: tuple[Condition, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    judge = compiled(RuleSet((rule("a", Verdict.REFUSE, *when),)))
    given: Facts = {"offer.category": "energy", "vendor.verified": True}
    judge(Kind.OFFER, given)
    monkeypatch.setattr(compiling, "_Answering", None)
    assert judge(Kind.OFFER, given).verdict is Verdict.REFUSE


def test_the_last_rule_that_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST_RULES", 2)
    monkeypatch.setattr(compiling, "evaluate", None)
    judge = compiled(RuleSet((rule("a", Verdict.ASK, VERIFIED), rule("b", Verdict.REFUSE, QUIET))))
    assert judge(Kind.OFFER, {"vendor.verified": True, "me.quiet.now": True}).verdict is Verdict.REFUSE


def test_what_the_category_has_decided_is_not_asked_again() -> None:
    body = _Body({ENERGY: True}, TABLE)
    body.add(rule("a", Verdict.ASK, ENERGY, VERIFIED))
    assert body.source().count(": break") == 1
