"""Conditions in words: ours about the fact, and the value as it was written."""

from __future__ import annotations

import pytest

from vault.policy.facts import TABLE
from vault.policy.rules import Operator
from web.pages.frame import rule_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("offer.price.per_month <= 85 EUR", "the price a month · is at most · 85 EUR"),
        ("offer.discount >= 20 percent", "the discount · is at least · 20 percent"),
        ("offer.category within energy.electricity", "what is offered · is · Electricity"),
        ("offer.category within [energy.gas, food]", "what is offered · is one of · Gas, Eating out"),
        ("data.categories within [pd:EmailAddress, pd:PhysicalAddress]", "the details that it wants · are all among · email address, physical address"),
        ("offer.price.per_month <= 90% of contract.price.per_month", "the price a month · is at most · 90% of what you pay a month today"),
        ("vendor.domain within lists.trusted", "the vendor's domain · is on your list · “trusted”"),
        ('terms.result any of ["none asked", within]', "it stays within your terms ·  · "),
        ("vendor.paid is true", "you have paid this vendor before · yes · "),
        ("offer.carbon is known", "the emissions that the vendor states · is known · "),
    ],
)  # fmt: skip
def test_a_condition_says_what_whether_and_how_much(text: str, words: str) -> None:
    found = rule_words.condition(text)
    assert f"{found.subject} · {found.relation} · {found.value}" == words
    assert found.text == text


def test_every_fact_and_every_operator_has_words() -> None:
    assert all(rule_words.subject(name) and rule_words.subject(name) != name for name in TABLE)
    assert set(rule_words.RELATIONS) == set(Operator)
