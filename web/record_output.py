"""What vendors gave, for people. All of it comes from outside and goes through `output.plain`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from vault import ids
from vault.engaging import records as given
from vault.engaging.holdings import Compared
from vault.engaging.settlements import Settlement
from vault.money import Money
from vault.store.engaging import RecordRow, VersionRow
from web import output

_WORDS = {
    "agrees": "has read it",
    "not-released": "[yellow]not from you by a grant[/]",
    "not-stated": "[yellow]has read it and does not say so[/]",
    "kept-too-long": "[red]kept for longer than you granted[/]",
}


# Of an invoice, with the charge that it is about.
_PAID: Mapping[str, str] = {
    "paid": "paid {on}",
    "differs": "[yellow]charged {money} on {on}[/]",
    "unclear": "[yellow]several charges fit[/]",
    "nothing": "nothing to pay",
}


def records(found: Iterable[RecordRow], paid: Mapping[int, Settlement]) -> Table:
    made = output.table("Record", "Vendor", "What", "Changed", "State")
    for row in found:
        state = "[yellow]disputed[/]" if row.because is not None else _paid(paid.get(row.id))
        made.add_row(
            ids.text("record", row.id), output.plain(row.vendor_name or row.client_name), output.plain(_what(row)),
            row.changed_at[:10], state,
        )  # fmt: skip
    return made


def _paid(one: Settlement | None) -> str:
    if one is None:
        return "recorded"
    if one.state == "open":
        due = one.invoice.due
        return f"not paid, due {due}" if due else "not paid"
    charge = one.charges[0] if one.charges else None
    return _PAID[one.state].format(on=charge and charge.on, money=charge and charge.money)


def _what(row: RecordRow) -> str:
    if row.kind == "contract":
        said = given.given_contract(row)
        return f"contract {row.ref}: {said.title}, {Money(said.price.minor, said.price.currency)} every {said.price.period}"
    if row.kind == "invoice":
        bill = given.given_invoice(row)
        return f"invoice {row.ref} of {bill.issued}: {Money(bill.total.minor, bill.total.currency)}"
    if row.kind == "usage":
        used = given.given_usage(row)
        return f"usage of {used.contract}: {len(used.readings)} readings until {max(one.day for one in used.readings)}"
    return "what it says that it holds"


def whole(
    row: RecordRow, versions: Sequence[VersionRow], differs: Iterable[str], paid: Settlement | None = None
) -> None:
    out = output.console()
    out.print(records([row], {row.id: paid} if paid else {}))
    for charge in paid.charges if paid else ():
        name, said = ids.text("charge", charge.id), ", as you said" if paid and paid.by_owner else ""
        out.print(f"{name}: {charge.money} on {charge.on} from {output.plain(charge.account)}{said}")
    if row.because is not None:
        out.print(f"You dispute it: {output.plain(row.because)}")
    for sentence in differs:
        out.print(f"[yellow]{output.plain(sentence)}[/]")
    for one in versions:
        out.print(
            f"[dim]version {one.version}, {one.at[:10]}, under {one.agreement}:[/] {output.plain(one.body)}",
            soft_wrap=True,
        )
    if row.vendor is None:
        out.print("[dim]Nobody has said which of your vendors this client is of; until then it stands by itself.[/]")


def holdings(found: Sequence[Compared]) -> None:
    """What a vendor says that it holds, beside what it has read."""
    if not found:
        return
    made = output.table("It holds", "Says it has it from", "Last read", "")
    for one in found:
        source = output.plain(one.stated.source) if one.stated else ""
        made.add_row(output.plain(one.category), source, (one.released or "")[:10], _WORDS[one.word])
    output.console().print(made)
