"""Vendors from payees and accounts: one for each real one, with reasons, and the owner's word above all."""

from __future__ import annotations

import pytest

from vault.relationships.payees import identify
from vault.relationships.recognition import (
    AccountEvidence,
    KnownVendor,
    OwnerRule,
    PayeeEvidence,
    Resolution,
    resolve,
)


def paid(counterparty: str, creditor: str = "", *, count: int = 1) -> PayeeEvidence:
    payee = identify(counterparty, "", creditor, "", -999, own_accounts=frozenset(), own_names=frozenset())
    return PayeeEvidence(payee, count)


def accounts(*urls: str) -> list[AccountEvidence]:
    return [AccountEvidence(url, "", (f"https://{url}",)) for url in urls]


def vendors_of(found: Resolution) -> list[str]:
    return [vendor.name for vendor in found.vendors]


@pytest.mark.parametrize(
    ("printed", "url", "name"),
    [
        ("NETFLIX.COM 866-579-7172 CA", "www.netflix.com", "Netflix"),
        ("Vattenfall Europe Sales GmbH", "mein.vattenfall.de", "Vattenfall"),
        ("STADTWERKE MUSTERSTADT GMBH", "kunden.stadtwerke-musterstadt.de", "Stadtwerke Musterstadt"),
        ("STADTWERKE MUSTERS", "stadtwerke-musterstadt.de", "Stadtwerke Musters"),
        ("JOES GYM 0042", "joes-gym.example", "Joes Gym"),
        ("JOES GYM 0042 OAKLAND CA", "joesgym.com", "Joes Gym"),
        ("SumUp *JOES GYM", "joes-gym.example", "Joes Gym"),
        ("Zentrix International B.V.", "app.zentrix.example", "Zentrix International"),
        ("Zentrix Austria GmbH", "zentrix.at", "Zentrix Austria"),
        ("Zentrix Software s.r.o.", "my.zentrix.com", "Zentrix Software"),
        ("Bäckerei Köhler", "bäckerei-koehler.de", "Bäckerei Köhler"),
        ("Salo Holding AG", "salo-ag.de", "Salo"),
        ("FitZone Studio Hafen", "fitzone-hafen.de", "FitZone Studio Hafen"),
        ("THE TIDEWATER COURIER", "tidewatercourier.com", "The Tidewater Courier"),
        ("THE WILLOW BEND COURIE CEDAR HOLLOW NJ", "willowbendcourier.com", "The Willow Bend Courie Cedar Hollow"),
        ("Gebaeudereinigung Krannich", "reinigung-krannich.de", "Gebaeudereinigung Krannich"),
        ("Thalbach Lebensversicherung AG", "thalbach-leben.de", "Thalbach Lebensversicherung"),
        ("Hausverwaltung Thalbach GmbH", "hv-thalbach.de", "Hausverwaltung Thalbach"),
        ("WHITCOMB SCHOOL OF MUS", "whitcombmusic.com", "Whitcomb School Of Mus"),
        ("WHITCOMB PROPERTY MGMT", "whitcombproperties.com", "Whitcomb Property MGMT"),
        ("WHITCOMB SCHOOL OF MUS JUNIPER FALLS NJ", "whitcombmusic.com", "Whitcomb School Of Mus Juniper Falls"),
        ("VODAFONE KABEL", "vodafone.de", "Vodafone"),
        ("AMZN Mktp DE*2H4KX8", "amazon.com", "Amazon"),
        ("Spotify AB", "androidapp://com.spotify.music".removeprefix("https://"), "Spotify"),
    ],
)
def test_an_account_and_a_bank_descriptor_of_one_vendor_are_one(printed: str, url: str, name: str) -> None:
    address = url if "://" in url else f"https://{url}"
    found = resolve([paid(printed)], [AccountEvidence("1", "", (address,))])
    assert vendors_of(found) == [name]
    assert all(why.evidence and 0 < why.confidence <= 1 for why in found.vendors[0].links)


