"""Printing: JSON for programs, tables for people.

Vendor text is text and never markup: everything that comes from a file goes through `plain`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from vault.overview import Contract
    from vault.relationships.deadlines import Deadline

_STAGE_STYLE = {
    "renewal due": "bold yellow",
    "price rising": "yellow",
    "leaving": "magenta",
    "unused": "cyan",
    "new": "green",
    "ended": "dim",
    "prospect": "dim",
}
_EVERY = {
    "P1W": "week",
    "P2W": "2 weeks",
    "P4W": "4 weeks",
    "P30D": "30 days",
    "P1M": "month",
    "P2M": "2 months",
    "P3M": "quarter",
    "P6M": "half-year",
    "P1Y": "year",
}
_KINDS = {
    "cancel_by": "last day to cancel",
    "renews": "renews",
    "trial_ends": "trial ends",
    "return_by": "last day to return",
    "warranty_ends": "warranty ends",
    "leave_until": "may be left until",
}


# Overrides, embeddings and isolates of the bidirectional algorithm (UAX #9, 2): with them, a text can look like another.
_TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), "\ufffd")


def as_json(answer: object) -> None:
    """One JSON document on standard output, indented only at a terminal."""
    import msgspec

    encoded = msgspec.json.encode(answer)
    if sys.stdout.isatty():
        encoded = msgspec.json.format(encoded, indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def console(*, err: bool = False) -> Console:
    from rich.console import Console

    # Text is shown as it is: `did:key:…` holds no picture of a key.
    return Console(stderr=err, highlight=False, emoji=False)


def plain(text: str) -> str:
    """Text from outside, for a table: no markup, no control characters; what would turn the direction of writing shows as �."""
    from rich.markup import escape

    from vault import lettering

    return escape(lettering.plain(text.translate(_TURNING)))


def table(*columns: str) -> Table:
    """A plain table; a column whose title begins with `>` is aligned to the right."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="dim", row_styles=None)
    for column in columns:
        made.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    return made


def show(made: Table, *, empty: str, rows: int) -> None:
    console().print(made if rows else empty)


def amount(minor: int, currency: str) -> str:
    from vault.money import Money

    return f"[green]{Money(minor, currency)}[/]" if minor > 0 else str(Money(minor, currency))


def stage(name: str) -> str:
    style = _STAGE_STYLE.get(name)
    return f"[{style}]{name}[/]" if style else name


def every(period: str) -> str:
    return _EVERY.get(period, period)


def contracts(found: Iterable[Contract]) -> Table:
    """Contracts with price, rhythm, next charge and last day to cancel."""
    from vault.money import Money

    made = table("Contract", ">Price", "Every", "Status", "Next charge", "Last day to cancel", ">A year")
    for one in found:
        row, cancel = one.row, one.deadline("cancel_by")
        price = ("~" if row.variable else "") + str(Money(row.price_minor, row.currency))
        status = one.status if one.status == "active" else f"[yellow]{one.status}[/]"
        leave = f"{cancel.on} [dim]({cancel.basis})[/]" if cancel else "[dim]not known[/]"
        made.add_row(
            plain(row.title), price, every(row.period), status, str(one.next_charge or ""),
            "" if one.status == "ended" else leave, str(one.yearly) if one.yearly.minor else "",
        )  # fmt: skip
    return made


def deadlines(found: Iterable[tuple[Contract, Deadline]], *, brief: bool = False) -> Table:
    """Deadlines with where they come from; only the basis when `brief`."""
    made = table("Day", "What", "Contract", ">At stake", "Basis")
    for one, deadline in found:
        what = _KINDS[deadline.kind]
        made.add_row(
            str(deadline.on),
            f"[bold]{what}[/]" if deadline.kind == "cancel_by" else what,
            plain(one.row.title),
            str(deadline.money_at_stake or ""),
            deadline.basis if brief else f"{deadline.basis}[dim]: {plain(deadline.source)}[/]",
        )
    return made


def done(json_wanted: bool, sentence: str) -> None:
    """The answer of a command that only does something."""
    if json_wanted:
        as_json({"done": sentence})
    else:
        console().print(plain(sentence))
