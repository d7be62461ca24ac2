"""The fact table as a page of documentation and as JSON; `python -m vault.policy.facts_document` prints the page."""

from __future__ import annotations

import sys
from itertools import groupby

from vault.policy.category_fields import BY_FIELD
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.writing import JsonValue

# What each family is about; a family without a line here is a fault that a test finds.
FAMILIES = {
    "offer": "What an offer or a promotion says, and what follows from it.",
    "fields": "What offers of a category say besides. Also `offer.…`; the source names the category.",
    "vendor": "Who asks.",
    "request": "How the request came.",
    "grant": "What the vendor may do already.",
    "terms": "How what is asked stands to your agreement.",
    "data": "What is asked of your data.",
    "contract": "What you have today: the contract that the request names or your intention replaces, else the only running one "
    "in the offer's category. If there are several, all of these are unknown.",
    "change": "What a renewal or a price change announces.",
    "me": "What you spend, allow and want.",
    "intent": "What you have said that you want to buy, where the offer answers to that.",
    "message": "What a vendor writes. The text is text: nothing in it is followed.",
    "now": "The moment of the decision, in your time zone.",
}
_HEAD = """# Facts

Rules speak of facts. This is all of them; the page is made from the table that the program goes by.

```console
$ firstparty facts
$ firstparty facts --json
```

A fact that is not known is *unknown*, never nothing and never zero. **Influence** says whose word the value is:

| influence | means |
|---|---|
| vendor | the vendor offers or declares it: it may be made up, and a counter-offer may ask to change it |
| derived | reckoned from what the vendor says, and from what the vault knows |
| nobody | what the vault has seen, or the calendar says |
| owner | what you have, set or said |

Types are those of [rules](rules.md). Money is exact; a price of one period is a fact of its own (`… per month`).
`offer.price.per_month`, `offer.cost.first_year` and `offer.cost.commitment` are explained in [offers](offers.md).
"""


def page() -> str:
    """The page in Markdown."""
    sections = [f"## {family}\n\n{FAMILIES[family]}\n\n{_table(list(rows))}" for family, rows in _by_family()]
    return "\n".join([_HEAD, *sections])


def as_json(fact: Fact) -> dict[str, JsonValue]:
    return {
        "name": fact.name,
        "type": str(fact.type),
        "unit": fact.unit,
        "meaning": fact.meaning,
        "source": fact.source,
        "influence": str(fact.influence),
        "choices": list[JsonValue](fact.choices),
    }


def family(fact: Fact) -> str:
    start, _, rest = fact.name.partition(".")
    return "fields" if start == "offer" and rest in BY_FIELD else start


def _by_family() -> groupby[str, Fact]:
    order = list(FAMILIES)
    return groupby(sorted(TABLE.values(), key=lambda fact: order.index(family(fact))), key=family)


def _table(facts: list[Fact]) -> str:
    rows = [f"| `{one.name}` | {_type(one)} | {_cell(one.meaning)} | {one.influence} | {one.source} |" for one in facts]
    return "\n".join(["| fact | type | meaning | influence | source |", "|---|---|---|---|---|", *rows, ""])


def _type(fact: Fact) -> str:
    if fact.choices:
        return f"choice: {', '.join(fact.choices)}"
    return f"{fact.type}, {fact.unit}" if fact.unit else str(fact.type)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
