"""What a vendor is told: by the owner's choice, one answer a pause, and nothing that halving could find out."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.vault.butlers import RULES, asked, butler, intend
from tests.vault.conftest import NOW
from vault import ids
from vault.butler import decisions, disclosing, market, settings
from vault.butler.decisions import Butler
from vault.butler.disclosing import RECEIVED, Told
from vault.policy.requests import of_json
from vault.policy.values import Amount
from vault.policy.verdicts import Verdict
from vault.session import Vault

VENDORS = ("https://power.example", "https://a.power.example/x", "https://b.power.example/y")
PAID = RULES.replace("offer.price.per_month <= 30 EUR", "offer.price.per_month <= 90% of contract.price.per_month")


class Vendor:
    """Sends offers and reads what it is told."""

    def __init__(
        self, vault: Vault, rules: str = RULES, *, intent: str | None = None, disclosure: str = "counter"
    ) -> None:
        settings.put(vault, "disclosure", (disclosure,))
        butler(vault, rules)
        self.vault, self.intent, self.at, self.sent = vault, intent, NOW, 0

    def offers(self, minor: int, *, after: timedelta = timedelta(minutes=1)) -> Told:
        self.at += after
        self.sent += 1
        self.vault.now = self.at
        made = Butler(self.vault, now=self.at)
        request = asked(minor, vendor=VENDORS[self.sent % 3], intent=self.intent)
        one = market.add_offer(made, request, source="file")
        return disclosing.told(self.vault, one.decision, made.settings)


def learned(told: Told) -> tuple[object, ...]:
    """What is new in an answer: anything but that it was received."""
    return () if told.verdict == RECEIVED else (told.verdict, told.codes, str(told.counter))


@pytest.mark.parametrize(
    ("disclosure", "codes", "counters"),
    [("none", (), 0), ("code", ("owner-rule",), 0), ("counter", ("owner-rule",), 1)],
)
def test_the_owner_chooses_what_is_told(vault: Vault, disclosure: str, codes: tuple[str, ...], counters: int) -> None:
    told = Vendor(vault, disclosure=disclosure).offers(7000)
    assert (told.verdict, told.codes, len(told.counter)) == ("refuse", codes, counters)


def test_a_counter_names_the_change_and_nothing_of_the_rules(vault: Vault) -> None:
    (counter,) = Vendor(vault).offers(7000).counter
    assert isinstance(counter, dict)
    assert set(counter) == {"change", "bounds", "text"}
    assert counter["text"] == "offer.price.per_month at most 30 EUR per month (now 70 EUR per month)"


@pytest.mark.parametrize("disclosure", ["none", "code", "counter"])
@pytest.mark.parametrize("asked_for", [True, False])
def test_a_vendor_that_halves_learns_nothing_new_within_the_pause(
    vault: Vault, disclosure: str, asked_for: bool
) -> None:
    intent = ids.text("intention", intend(vault).row.id) if asked_for else None
    vendor = Vendor(vault, intent=intent, disclosure=disclosure)
    first = vendor.offers(8000)
    low, high, answers = 0, 8000, []
    for _ in range(20):
        middle = (low + high) // 2
        told = vendor.offers(middle)
        answers.append(told)
        low, high = (middle, high) if told.verdict == "accept" else (low, middle)
    new = {learned(told) for told in answers} - {()}
    # With a counter it may take that up, which tells it what it was told; else there is nothing at all.
    assert new <= ({("accept", (), "[]")} if disclosure == "counter" else set())
    assert all(told.counter == first.counter for told in answers if told.verdict == RECEIVED)


def test_only_what_takes_up_the_counter_is_told_so_at_once(vault: Vault) -> None:
    vendor = Vendor(vault)
    vendor.offers(7000)
    assert vendor.offers(3001).verdict == RECEIVED
    assert vendor.offers(3000).verdict == "accept"
    assert vendor.offers(2000).verdict == "accept"


def test_after_the_pause_there_is_one_new_answer_and_not_one_for_each_offer_before(vault: Vault) -> None:
    vendor = Vendor(vault, disclosure="code")
    told = [vendor.offers(7000, after=timedelta(hours=6)) for _ in range(4 * 30)]
    answered = [place for place, one in enumerate(told) if one.verdict != RECEIVED]
    assert len(answered) == 5
    assert all(later - earlier == 4 * 7 for earlier, later in pairwise(answered))
    assert told[1].next_answer == "2026-04-07T18:00:00Z"


def test_each_intention_is_a_matter_of_its_own_and_each_vendor_has_its_own_pause(vault: Vault) -> None:
    first = Vendor(vault, intent=ids.text("intention", intend(vault).row.id))
    assert first.offers(7000).verdict == "refuse"
    first.intent = ids.text("intention", intend(vault).row.id)
    assert first.offers(7000).verdict == "refuse"
    assert first.offers(7000).verdict == RECEIVED
    made = Butler(vault, now=vault.now)
    other = market.add_offer(made, asked(7000, vendor="https://other.example"), source="file")
    assert disclosing.told(vault, other.decision, made.settings).verdict == "refuse"


def test_the_pause_is_the_owners(vault: Vault) -> None:
    settings.put(vault, "counter-pause", ("P1D",))
    vendor = Vendor(vault)
    assert vendor.offers(7000).verdict == "refuse"
    assert vendor.offers(7000, after=timedelta(hours=23)).verdict == RECEIVED
    assert vendor.offers(7000, after=timedelta(hours=2)).verdict == "refuse"


def test_a_repeated_counter_says_to_which_request_it_belongs(vault: Vault) -> None:
    vendor = Vendor(vault)
    first, again = vendor.offers(7000), vendor.offers(6900)
    assert first.counter_to == again.counter_to == asked(7000, vendor=VENDORS[1]).sha256


def test_a_budget_is_not_told_apart_from_a_rule(vault: Vault) -> None:
    settings.put(vault, "budget", ("deal: 10 EUR",))
    assert Vendor(vault, disclosure="code").offers(2000).codes == ("owner-rule",)


def test_the_owners_own_word_is_told_as_the_verdict_alone(vault: Vault) -> None:
    vendor = Vendor(vault)
    vendor.offers(7000)
    vendor.offers(6900)
    made = next(decisions.decisions(vault))
    after = decisions.override(vault, made.id, Verdict.ACCEPT, "all right")
    assert disclosing.told(vault, after, settings.present(vault.connection)) == Told("accept")


def test_what_shows_by_itself_is_told_each_time(vault: Vault) -> None:
    made = butler(vault, "")
    request = of_json({"kind": "first-contact", "vendor": "https://a.example", "first_contact": {"name": "A"}})
    told = [disclosing.told(vault, made.decide(request, source="file"), made.settings) for _ in range(2)]
    assert [one.verdict for one in told] == ["ask", "ask"]
    assert told[1].codes == ()


@pytest.mark.parametrize(("reveal", "counters"), [("no", 0), ("yes", 1)])
def test_what_the_owner_pays_today_is_told_only_where_that_is_allowed(vault: Vault, reveal: str, counters: int) -> None:
    settings.put(vault, "reveal-paid", (reveal,))
    settings.put(vault, "disclosure", ("counter",))
    made = butler(vault, PAID)
    paid = {"contract.price.per_month": Amount(5000, "EUR")}
    decision = made.decide(asked(7000), source="file", given=paid)
    assert len(disclosing.told(vault, decision, made.settings).counter) == counters
