"""`firstparty contract`: one contract, and contracts that no statement shows."""

from __future__ import annotations

import click

from web import options
from web.groups import ShowByDefault


@click.group("contract", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one contract (`firstparty contract ID-OR-TITLE`), or add one that no statement shows."""


@COMMAND.command("show")
@click.argument("contract", metavar="ID-OR-TITLE")
@options.vault_options
@options.now_option
def show(contract: str, home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    """Show a contract: price and its changes, deadlines with their basis, use, and the evidence."""
    from vault.money import Money
    from vault.overview import Overview
    from vault.store import contracts as store
    from web import find, output, shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="contract") as vault:
        overview = Overview(vault.connection, today)
        one = find.contract(overview, contract)
        usage = store.usage_of(vault.connection, one.row.id)
    if as_json:
        used = [{"on": day, "quantity": quantity, "unit": unit} for day, quantity, unit in usage]
        deadlines = [shapes.deadline(one, found) for found in one.deadlines]
        evidence = shapes.contract_evidence(one)
        output.as_json({**shapes.contract(one), "deadlines": deadlines, "usage": used, "evidence": evidence})
        return
    out = output.console()
    out.print(output.contracts([one]))
    for change in one.row.price_changes:
        before, after = (Money(minor, one.row.currency) for minor in (change.from_minor, change.to_minor))
        out.print(f"Price change on {change.on}: {before} → {after}")
    if one.deadlines:
        out.print()
        out.print(output.deadlines([(one, found) for found in one.deadlines]))
    for name, fact in one.row.facts.items():
        out.print(f"{name}: {output.plain(fact.text)} [dim]({fact.basis})[/]")
    for day, quantity, unit in usage:
        out.print(f"Used on {day}: {quantity} {output.plain(unit)}")
    out.print(f"[dim]{output.plain('; '.join(one.row.evidence))}[/]")


@COMMAND.command("add")
@click.argument("vendor", metavar="VENDOR")
@click.option("--price", required=True, metavar="AMOUNT", help="Price of one period, such as 9.99.")
@click.option("--currency", required=True, metavar="CODE", help="Such as EUR.")
@click.option("--every", required=True, metavar="PERIOD", help="Such as P1M or P1Y.")
@click.option("--title", default="", help="What it is (default: the vendor's name).")
@click.option("--started", metavar="DATE", help="The first day of the contract.")
@options.vault_options
def add(
    vendor: str,
    price: str,
    currency: str,
    every: str,
    title: str,
    started: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Add a contract with VENDOR (name or id) that no statement shows."""
    from vault import ids, owner
    from vault.overview import Overview
    from web import clock, find, output

    amount = owner.price_of(price, currency)
    with options.open_vault(home, passphrase_file, by="contract add") as vault:
        row = find.vendor(Overview(vault.connection, clock.today()), vendor)
        number = owner.add_contract(vault, row, amount, every, title=title)
        if started:
            one = find.contract(Overview(vault.connection, clock.today()), ids.text("contract", number))
            owner.set_fact(vault, one, "started", started)
    if as_json:
        output.as_json({"id": ids.text("contract", number)})
    else:
        output.console().print(f"Added {ids.text('contract', number)}.")
