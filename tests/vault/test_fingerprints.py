"""How an import knows what is already there."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import fingerprints
from vault.findings import FoundAccount, FoundCharge
from vault.fingerprints import Fingerprinter

KEY = bytes(range(32))
IBAN = "DE89370400440532013000"
COFFEE = FoundCharge(date(2026, 3, 31), -320, "EUR", "Corner Café", "card payment")


def of_file(charges: list[FoundCharge], *, key: bytes = KEY, connector: str = "ofx", number: str = IBAN) -> list[bytes]:
    one_file = Fingerprinter(key, connector)
    account = one_file.bank_account(number)
    return [one_file.charge(charge, account) for charge in charges]


def changed(**fields: object) -> FoundCharge:
    return msgspec.structs.replace(COFFEE, **fields)


charges = st.builds(
    FoundCharge,
    booked=st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    minor=st.sampled_from([-100, -200]),
    currency=st.just("EUR"),
    counterparty=st.sampled_from(["A", "B"]),
    own_id=st.sampled_from(["", "1", "2"]),
)


def test_two_equal_coffees_on_one_day_are_two() -> None:
    assert len(set(of_file([COFFEE, COFFEE, COFFEE]))) == 3


@given(st.lists(charges, max_size=8))
def test_the_same_file_twice_gives_the_same_fingerprints(found: list[FoundCharge]) -> None:
    assert of_file(found) == of_file(found)


@given(st.lists(charges.map(lambda charge: msgspec.structs.replace(charge, own_id="")), max_size=8), st.data())
def test_charges_without_ids_are_the_same_set_in_any_order_and_through_any_connector(
    found: list[FoundCharge], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(found))
    assert set(of_file(shuffled, connector="camt")) == set(of_file(found, connector="ofx"))
    assert len(set(of_file(found))) == len(found)


@given(st.lists(charges.map(lambda charge: msgspec.structs.replace(charge, own_id="")), max_size=8), st.integers(0, 8))
def test_overlapping_statements_merge(found: list[FoundCharge], cut: int) -> None:
    assert set(of_file(found[:cut])) <= set(of_file(found))


def test_an_id_of_the_source_comes_before_content() -> None:
    as_printed_later = changed(own_id="T1", counterparty="CORNER CAFE GMBH", purpose="")
    assert of_file([changed(own_id="T1")]) == of_file([as_printed_later])
    assert of_file([changed(own_id="T1")]) != of_file([changed(own_id="T2")])


def test_an_id_that_a_bank_uses_again_does_not_swallow_another_charge() -> None:
    other_day = changed(own_id="1", booked=date(2026, 4, 1))
    other_amount = changed(own_id="1", minor=-999)
    other_text = changed(own_id="1", counterparty="Somebody Else")
    assert len(set(of_file([changed(own_id="1"), other_day, other_amount, other_text]))) == 4


def test_one_booking_listed_twice_with_its_id_is_one() -> None:
    assert len(set(of_file([changed(own_id="1"), changed(own_id="1")]))) == 1


@pytest.mark.parametrize(
    "fields",
    [{"minor": -321}, {"currency": "USD"}, {"booked": date(2026, 3, 30)}, {"counterparty": "X"}, {"purpose": "X"}],
)
def test_a_charge_that_differs_in_anything_printed_is_another(fields: dict[str, object]) -> None:
    assert of_file([COFFEE]) != of_file([changed(**fields)])


def test_words_do_not_run_from_one_field_into_the_next() -> None:
    assert of_file([changed(counterparty="AB", purpose="C")]) != of_file([changed(counterparty="A", purpose="BC")])


def test_the_same_coffee_from_another_bank_account_is_another() -> None:
    assert of_file([COFFEE]) != of_file([COFFEE], number="DE02120300000000202051")


def test_a_bank_account_is_one_however_its_number_is_spaced() -> None:
    one = Fingerprinter(KEY, "ofx").bank_account(IBAN)
    assert Fingerprinter(KEY, "camt").bank_account("de89 3704 0044 0532 0130 00") == one


def test_files_that_name_no_account_share_one_per_connector() -> None:
    assert Fingerprinter(KEY, "ofx").bank_account("") == Fingerprinter(KEY, "ofx").bank_account(" ")
    assert Fingerprinter(KEY, "ofx").bank_account("") != Fingerprinter(KEY, "csv").bank_account("")


def test_without_the_vaults_key_a_fingerprint_says_nothing() -> None:
    assert of_file([COFFEE]) != of_file([COFFEE], key=bytes(32))


def test_an_account_is_equal_over_two_password_managers() -> None:
    first, second = Fingerprinter(KEY, "bitwarden"), Fingerprinter(KEY, "browser")
    vault_entry = FoundAccount("My shop", ("https://www.shop.example/login",), "Owner@Example.org", own_id="77")
    browser_row = FoundAccount("shop.example", ("http://shop.example",), "owner@example.org")
    own, content = first.account(vault_entry)
    assert own is not None
    assert second.account(browser_row) == (None, content)


def test_two_accounts_of_one_vendor_are_two_and_so_are_two_equal_entries() -> None:
    one_file = Fingerprinter(KEY, "bitwarden")
    entries = [FoundAccount("Shop", ("https://shop.example",), name) for name in ("a", "b", "a")]
    assert len({one_file.account(entry)[1] for entry in entries}) == 3


def test_entries_without_an_address_are_known_by_their_title() -> None:
    first, second, third = (
        Fingerprinter(KEY, "x").account(FoundAccount(title, (), "me"))[1] for title in ("Library", "LIBRARY", "Gym")
    )
    assert first == second != third


@given(st.text(max_size=30).map(lambda text: f"http://{text}"))
def test_an_address_that_is_none_is_still_a_fingerprint(url: str) -> None:
    own, content = Fingerprinter(KEY, "x").account(FoundAccount("t", (url, "http://[::1"), "me"))
    assert (own, len(content)) == (None, 16)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(IBAN, "DE…3000"), ("DE89 3704 0044 0532 0130 00", "DE…3000"), ("1234567890", "…7890"), ("123456", "123456")],
)
def test_a_masked_number_keeps_country_and_last_four(number: str, shown: str) -> None:
    assert fingerprints.masked(number) == shown
