"""Where the person's data is, and what needs doing about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.vault.traders import Trader, trader, with_rules
from vault import granting, owner, profile
from vault.engaging import addressees, held, records, rights
from vault.engaging.given import Holding, Holdings
from vault.engaging.rights import Said
from vault.granting import Permission
from vault.meeting import Standing, linking
from vault.policy.rights_life import Right
from vault.session import Vault
from vault.store import vendors

EMAIL, PHONE = "pd:EmailAddress", "pd:TelephoneNumber"


@pytest.fixture
def shop(vault: Vault) -> Trader:
    """A vendor that has read an e-mail address."""
    with_rules(vault)
    one = trader(vault, word=Standing.YES)
    linking.link(vault, one.number, owner.add_vendor(vault, "Power", domains=("power.example",)))
    profile.put(vault, EMAIL, ["me@example.org"])
    needed = Permission(data=(EMAIL,), purposes=("dpv:ServiceProvision",), retention="P30D")
    granting.release(vault, granting.give(vault, one.agreement, needed).row.id)
    return one


def says(shop: Trader, *categories: str) -> None:
    said = [Holding(one, "grant", "dpv:ServiceProvision") for one in categories]
    records.take_holdings(shop.vault, shop.number, Holdings(tuple(said)))


def stop(shop: Trader) -> None:
    (grant,) = granting.listed(shop.vault.connection, shop.vault.now)
    granting.revoke(shop.vault, grant.row.id)


def erase(shop: Trader) -> str:
    vault = shop.vault
    row = next(one for one in vendors.vendors(vault.connection) if one.name == "Power")
    return rights.ask(vault, addressees.of_vendor(vault, row), Right.ERASURE).id


def seen(shop: Trader) -> dict[str, tuple[bool, bool, bool, str]]:
    """(shared, claimed, erased, need) by kind of data."""
    return {
        one.category: (one.shared, one.claimed is not None, one.is_erased, one.need) for one in held.places(shop.vault)
    }


def test_what_is_shared_and_read_needs_nothing(shop: Trader) -> None:
    assert seen(shop) == {EMAIL: (True, False, False, "")}


def test_what_a_vendor_says_it_holds_and_never_got_is_to_be_asked_about(shop: Trader) -> None:
    says(shop, EMAIL, PHONE)
    assert seen(shop) == {EMAIL: (True, True, False, ""), PHONE: (False, True, False, "never-given")}


def test_what_is_shared_no_more_could_be_erased_and_once_asked_it_is_their_turn(shop: Trader) -> None:
    stop(shop)
    assert seen(shop) == {EMAIL: (False, False, False, "could-erase")}
    erase(shop)
    assert seen(shop) == {EMAIL: (False, False, False, "")}
    shop.vault.now += timedelta(days=70)
    assert seen(shop) == {EMAIL: (False, False, False, "overdue")}


def test_erased_is_what_they_say_with_its_leaf_until_they_say_otherwise(shop: Trader) -> None:
    stop(shop)
    rights.answer(shop.vault, shop.number, erase(shop), Said("fulfilled"))
    (place,) = held.places(shop.vault)
    assert place.is_erased
    assert place.erasure is not None
    assert place.erasure.leaf is not None
    shop.vault.now += timedelta(days=1)
    says(shop, EMAIL)
    assert seen(shop) == {EMAIL: (False, True, False, "claims-erased")}
