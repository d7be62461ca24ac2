"""Findings about rules: each kind with a rule that has it and one that nearly does; none about the packs."""

from __future__ import annotations

import pytest

from vault.policy.builtin import builtin
from vault.policy.checking import Finding, Severity, check
from vault.policy.conditions import truth
from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.packs import names, pack
from vault.policy.rules import Condition, Operator, Rule, RuleSet
from vault.policy.values import Duration, FactType
from vault.policy.verdicts import Kind, Verdict

SAFE = "offer.cost.commitment <= 500 EUR; terms.result is within"
OFFER = frozenset({Kind.OFFER})


def rules(*written: str) -> RuleSet:
    """Each `VERDICT: CONDITION; … unless CONDITION; …` a rule for offers."""
    parts = []
    for at, line in enumerate(written):
        verdict, _, rest = line.partition(": ")
        when, _, unless = rest.partition(" unless ")
        kept = [[f"'{c}'" for c in part.split("; ") if c] for part in (when, unless)]
        parts.append(
            f'[[rule]]\nid = "r{at}"\nfor = ["offer"]\nthen = "{verdict}"\n'
            f"when = [{', '.join(kept[0])}]\nunless = [{', '.join(kept[1])}]\n"
        )
    return read_toml("\n".join(parts), "test.toml", TABLE, {"labels": ("label.example",), "avoided": ()})


def codes(rule_set: RuleSet) -> list[tuple[str, str]]:
    return [(finding.rule, finding.code) for finding in check(rule_set)]


# The rules, and what is found of them.
FOUND = {
    "two conditions that exclude each other": (
        ["refuse: offer.price.per_month < 10 EUR; offer.price.per_month > 20 EUR"],
        [("r0", "contradiction")],
    ),
    "two conditions with room between them": (
        ["refuse: offer.price.per_month > 10 EUR; offer.price.per_month < 20 EUR"],
        [],
    ),
    "two currencies of one fact": (
        ["refuse: offer.price.per_month < 10 EUR; offer.price.per_month < 20 USD"],
        [("r0", "contradiction")],
    ),
    "a category within two that share nothing": (
        ["refuse: offer.category within energy; offer.category within telecom"],
        [("r0", "contradiction")],
    ),
    "a condition that no value meets": (["refuse: vendor.breaches < 0"], [("r0", "contradiction")]),
    "an exception that covers the rule": (
        ["refuse: offer.price.per_month < 10 EUR unless offer.price.per_month < 15 EUR"],
        [("r0", "dead")],
    ),
    "an exception that covers a part": (
        ["refuse: offer.price.per_month < 10 EUR unless offer.price.per_month < 5 EUR"],
        [],
    ),
    "a rule that a refusal covers": (
        ["refuse: vendor.breaches > 0", "ask: vendor.breaches > 2"],
        [("r1", "shadowed")],
    ),
    "a rule that a refusal covers in part": (["refuse: vendor.breaches > 2", "ask: vendor.breaches > 0"], []),
    "a rule that two refusals cover together": (
        ["refuse: offer.discount > 5", "refuse: offer.discount <= 5", f"accept: offer.discount > 1; {SAFE}"],
        [("r2", "shadowed")],
    ),
    "an accept rule beside one that always asks": (
        ["ask: vendor.breaches >= 0", f"accept: vendor.breaches is known; {SAFE}"],
        [("r0", "always-true"), ("r1", "overruled")],
    ),
    "a rule twice": (["refuse: vendor.breaches > 0", "refuse: vendor.breaches >= 1"], [("r1", "duplicate")]),
    "a narrower rule with the same verdict": (
        ["refuse: vendor.breaches > 0", "refuse: vendor.breaches > 3"],
        [("r1", "subsumed")],
    ),
    "a narrower rule of which more may be unknown": (
        ["refuse: vendor.breaches > 0; offer.discount > 5", "refuse: vendor.breaches > 3"],
        [],
    ),
    "an accept rule without a cap": (
        ["accept: offer.discount > 5; terms.result is within"],
        [("r0", "no-cap")],
    ),
    "an accept rule with a cap on the price only": (
        ["accept: offer.price.per_month < 5 EUR; terms.result is within"],
        [("r0", "no-cap")],
    ),
    "an accept rule with the cap in another rule": (
        ["accept: offer.discount > 5; terms.result is within", "refuse: offer.cost.commitment > 500 EUR"],
        [],
    ),
    "an accept rule that stays below my budget": (
        ["accept: offer.cost.commitment <= intent.budget; terms.result is within"],
        [],
    ),
    "an accept rule with a cap that hangs on what the vendor says": (
        ["accept: offer.cost.commitment <= offer.price.total; terms.result is within"],
        [("r0", "no-cap")],
    ),
    "an accept rule without terms": (["accept: offer.cost.commitment <= 500 EUR"], [("r0", "no-terms")]),
    "an accept rule with the terms in another rule": (
        ["accept: offer.cost.commitment <= 500 EUR", 'refuse: terms.result any of [exceeds, "unknown"]'],
        [],
    ),
    "a vendor's word for itself": ([f"accept: offer.renewable is true; {SAFE}"], [("r0", "bare-claim")]),
    "a vendor's word that an exception trusts": (
        ["refuse: vendor.breaches > 0 unless offer.renewable is true"],
        [("r0", "bare-claim")],
    ),
    "a vendor's word against itself": (["refuse: offer.renewable is false"], []),
    "an attested claim": ([f"accept: offer.renewable attested by lists.labels; {SAFE}"], []),
    "a price that is never below": ([f"accept: offer.price.per_month >= 0 EUR; {SAFE}"], [("r0", "always-true")]),
    "a count that every value meets": (["refuse: vendor.breaches >= 0; offer.discount > 5"], [("r0", "always-true")]),
    "two currencies in one rule": (
        ["refuse: offer.price.per_month > 10 EUR; offer.fees > 10 USD"],
        [("r0", "currencies")],
    ),
    "a month against retention": (["refuse: data.retention > 1 month"], [("r0", "overlapping-durations")]),
    "days against retention": (["refuse: data.retention > 31 days"], []),
    "a year against retention": (["refuse: data.retention > 12 months"], []),
    "months in one rule and days in another": (
        ["refuse: offer.contract.notice > 1 month", "ask: offer.contract.notice > 30 days; offer.discount > 5"],
        [("r0", "overlapping-durations")],
    ),
    "months in one rule and days in another that are certainly fewer": (
        ["refuse: offer.contract.notice > 1 month", "ask: offer.contract.notice > 28 days; offer.discount > 5"],
        [],
    ),
    "months and days of the calendar": (
        [
            "refuse: offer.valid_until within next 1 month",
            "ask: offer.valid_until within last 30 days; offer.discount > 5",
        ],
        [],
    ),
    "a list that is still empty": (["refuse: vendor.domain within lists.avoided"], []),
}


