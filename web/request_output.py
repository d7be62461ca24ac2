"""What waits for the owner, for people. Names and values come from outside and go through `output.plain`."""

from __future__ import annotations

import msgspec
from rich.table import Table

from web import output
from web.oauth.owners import Asks, AsksIn, AsksTerms, Requests, Value, Waiting


def requests(answer: dict[str, object]) -> tuple[Table, int]:
    """A table of the running server's answer, and how many there are."""
    found = msgspec.convert(answer, Requests).requests
    made = output.table("Request", "What it asks")
    made.columns[0].no_wrap = True  # it is what `approve` and `deny` take
    for one in found:
        made.add_row(one.id, "\n".join([f"{output.plain(one.vendor)} ({output.plain(one.client)})", *_lines(one)]))
    return made, len(found)


def _lines(one: Waiting) -> list[str]:
    asks = one.asks
    if isinstance(asks, AsksIn):
        found = _asks_in(asks)
    elif isinstance(asks, AsksTerms):
        found = [_asks_terms(asks), output.plain(asks.says)]
    else:
        found = _asks_data(asks)
    return [*found, f"your rules say: {one.verdict}"]


def _asks_in(asks: AsksIn) -> list[str]:
    found = [f"wants to write to you: {output.plain(asks.name)}"]
    found += [output.plain(asks.intro)] if asks.intro else []
    found += [f"deals in {output.plain(asks.category)}"] if asks.category else []
    found += [f"your vendor {output.plain(asks.linked)}"] if asks.linked else []
    return found + ([f"has a domain of your vendor {output.plain(asks.proposed)}"] if asks.proposed else [])


def _asks_terms(asks: AsksTerms) -> str:
    wanted = f"proposes {asks.terms} instead" if asks.agreement else f"wants you to offer {asks.terms}"
    return wanted + (f", in the place of {asks.replaces}" if asks.replaces else "")


def _asks_data(asks: Asks) -> list[str]:
    found = [*map(_value, asks.values), *(f"{output.plain(term)}: you have none" for term in asks.absent)]
    return [*found, f"for {output.plain(asks.purpose)}", *(output.plain(each) for each in _conditions(asks))]


def _value(one: Value) -> str:
    written = one.value if isinstance(one.value, str) else ", ".join(one.value)
    kept = " [dim](withheld)[/]" if one.withheld else ""
    return f"{output.plain(one.category)}: {output.plain(written)}{kept}"


def _conditions(asks: Asks) -> list[str]:
    found = [f"keeps it {asks.retention}" if asks.retention else "says nothing of how long it keeps it"]
    found += [f"gives it to {one}" for one in asks.recipients]
    found += ["trains AI with it"] if asks.ai_training else []
    return found + ([f"writes: {asks.message}"] if asks.message else [])