@pytest.mark.parametrize(
    ("printed", "urls"),
    [
        (["Deutsche Bank AG", "Deutsche Bahn AG"], ["bahn.de", "deutsche-bank.de"]),
        (["Telekom Deutschland GmbH", "Telekom Austria"], ["telekom.de", "a1.net"]),
        (["Shell 1234", "Shell Energy"], ["shell.de", "shellenergy.co.uk"]),
        (["E.ON Energie Deutschland", "Eon Productions Ltd"], ["eon.de", "eonproductions.com"]),
        (["Apollo Optik", "APOLLO.IO"], ["apollo.de", "apollo.io"]),
        (["Stadtwerke Köln AG", "Stadtwerke Bonn"], ["stadtwerke-koeln.de", "stadtwerke-bonn.de"]),
        (["Hansa Taxi", "Hansa Apotheke"], ["hansa-taxi.de", "hansa-apotheke.de"]),
        (["Hotel Adler", "Adler Apotheke"], ["hotel-adler.de", "adler-apotheke.de"]),
        (["Lotus Yoga", "Lotus Restaurant"], []),
        (["Acme", "Acme Austria"], []),
        ([], ["youtube.com", "accounts.google.com"]),
        ([], ["aws.amazon.com", "amazon.com"]),
        ([], ["lumen.io", "lumen.de"]),
        ([], ["one.myshopify.com", "two.myshopify.com"]),
    ],
)
def test_look_alikes_stay_apart(printed: list[str], urls: list[str]) -> None:
    found = resolve([paid(text) for text in printed], accounts(*urls))
    assert len(found.vendors) == max(len(printed), len(urls)), vendors_of(found)


@pytest.mark.parametrize(
    ("payees", "urls"),
    [
        (["hansa taxi", "hansa apotheke"], ["hansa.de"]),
        (["Lumen"], ["lumen.io", "lumen.de"]),
        (["Hotel"], ["hotel.de"]),
        (["Julia Design GmbH"], ["julia.de"]),
        (["Kirche Sonnenberg in Vechelde"], ["kirche-vechelde.de"]),
        (["Krannich Health Finance"], ["krannich-finance.com"]),
        (["Thalbach Yoga Nord", "Thalbach Taxi Nord"], ["thalbachnord.de"]),
    ],
)
def test_what_could_be_several_is_left_apart(payees: list[str], urls: list[str]) -> None:
    found = resolve([paid(text) for text in payees], accounts(*urls))
    assert len(found.vendors) == len(payees) + len(urls)


def test_a_town_and_its_state_behind_a_name_make_no_second_vendor() -> None:
    storage = "WILLOWDALE SELF STORAGE"
    printed = [
        storage,
        f"{storage} 194-036-9121 HARBOR POINT NJ",
        f"{storage} HARBOR POINT NJ",
        f"{storage} STONEBROOK PA",
    ]
    assert len(resolve([paid(text) for text in printed], []).vendors) == 1
    others = [storage, f"{storage} FITNESS CLUB STONEBROOK NJ", "WILLOWDALE", "WILLOWDALE PHARMACY TROY MI"]
    assert len(resolve([paid(text) for text in others], []).vendors) == 4


def test_several_domains_of_one_brand_are_one_vendor() -> None:
    found = resolve([], accounts("amazon.de", "www.amazon.com", "amazon.co.uk"))
    assert [vendor.domains for vendor in found.vendors] == [("amazon.co.uk", "amazon.com", "amazon.de")]


def test_one_distinct_label_under_several_countries_is_one_house() -> None:
    assert len(resolve([], accounts("kettenwerk.de", "kettenwerk.at", "kettenwerk.com")).vendors) == 1


def test_a_creditor_id_joins_names_that_have_nothing_in_common() -> None:
    creditor = "DE98ZZZ09999999999"
    found = resolve([paid("MV Beitrag 03", creditor), paid("Mieterverein Musterstadt", creditor)], [])
    assert len(found.vendors) == 1
    assert creditor in found.vendors[0].links[0].evidence


def test_a_creditor_id_that_collects_for_many_joins_nobody() -> None:
    creditor = "DE98ZZZ09999999999"
    several = [paid(name, creditor) for name in ("Alpha Shop", "Beta Laden", "Gamma Verein", "Delta Kurse")]
    famous = [paid("Netflix", creditor), paid("Spotify", creditor)]
    assert len(resolve(several, []).vendors) == 4
    assert len(resolve(famous, []).vendors) == 2


