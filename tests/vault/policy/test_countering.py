"""Counter-offers for each type of fact, in the words that a vendor reads, and the bounds of the search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from vault.policy import countering
from vault.policy.countering import MOST, counters, disclosed, taken_up
from vault.policy.evaluation import evaluate
from vault.policy.explaining import counter_text, counters_json
from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.rules import RuleSet
from vault.policy.values import Amount, Claim, Duration, Value
from vault.policy.verdicts import Kind, Verdict

Facts = Mapping[str, Value | None]


def rules(*written: str) -> RuleSet:
    return read_toml("\n".join(written), "rules.toml", TABLE, {})


def rule(*when: str, then: str = "accept", unless: tuple[str, ...] = (), id: str = "one", kind: str = "offer") -> str:
    lines = [f'[[rule]]\nid = "{id}"\nfor = ["{kind}"]', f"when = {[*when]!r}", f'then = "{then}"', 'because = "so"']
    return "\n".join([*lines, f"unless = {[*unless]!r}"]) + "\n"


def texts(found: RuleSet, facts: Facts, kind: Kind = Kind.OFFER) -> list[str]:
    made = counters(found, kind, facts)
    for one in made:
        assert evaluate(found, kind, taken_up(facts, one)).verdict is Verdict.ACCEPT
    return [counter_text(one, facts) for one in made]


def eur(minor: int | Fraction) -> Amount:
    return Amount(minor, "EUR")


@pytest.mark.parametrize(
    ("condition", "facts", "text"),
    [
        pytest.param(
            "offer.price.per_month <= 49 EUR",
            {"offer.price.per_month": eur(6000)},
            "offer.price.per_month at most 49 EUR per month (now 60 EUR per month)",
            id="money",
        ),
        pytest.param(
            "offer.price.per_month < 49 EUR",
            {"offer.price.per_month": eur(6000)},
            "offer.price.per_month at most 48.99 EUR per month (now 60 EUR per month)",
            id="money, strictly less",
        ),
        pytest.param(
            "offer.price.per_month <= 49 EUR",
            {"offer.price.per_month": Amount(6000, "USD")},
            "offer.price.per_month at most 49 EUR per month (now 60 USD per month)",
            id="money of another currency",
        ),
        pytest.param(
            "offer.cost.commitment <= 1200 EUR", {}, "offer.cost.commitment at most 1200 EUR (not stated)", id="unknown"
        ),
        pytest.param(
            "offer.returns.days >= 30",
            {"offer.returns.days": 14},
            "offer.returns.days at least 30 days (now 14 days)",
            id="whole number",
        ),
        pytest.param(
            "offer.contract.minimum_term <= 12 months",
            {"offer.contract.minimum_term": Duration(months=24)},
            "offer.contract.minimum_term at most 12 months (now 24 months)",
            id="duration",
        ),
        pytest.param(
            "offer.contract.minimum_term < 1 month",
            {"offer.contract.minimum_term": Duration(days=30)},
            "offer.contract.minimum_term at most 27 days (now 30 days)",
            id="days against months",
        ),
        pytest.param(
            "offer.delivery.by <= 2026-12-20",
            {"offer.delivery.by": date(2027, 1, 3)},
            "offer.delivery.by at most 2026-12-20 (now 2027-01-03)",
            id="date",
        ),
        pytest.param(
            "data.ai_training is false",
            {"data.ai_training": True},
            "data.ai_training false (now true)",
            id="truth",
        ),
        pytest.param(
            "data.purposes within dpv:ServiceProvision",
            {"data.purposes": frozenset({"dpv:ServiceProvision", "dpv:Marketing"})},
            "data.purposes without dpv:Marketing",
            id="set: a member less",
        ),
        pytest.param(
            "data.recipients none of [brokers]",
            {"data.recipients": frozenset({"brokers", "post"})},
            "data.recipients without brokers",
            id="set of names",
        ),
        pytest.param(
            "contract.price.per_month >= 110% of offer.price.per_month",
            {"offer.price.per_month": eur(6000), "contract.price.per_month": eur(5500)},
            "offer.price.per_month at most 50 EUR per month (now 60 EUR per month)",
            id="what stands on the other side",
        ),
    ],
)
def test_a_counter_is_the_nearest_value_with_which_the_rule_applies(
    condition: str, facts: dict[str, Value | None], text: str
) -> None:
    assert texts(rules(rule(condition)), facts) == [text]


def test_a_claim_is_countered_by_who_would_have_to_vouch_for_it() -> None:
    found = rules(rule('offer.renewable attested by ["ok-power", "tuev"]'))
    facts: Facts = {"offer.renewable": Claim(True)}
    assert all("offer.renewable" in text for text in texts(found, facts))
    values = [one.changes[0].value for one in counters(found, Kind.OFFER, facts)]
    assert all(isinstance(value, Claim) and value.attested_by for value in values)


def test_a_category_is_not_countered_since_another_one_is_another_offer() -> None:
    found = rules(rule("offer.category within energy"))
    assert texts(found, {"offer.category": "telecom.mobile"}) == []


@pytest.mark.parametrize("fact", ["me.quiet.now is false", "me.budget.exceeded is false", "intent.open is true"])
def test_what_is_the_owners_is_never_asked_of_a_vendor(fact: str) -> None:
    name, _, wanted = fact.partition(" is ")
    assert texts(rules(rule(fact)), {name: wanted != "true"}) == []


def test_a_rule_in_the_way_is_got_out_of_the_way() -> None:
    found = rules(
        rule("offer.price.per_month <= 50 EUR"),
        rule("offer.contract.minimum_term > 12 months", then="refuse", id="two"),
    )
    facts: Facts = {"offer.price.per_month": eur(4000), "offer.contract.minimum_term": Duration(months=24)}
    assert texts(found, facts) == ["offer.contract.minimum_term at most 12 months (now 24 months)"]


def test_a_refusal_by_what_nobody_can_change_has_no_counter() -> None:
    found = rules(rule("offer.price.per_month <= 50 EUR"), rule("vendor.breaches > 0", then="refuse", id="two"))
    assert texts(found, {"offer.price.per_month": eur(6000), "vendor.breaches": 1}) == []


def test_incomparable_counters_are_told_side_by_side_but_three_at_most() -> None:
    bounds = {
        "offer.price.per_month <= 50 EUR": "offer.price.per_month",
        "offer.returns.days >= 30": "offer.returns.days",
        "offer.warranty.months >= 36": "offer.warranty.months",
        "offer.contract.minimum_term <= 6 months": "offer.contract.minimum_term",
    }
    found = rules(*(rule(text, id=f"r{place}") for place, text in enumerate(bounds)))
    facts: Facts = {
        "offer.price.per_month": eur(6000),
        "offer.returns.days": 14,
        "offer.warranty.months": 24,
        "offer.contract.minimum_term": Duration(months=24),
    }
    changed = [{change.fact for change in one.changes} for one in counters(found, Kind.OFFER, facts)]
    assert len(changed) == MOST
    assert all(len(one) == 1 for one in changed)
    assert len({name for one in changed for name in one}) == MOST


def test_a_counter_that_asks_for_more_than_another_one_is_left_out() -> None:
    found = rules(
        rule("offer.price.per_month <= 50 EUR", id="a"),
        rule("offer.price.per_month <= 40 EUR", "offer.returns.days >= 30", id="b"),
    )
    facts: Facts = {"offer.price.per_month": eur(6000), "offer.returns.days": 14}
    assert texts(found, facts) == ["offer.price.per_month at most 50 EUR per month (now 60 EUR per month)"]


def test_a_counter_reckoned_from_the_owners_figures_says_so_and_is_held_back() -> None:
    found = rules(rule("offer.price.per_month <= 90% of contract.price.per_month"))
    facts: Facts = {"offer.price.per_month": eur(6000), "contract.price.per_month": eur(5000)}
    made = counters(found, Kind.OFFER, facts)
    assert [one.reveals for one in made] == [frozenset({"contract.price.per_month"})]
    assert disclosed(made, may_reveal=False) == ()
    assert disclosed(made, may_reveal=True) == made
    (json,) = counters_json(made, facts)
    assert isinstance(json, dict)
    assert json["change"] == {"offer.price.per_month": {"minor": 4500, "currency": "EUR"}}
    assert json["bounds"] == {"offer.price.per_month": "at most"}


def test_what_the_owner_pays_is_revealed_on_either_side_of_a_comparison() -> None:
    found = rules(rule("contract.price.per_month >= 110% of offer.price.per_month"))
    (made,) = counters(found, Kind.OFFER, {"offer.price.per_month": eur(6000), "contract.price.per_month": eur(5500)})
    assert made.reveals == frozenset({"contract.price.per_month"})


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    spent = [0]

    def counted(found: RuleSet, *rest: Any) -> Any:
        spent[0] += len(found.rules)
        return evaluate(found, *rest)

    monkeypatch.setattr(countering, "evaluate", counted)
    return spent


def test_thousands_of_accept_rules_are_not_tried_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [rule(f"offer.returns.days >= {1_000 + place}", id=f"a{place}") for place in range(1_500)]
    many += [rule(f"offer.warranty.months < {place}", then="refuse", id=f"r{place}") for place in range(500)]
    found = rules(*many)
    spent = _counting(monkeypatch)
    counters(found, Kind.OFFER, {"offer.returns.days": 1, "offer.warranty.months": 3})
    # The first evaluation counts besides.
    assert spent[0] <= countering._MAX_EVALUATED + len(found.rules)


def test_a_rule_with_many_alternatives_in_the_way_stays_in_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    known = ["offer.returns.days", "offer.warranty.months", "offer.price.per_month", "offer.price.total"]
    against = [
        rule(
            *(f"{name} > {place} EUR" if "price" in name else f"{name} > {place}" for name in known),
            then="ask",
            id=f"r{place}",
        )
        for place in range(60)
    ]
    found = rules(rule("offer.returns.days >= 0"), *against)
    spent = _counting(monkeypatch)
    facts: dict[str, Value | None] = {name: eur(1_000_000) if "price" in name else 1_000_000 for name in known}
    counters(found, Kind.OFFER, facts)
    assert spent[0] <= (countering._MAX_STEPS + 1) * len(found.rules) * 2
