from __future__ import annotations

from datetime import date

import pytest

from vault.periods import parse
from vault.relationships.deadlines import ContractTerms, contract_deadlines
from vault.relationships.facts import FactError, StatedFact, canonical, names, with_facts


def test_stated_facts_become_terms_with_their_basis():
    facts = {
        "started": StatedFact("2025-01-15", "stated"),
        "minimum": StatedFact("P24M", "stated"),
        "notice": StatedFact("P1M"),
        "renews": StatedFact("yes"),
        "country": StatedFact("DE"),
    }
    terms = with_facts(ContractTerms("EUR", 2900, parse("P1M")), facts)
    assert (terms.started, terms.minimum_term, terms.notice_period) == (date(2025, 1, 15), parse("P24M"), parse("P1M"))
    assert (terms.auto_renews, terms.country, terms.price_minor) == (True, "DE", 2900)
    assert terms.bases["started"] == "stated"
    (cancel,) = contract_deadlines(terms, date(2026, 11, 22))
    assert (cancel.on, cancel.basis) == (date(2026, 12, 14), "owner")


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        ("notice", " p1m ", "P1M"),
        ("started", "2025-01-15", "2025-01-15"),
        ("notice-to", "Month-End", "month-end"),
        ("renews", "No", "no"),
        ("country", "de", "DE"),
        ("category", "Insurance.Car", "insurance.car"),
        ("ends", "-", "-"),
    ],
)
def test_a_fact_is_stored_in_one_form_that_reads_back_the_same(name, text, stored):
    assert canonical(name, text) == stored
    assert canonical(name, stored) == stored
    with_facts(ContractTerms(), {name: StatedFact(stored)})


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("text", ["", "\x00", "P0M", "2025-02-30", "x" * 10_000])
def test_what_does_not_fit_is_refused_with_an_example(name, text):
    with pytest.raises(FactError, match="write it like"):
        canonical(name, text)


def test_an_unknown_fact_is_refused_with_the_names_there_are():
    with pytest.raises(FactError, match="no fact `colour`; there are started, minimum"):
        canonical("colour", "red")


def test_an_unset_fact_changes_nothing():
    assert with_facts(ContractTerms(), {"notice": StatedFact("-")}) == ContractTerms()
