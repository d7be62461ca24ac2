"""The rules that are measured, three times over: in the rule language, as straight-line Python, and as Cedar.

Twelve rules such as a household has, every kind of operand among them. The 200 are the twelve and 188 for other
categories of the market, as an owner with many packs has them. Python and Cedar get plain numbers and truths, every fact
known: less than the rule language is asked to do, and what makes them a floor and not a rival.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from vault import categories
from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.rules import RuleSet

TWELVE = """
[[rule]]
id = "over-budget"
for = ["offer"]
when = ["me.budget.exceeded is true"]
then = "refuse"

[[rule]]
id = "against-my-terms"
for = ["offer"]
when = ["terms.result is 'exceeds'"]
then = "refuse"

[[rule]]
id = "contacts-over-limit"
for = ["offer"]
when = ["vendor.contacts.over_limit is true"]
then = "refuse"

[[rule]]
id = "past-breaches"
for = ["offer"]
when = ["vendor.breaches > 1"]
then = "ask"

[[rule]]
id = "unverified"
for = ["offer"]
when = ["vendor.verified is false"]
then = "refuse"

[[rule]]
id = "cheaper-energy"
for = ["offer"]
when = [
  "offer.category within energy",
  "offer.price.per_month <= 90% of contract.price.per_month",
  "offer.contract.minimum_term <= 12 months",
  "offer.cost.commitment <= 1200 EUR",
]
then = "accept"

[[rule]]
id = "locked-in"
for = ["offer"]
when = ["offer.contract.minimum_term > 24 months"]
then = "refuse"

[[rule]]
id = "large-commitment"
for = ["offer"]
when = ["offer.cost.commitment > 2000 EUR"]
then = "ask"

[[rule]]
id = "green-energy"
for = ["offer"]
when = [
  "offer.category within energy",
  "offer.renewable attested by [ok-power, tuev]",
  "offer.price.per_month <= contract.price.per_month",
]
unless = ["vendor.breaches > 0"]
then = "accept"

[[rule]]
id = "too-many-offers"
for = ["offer"]
when = ["vendor.offers_this_week > 5"]
unless = ["vendor.domain any of [kraft.example, strom.example]"]
then = "ask"

[[rule]]
id = "expired"
for = ["offer"]
when = ["offer.valid_until < now.date"]
then = "refuse"

[[rule]]
id = "hidden-fees"
for = ["offer"]
when = ["offer.fees > 10% of offer.cost.first_year", "offer.contract.notice > 3 months"]
then = "ask"
"""

_ANOTHER = """
[[rule]]
id = "other-{n}"
for = ["offer"]
when = ["offer.category within {category}", "offer.price.per_month > {euros} EUR", "offer.contract.minimum_term > {months} months"]
then = "{then}"
"""


def _others(count: int) -> str:
    elsewhere = [id for id in categories.tree() if id.split(".")[0] != "energy"]
    return "".join(
        _ANOTHER.format(
            n=n, category=elsewhere[n % len(elsewhere)], euros=20 + n, months=n % 24, then=("ask", "refuse")[n % 2]
        )
        for n in range(count)
    )


def twelve() -> RuleSet:
    return read_toml(TWELVE, "twelve.toml", TABLE, {})


def two_hundred() -> RuleSet:
    return read_toml(TWELVE + _others(188), "two-hundred.toml", TABLE, {})


# Each rule of the twelve by hand, `d` being the facts: what it says and its verdict (0 accepts, 1 asks, 2 refuses).
_BY_HAND = (
    ("over-budget", 2, 'd["me.budget.exceeded"]'),
    ("against-my-terms", 2, 'd["terms.exceeds"]'),
    ("contacts-over-limit", 2, 'd["vendor.contacts.over_limit"]'),
    ("past-breaches", 1, 'd["vendor.breaches"] > 1'),
    ("unverified", 2, 'not d["vendor.verified"]'),
    (
        "cheaper-energy",
        0,
        'd["energy"] and d["offer.price.per_month"] * 10 <= d["contract.price.per_month"] * 9'
        ' and d["offer.contract.minimum_term"] <= 12 and d["offer.cost.commitment"] <= 120000',
    ),
    ("locked-in", 2, 'd["offer.contract.minimum_term"] > 24'),
    ("large-commitment", 1, 'd["offer.cost.commitment"] > 200000'),
    (
        "green-energy",
        0,
        'd["energy"] and d["offer.renewable"] and d["offer.price.per_month"] <= d["contract.price.per_month"]'
        ' and not d["vendor.breaches"] > 0',
    ),
    ("too-many-offers", 1, 'd["vendor.offers_this_week"] > 5 and not d["vendor.known"]'),
    ("expired", 2, 'd["offer.valid_until"] < d["now.date"]'),
    ("hidden-fees", 1, 'd["offer.fees"] * 10 > d["offer.cost.first_year"] and d["offer.contract.notice"] > 3'),
)
_FACT = re.compile(r'd\["[^"]+"\]')


def straight_line(*, reasons: bool = False) -> Callable[[Mapping[str, int]], int | tuple[int, list[object]]]:
    """The twelve as one function without a call in it, from a dict of plain integers to the verdict; or to the verdict and
    the rules that applied, with the values that they looked at."""
    lines = ["verdict = -1", "reasons = []"] if reasons else ["verdict = -1"]
    for id, verdict, condition in _BY_HAND:
        note = f"; reasons.append(({id!r}, {verdict}, ({', '.join(_FACT.findall(condition))},)))" if reasons else ""
        lines += [f"if {condition}:", f"    if verdict < {verdict}: verdict = {verdict}", f"    pass{note}"]
    lines += ["if verdict < 0: verdict = 1", "return verdict, reasons" if reasons else "return verdict"]
    names: dict[str, Callable[[Mapping[str, int]], int | tuple[int, list[object]]]] = {}
    exec("def decide(d):\n" + "".join(f"    {line}\n" for line in lines), names)
    return names["decide"]


CEDAR = """
forbid(principal, action, resource) when { context.me_budget_exceeded };
forbid(principal, action, resource) when { context.terms_exceeds };
forbid(principal, action, resource) when { context.vendor_contacts_over_limit };
forbid(principal, action, resource) when { context.vendor_breaches > 1 };
forbid(principal, action, resource) when { !context.vendor_verified };
permit(principal, action, resource) when {
  context.energy && context.offer_price_per_month * 10 <= context.contract_price_per_month * 9 &&
  context.offer_contract_minimum_term <= 12 && context.offer_cost_commitment <= 120000
};
forbid(principal, action, resource) when { context.offer_contract_minimum_term > 24 };
forbid(principal, action, resource) when { context.offer_cost_commitment > 200000 };
permit(principal, action, resource) when {
  context.energy && context.offer_renewable && context.offer_price_per_month <= context.contract_price_per_month
} unless { context.vendor_breaches > 0 };
forbid(principal, action, resource) when { context.vendor_offers_this_week > 5 } unless { context.vendor_known };
forbid(principal, action, resource) when { context.offer_valid_until < context.now_date };
forbid(principal, action, resource) when {
  context.offer_fees * 10 > context.offer_cost_first_year && context.offer_contract_notice > 3
};
"""
