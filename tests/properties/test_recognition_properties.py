"""Laws of recognition that hold for any text and any set of payees, accounts and corrections."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from vault.relationships.clusters import Clusters, Link
from vault.relationships.domains import registrable
from vault.relationships.lexicon import fold, squash
from vault.relationships.payees import identify
from vault.relationships.recognition import AccountEvidence, OwnerRule, PayeeEvidence, Resolution, resolve

PRINTED = st.sampled_from(
    "NETFLIX.COM 866-579-7172|Netflix International B.V.|JOES GYM 0042|Joe's Gym|Joes Gym Berlin|REWE 4711|Shell 12|"
    "Shell Energy|Stadtwerke Köln AG|STADTWERKE BONN|STADTWERKE KOE|Zentrix GmbH|Zentrix Software|Zentrix International|"
    "Deutsche Bank|Deutsche Bahn|PAYPAL *ZENTRIX|Max Mustermann|Apollo|Apollo Optik|Hansa Taxi|Hansa Apotheke".split(
        "|"
    )
)
CREDITORS = st.sampled_from(["", "", "DE98ZZZ09999999999", "DE02ZZZ00000000001"])
URLS = st.sampled_from(
    "netflix.com joes-gym.example joesgym.com rewe.de shell.de stadtwerke-koeln.de zentrix.com zentrix.io zentrix.de"
    " bahn.de apollo.io hansa.de 192.168.0.1 youtube.com google.com".split()
)


def payee(printed: str, creditor: str) -> PayeeEvidence:
    return PayeeEvidence(identify(printed, "", creditor, "", -1, own_accounts=frozenset(), own_names=frozenset()))


PAYEES = st.lists(st.builds(payee, PRINTED, CREDITORS), max_size=12)
ACCOUNTS = st.lists(URLS, max_size=8, unique=True).map(
    lambda urls: [AccountEvidence(url, "", (f"https://{url}",)) for url in urls]
)
KEYS = st.sampled_from(["netflix", "jos gym", "rewe", "shell", "zentrix", "zentrix software", "hansa taxi"])
RULES = st.lists(
    st.builds(
        lambda action, vendor, key: OwnerRule(action, vendor, "value", payees=(key,)),
        st.sampled_from(["merge", "split", "rename"]),
        KEYS,
        KEYS,
    ),
    max_size=3,
)


def grouping(found: Resolution) -> tuple[dict[str, str], dict[str, str]]:
    return found.payees, found.accounts


@settings(max_examples=120, deadline=None)
@given(PAYEES, ACCOUNTS, RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_does_not_matter(payees, accounts, rules, shuffler: random.Random) -> None:
    found = resolve(payees, accounts, [], rules)
    shuffler.shuffle(payees)
    shuffler.shuffle(accounts)
    assert resolve(payees, accounts, [], rules) == found


@settings(max_examples=120, deadline=None)
@given(PAYEES, ACCOUNTS, RULES)
def test_every_vendor_like_thing_belongs_to_exactly_one_vendor_and_says_why(payees, accounts, rules) -> None:
    found = resolve(payees, accounts, [], rules)
    keys = [vendor.key for vendor in found.vendors]
    assert len(keys) == len(set(keys))
    assert set(found.payees) == {p.payee.key for p in payees if p.payee.role == "vendor"}
    assert set(found.accounts) == {a.ref for a in accounts if registrable(a.urls[0])}
    linked = [(why.kind, why.ref) for vendor in found.vendors for why in vendor.links]
    assert len(linked) == len(set(linked)) == len(found.payees) + len(found.accounts)


@settings(max_examples=120, deadline=None)
@given(PAYEES, ACCOUNTS)
def test_brands_and_look_alikes_never_meet_without_the_owner(payees, accounts) -> None:
    plain = [p for p in payees if not p.payee.creditor_id]
    found = resolve(plain, accounts)
    for left, right in (
        ("deutschebank", "deutschebahn"), ("shell", "shellenergy"), ("apollo", "apollooptik"),
        ("stadtwerke koln", "stadtwerke bonn"), ("hansa taxi", "hansa apotheke"), ("netflix", "rewe"),
    ):  # fmt: skip
        if left in found.payees and right in found.payees:
            assert found.payees[left] != found.payees[right]


@settings(max_examples=60, deadline=None)
@given(PAYEES, KEYS)
def test_what_the_owner_split_stands_alone(payees, key) -> None:
    found = resolve(payees, [], [], [OwnerRule("split", "", payees=(key,))])
    if key in found.payees:
        assert [other for other, vendor in found.payees.items() if vendor == found.payees[key]] == [key]


@settings(max_examples=60, deadline=None)
@given(PAYEES, KEYS, KEYS)
def test_what_the_owner_merged_is_together(payees, vendor, key) -> None:
    found = resolve(payees, [], [], [OwnerRule("merge", vendor, payees=(key,))])
    if key in found.payees and vendor in found.payees:
        assert found.payees[key] == found.payees[vendor]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=40), st.integers(-5, 5))
def test_any_text_has_a_payee_and_the_same_one_each_time(counterparty, purpose, creditor, minor) -> None:
    first, again = (
        identify(counterparty, purpose, creditor, "", minor, own_accounts=frozenset(), own_names=frozenset({"A B"}))
        for _ in range(2)
    )
    assert first == again
    assert hash(first) == hash(again)
    assert first.key == first.key.strip()


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[A-Z][a-z]{4,9} [A-Z][a-z]{4,9}", fullmatch=True), st.integers(100, 99_999))
def test_capitals_numbers_and_legal_forms_do_not_change_a_payee(name: str, number: int) -> None:
    keys = {
        identify(text, "", "DE98ZZZ09999999999", "", -1, own_accounts=frozenset(), own_names=frozenset()).key
        for text in (name, name.upper(), f"{name} GmbH", f"{name} {number}", f"KARTENZAHLUNG {name} {number} BONN")
    }
    assert len(keys) == 1


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert squash((squash((text,)),)) == squash((text,))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_address_has_a_domain_or_none_and_it_is_its_own(address: str) -> None:
    domain = registrable(address)
    assert registrable(domain) == domain
    assert domain == domain.lower()


NODES = st.sampled_from("abcdef")


@given(st.lists(st.builds(Link, st.integers(0, 3), NODES, NODES), max_size=12), st.permutations("abcdef"))
def test_sets_with_different_marks_stay_apart_in_any_order(links, order) -> None:
    def joined(some: list[Link], nodes: list[str]) -> list[list[str]]:
        clusters = Clusters()
        for node in nodes:
            clusters.add(node, **({"brand": node} if node in "ab" else {}))
        clusters.join_all(some)
        return clusters.sets()

    sets = joined(links, list("abcdef"))
    assert all(not {"a", "b"} <= set(nodes) for nodes in sets)
    assert joined(links[::-1], list(order)) == sets
