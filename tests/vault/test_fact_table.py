"""The fact table: complete, typed, documented, and found in a world without ever failing."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from terms.choice import Choice
from terms.effective import effective
from tests.vault.worlds import HELD, NOON, ONE_OF_EACH, PRACTICE, RATE, Vault, eur, facts, money, monthly, request
from vault.policy import facts_document, intentions, requests
from vault.policy.facts import TABLE, Fact
from vault.policy.gathering import gathered
from vault.policy.intention_life import State
from vault.policy.known import Agreed, Held, QuietHours, Vendor, Wanted
from vault.policy.retention import FOR_EVER
from vault.policy.values import Amount, Claim, Duration, FactType
from vault.policy.verdicts import Kind
from vault.policy.world import World
from vault.policy.writing import from_json, to_json
from web.commands.facts import COMMAND

ROOT = Path(__file__).parents[2]
PROMISED = """offer.category offer.price.per_month offer.price.total offer.cost.first_year offer.cost.commitment
offer.contract.minimum_term offer.contract.notice offer.returns.days offer.warranty.months offer.valid_until vendor.domain
vendor.verified vendor.known_since vendor.offers_this_week vendor.contacts.over_limit data.purposes data.categories
data.retention data.recipients data.ai_training terms.result contract.price.per_month contract.vendor
contract.last_cancel_day me.spend.per_month now.date now.time""".split()
ALWAYS_KNOWN = """me.budget.exceeded me.quiet.now vendor.contacts.over_limit request.signature grant.exceeded
terms.result""".split()


def test_every_promised_fact_is_in_the_table() -> None:
    assert set(PROMISED) <= set(TABLE)


def test_there_is_a_request_of_every_kind_here() -> None:
    assert {one.kind for one in ONE_OF_EACH} == set(Kind)


@pytest.mark.parametrize("fact", TABLE.values(), ids=lambda fact: fact.name)
def test_every_row_is_whole(fact: Fact) -> None:
    assert fact.meaning
    assert fact.source
    assert bool(fact.choices) == (fact.type is FactType.CHOICE)
    assert not fact.meaning.endswith(".")
    assert facts_document.family(fact) in facts_document.FAMILIES


def test_the_page_of_facts_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "facts.md").read_text() == facts_document.page(), (
        "write it anew: python -m vault.policy.facts_document > docs/facts.md"
    )


def test_the_command_prints_the_table() -> None:
    printed = json.loads(CliRunner().invoke(COMMAND, ["--json"]).output)["facts"]
    assert [one["name"] for one in printed] == list(TABLE)
    assert set(printed[0]) == {"name", "type", "unit", "meaning", "source", "influence", "choices"}


def test_the_command_finds_facts_by_their_words() -> None:
    answer = CliRunner().invoke(COMMAND, ["budget", "left", "--json"])
    assert [one["name"] for one in json.loads(answer.output)["facts"]] == ["me.budget.left"]
    assert "No fact" in CliRunner().invoke(COMMAND, ["nonsense"]).output


@pytest.mark.parametrize("asked", ONE_OF_EACH, ids=lambda one: one.kind)
def test_what_built_in_checks_need_is_known_without_a_vault(asked: requests.Request) -> None:
    found = gathered(World(asked, NOON))
    assert [name for name in ALWAYS_KNOWN if found[name] is None] == []


@pytest.mark.parametrize("asked", ONE_OF_EACH, ids=lambda one: one.kind)
def test_every_value_found_is_of_the_facts_type(asked: requests.Request) -> None:
    known = {"contracts": [HELD], "vendor": Vendor("power.example", True, date(2020, 1, 1)), "country": "DE"}
    for name, value in facts(asked, **known).items():
        if value is not None:
            assert from_json(TABLE[name], to_json(value, TABLE[name])) == value, name
            assert not TABLE[name].choices or value in TABLE[name].choices


def test_a_fact_is_looked_up_when_it_is_needed_and_once() -> None:
    vault = Vault(vendor=Vendor("power.example", offers_this_week=4))
    found = gathered(World(ONE_OF_EACH[0], NOON, vault))
    assert vault.asked == []
    assert (found["vendor.offers_this_week"], found["vendor.verified"], found["vendor.verified"]) == (4, False, False)
    assert vault.asked == ["vendor"]
    assert found.seen == {"vendor.offers_this_week": 4, "vendor.verified": False}


def test_what_is_given_stands_above_what_is_found() -> None:
    found = gathered(World(ONE_OF_EACH[0], NOON), {"offer.price.total": eur(1), "offer.category": None})
    assert found["offer.price.total"] == eur(1)
    assert found["offer.category"] is None
    assert found["offer.title"] == "Plan"
    with pytest.raises(KeyError):
        found["offer.colour"]


def test_the_only_contract_of_the_category_is_the_one_compared_with() -> None:
    other = Held("k2", "gas.example", "Gas", "energy.gas", eur(5000))
    asked = request(offer={"title": "Power", "category": "energy.electricity"})
    assert facts(asked, contracts=[HELD, other])["contract.price.per_month"] == eur(1000)
    assert facts(asked, contracts=[HELD, HELD])["contract.price.per_month"] is None
    assert facts(asked, contracts=[other])["contract.price.per_month"] is None
    wider = request(offer={"title": "Power", "category": "energy"})
    assert facts(wider, contracts=[HELD])["contract.title"] == "Power"
    assert facts(wider, contracts=[HELD, other])["contract.title"] is None
    unsaid = request(offer={"title": "Power"})
    assert facts(unsaid, contracts=[HELD])["contract.title"] is None


def test_an_intention_says_which_contract_it_replaces() -> None:
    other = Held("k2", "gas.example", "Second", "energy.electricity", eur(5000))
    asked = request(offer={"title": "Power", "category": "energy.electricity"}, intent="i1")
    wish = intentions.of_json({"title": "Power", "category": "energy.electricity", "replaces": "k2"})
    found = facts(asked, contracts=[HELD, other], wanted={"i1": Wanted(wish, State.OPEN)})
    assert found["contract.title"] == "Second"


def test_a_vendor_names_only_contracts_that_you_have_with_it() -> None:
    asked = ONE_OF_EACH[-1]
    assert facts(asked, contracts=[HELD])["contract.price.per_month"] == eur(1000)
    assert facts(asked, contracts=[Held("k1", "rival.example", price_per_month=eur(1))])["contract.title"] is None


def test_a_vendor_with_several_domains_is_one_vendor() -> None:
    elsewhere = [Held("k1", "power-billing.example", title="Power")]
    one = Vendor("power.example", also=frozenset({"power-billing.example"}))
    assert facts(ONE_OF_EACH[-1], contracts=elsewhere)["contract.title"] is None
    found = facts(ONE_OF_EACH[-1], contracts=elsewhere, vendor=one)
    assert (found["contract.title"], found["contract.same_vendor"]) == ("Power", True)


def test_a_price_change_tells_how_much_more_it_is_and_when() -> None:
    found = facts(ONE_OF_EACH[-1], contracts=[HELD])
    assert found["change.rise"] == 20
    assert found["change.days_ahead"] == 40
    assert found["contract.same_vendor"] is True
    assert facts(ONE_OF_EACH[-1])["change.rise"] is None


def test_prices_of_other_periods_and_currencies_compare_or_are_unknown() -> None:
    change = {"contract": "k1", "new": {**money(3600), "period": "P3M"}, "old": {**money(12000), "period": "P1Y"}}
    found = facts(request("price-change", price_change=change))
    assert (found["change.price.old.per_month"], found["change.price.new.per_month"]) == (eur(1000), eur(1200))
    assert found["change.rise"] == 20
    dollars = [Held("k1", price_per_month=Amount(1000, "USD"))]
    assert facts(ONE_OF_EACH[-1], contracts=dollars)["change.rise"] is None
    assert facts(ONE_OF_EACH[-1], contracts=[Held("k1", price_per_month=eur(0))])["change.rise"] is None


def test_quiet_hours_from_a_minute_to_itself_are_all_day() -> None:
    assert all(QuietHours(300, 300).covers(minute) for minute in (0, 299, 300, 1439))


def test_quiet_hours_go_past_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = [QuietHours(22 * 60, 7 * 60)]
    asked = ONE_OF_EACH[5]
    for hour, quiet in ((21, False), (22, True), (23, True), (0, True), (6, True), (7, False)):
        now = datetime(2026, 11, 22, hour, 0, tzinfo=berlin)
        assert facts(asked, now, quiet_hours=night)["me.quiet.now"] is quiet
    assert facts(asked, datetime(2026, 11, 22, 13, 30, tzinfo=berlin))["now.time"] == 13 * 60 + 30
    assert facts(asked)["now.weekday"] == "sunday"


@pytest.mark.parametrize(("so_far", "limit", "over"), [(2, 3, False), (3, 3, True), (9, None, False), (0, 0, True)])
def test_a_contact_over_the_limit_is_one_too_many(so_far: int, limit: int | None, over: bool) -> None:
    vendor = Vendor("power.example", contacts_this_month=so_far, contact_limit=limit)
    assert facts(ONE_OF_EACH[5], vendor=vendor)["vendor.contacts.over_limit"] is over


def test_terms_are_compared_with_what_you_accept_or_have_signed() -> None:
    within, asked = facts(ONE_OF_EACH[4]), {**PRACTICE, "ai_training": True}
    assert (within["terms.result"], within["terms.exceeds"]) == ("within", frozenset())
    exceeding = request("data-request", data_request={"practice": asked})
    assert facts(exceeding)["terms.result"] == "exceeds"
    assert facts(exceeding)["terms.exceeds"]
    signed = Agreed(effective(Choice()), in_force="PDC-AI")
    assert facts(exceeding, agreed=signed)["terms.agreement"] == "PDC-AI"
    silent = request("data-request", data_request={"practice": {"purposes": ["dpv:ServiceProvision"]}})
    assert (facts(silent)["terms.result"], facts(silent)["terms.exceeds"]) == ("unknown", None)
    assert facts(ONE_OF_EACH[5])["terms.result"] == "none asked"


@pytest.mark.parametrize(
    ("named", "standing"),
    [
        ("SD-BASE", "preferred"),
        ("SD-BASE-DP", "acceptable"),
        ("SD-BASE-ATP", "not acceptable"),
        ("OURS", "off the roster"),
    ],
)
def test_the_agreement_that_a_vendor_names_has_a_standing(named: str, standing: str) -> None:
    assert facts(request("terms", terms={"countered": named}))["terms.standing"] == standing


@pytest.mark.parametrize(
    ("declared", "kept"),
    [("P30D", Duration(days=30)), ("indefinite", FOR_EVER), ("P99999Y", FOR_EVER), ("a while", None)],
)
def test_for_ever_is_longer_than_any_retention(declared: str, kept: Duration | None) -> None:
    asked = request("data-request", data_request={"practice": {"retention": declared}})
    assert facts(asked)["data.retention"] == kept


def test_a_claim_is_attested_only_by_a_proof_that_holds() -> None:
    attestations = [
        {"issuer": "ok-power", "claim": "renewable", "proof": "p1"},
        {"issuer": "self", "claim": "renewable"},
    ]
    made = {"title": "Power", "category": "energy.electricity", "fields": {"renewable": True}}
    asked = request(offer={**made, "attestations": attestations})
    assert facts(asked)["offer.renewable"] == Claim(True)
    assert facts(asked, proofs=("p1",))["offer.renewable"] == Claim(True, frozenset({"ok-power"}))
    assert facts(asked, proofs=("p1",))["vendor.attested"] == frozenset({"renewable"})


def test_a_quote_for_somebody_else_is_unknown() -> None:
    asked = request(offer={"title": "Cover", "category": "insurance.car", "fields": {"mileage": 9000}})
    assert facts(asked)["offer.mileage"] == 9000
    assert facts(asked, mine={"mileage": 9000})["offer.mileage"] == 9000
    assert facts(asked, mine={"mileage": 20000})["offer.mileage"] is None


def test_an_intention_that_has_ended_or_is_over_is_not_open() -> None:
    wish = intentions.of_json({"title": "A plan", "category": "telecom.mobile", "closes": "2026-11-22"})
    asked = request(offer=monthly(), intent="i1")
    assert facts(asked, wanted={"i1": Wanted(wish, State.OPEN)})["intent.open"] is True
    assert facts(asked, wanted={"i1": Wanted(wish, State.CLOSED)})["intent.open"] is False
    assert (
        facts(asked, datetime(2026, 11, 23, tzinfo=NOON.tzinfo), wanted={"i1": Wanted(wish, State.OPEN)})["intent.open"]
        is False
    )
    assert facts(asked)["intent.open"] is False
    assert facts(asked, wanted={"i1": Wanted(wish, State.OPEN, 3)})["intent.over_limit"] is True
    assert facts(asked, wanted={"i1": Wanted(wish, State.OPEN, 2)})["intent.over_limit"] is False


def test_an_offer_that_has_run_out_is_expired_the_day_after() -> None:
    asked = request(offer=monthly(valid_until="2026-11-22"))
    assert facts(asked)["offer.expired"] is False
    assert facts(asked, datetime(2026, 11, 23, tzinfo=NOON.tzinfo))["offer.expired"] is True


def test_a_contract_whose_vendor_is_not_known_can_be_named() -> None:
    assert facts(ONE_OF_EACH[-1], contracts=[Held("k1", title="Mine")])["contract.title"] == "Mine"
    asked = {"kind": "price-change", "vendor": "http://192.0.2.1", "price_change": {"contract": "k1", "new": RATE}}
    found = facts(requests.of_json(asked), contracts=[HELD])  # type: ignore[arg-type]
    assert found["contract.title"] == "Power"
    assert (found["vendor.domain"], found["contract.same_vendor"]) == (None, None)


def test_without_a_vault_nothing_is_proven_and_no_thread_is_yours() -> None:
    attested = [{"issuer": "x", "claim": "renewable", "proof": "p"}]
    asked = request(
        offer={"title": "Power", "category": "energy", "fields": {"renewable": True}, "attestations": attested}
    )
    assert gathered(World(asked, NOON))["offer.renewable"] == Claim(True)
    letter = request("message", message={"body": "Hello", "thread": "t1"})
    assert gathered(World(letter, NOON))["message.in_thread"] is False


def test_quiet_hours_of_a_day_begin_and_end_on_the_minute() -> None:
    siesta = [QuietHours(12 * 60, 13 * 60)]
    for hour, minute, quiet in ((11, 59, False), (12, 0, True), (12, 59, True), (13, 0, False)):
        now = datetime(2026, 11, 22, hour, minute, tzinfo=NOON.tzinfo)
        assert facts(ONE_OF_EACH[5], now, quiet_hours=siesta)["me.quiet.now"] is quiet


def test_a_thread_is_yours_if_you_wrote_in_it() -> None:
    asked = request("message", message={"body": "Hello", "thread": "t1"})
    assert facts(asked, threads=("t1",))["message.in_thread"] is True
    assert facts(asked)["message.in_thread"] is False
    assert facts(ONE_OF_EACH[5])["message.in_thread"] is False