def test_the_title_tells_who_an_account_without_address_belongs_to() -> None:
    found = resolve(
        [paid("Joes Gym 0042"), paid("Spotify AB")],
        [AccountEvidence("1", "Joe's Gym"), AccountEvidence("2", "Spotify")],
    )
    assert len(found.vendors) == 2


def test_an_accounts_title_links_a_domain_to_a_payee_unless_the_domain_is_a_platform() -> None:
    gym = AccountEvidence("1", "Körperwerk", ("https://mysports.example",))
    club = AccountEvidence("2", "Ruderclub", ("https://mysports.example",))
    assert len(resolve([paid("KOERPERWERK 12")], [gym]).vendors) == 1
    assert len(resolve([paid("KOERPERWERK 12")], [gym, club]).vendors) == 2


def test_a_sign_on_address_beside_the_first_does_not_join_two_vendors() -> None:
    entry = AccountEvidence("1", "Komoot", ("https://www.komoot.com", "https://accounts.google.com"))
    found = resolve([], [entry, *accounts("google.com")])
    assert len(found.vendors) == 2


def test_routers_persons_and_own_transfers_are_no_vendors() -> None:
    router = AccountEvidence("1", "router", ("http://192.168.1.1",))
    found = resolve([paid("Max Mustermann"), paid("Umbuchung"), paid("ATM WITHDRAWAL")], [router])
    assert found.vendors == ()
    assert found.payees == found.accounts == {}


def test_every_payee_and_account_is_mapped_to_its_vendor() -> None:
    found = resolve([paid("REWE 4711"), paid("JOES GYM 1234")], accounts("rewe.de", "joes-gym.example"))
    assert found.payees == {"rewe": "rewe", "jos gym": "jos gym"}
    assert found.accounts == {"rewe.de": "rewe", "joes-gym.example": "jos gym"}


def test_a_category_comes_from_the_table_or_from_the_words_of_the_name() -> None:
    found = resolve(
        [paid(text) for text in ("Netflix", "Stadtwerke Musterstadt", "Muster Versicherung AG", "Qwertz")], []
    )
    assert {vendor.name: vendor.category for vendor in found.vendors} == {
        "Netflix": "entertainment.streaming",
        "Stadtwerke Musterstadt": "energy",
        "Muster Versicherung": "insurance",
        "Qwertz": "",
    }


def test_names_nearly_alike_are_asked_about_and_not_joined() -> None:
    found = resolve([paid("Kaffeerösterei Hansa"), paid("Kafferösterei Hansa")], [])
    assert len(found.vendors) == 2
    assert [(ask.left, ask.right) for ask in found.questions] == [("kaffeerosterei hansa", "kafferosterei hansa")]


KNOWN = KnownVendor(7, "jos gym", "My gym", payees=("jos gym",), accounts=("joes-gym.example",))


def test_a_known_vendor_keeps_its_id_key_and_name_when_more_is_found() -> None:
    found = resolve([paid("JOES GYM 0042"), paid("Joes Gym Holding")], accounts("joes-gym.example"), [KNOWN])
    assert [(vendor.id, vendor.key, vendor.name) for vendor in found.vendors] == [(7, "jos gym", "My gym")]


def test_two_known_vendors_that_turn_out_to_be_one_leave_the_older_and_name_the_other() -> None:
    later = KnownVendor(9, "joes-gym.example", "Joes-Gym", domains=("joes-gym.example",))
    found = resolve([paid("JOES GYM 0042")], accounts("joes-gym.example"), [later, KNOWN])
    assert [(vendor.id, vendor.absorbed) for vendor in found.vendors] == [(7, (9,))]


def test_the_order_of_imports_does_not_change_the_outcome() -> None:
    first = resolve([paid("JOES GYM 0042")], [])
    known = [KnownVendor(1, v.key, v.name, v.domains, tuple(first.payees)) for v in first.vendors]
    both = resolve([paid("JOES GYM 0042")], accounts("joes-gym.example"), known)
    at_once = resolve([paid("JOES GYM 0042")], accounts("joes-gym.example"))
    assert (both.payees, both.accounts) == (at_once.payees, at_once.accounts)


