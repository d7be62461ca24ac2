"""What the owner sets for the butler: read back as written, refused where it does not read, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from terms.errors import FirstpartyError
from tests.vault.butlers import asked, butler
from tests.vault.statements import bring, monthly
from vault.butler import decisions, drafting, settings
from vault.butler.decisions import Butler
from vault.butler.settings import Settings
from vault.policy.known import Budget, QuietHours
from vault.policy.requests import of_json
from vault.policy.values import Amount
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import audit

CATCH_ALL = '[[rule]]\nid = "all"\nfor = ["offer", "message"]\nwhen = ["vendor.breaches is 0"]\nthen = "accept"\nbecause = "all"\n'


def test_before_anything_is_set_the_defaults_hold(vault: Vault) -> None:
    assert settings.present(vault.connection) == Settings()
    assert settings.entries(vault.connection) == {}


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("50 EUR per month", Budget(Amount(5000, "EUR"))),
        ("energy: 120 EUR per month", Budget(Amount(12000, "EUR"), "per month", "energy")),
        ("deal: 1200 EUR", Budget(Amount(120000, "EUR"), "commitment")),
        ("insurance deal: 900 EUR", Budget(Amount(90000, "EUR"), "commitment", "insurance")),
    ],
)
def test_a_budget_is_for_a_month_or_a_deal_and_for_all_or_a_category(vault: Vault, text: str, budget: Budget) -> None:
    settings.put(vault, "budget", (text, "30 EUR per month"))
    assert settings.present(vault.connection).budgets == (budget, Budget(Amount(3000, "EUR")))
    assert settings.entries(vault.connection) == {"budget": (text, "30 EUR per month")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("budget", "much"),
        ("budget", "energie: 3 EUR per month"),
        ("budget", "energy gas: 3 EUR per month"),
        ("budget", "-3 EUR per month"),
        ("budget", ""),
        ("budget", "3 EUR per month\nreveal-paid yes"),
        ("budget", "3" * 500),
        ("quiet-hours", "22-7"),
        ("quiet-hours", "25:00-07:00"),
        ("quiet-hours", "07:00-07:00"),
        ("disclosure", "all"),
        ("reveal-paid", "perhaps"),
        ("counter-pause", "P0D"),
        ("counter-pause", "a week"),
        ("country", "Germany"),
        ("my.mileage", "far"),
        ("my.nothing", "1"),
        ("nothing", "1"),
        ("disclosure\x00", "code"),
    ],
)
def test_what_does_not_read_is_refused_and_changes_nothing(vault: Vault, name: str, text: str) -> None:
    leaves = audit.leaves(vault.connection, 100)
    with pytest.raises(FirstpartyError):
        settings.put(vault, name, (text,))
    assert settings.entries(vault.connection) == {}
    assert audit.leaves(vault.connection, 100) == leaves


def test_one_value_for_what_is_one_and_a_handful_for_what_is_several(vault: Vault) -> None:
    with pytest.raises(FirstpartyError):
        settings.put(vault, "disclosure", ("code", "none"))
    with pytest.raises(FirstpartyError):
        settings.put(vault, "budget", ("1 EUR per month",) * (settings.MAX_ENTRIES + 1))


def test_without_a_value_a_setting_goes_back_and_each_change_is_in_the_log(vault: Vault) -> None:
    settings.put(vault, "counter-pause", ("P30D",))
    settings.put(vault, "counter-pause", ())
    assert settings.present(vault.connection) == Settings()
    assert [leaf.event for leaf in audit.leaves(vault.connection, 2)] == ["butler.set", "butler.set"]


def test_the_defaults_as_they_are_shown_are_those_that_hold(vault: Vault) -> None:
    assert tuple(settings.DEFAULTS) == settings.NAMES
    for name, text in settings.DEFAULTS.items():
        if text:
            settings.put(vault, name, (text,))
    assert settings.present(vault.connection) == Settings()


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 59, False), (22, 0, True), (23, 59, True), (0, 0, True), (6, 59, True), (7, 0, False)],
)
def test_quiet_hours_go_past_midnight(vault: Vault, hour: int, minute: int, quiet: bool) -> None:
    settings.put(vault, "quiet-hours", ("22:00-07:00",))
    assert settings.present(vault.connection).quiet_hours == (QuietHours(22 * 60, 7 * 60),)
    made = butler(vault, CATCH_ALL, now=datetime(2026, 3, 31, hour, minute, tzinfo=UTC))
    message = of_json({"kind": "message", "vendor": "https://a.example", "message": {"body": "psst"}})
    found = made.considered(message)
    assert found.effect == ("in the digest" if quiet else "delivered")


def test_a_budget_for_a_deal_caps_what_an_offer_commits_to(vault: Vault) -> None:
    settings.put(vault, "budget", ("telecom deal: 40 EUR",))
    made = butler(vault, CATCH_ALL)
    terms: dict[str, Any] = {"contract": {"minimum_term": "P1M", "notice": "P1M"}}
    verdicts = {minor: str(made.considered(asked(minor, **terms)).outcome.verdict) for minor in (1000, 5000)}
    assert verdicts == {1000: "accept", 5000: "refuse"}
    elsewhere = asked(5000, category="energy.electricity", **terms)
    assert str(made.considered(elsewhere).outcome.verdict) == "accept"


def test_a_monthly_budget_counts_what_is_paid_already(vault: Vault) -> None:
    bring(vault, monthly("Zahnzusatz Rheinland", 12.00, "2025-09-05", 7))
    settings.put(vault, "budget", ("30 EUR per month",))
    made: Butler = butler(vault, CATCH_ALL)
    assert [str(made.considered(asked(minor)).outcome.verdict) for minor in (1800, 1801)] == ["accept", "refuse"]


def test_a_quote_for_somebody_else_is_not_for_me(vault: Vault) -> None:
    settings.put(vault, "my.mileage", ("12000",))
    made = butler(vault, CATCH_ALL)
    quotes = [asked(3000, category="insurance.car", fields={"mileage": mileage}) for mileage in (12000, 6000)]
    assert [made.considered(quote).facts["offer.mileage"] for quote in quotes] == [12000, None]


REFUSE_ALL = (
    '[[rule]]\nid = "none"\nfor = ["offer", "message", "promotion"]\nwhen = []\nthen = "refuse"\nbecause = "nothing"\n'
)


@pytest.mark.parametrize("rules", [CATCH_ALL, REFUSE_ALL, '[defaults]\noffer = "refuse"\n'])
def test_while_it_is_paused_no_rule_of_the_owner_settles_anything(vault: Vault, rules: str) -> None:
    before = butler(vault, rules).considered(asked(3000)).outcome.verdict
    settings.put(vault, "paused", ("yes",))
    made = Butler(vault, now=vault.now).decide(asked(3000), source="file")
    assert (str(before) in ("accept", "refuse"), made.verdict, made.by_default) == (True, "ask", False)
    assert [one["because"] for one in made.reasons if isinstance(one, dict)] == [
        "you have paused your butler, so it asks you everything"
    ]
    assert decisions.replay(vault, made.id).same
    settings.put(vault, "paused", ("no",))
    assert Butler(vault, now=vault.now).considered(asked(3000)).outcome.verdict is before


def test_a_pause_lets_in_nothing_that_the_built_in_checks_refuse(vault: Vault) -> None:
    one = butler(vault, CATCH_ALL)
    settings.put(vault, "paused", ("yes",))
    one = Butler(vault, now=one.now)
    assert str(one.considered(asked(3000), signature="invalid").outcome.verdict) == "refuse"


def test_no_draft_of_rules_speaks_of_a_pause(vault: Vault) -> None:
    settings.put(butler(vault, CATCH_ALL).vault, "paused", ("yes",))
    made = Butler(vault, now=vault.now).decide(asked(3000), source="file")
    assert drafting.draft(vault, decisions.override(vault, made.id, Verdict.ACCEPT, "I want it"), "I want it") == ""
