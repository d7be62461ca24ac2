"""Proofs over all requests: each operator, counterexamples that can be read, limits by currency, and what is undecided."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from vault.policy.builtin import builtin
from vault.policy.evaluation import evaluate
from vault.policy.fact import Fact, Influence
from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.packs import names, pack
from vault.policy.proving import (
    Answer,
    Assertion,
    AssertionTextError,
    Counterexample,
    Highest,
    Mode,
    Proven,
    Undecided,
    Unlimited,
    most_committed,
    prove,
    read_assertion,
    supremum,
)
from vault.policy.rules import Condition, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, FactType
from vault.policy.verdicts import Kind, Verdict

OFFER = frozenset({Kind.OFFER})


def rules(*written: str) -> RuleSet:
    """Each `VERDICT: CONDITION; CONDITION unless CONDITION; …` a rule for offers."""
    parts = []
    for at, line in enumerate(written):
        verdict, _, rest = line.partition(": ")
        when, _, unless = rest.partition(" unless ")
        kept = [[f"'{c}'" if '"' in c else f'"{c}"' for c in part.split("; ") if c] for part in (when, unless)]
        parts.append(
            f'[[rule]]\nid = "r{at}"\nfor = ["offer"]\nthen = "{verdict}"\n'
            f"when = [{', '.join(kept[0])}]\nunless = [{', '.join(kept[1])}]\n"
        )
    return read_toml("\n".join(parts), "test.toml", TABLE, {"trusted": ("label.example", "seal.example")})


def answer(rule_set: RuleSet, text: str) -> Answer:
    return prove(rule_set, read_assertion(text, lists={"trusted": ("label.example", "seal.example")}))


def counterexample(rule_set: RuleSet, text: str) -> Counterexample:
    found = answer(rule_set, text)
    assert isinstance(found, Counterexample), found
    assertion = read_assertion(text, lists={"trusted": ("label.example", "seal.example")})
    outcome = evaluate(rule_set, found.kind, found.facts)
    assert outcome == found.outcome
    assert (outcome.verdict is assertion.verdict) is (assertion.mode is Mode.NEVER)
    return found


CAPPED = rules("accept: offer.price.per_month <= 50 EUR; offer.category within energy")

# A rule-set, what holds of it, and a neighbour of that which does not.
PAIRS = {
    "an order of amounts": (
        CAPPED,
        "never accept when offer.price.per_month > 50 EUR",
        "never accept when offer.price.per_month >= 50 EUR",
    ),
    "another currency is unknown": (
        CAPPED,
        "never accept when offer.price.per_month > 0 USD",
        "never accept when offer.price.per_month > 0 EUR",
    ),
    "a category and those above and beside it": (
        CAPPED,
        "never accept when offer.category within telecom",
        "never accept when offer.category within energy.gas",
    ),
    "a multiple of another fact": (
        rules("accept: offer.price.per_month <= 90% of contract.price.per_month; contract.price.per_month <= 100 EUR"),
        "never accept when offer.price.per_month > 90 EUR",
        "never accept when offer.price.per_month >= 90 EUR",
    ),
    "a chain of facts": (
        rules("accept: offer.fees < offer.bonus; offer.bonus < offer.price.total; offer.price.total <= 10 EUR"),
        "never accept when offer.fees >= 10 EUR",
        "never accept when offer.fees >= 9.97 EUR",
    ),
    "whole numbers": (
        rules("accept: vendor.breaches > 1; vendor.breaches < 4"),
        "never accept when vendor.breaches is not 2 and vendor.breaches is not 3",
        "never accept when vendor.breaches is not 2",
    ),
    "the bounds of months in days": (
        rules("accept: offer.contract.minimum_term <= 1 month"),
        "never accept when offer.contract.minimum_term >= 32 days",
        "never accept when offer.contract.minimum_term >= 26 days",
    ),
    "bounds that touch": (
        rules("accept: offer.contract.minimum_term >= 28 days; offer.contract.minimum_term <= 1 month"),
        "always accept for offer when offer.contract.minimum_term is 28 days",
        "always accept for offer when offer.contract.minimum_term is 29 days",
    ),
    "a month, which is at most 31 days": (
        rules("accept: offer.contract.minimum_term <= 31 days"),
        "always accept for offer when offer.contract.minimum_term is 1 month",
        "always accept for offer when offer.contract.minimum_term is 32 days",
    ),
    "the one day between two durations": (
        rules("accept: offer.contract.minimum_term > 30 days; offer.contract.minimum_term < 32 days"),
        "never accept for offer when offer.contract.minimum_term is not 31 days",
        "never accept for offer",
    ),
    "two who attest it": (
        rules("accept: offer.renewable attested by [a.example]; offer.renewable attested by [b.example]"),
        "never accept for offer when offer.renewable is false",
        "never accept for offer",
    ),
    "a day between a day named and today": (
        rules("accept: contract.ends > 2026-02-01; contract.ends < now.date; now.date < 2026-02-04"),
        "never accept for offer when now.date is not 2026-02-03",
        "never accept for offer",
    ),
    "today, which is always known": (
        rules("accept: contract.ends is known", "refuse: now.date < 2020-01-01"),
        "never ask for offer when contract.ends is known",
        "never ask for offer",
    ),
    "a year with a leap day": (
        rules("accept: contract.ends within next 12 months unless contract.ends within next 365 days"),
        "never accept for offer when contract.ends within next 11 months",
        "never accept for offer",
    ),
    "a day within a span from today": (
        rules("accept: contract.last_cancel_day within next 30 days"),
        "never accept when contract.last_cancel_day within last 1 day and contract.last_cancel_day < now.date",
        "never accept when contract.last_cancel_day within last 1 day",
    ),
    "months and days from the same day": (
        rules("accept: contract.last_cancel_day within next 28 days", "refuse: offer.discount > 200"),
        "always accept for offer when contract.last_cancel_day within next 28 days and offer.discount < 5",
        "always accept for offer when contract.last_cancel_day within next 1 month and offer.discount < 5",
    ),
    "the day of a contract against a day named": (
        rules("accept: contract.ends within last 1 month; now.date < 2026-03-01"),
        "never accept when contract.ends >= 2026-03-01",
        "never accept when contract.ends >= 2026-02-28",
    ),
    "a time of day": (
        rules("accept: now.time < 08:00"),
        "never accept when now.time >= 08:00",
        "never accept when now.time >= 07:59",
    ),
    "purposes under a purpose": (
        rules("refuse: data.purposes any of [dpv:Marketing]", "accept: offer.discount > 1"),
        "always refuse for offer when data.purposes contains dpv:DirectMarketing",
        "always refuse for offer when data.purposes contains dpv:ServiceProvision",
    ),
    "every purpose within one": (
        rules("accept: data.purposes within [dpv:ServiceProvision]"),
        "never accept when data.purposes contains dpv:DirectMarketing",
        "never accept when data.purposes not within [dpv:Marketing]",
    ),
    "all of several": (
        rules("accept: data.recipients all of [a, b]"),
        "never accept when data.recipients none of [a]",
        "never accept when data.recipients contains c",
    ),
    "a choice": (
        rules('accept: terms.result any of [within, "none asked"]'),
        "never accept when terms.result is exceeds",
        "never accept when terms.result is within",
    ),
    "a text": (
        rules("accept: vendor.domain is shop.example"),
        "never accept when vendor.domain is not shop.example",
        "never accept when vendor.domain is shop.example",
    ),
    "a text against another": (
        rules("accept: contract.vendor is vendor.domain"),
        "never accept when contract.vendor is a.example and vendor.domain is b.example",
        "never accept when contract.vendor is not a.example",
    ),
    "a claim and who attests it": (
        rules("accept: offer.renewable attested by lists.trusted"),
        "never accept when offer.renewable is false",
        "never accept when offer.renewable attested by [seal.example]",
    ),
    "what is known": (
        rules("accept: offer.code is known"),
        "never accept when offer.code is unknown",
        "never accept when offer.code is WELCOME",
    ),
    "what is undetermined asks": (
        rules("accept: offer.discount >= 0", "refuse: vendor.breaches > 0"),
        "never accept when vendor.breaches is unknown",
        "never accept when vendor.breaches is known",
    ),
    "an exception": (
        rules("accept: offer.discount > 10 unless vendor.breaches > 0"),
        "never accept when vendor.breaches >= 1",
        "never accept when vendor.breaches < 1",
    ),
    "an exception that is not known": (
        rules("accept: offer.discount >= 0", "refuse: offer.discount > 10 unless vendor.breaches > 0"),
        "never ask for offer when offer.discount > 10 and vendor.breaches is known",
        "never ask for offer when offer.discount > 10",
    ),
    "the default": (
        rules("accept: offer.discount > 10"),
        "always ask for offer when offer.discount <= 10",
        "always ask for offer when offer.discount <= 11",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_what_holds_is_proven(case: str) -> None:
    rule_set, holds, _ = PAIRS[case]
    assert isinstance(answer(rule_set, holds), Proven)


@pytest.mark.parametrize("case", PAIRS)
def test_what_does_not_hold_has_a_counterexample_that_evaluation_confirms(case: str) -> None:
    rule_set, _, fails = PAIRS[case]
    counterexample(rule_set, fails)


def test_a_counterexample_has_the_facts_that_matter_and_values_next_to_the_bounds() -> None:
    found = counterexample(
        CAPPED.joined(rules("refuse: vendor.breaches > 3")), "never accept when offer.price.per_month > 49 EUR"
    )
    assert found.kind is Kind.OFFER
    assert found.facts == {
        "offer.price.per_month": Amount(4_901, "EUR"),
        "offer.category": "energy",
        "vendor.breaches": 0,
    }


def test_an_always_is_broken_by_the_smallest_request() -> None:
    found = counterexample(rules(), "always refuse when data.ai_training is true")
    assert found.facts == {"data.ai_training": True}
    assert found.outcome.verdict is Verdict.ASK


def test_an_assertion_without_kinds_is_about_requests_that_can_have_its_facts() -> None:
    everything = RuleSet((Rule("all", frozenset({Kind.MESSAGE}), (), Verdict.ACCEPT),))
    assert isinstance(answer(everything, "never accept when offer.discount > 1"), Proven)
    assert counterexample(everything, "never accept when offer.discount > 1 for message").kind is Kind.MESSAGE


def test_today_is_never_unknown() -> None:
    found = counterexample(
        rules("accept: contract.ends within next 1 month"), "never accept when contract.ends is known"
    )
    today, ends = found.facts["now.date"], found.facts["contract.ends"]
    assert isinstance(today, date)
    assert isinstance(ends, date)
    assert today <= ends


def test_whole_numbers_are_found_where_fractions_would_do() -> None:
    share = Condition("offer.returns.days", Operator.IS, OtherFact("vendor.breaches", Fraction(9, 10)), "nine tenths")
    more = Condition("offer.returns.days", Operator.MORE, 1, "more than one")
    rule_set = RuleSet((Rule("r", OFFER, (share, more), Verdict.ACCEPT),))
    found = prove(rule_set, Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER))
    assert isinstance(found, Counterexample)
    days, breaches = found.facts["offer.returns.days"], found.facts["vendor.breaches"]
    assert (days, breaches) == (9, 10)


def test_whole_numbers_that_are_too_far_to_be_tried_are_undecided_and_a_few_are_all_tried() -> None:
    def rule_set(factor: Fraction, *more: Condition) -> RuleSet:
        share = Condition("offer.returns.days", Operator.IS, OtherFact("vendor.breaches", factor), f"{factor} of it")
        some = Condition("offer.returns.days", Operator.MORE, 0, "more than none")
        return RuleSet((Rule("r", OFFER, (share, some, *more), Verdict.ACCEPT),))

    never = Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER)
    far = prove(rule_set(Fraction(1009, 1013)), never)
    assert isinstance(far, Undecided)
    assert "no whole numbers" in far.why
    few = Condition("offer.returns.days", Operator.LESS, 9, "less than nine")
    assert isinstance(prove(rule_set(Fraction(9, 10), few), never), Proven)


def test_months_against_days_are_undecided_where_the_rules_name_days_besides() -> None:
    line = "accept: contract.ends within next 28 days{} unless contract.ends within next 1 month"
    assert isinstance(answer(rules(line.format("")), "never accept for offer"), Proven)
    found = answer(rules(line.format("; contract.ends > 2026-02-01")), "never accept for offer")
    assert isinstance(found, Undecided)
    assert "months differ in length" in found.why


def test_a_search_that_takes_too_long_is_given_up_with_a_reason() -> None:
    # Nine facts of eight values, all different: true of none, and only found out by trying.
    values = tuple("abcdefgh")
    table = {f"f{n}": Fact(f"f{n}", FactType.CHOICE, "", "", "", Influence.VENDOR, values) for n in range(9)}
    is_known = tuple(Condition(name, Operator.IS_KNOWN, None, f"{name} is known") for name in table)
    clashes = [
        Rule(f"{a}{b}{v}", OFFER, tuple(Condition(n, Operator.IS, v, f"{n} is {v}") for n in (a, b)), Verdict.REFUSE)
        for a in table
        for b in table
        for v in values
        if a < b
    ]
    rule_set = RuleSet((*clashes, Rule("all", OFFER, is_known, Verdict.ACCEPT)))
    found = prove(rule_set, Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER), table, max_steps=500)
    assert found == Undecided("the search was given up after 500 steps")


def test_what_the_search_does_not_understand_is_undecided_and_not_proven() -> None:
    table = {n: Fact(n, FactType.DURATION, "", "", "", Influence.VENDOR, (), 0) for n in ("a", "b", "c")}
    compared = [
        Condition(x, Operator.LESS, OtherFact(y), f"{x} < {y}") for x, y in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    rule_set = RuleSet((Rule("r", OFFER, tuple(compared), Verdict.ACCEPT),))
    found = prove(rule_set, Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER), table)
    assert isinstance(found, Undecided)
    assert "`a < b`" in found.why


def test_a_fact_that_may_be_a_negative_duration_is_undecided() -> None:
    table = {"a": Fact("a", FactType.DURATION, "", "", "", Influence.VENDOR)}
    rule_set = RuleSet(
        (Rule("r", OFFER, (Condition("a", Operator.LESS, Duration(1), "a < 1 month"),), Verdict.ACCEPT),)
    )
    assert isinstance(prove(rule_set, Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER), table), Undecided)


def test_a_fact_that_the_table_lacks_is_undecided() -> None:
    rule_set = RuleSet((Rule("r", OFFER, (Condition("no.such", Operator.IS, 1, "no.such is 1"),), Verdict.ACCEPT),))
    assert prove(rule_set, Assertion(Mode.NEVER, Verdict.ACCEPT, (), OFFER)) == Undecided(
        "the table has no fact `no.such`"
    )


def test_what_is_beyond_the_search_in_one_rule_leaves_the_others_provable() -> None:
    odd = Rule("odd", OFFER, (Condition("no.such", Operator.IS, 1, "no.such is 1"),), Verdict.REFUSE)
    assert isinstance(answer(RuleSet((*CAPPED.rules, odd)), "never accept when offer.price.per_month > 50 EUR"), Proven)
    assert isinstance(answer(RuleSet((*CAPPED.rules, odd)), "never accept for offer"), Undecided)


def test_nobody_attests_what_is_not_on_the_list() -> None:
    found = counterexample(rules("accept: offer.renewable attested by lists.trusted"), "never accept for offer")
    claim = found.facts["offer.renewable"]
    assert isinstance(claim, Claim)
    assert claim.value
    assert claim.attested_by <= {"label.example", "seal.example"}


@pytest.mark.parametrize("name", names())
def test_no_pack_accepts_what_the_built_in_checks_refuse(name: str) -> None:
    rule_set = pack(name).joined(builtin())
    assert isinstance(answer(rule_set, "never accept for offer when terms.result is exceeds"), Proven)
    assert isinstance(answer(rule_set, "never accept when me.budget.exceeded is true for offer"), Proven)


@pytest.mark.parametrize("name", names())
def test_every_pack_has_a_limit_to_what_it_commits_to(name: str) -> None:
    found = most_committed(pack(name).joined(builtin()))
    assert found.unknown is False
    assert all(isinstance(limit, Highest) for limit in found.limits.values())


def test_the_most_committed_is_the_highest_cap_of_each_currency() -> None:
    found = most_committed(
        rules(
            "accept: offer.cost.commitment <= 1200 EUR; offer.discount > 5",
            "accept: offer.cost.commitment < 300 USD",
            "refuse: offer.cost.commitment > 1000 EUR unless offer.currency is USD",
        )
    )
    assert found.limits == {
        "EUR": Highest(Amount(120_000, "EUR"), True),
        "USD": Highest(Amount(30_000, "USD"), False),
    }
    assert found.unknown is False


def test_a_cap_may_come_from_another_fact() -> None:
    found = most_committed(rules("accept: offer.cost.commitment <= 2 times offer.fees; offer.fees <= 100.50 EUR"))
    assert found.limits == {"EUR": Highest(Amount(20_100, "EUR"), True)}


def test_a_limit_is_reached_where_another_rule_accepts_it_exactly() -> None:
    found = most_committed(rules("accept: offer.cost.commitment < 300 USD", "accept: offer.cost.commitment is 300 USD"))
    assert found.limits == {"USD": Highest(Amount(30_000, "USD"), True)}


def test_without_a_cap_there_is_no_limit_and_an_example() -> None:
    found = most_committed(
        rules("accept: offer.discount > 5", "refuse: offer.cost.commitment > 5 EUR unless offer.discount > 9")
    )
    assert isinstance(found.limits["EUR"], Unlimited)
    assert isinstance(found.limits[""], Unlimited)
    assert found.unknown is True


def test_the_supremum_of_a_whole_number_is_one_and_there_may_be_none_at_all() -> None:
    rule_set = rules("accept: vendor.breaches < 3; offer.discount > 5")
    assert supremum(rule_set, "vendor.breaches", Verdict.ACCEPT, kinds=OFFER).limits == {"": Highest(2, True)}
    assert supremum(rules(), "vendor.breaches", Verdict.ACCEPT, kinds=OFFER).limits == {}


READ = {
    "never accept": Assertion(Mode.NEVER, Verdict.ACCEPT),
    "always refuse for message, offer": Assertion(
        Mode.ALWAYS, Verdict.REFUSE, (), frozenset({Kind.OFFER, Kind.MESSAGE})
    ),
    "  never   ask for price-change ": Assertion(Mode.NEVER, Verdict.ASK, (), frozenset({Kind.PRICE_CHANGE})),
}


@pytest.mark.parametrize("text", READ)
def test_an_assertion_reads_as_a_sentence(text: str) -> None:
    assert read_assertion(text) == READ[text]
    assert read_assertion(READ[text].text) == READ[text]


def test_conditions_are_split_outside_of_quotes_and_lists_only() -> None:
    text = 'never accept when offer.title is "salt and pepper" and vendor.domain within [a, "b and c"] for offer'
    found = read_assertion(text)
    assert [c.fact for c in found.when] == ["offer.title", "vendor.domain"]
    assert found.kinds == OFFER
    assert read_assertion(found.text) == found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("never", "`never` asserts nothing"),
        ("sometimes accept when offer.discount > 1", "`sometimes` begins no assertion"),
        ("never approve", "`approve` is no verdict"),
        ("never accept when offer.prize > 3 EUR", "there is no fact `offer.prize`"),
        ("never accept for ofer", "`ofer` is no kind of request"),
        ("never accept when offer.discount > 1 and vendor.verified", "stands alone"),
        ("never accept when " + " and ".join(["offer.discount > 1"] * 21), "more than 20 conditions"),
        ("never accept when " + "x" * 30_000, "longer than"),
    ],
)
def test_what_is_no_assertion_is_an_error_that_says_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(AssertionTextError) as raised:
        read_assertion(text)
    assert sentence in raised.value.sentence
    assert raised.value.hint


def test_every_assertion_of_the_documentation_reads() -> None:
    page = (Path(__file__).parents[3] / "docs" / "proofs.md").read_text()
    written = [line.strip() for line in page.splitlines() if line.startswith(("    never ", "    always "))]
    assert len(written) >= 5
    assert [read_assertion(text).text.split()[:2] for text in written] == [text.split()[:2] for text in written]
