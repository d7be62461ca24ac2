from __future__ import annotations

from datetime import date

from vault.money import Money
from vault.relationships.savings import RunningContract, savings
from vault.relationships.watch import Finding

DAY = date(2026, 11, 1)


def contract(number: int, minor: int, **facts: str) -> RunningContract:
    return RunningContract(f"con_{number}", f"C{number}", Money(minor, facts.pop("currency", "EUR")), **facts)


def rise(subject: int, minor: int) -> Finding:
    return Finding("price_rise", f"con_{subject}", DAY, f"C{subject} rose", Money(minor, "EUR"), "year")


def double(subject: int, minor: int, currency: str = "EUR") -> Finding:
    return Finding("double_charge", f"con_{subject}", DAY, f"C{subject} took it twice", Money(minor, currency))


def test_the_evening_ends_with_one_sentence_and_its_arithmetic():
    found = savings(
        [contract(1, 35800, unused="last used in May"), contract(2, 12000)], [rise(2, 5400), double(2, 1299)]
    )
    assert found.sentence == "tonight found 412 EUR a year and 12.99 EUR to claim back"
    assert found.lines == (
        "358.00 EUR a year: C1: last used in May",
        "54.00 EUR a year: C2 rose",
        "12.99 EUR once: C2 took it twice",
        "= 412.00 EUR a year",
        "= 12.99 EUR once",
    )


def test_an_unused_contract_is_not_counted_again_for_its_price_rise():
    assert savings([contract(1, 10000, unused="unused")], [rise(1, 2000)]).a_year == (Money(10000, "EUR"),)


def test_of_two_contracts_for_the_same_thing_the_cheaper_counts_once():
    pair = [contract(1, 9900, same_thing="music"), contract(2, 12000, same_thing="music")]
    found = savings(pair, [rise(1, 500)])
    assert found.a_year == (Money(9900, "EUR"),)
    assert found.found[0].reason == "C1: the same thing as C2"


def test_an_unused_twin_is_counted_as_unused_and_the_other_stays():
    pair = [contract(1, 9900, same_thing="music", unused="unused"), contract(2, 12000, same_thing="music")]
    assert savings(pair, []).a_year == (Money(9900, "EUR"),)


def test_rises_never_count_for_more_than_the_contract_costs():
    assert savings([contract(1, 1000)], [rise(1, 800), rise(1, 800)]).a_year == (Money(1000, "EUR"),)


def test_a_rise_of_a_contract_that_no_longer_runs_is_not_counted():
    assert savings([], [rise(1, 800)]).sentence == "tonight found nothing to save"


def test_currencies_are_never_added():
    found = savings(
        [contract(1, 1000, unused="x"), contract(2, 2000, unused="x", currency="USD")], [double(1, 5, "GBP")]
    )
    assert found.a_year == (Money(1000, "EUR"), Money(2000, "USD"))
    assert found.sentence == "tonight found 10 EUR a year, 20 USD a year and 0.05 GBP to claim back"


def test_a_trial_about_to_be_paid_is_not_money_found():
    ending = Finding("trial_ending", "con_1", DAY, "ends", Money(9900, "EUR"), "year")
    assert savings([contract(1, 9900)], [ending]).found == ()