@pytest.mark.parametrize("case", FOUND)
def test_each_finding_is_found_and_nothing_besides(case: str) -> None:
    written, expected = FOUND[case]
    assert codes(rules(*written)) == expected


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("beside", [RuleSet(()), builtin()], ids=["alone", "beside the built-in checks"])
def test_nothing_is_found_of_the_packs(name: str, beside: RuleSet) -> None:
    assert check(pack(name), beside=beside) == ()


def test_nothing_is_found_of_the_built_in_checks() -> None:
    assert check(builtin()) == ()


def test_a_finding_has_its_place_and_says_what_is_wrong_and_what_to_do() -> None:
    (finding,) = check(
        rules("refuse: offer.discount > 1", "refuse: offer.fees < 1 EUR; offer.discount > 5; offer.fees > 2 EUR")
    )[:1]
    assert (finding.severity, finding.rule, finding.place.file) == (Severity.ERROR, "r1", "test.toml")
    assert finding.sentence == (
        "rule `r1` can never apply: `offer.fees < 1 EUR` and `offer.fees > 2 EUR` are never true together"
    )
    assert finding.hint
    assert str(finding).startswith(f"test.toml, line {finding.place.line}: rule `r1` can never apply")


@pytest.mark.parametrize(("operator", "days"), [("<", 59), ("<=", 62), (">", 62), (">=", 59)])
def test_the_days_that_are_hinted_say_the_same_of_every_number_of_months(operator: str, days: int) -> None:
    (finding,) = check(rules(f"ask: data.retention {operator} 2 months; offer.discount > 5"))
    assert finding.hint == f"write {days} days instead of months"
    for months in range(1, 60):
        by_months, by_days = (
            truth(FactType.DURATION, Operator(operator), Duration(months), operand)
            for operand in (Duration(2), Duration(0, days))
        )
        assert by_months is by_days
        assert by_days is not None


def test_the_rules_beside_count_and_are_not_reported() -> None:
    own = rules("accept: offer.cost.commitment <= 500 EUR")
    assert [finding.code for finding in check(own)] == ["no-terms"]
    assert check(own, beside=builtin()) == ()


def test_a_default_that_accepts_is_an_error() -> None:
    (finding,) = check(RuleSet((), {Kind.OFFER: Verdict.ACCEPT}))
    assert (finding.code, finding.severity, finding.rule) == ("default-accepts", Severity.ERROR, "")


def test_a_fact_that_does_not_exist_is_an_error_and_all_that_is_said() -> None:
    odd = Rule(
        "r", OFFER, (Condition("offer.prise", Operator.LESS, Duration(1), "offer.prise < 1 month"),), Verdict.ASK
    )
    assert [finding.code for finding in check(RuleSet((odd,)))] == ["no-fact"]


def test_a_rule_that_asks_where_a_fact_is_unknown_is_not_superfluous() -> None:
    many = Condition("vendor.breaches", Operator.MORE, 3, "vendor.breaches > 3")
    some = Condition("vendor.breaches", Operator.MORE, 0, "vendor.breaches > 0")
    known = Condition("vendor.breaches", Operator.IS_KNOWN, None, "vendor.breaches is known")
    wide = Rule("wide", OFFER, (some, known), Verdict.REFUSE)
    assert check(RuleSet((Rule("narrow", OFFER, (many,), Verdict.REFUSE), wide))) == ()
    assert [f.code for f in check(RuleSet((Rule("narrow", OFFER, (many, known), Verdict.REFUSE), wide)))] == [
        "subsumed"
    ]


def test_what_cannot_be_decided_is_not_reported() -> None:
    # Longer than the search looks at.
    ages = Condition("offer.contract.notice", Operator.MORE, Duration(90_000), "offer.contract.notice > 90000 months")
    short = Condition("offer.contract.notice", Operator.LESS, Duration(1), "offer.contract.notice < 1 month")
    found: tuple[Finding, ...] = check(RuleSet((Rule("r", OFFER, (ages, short), Verdict.ASK),)))
    assert found == ()
