"""The built-in checks and the packs: every one with requests, as facts, and the verdict that each must get."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from terms.errors import UsageError
from vault.policy import packs
from vault.policy.builtin import builtin, with_builtin
from vault.policy.checking import check
from vault.policy.evaluation import evaluate
from vault.policy.facts import TABLE, Facts
from vault.policy.language.files import read_toml
from vault.policy.language.printing import to_rows, to_toml
from vault.policy.language.schema import rules_schema
from vault.policy.rules import RuleSet
from vault.policy.verdicts import Kind, Verdict
from vault.policy.writing import from_json

ROOT = Path(__file__).parents[3]
Json = dict[str, object]

# What the vault always knows of a request, when nothing is wrong with it.
CALM: Json = {
    "terms.result": "none asked",
    "request.signature": "valid",
    "grant.exceeded": False,
    "vendor.verified": True,
    "vendor.paid": True,
    "vendor.breaches": 0,
    "vendor.domain": "shop.example",
    "vendor.offers_this_week": 0,
    "vendor.contacts.this_month": 1,
    "vendor.contacts.over_limit": False,
    "me.budget.exceeded": False,
    "me.quiet.now": False,
    "me.contracts.in_category": 1,
    "intent.named": False,
    "offer.expired": False,
    "message.in_thread": False,
    "now.date": "2026-03-01",
}


def eur(amount: float) -> Json:
    return {"minor": round(amount * 100), "currency": "EUR"}


def facts_of(changes: Json) -> Facts:
    """`None` takes a fact away. A slip of the pen in a test is a failure, not an unknown fact."""
    facts = {}
    for name, value in (CALM | changes).items():
        read = from_json(TABLE[name], value)
        assert value is None or read is not None, f"{name} = {value}"
        facts[name] = read
    return facts


def judged(rules: RuleSet, kind: str, changes: Json) -> tuple[Verdict, list[str]]:
    outcome = evaluate(with_builtin(rules), Kind(kind), facts_of(changes))
    return outcome.verdict, [reason.rule.id for reason in outcome.reasons]


ENERGY: Json = {
    "offer.category": "energy.electricity",
    "offer.price.per_month": eur(45),
    "contract.price.per_month": eur(52),
    "offer.cost.first_year": eur(540),
    "offer.cost.commitment": eur(540),
    "offer.contract.minimum_term": "P12M",
}
WANTED: Json = {"intent.named": True, "intent.open": True, "intent.over_limit": False, "intent.budget": eur(400)}
PHONE: Json = WANTED | {
    "intent.category": "shopping.electronics",
    "offer.category": "shopping.electronics",
    "offer.cost.commitment": eur(350),
    "offer.condition": "refurbished",
    "offer.warranty.months": 24,
    "me.contracts.in_category": 0,
}
NEEDED: Json = {
    "terms.result": "within",
    "data.purposes": ["dpv:DeliveryOfGoods"],
    "data.categories": ["pd:PhysicalAddress"],
    "data.retention": "P30D",
    "data.recipients": [],
    "data.actions": ["read"],
    "data.ai_training": False,
}

Case = tuple[str, Json, str, str]
# Kind, facts besides CALM, verdict, and a rule that must be among the reasons (empty: none but the default).
BUILTIN: list[Case] = [
    ("offer", {}, "ask", ""),
    ("offer", {"terms.result": "exceeds"}, "refuse", "builtin/terms-exceeded"),
    ("data-request", {"terms.result": "exceeds"}, "refuse", "builtin/terms-exceeded"),
    ("offer", {"terms.result": "unknown"}, "ask", "builtin/terms-unclear"),
    ("offer", {"terms.result": None}, "ask", "builtin/terms-exceeded"),
    ("promotion", {"terms.result": "exceeds"}, "ask", ""),
    ("data-request", {"grant.exceeded": True}, "refuse", "builtin/grant-exceeded"),
    ("message", {"request.signature": "invalid"}, "refuse", "builtin/signature-invalid"),
    ("promotion", {"request.signature": "missing"}, "ask", ""),
    ("data-request", {"request.signature": "missing"}, "ask", "builtin/unsigned"),
    ("data-request", {"vendor.verified": False}, "ask", "builtin/sender-unverified"),
    ("offer", {"me.budget.exceeded": True}, "refuse", "builtin/budget-exceeded"),
    ("message", {"vendor.contacts.over_limit": True}, "refuse", "builtin/too-many-contacts"),
    ("offer", {"vendor.contacts.over_limit": True}, "refuse", "builtin/too-many-offers"),
    ("offer", {"vendor.contacts.over_limit": True} | WANTED, "ask", ""),
    (
        "offer",
        {"vendor.contacts.over_limit": True, "intent.named": True, "intent.open": False},
        "refuse",
        "builtin/too-many-offers-unasked",
    ),
    ("offer", WANTED | {"intent.over_limit": True}, "refuse", "builtin/too-many-for-intention"),
    ("message", {"me.quiet.now": True}, "ask", "builtin/quiet-hours"),
]

PACKS: dict[str, list[Case]] = {
    "privacy-strict": [
        ("data-request", NEEDED, "accept", "privacy-strict/needed-to-serve-me"),
        ("data-request", NEEDED | {"data.retention": "P120D"}, "ask", ""),
        ("data-request", NEEDED | {"data.retention": "P2Y"}, "refuse", "privacy-strict/kept-too-long"),
        ("data-request", NEEDED | {"data.retention": None}, "ask", "privacy-strict/kept-too-long"),
        ("data-request", NEEDED | {"data.ai_training": True}, "refuse", "privacy-strict/no-ai-training"),
        ("data-request", NEEDED | {"data.ai_training": None}, "ask", "privacy-strict/no-ai-training"),
        (
            "data-request",
            NEEDED | {"data.purposes": ["dpv:DirectMarketing"]},
            "refuse",
            "privacy-strict/no-advertising",
        ),
        # Selling data stands under providing a service in DPV, and is not let through by that.
        (
            "data-request",
            NEEDED | {"data.purposes": ["dpv:DeliveryOfGoods", "dpv:SellDataToThirdParties"]},
            "refuse",
            "privacy-strict/no-advertising",
        ),
        ("data-request", NEEDED | {"data.purposes": ["dpv:Purpose"]}, "ask", ""),
        ("data-request", NEEDED | {"data.purposes": ["x:Unheard"]}, "ask", "privacy-strict/no-advertising"),
        ("data-request", NEEDED | {"data.categories": ["pd:BloodType"]}, "refuse", "privacy-strict/nothing-intimate"),
        ("data-request", NEEDED | {"data.recipients": ["a broker"]}, "ask", "privacy-strict/passed-on"),
        ("data-request", NEEDED | {"vendor.paid": False}, "ask", ""),
        ("data-request", NEEDED | {"request.signature": "missing"}, "ask", "builtin/unsigned"),
        ("data-request", NEEDED | {"terms.result": "exceeds"}, "refuse", "builtin/terms-exceeded"),
        ("data-request", NEEDED | {"vendor.breaches": 1}, "refuse", "privacy-strict/broke-its-word"),
        ("first-contact", {}, "accept", "privacy-strict/known-vendor-may-write"),
        ("first-contact", {"vendor.paid": False}, "ask", ""),
        ("promotion", {}, "refuse", ""),
        ("offer", {}, "ask", ""),
    ],
    "price-hunter": [
        ("offer", ENERGY, "accept", "price-hunter/cheaper-contract"),
        ("offer", ENERGY | {"offer.price.per_month": eur(47.5)}, "ask", ""),
        ("offer", ENERGY | {"offer.price.per_month": eur(52)}, "refuse", "price-hunter/dearer-than-today"),
        ("offer", ENERGY | {"offer.cost.first_year": eur(650)}, "ask", ""),
        ("offer", ENERGY | {"offer.cost.commitment": eur(1_201)}, "ask", ""),
        ("offer", ENERGY | {"offer.cost.commitment": None}, "ask", "price-hunter/cheaper-contract"),
        ("offer", ENERGY | {"contract.price.per_month": None}, "ask", "price-hunter/dearer-than-today"),
        ("offer", ENERGY | {"offer.contract.minimum_term": "P36M"}, "refuse", "price-hunter/long-lock-in"),
        ("offer", ENERGY | {"offer.expired": True}, "ask", ""),
        ("offer", ENERGY | {"vendor.breaches": None}, "ask", "price-hunter/cheaper-contract"),
        ("offer", ENERGY | {"me.budget.exceeded": True}, "refuse", "builtin/budget-exceeded"),
        ("offer", ENERGY | {"terms.result": "exceeds"}, "refuse", "builtin/terms-exceeded"),
        ("offer", ENERGY | {"offer.price.per_month": {"minor": 4_500, "currency": "USD"}}, "ask", ""),
        ("offer", PHONE, "accept", "price-hunter/within-my-budget"),
        ("offer", PHONE | {"intent.open": False}, "ask", ""),
        ("offer", PHONE | {"offer.cost.commitment": eur(401)}, "ask", ""),
        ("promotion", {"offer.discount": 35}, "accept", "price-hunter/real-discount"),
        ("promotion", {"offer.discount": 5}, "refuse", "price-hunter/noise"),
        ("promotion", {}, "ask", "price-hunter/noise"),
        ("price-change", {"change.rise": 18}, "refuse", "price-hunter/steep-rise"),
        ("price-change", {"change.rise": 5}, "ask", "price-hunter/any-rise"),
        (
            "renewal",
            {
                "change.rise": 0,
                "change.price.new.per_month": eur(12.99),
                "contract.used_this_year": 40,
                "contract.price.per_month": eur(12.99),
            },
            "accept",
            "price-hunter/fair-renewal",
        ),
        (
            "renewal",
            {"change.rise": 0, "contract.used_this_year": 2, "contract.price.per_month": eur(12.99)},
            "ask",
            "price-hunter/hardly-used",
        ),
    ],
    "ethical-shopper": [
        (
            "offer",
            ENERGY | {"offer.renewable": {"value": True, "attested_by": ["ok-power"]}},
            "accept",
            "ethical-shopper/green-energy",
        ),
        ("offer", ENERGY | {"offer.renewable": True}, "refuse", "ethical-shopper/only-green-energy"),
        (
            "offer",
            ENERGY | {"offer.renewable": {"value": True, "attested_by": ["shop.example"]}},
            "refuse",
            "ethical-shopper/only-green-energy",
        ),
        ("offer", ENERGY, "ask", "ethical-shopper/only-green-energy"),
        (
            "offer",
            ENERGY
            | {"offer.renewable": {"value": True, "attested_by": ["ok-power"]}, "offer.price.per_month": eur(60)},
            "ask",
            "",
        ),
        ("offer", {"offer.category": "shopping.fashion", "offer.organic": True}, "ask", "ethical-shopper/fair-clothes"),
        (
            "offer",
            {
                "offer.category": "shopping.fashion",
                "offer.fair_trade": {"value": True, "attested_by": ["GOTS"]},
                "offer.cost.commitment": eur(60),
                "offer.returns.days": 30,
            },
            "accept",
            "ethical-shopper/attested-clothes",
        ),
        ("offer", PHONE, "accept", "ethical-shopper/second-life"),
        ("offer", PHONE | {"offer.warranty.months": 6}, "ask", ""),
        (
            "offer",
            PHONE | {"offer.condition": "new", "offer.repair_index": 4},
            "refuse",
            "ethical-shopper/cannot-be-repaired",
        ),
        ("offer", PHONE | {"vendor.breaches": 2}, "refuse", "ethical-shopper/broke-its-word"),
        (
            "offer",
            {
                "offer.category": "groceries.box",
                "offer.organic": {"value": True, "attested_by": ["Demeter"]},
                "offer.cost.commitment": eur(40),
            },
            "accept",
            "ethical-shopper/organic-food",
        ),
        (
            "promotion",
            {"offer.category": "energy.gas", "offer.renewable": False},
            "refuse",
            "ethical-shopper/only-green-energy",
        ),
    ],
    "quiet-life": [
        ("offer", ENERGY, "refuse", "quiet-life/nobody-asked"),
        ("offer", PHONE, "accept", "quiet-life/looking-for-it"),
        ("offer", PHONE | {"offer.cost.commitment": eur(450)}, "ask", ""),
        ("offer", PHONE | {"offer.category": "energy.gas", "offer.contract.minimum_term": "P1M"}, "ask", ""),
        ("offer", PHONE | {"intent.open": False}, "refuse", "quiet-life/no-longer-looking"),
        ("offer", PHONE | {"offer.category": None}, "ask", "quiet-life/looking-for-it"),
        (
            "offer",
            PHONE | {"offer.category": "telecom.mobile", "offer.contract.minimum_term": "P24M"},
            "refuse",
            "quiet-life/long-promises",
        ),
        ("promotion", {"offer.discount": 20}, "refuse", ""),
        ("promotion", {"offer.discount": 45}, "ask", "quiet-life/favourite-shops"),
        ("promotion", {"offer.discount": 45, "vendor.offers_this_week": 1}, "refuse", ""),
        ("first-contact", {}, "refuse", ""),
        ("message", {"message.kind": "security"}, "accept", "quiet-life/matters-to-me"),
        ("message", {"message.kind": "security", "me.quiet.now": True}, "ask", "builtin/quiet-hours"),
        ("message", {"message.kind": "marketing"}, "refuse", "quiet-life/no-marketing"),
        ("message", {"message.kind": "other", "message.in_thread": True}, "accept", "quiet-life/my-own-thread"),
        ("message", {"message.kind": "invoice", "vendor.paid": False}, "refuse", "quiet-life/strangers"),
        ("message", {}, "ask", "quiet-life/no-marketing"),
        ("renewal", {"change.rise": 2, "change.price.new.per_month": eur(9)}, "accept", "quiet-life/small-changes"),
        ("price-change", {"change.rise": 20, "change.price.new.per_month": eur(9)}, "ask", ""),
    ],
}
CASES = [(name, *case) for name, cases in PACKS.items() for case in cases]


@pytest.mark.parametrize(("kind", "changes", "verdict", "because_of"), BUILTIN)
def test_what_is_built_in_stands_before_every_rule(kind: str, changes: Json, verdict: str, because_of: str) -> None:
    found, ids = judged(RuleSet(()), kind, changes)
    assert (str(found), because_of in ids if because_of else not ids) == (verdict, True), ids


@pytest.mark.parametrize(("name", "kind", "changes", "verdict", "because_of"), CASES)
def test_a_pack_decides_as_its_page_says(name: str, kind: str, changes: Json, verdict: str, because_of: str) -> None:
    found, ids = judged(packs.pack(name), kind, changes)
    assert str(found) == verdict, ids
    assert because_of in ids if because_of else verdict == "ask" or not ids


@pytest.mark.parametrize(("name", "kind", "changes", "verdict", "because_of"), CASES)
def test_hiding_any_one_fact_never_makes_a_verdict_of_a_pack_an_accept(
    name: str, kind: str, changes: Json, verdict: str, because_of: str
) -> None:
    if verdict == "accept":
        return
    for hidden in CALM | changes:
        found, ids = judged(packs.pack(name), kind, changes | {hidden: None})
        assert found is not Verdict.ACCEPT, (hidden, ids)


def test_a_vendor_that_the_owner_put_on_the_list_is_avoided() -> None:
    text = packs.text("ethical-shopper").replace("avoided = []", 'avoided = ["shop.example"]')
    rules = read_toml(text, "x", TABLE, {})
    assert judged(rules, "message", {}) == (Verdict.REFUSE, ["ethical-shopper/avoided"])
    assert judged(rules, "message", {"vendor.domain": "other.example"}) == (Verdict.ASK, [])


def test_a_rule_cannot_switch_off_what_is_built_in() -> None:
    accepting = '[[rule]]\nid = "x"\nfor = "offer"\nwhen = "offer.expired is false"\nthen = "accept"\n'
    rules = read_toml(accepting, "x", TABLE, {})
    assert judged(rules, "offer", {})[0] is Verdict.ACCEPT
    wrong: list[Json] = [{"terms.result": "exceeds"}, {"me.budget.exceeded": True}, {"request.signature": "invalid"}]
    for changes in wrong:
        assert judged(rules, "offer", changes)[0] is Verdict.REFUSE
        (hidden,) = changes
        assert judged(rules, "offer", {hidden: None})[0] is Verdict.ASK


def test_no_built_in_check_accepts() -> None:
    assert all(rule.then is not Verdict.ACCEPT and rule.id.startswith("builtin/") for rule in builtin().rules)


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_is_named_explained_and_tested(name: str) -> None:
    rules = packs.pack(name).rules
    assert all(rule.id.startswith(f"{name}/") and rule.because for rule in rules)
    assert len(PACKS[name]) >= 8
    unseen = {rule.id for rule in rules} - {case[3] for case in PACKS[name]}
    assert unseen <= {"ethical-shopper/avoided"}, "every rule is seen at work; the list of that one begins empty"
    page = (ROOT / f"docs/packs/{name}.md").read_text("utf-8")
    assert [rule.id for rule in rules if rule.id.partition("/")[2] not in page] == []


@pytest.mark.parametrize("name", packs.names())
def test_an_accept_rule_for_offers_has_a_cap_and_a_terms_clause(name: str) -> None:
    for rule in packs.pack(name).rules:
        if rule.then is Verdict.ACCEPT and Kind.OFFER in rule.kinds:
            texts = [condition.text for condition in rule.when]
            assert any(re.match(r"offer\.cost\.commitment <= \d+ EUR", text) for text in texts), rule.id
            assert any(text.startswith("terms.result any of") for text in texts), rule.id


@pytest.mark.parametrize("name", packs.names())
def test_checking_a_pack_finds_nothing(name: str) -> None:
    assert check(packs.pack(name), beside=builtin()) == ()


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_is_written_back_and_fits_the_schema(name: str) -> None:
    rules = packs.pack(name)
    assert read_toml(to_toml(rules), name, TABLE, {}) == rules
    jsonschema.validate(to_rows(rules), rules_schema())


def test_a_pack_that_there_is_not_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `quiet-life`"):
        packs.pack("quite-life")


def test_the_twenty_worked_rules_are_read_each_under_its_sentence() -> None:
    text = (ROOT / "examples/rules/twenty.toml").read_text("utf-8")
    rules = read_toml(text, "twenty.toml", TABLE, {})
    assert len(rules.rules) == 20
    assert check(rules, beside=builtin()) == ()
    assert len(re.findall(r'^# \d+\. "[^"\n]+"\n(?:# .*\n)*\[\[rule\]\]$', text, re.MULTILINE)) == 20
