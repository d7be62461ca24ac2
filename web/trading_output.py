"""What `firstparty intent` and `offers` print where vendors come into it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vault import ids, trading
from vault.butler.market import Want
from vault.trading import Projection
from web import output
from web.output import plain
from web.trading_shapes import Held, Order


def published(one: Want, seers: list[str]) -> None:
    out = output.console()
    name = f"{ids.text('intention', one.row.id)} ({plain(one.intention.title)})"
    if not seers:
        out.print(f"{name} is published. No vendor may see it yet.", soft_wrap=True)
    else:
        out.print(f"{name} is published. Seen by {len(seers)}: {plain(', '.join(seers))}.", soft_wrap=True)
    tells(trading.tells(one))


def tells(told: Iterable[str]) -> None:
    """What of the profile whoever sees an intention gets with it, which needs no grant."""
    for category in told:
        sentence = f"Your name ({category}, as far as your profile has one) is told to every vendor that sees it."
        output.console().print(f"[yellow]{sentence}[/] Publishing it puts that in your log.", soft_wrap=True)


def proposed(name: str) -> None:
    output.console().print(f"Proposed: {name}. `firstparty intent award` without an offer takes it.", soft_wrap=True)


def order(one: Order | None) -> None:
    """What an award came to beyond the award."""
    if one is None:
        return
    given = f"{', '.join(one['data'])} by {one['grant']}" if one["grant"] else "no data"
    output.console().print(f"Order {one['id']}: the vendor gets {given}.", soft_wrap=True)


def preview(found: Projection | None, client: str) -> None:
    out = output.console()
    if found is None:
        out.print(f"{plain(client)} sees nothing of this intention.", soft_wrap=True)
        return
    out.print(f"{plain(client)} sees exactly this:", soft_wrap=True)
    shown = msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
    for line in shown.splitlines():
        out.print(plain(line), soft_wrap=True)


def held(found: list[Held]) -> None:
    made = output.table("Offer", "Vendor", "What", "Received")
    for one in found:
        made.add_row(one["id"], plain(one["client"]), plain(one["title"]), one["received"][:10])
    output.show(made, empty="Nothing waits to be let in.", rows=len(found))
