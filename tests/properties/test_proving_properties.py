"""Proofs and findings against brute force: what is proven, no request of a grid breaks; a counterexample does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vault.policy.checking import check
from vault.policy.evaluation import evaluate, seen
from vault.policy.fact import Fact, Influence
from vault.policy.proving import Assertion, Counterexample, Highest, Mode, Proven, Undecided, Unlimited, prove, supremum
from vault.policy.rules import Condition, NamedList, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, FactType, Value
from vault.policy.verdicts import Kind, State, Verdict

KINDS = (Kind.OFFER, Kind.MESSAGE)
TODAY = date(2028, 2, 29)


def _fact(name: str, type: FactType, least: int | None = None, choices: tuple[str, ...] = ()) -> Fact:
    return Fact(name, type, "", "", "", Influence.VENDOR, choices, least)


TABLE = {
    fact.name: fact
    for fact in (
        _fact("a.count", FactType.INTEGER, 0),
        _fact("b.count", FactType.INTEGER, 0),
        _fact("a.share", FactType.NUMBER),
        _fact("a.price", FactType.MONEY, 0),
        _fact("b.price", FactType.MONEY, 0),
        _fact("a.term", FactType.DURATION, 0),
        _fact("b.term", FactType.DURATION, 0),
        _fact("a.day", FactType.DATE),
        _fact("b.day", FactType.DATE),
        _fact("now.date", FactType.DATE),
        _fact("a.flag", FactType.TRUTH),
        _fact("a.claim", FactType.CLAIM),
        _fact("a.choice", FactType.CHOICE, choices=("red", "blue")),
        _fact("a.text", FactType.TEXT),
        _fact("b.text", FactType.TEXT),
        _fact("a.category", FactType.CATEGORY),
        _fact("a.purposes", FactType.PURPOSES),
        _fact("a.texts", FactType.TEXTS),
    )
}
NAMES = {
    FactType.TEXT: ("x", "y", "z"),
    FactType.CATEGORY: ("energy", "energy.electricity", "telecom", "insurance"),
    FactType.PURPOSES: ("dpv:Marketing", "dpv:DirectMarketing", "dpv:ServiceProvision", "not:known"),
    FactType.TEXTS: ("x", "y", "z"),
}
_MONEY = [Amount(minor, c) for c in ("EUR", "USD") for minor in (0, 1, 99, 100, 101, 150, 200, 201, 1000)]
_SPANS = (Duration(1), Duration(0, 30), Duration(0, 31), Duration(0, 28), Duration(2), Duration(1, 1), Duration(0, 0))
_DAYS = tuple(TODAY + timedelta(days=by) for by in (-32, -31, -30, -29, -28, -1, 0, 1, 28, 29, 30, 31, 32))
GRID: Mapping[FactType, tuple[Value | None, ...]] = {
    FactType.INTEGER: (None, 0, 1, 2, 3, 4, 9),
    FactType.NUMBER: (None, -1, 0, Fraction(1, 2), 1, 2, Fraction(5, 2), 3, 9),
    FactType.MONEY: (None, *_MONEY),
    FactType.DURATION: (None, *_SPANS, Duration(0, 27), Duration(0, 29), Duration(0, 59), Duration(0, 62), Duration(9)),
    FactType.DATE: (None, *_DAYS),
    FactType.TRUTH: (None, True, False),
    FactType.CLAIM: (None, *(Claim(v, frozenset(by)) for v in (True, False) for by in ("", "x", "y", "xy", "o"))),
    FactType.CHOICE: (None, "red", "blue"),
    FactType.TEXT: (None, "x", "y", "z", "o"),
    FactType.CATEGORY: (None, *NAMES[FactType.CATEGORY], "finance"),
    FactType.PURPOSES: (
        None,
        *(frozenset(n for at, n in enumerate(NAMES[FactType.PURPOSES]) if bits >> at & 1) for bits in range(16)),
    ),
    FactType.TEXTS: (None, *(frozenset(n for at, n in enumerate("xyzo") if bits >> at & 1) for bits in range(16))),
}
ORDER = (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST, Operator.IS, Operator.IS_NOT)
SAME = (Operator.IS, Operator.IS_NOT)
LISTED = (Operator.WITHIN, Operator.NOT_WITHIN, Operator.ANY_OF, Operator.NONE_OF)
_LITERALS = {
    FactType.INTEGER: (1, 2, 3),
    FactType.NUMBER: (1, 2, Fraction(5, 2)),
    FactType.MONEY: (Amount(100, "EUR"), Amount(200, "EUR"), Amount(100, "USD"), Amount(Fraction(301, 2), "EUR")),
    FactType.DURATION: _SPANS[:5],
    FactType.DATE: (TODAY, TODAY + timedelta(days=30), TODAY - timedelta(days=1)),
    FactType.TRUTH: (True, False),
    FactType.CHOICE: ("red", "blue"),
    FactType.CLAIM: (True, False),
}
_COMPARED = (FactType.INTEGER, FactType.MONEY, FactType.DURATION, FactType.DATE, FactType.TEXT)
_FACTORS = (Fraction(1), Fraction(9, 10), Fraction(2), Fraction(1, 3))


def _condition(fact: str, operator: Operator, operand: Operand) -> Condition:
    return Condition(fact, operator, operand, f"{fact} {operator} {operand}")


@st.composite
def conditions(draw: st.DrawFn, facts: tuple[str, ...]) -> Condition:
    name = draw(st.sampled_from(facts))
    type = TABLE[name].type
    if draw(st.integers(0, 9)) == 0:
        return _condition(name, draw(st.sampled_from((Operator.IS_KNOWN, Operator.IS_UNKNOWN))), None)
    peers = [other for other in facts if other != name and TABLE[other].type is type]
    if peers and type in _COMPARED and draw(st.booleans()):
        return draw(_compared(name, peers, type))
    return draw(_alone(name, type))


@st.composite
def _compared(draw: st.DrawFn, name: str, peers: list[str], type: FactType) -> Condition:
    scaled = type in (FactType.INTEGER, FactType.MONEY)
    factor = draw(st.sampled_from(_FACTORS)) if scaled else Fraction(1)
    operators = SAME if type is FactType.TEXT else ORDER
    return _condition(name, draw(st.sampled_from(operators)), OtherFact(draw(st.sampled_from(peers)), factor))


@st.composite
def _alone(draw: st.DrawFn, name: str, type: FactType) -> Condition:
    if type is FactType.DATE and draw(st.booleans()):
        span = draw(st.sampled_from(_SPANS))
        return _condition(name, draw(st.sampled_from((Operator.WITHIN_LAST, Operator.WITHIN_NEXT))), span)
    if type is FactType.CLAIM and draw(st.booleans()):
        names = frozenset(draw(st.sets(st.sampled_from("xy"), min_size=1)))
        return _condition(name, Operator.ATTESTED_BY, NamedList("friends", names))
    if type in _LITERALS:
        ordered = type not in (FactType.TRUTH, FactType.CHOICE, FactType.CLAIM)
        return _condition(
            name, draw(st.sampled_from(ORDER if ordered else SAME)), draw(st.sampled_from(_LITERALS[type]))
        )
    names = frozenset(draw(st.sets(st.sampled_from(NAMES[type]), min_size=1, max_size=2)))
    if type in (FactType.TEXT, FactType.CATEGORY):
        return _condition(name, draw(st.sampled_from((*LISTED, *SAME))), draw(st.sampled_from((names, min(names)))))
    operator = draw(st.sampled_from((*LISTED, Operator.ALL_OF, Operator.CONTAINS, *SAME)))
    return _condition(name, operator, min(names) if operator is Operator.CONTAINS else names)


# Facts that may be compared with one another, so that a set of three has something to say.
_FAMILIES = (
    ("a.count", "b.count", "a.share"),
    ("a.price", "b.price", "a.flag"),
    ("a.term", "a.choice", "a.claim"),
    ("a.term", "b.term"),
    ("a.day", "b.day", "now.date"),
    ("a.day", "now.date", "a.flag"),
    ("a.text", "b.text", "a.category"),
    ("a.purposes", "a.flag"),
    ("a.texts", "a.choice", "a.flag"),
)


@st.composite
def rule_sets(draw: st.DrawFn, facts: tuple[str, ...]) -> RuleSet:
    some = st.lists(conditions(facts), max_size=2)
    kinds = st.sampled_from((frozenset(KINDS), frozenset(KINDS[:1])))
    rules = [
        Rule(f"r{at}", draw(kinds), tuple(draw(some)), draw(st.sampled_from(list(Verdict))), "", tuple(draw(some)))
        for at in range(draw(st.integers(1, 5)))
    ]
    return RuleSet(tuple(rules), {Kind.OFFER: draw(st.sampled_from(list(Verdict)))})


@st.composite
def questions(draw: st.DrawFn) -> tuple[RuleSet, Assertion]:
    facts = draw(st.sampled_from(_FAMILIES))
    when = tuple(draw(st.lists(conditions(facts), max_size=2)))
    mode, verdict = draw(st.sampled_from(list(Mode))), draw(st.sampled_from(list(Verdict)))
    return draw(rule_sets(facts)), Assertion(mode, verdict, when, frozenset(KINDS))


def _grid(rules: RuleSet, more: tuple[Condition, ...]) -> Iterator[dict[str, Value | None]]:
    named = {name for rule in rules.rules for c in (*rule.when, *rule.unless) for name in _names(c)}
    facts = sorted(named | {name for c in more for name in _names(c)})
    # Today is always known.
    values = [tuple(v for v in GRID[TABLE[name].type] if v is not None or name != "now.date") for name in facts]
    return (dict(zip(facts, chosen, strict=True)) for chosen in product(*values))


def _names(condition: Condition) -> set[str]:
    dated = condition.operator in (Operator.WITHIN_LAST, Operator.WITHIN_NEXT)
    other = {condition.operand.name} if isinstance(condition.operand, OtherFact) else set()
    return {condition.fact, *other, *({"now.date"} if dated else ())}


def _breaks(rules: RuleSet, assertion: Assertion, kind: Kind, facts: Mapping[str, Value | None]) -> bool:
    if any(seen(condition, facts, TABLE).value is not True for condition in assertion.when):
        return False
    verdict = evaluate(rules, kind, facts, TABLE).verdict
    return (verdict is assertion.verdict) is (assertion.mode is Mode.NEVER)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_what_is_proven_no_request_of_a_grid_breaks_and_a_counterexample_breaks_it(
    question: tuple[RuleSet, Assertion],
) -> None:
    rules, assertion = question
    answer = prove(rules, assertion, TABLE)
    if isinstance(answer, Counterexample):
        assert _breaks(rules, assertion, answer.kind, answer.facts)
    elif isinstance(answer, Proven):
        for facts in _grid(rules, assertion.when):
            for kind in KINDS:
                assert not _breaks(rules, assertion, kind, facts)
    else:
        assert isinstance(answer, Undecided)
        assert "term" in answer.why or "months" in answer.why or "set" in answer.why, answer.why


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets(("a.price", "b.price", "a.flag")), st.sampled_from(list(Verdict)))
def test_no_request_of_a_grid_goes_above_the_supremum(rules: RuleSet, verdict: Verdict) -> None:
    found = supremum(rules, "a.price", verdict, TABLE, frozenset(KINDS))
    for facts in _grid(rules, (_condition("a.price", Operator.IS_KNOWN, None),)):
        if any(evaluate(rules, kind, facts, TABLE).verdict is verdict for kind in KINDS):
            price = facts["a.price"]
            if price is None:
                assert found.unknown
                continue
            assert isinstance(price, Amount)
            limit = found.limits.get(price.currency, found.limits.get(""))
            assert limit is not None
            assert isinstance(limit, Unlimited) or _is_at_most(price, limit)


def _is_at_most(price: Amount, limit: object) -> bool:
    assert isinstance(limit, Highest)
    assert isinstance(limit.value, Amount)
    return price.minor <= limit.value.minor if limit.reached else price.minor < limit.value.minor


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets(("a.price", "b.price", "a.flag")), st.sampled_from(list(Verdict)))
def test_a_supremum_is_proven_and_nothing_below_it_is(rules: RuleSet, verdict: Verdict) -> None:
    found = supremum(rules, "a.price", verdict, TABLE, frozenset(KINDS))
    for limit in found.limits.values():
        if isinstance(limit, Highest):
            above = Operator.MORE if limit.reached else Operator.AT_LEAST
            assert isinstance(prove(rules, _never(verdict, above, limit.value), TABLE), Proven)
            if limit.reached:
                there = prove(rules, _never(verdict, Operator.AT_LEAST, limit.value), TABLE)
                assert isinstance(there, Counterexample)


def _never(verdict: Verdict, operator: Operator, value: Value) -> Assertion:
    return Assertion(Mode.NEVER, verdict, (_condition("a.price", operator, value),), frozenset(KINDS))


@st.composite
def rule_sets_of_a_family(draw: st.DrawFn) -> RuleSet:
    return draw(rule_sets(draw(st.sampled_from(_FAMILIES))))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets_of_a_family())
def test_what_checking_says_of_a_rule_no_request_of_a_grid_contradicts(rules: RuleSet) -> None:
    by_code: dict[str, set[str]] = {}
    for finding in check(rules, TABLE):
        by_code.setdefault(finding.code, set()).add(finding.rule)
    silent = by_code.get("contradiction", set()) | by_code.get("dead", set())
    refused, stricter = by_code.get("shadowed", set()), by_code.get("overruled", set())
    for facts in _grid(rules, ()):
        for kind in KINDS:
            outcome = evaluate(rules, kind, facts, TABLE)
            applying = {reason.rule.id for reason in outcome.reasons if reason.state is State.APPLIES}
            assert not applying & silent
            assert not applying & refused or outcome.verdict is Verdict.REFUSE
            assert not applying & stricter or outcome.verdict is not Verdict.ACCEPT


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule_sets_of_a_family())
def test_a_superfluous_rule_can_go_and_no_verdict_changes(rules: RuleSet) -> None:
    superfluous = {f.rule for f in check(rules, TABLE) if f.code in ("duplicate", "subsumed")}
    fewer = RuleSet(tuple(rule for rule in rules.rules if rule.id not in superfluous), rules.defaults)
    for facts in _grid(rules, ()) if superfluous else ():
        for kind in KINDS:
            assert evaluate(rules, kind, facts, TABLE).verdict is evaluate(fewer, kind, facts, TABLE).verdict