def test_a_vendor_the_owner_added_attracts_what_is_called_so() -> None:
    added = KnownVendor(3, "own-1", "Joes Gym", domains=("jg-members.example",), by_owner=True)
    found = resolve([paid("JOES GYM 0042")], accounts("jg-members.example"), [added])
    assert [(vendor.id, len(vendor.links)) for vendor in found.vendors] == [(3, 2)]
    assert [vendor.id for vendor in resolve([], [], [added]).vendors] == [3]


def test_the_owner_renames_and_sets_a_category() -> None:
    rules = [OwnerRule("rename", "netflix", "Films"), OwnerRule("category", "netflix", "entertainment")]
    (vendor,) = resolve([paid("NETFLIX.COM")], [], [], rules).vendors
    assert (vendor.name, vendor.category) == ("Films", "entertainment")


def test_the_owner_merges_what_nothing_else_joins_even_two_brands() -> None:
    payees = [paid("Audible GmbH"), paid("AMAZON.DE"), paid("KW 0815 Kurse")]
    rule = OwnerRule("merge", "amazon", payees=("audible", "kw"), domains=("kurse.example",))
    found = resolve(payees, accounts("kurse.example", "amazon.de"), [], [rule])
    assert [vendor.key for vendor in found.vendors] == ["amazon"]
    assert found.payees["audible"] == found.accounts["kurse.example"] == "amazon"
    assert {why.evidence for why in found.vendors[0].links if why.ref == "audible"} == {"you merged it"}


def test_the_owner_splits_a_payee_from_everything_that_would_join_it() -> None:
    rule = OwnerRule("split", "", payees=("jos gym",))
    found = resolve([paid("JOES GYM 0042")], accounts("joes-gym.example"), [KNOWN], [rule])
    assert len(found.vendors) == 2
    assert found.payees["jos gym"] != found.accounts["joes-gym.example"]


def test_a_payee_split_from_its_brand_leaves_the_brand_its_account() -> None:
    rule = OwnerRule("split", "", payees=("netflix",))
    found = resolve([paid("NETFLIX.COM")], accounts("netflix.com"), [], [rule])
    assert found.payees["netflix"] != found.accounts["netflix.com"]


def test_a_brand_that_was_split_off_keeps_its_name_and_category() -> None:
    merge, split = OwnerRule("merge", "amazon", payees=("audible",)), OwnerRule("split", "", payees=("audible",))
    found = resolve([paid("AMAZON.DE"), paid("Audible GmbH")], [], [], [merge, split])
    told = {vendor.name: vendor.category for vendor in found.vendors}
    assert told == {"Amazon": "shopping.marketplace", "Audible": "entertainment.music"}


def test_accounts_follow_a_domain_that_the_owner_moved() -> None:
    rule = OwnerRule("merge", "rewe", domains=("korb.example",))
    found = resolve([paid("REWE 4711")], accounts("www.korb.example"), [], [rule])
    assert found.accounts == {"www.korb.example": "rewe"}


def test_of_two_rules_about_one_payee_the_later_counts() -> None:
    merge, split = OwnerRule("merge", "rewe", payees=("qwertz",)), OwnerRule("split", "", payees=("qwertz",))
    payees = [paid("REWE 4711"), paid("Qwertz")]
    assert len(resolve(payees, [], [], [merge, split]).vendors) == 2
    assert len(resolve(payees, [], [], [split, merge]).vendors) == 1


def test_rules_that_name_nothing_known_or_each_other_are_harmless() -> None:
    rules = [
        OwnerRule("merge", "nobody", payees=("qwertz",)),
        OwnerRule("merge", "rewe", payees=("lidl",)),
        OwnerRule("merge", "lidl", payees=("rewe",)),
        OwnerRule("split", "", payees=("gone",)),
        OwnerRule("rename", "gone", "x"),
    ]
    found = resolve([paid("REWE"), paid("LIDL"), paid("Qwertz")], [], [], rules)
    assert found.payees["rewe"] == found.payees["lidl"] != found.payees["qwertz"]
