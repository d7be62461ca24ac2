"""Deciding one request: the built-in checks stand before the rules, and only what was asked for counts as wanted."""

from __future__ import annotations

from tests.vault.worlds import NOON, Vault, eur, monthly, request
from vault.policy import intentions
from vault.policy.deciding import Decided, RuleBook
from vault.policy.effects import Effect
from vault.policy.evaluation import evaluate
from vault.policy.facts import TABLE
from vault.policy.intention_life import State
from vault.policy.known import Budget, Known, Wanted
from vault.policy.language.files import read_toml
from vault.policy.requests import Request
from vault.policy.rules import RuleSet
from vault.policy.values import Value
from vault.policy.verdicts import Verdict
from vault.policy.world import World

INTENT = "itn_0000000000001"
LENIENT = read_toml(
    '[[rule]]\nid = "any"\nfor = ["offer", "message"]\nwhen = ["vendor.breaches >= 0"]\nthen = "accept"\nbecause = "all"\n',
    "rules.toml",
    TABLE,
    {},
)


def decided(
    asked: Request, known: Known | None = None, rules: RuleSet = LENIENT, given: dict[str, Value | None] | None = None
) -> Decided:
    return RuleBook(rules).decided(World(asked, NOON, known or Vault()), {"vendor.breaches": 0, **(given or {})})


def wanted(state: State = State.OPEN) -> Vault:
    intention = intentions.of_json({"title": "Phone", "category": "telecom.mobile"})
    return Vault(wanted={INTENT: Wanted(intention, state)})


def test_an_offer_for_an_open_intention_is_eligible() -> None:
    found = decided(request(offer=monthly(), intent=INTENT), wanted())
    assert (found.outcome.verdict, found.effect) == (Verdict.ACCEPT, Effect.ELIGIBLE)


def test_an_intention_that_the_vendor_made_up_does_not_make_an_offer_wanted() -> None:
    found = decided(request(offer=monthly(), intent="itn_zzzzzzzzzzzzz"), wanted())
    assert (found.outcome.verdict, found.effect) == (Verdict.ASK, Effect.IN_DIGEST)


def test_an_offer_for_an_intention_that_is_closed_is_unasked() -> None:
    assert decided(request(offer=monthly(), intent=INTENT), wanted(State.CLOSED)).effect is Effect.SHOWN


def test_a_built_in_check_stands_before_a_rule_that_accepts_everything() -> None:
    known = Vault(budgets=(Budget(eur(1000), "per month"),))
    found = decided(request(offer=monthly(3000)), known)
    assert found.outcome.verdict is Verdict.REFUSE
    assert [reason.rule.id for reason in found.outcome.reasons if reason.rule.then is Verdict.REFUSE] == [
        "builtin/budget-exceeded"
    ]


def test_what_is_given_stands_above_what_is_found() -> None:
    asked = request(offer=monthly(3000))
    assert decided(asked, given={"me.budget.exceeded": True}).outcome.verdict is Verdict.REFUSE
    assert decided(asked, given={"vendor.breaches": None}).outcome.verdict is Verdict.ASK


def test_what_was_looked_up_is_enough_to_decide_the_same_again() -> None:
    book = RuleBook(LENIENT)
    found = book.decided(World(request(offer=monthly()), NOON, Vault()))
    again = evaluate(book.rules, found.kind, found.facts.seen)
    assert again == found.outcome


def test_an_accepted_request_has_no_counter() -> None:
    assert decided(request(offer=monthly())).counters == ()


def test_the_hash_of_the_rules_covers_the_built_in_checks_and_not_only_the_owners() -> None:
    assert RuleBook(RuleSet(())).sha256 != RuleBook(LENIENT).sha256
    assert len(RuleBook(RuleSet(())).rules.rules) > 0
