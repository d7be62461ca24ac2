"""`firstparty contract`: one contract, and contracts that no statement shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.overview import Contract


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
    from web import find, output, shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="contract") as vault:
        overview = Overview(vault.connection, today)
        one = find.contract(overview, contract)
    if as_json:
        output.as_json(shapes.whole_contract(one))
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
    _print_stated(one)
    for reading in one.usage:
        out.print(f"Used on {reading.day}: {reading.quantity} {output.plain(reading.unit)} [dim]({reading.source})[/]")
    if one.cost_per_use:
        out.print(f"{one.cost_per_use} for each use")
    if one.at_own_usage:
        out.print("By its tariff, at your own usage of the last year:")
        out.print("\n".join(f"  {output.plain(line)}" for line in one.at_own_usage.lines))
    out.print(f"[dim]{output.plain('; '.join(one.row.evidence))}[/]")


def _print_stated(one: Contract) -> None:
    """What its vendor states that the owner has not said, and where the two or the bank differ."""
    from web import output

    out, stated = output.console(), one.row.stated
    if stated is None:
        return
    for name, fact in stated.facts.items():
        if name not in one.row.facts:
            out.print(f"{name}: {output.plain(fact.text)} [dim](stated by {output.plain(stated.by)})[/]")
    for finding in one.findings({}):
        if finding.kind == "stated_otherwise":
            out.print(f"[yellow]{output.plain(finding.sentence)}[/]")


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


@COMMAND.command("tariff")
@click.argument("contract", metavar="CONTRACT")
@click.option("--standing", default="0", metavar="AMOUNT", help="Standing charge, in whole units (9.90).")
@click.option("--standing-every", default="P1M", show_default=True, metavar="PERIOD", help="How often that is.")
@click.option(
    "--rate",
    "rates",
    multiple=True,
    metavar="[REGISTER=]RATE",
    required=True,
    help="Per unit, in hundredths (28.905 ct).",
)
@click.option("--unit", default="kWh", show_default=True, help="What is counted.")
@click.option("--bonus", default="0", metavar="AMOUNT", help="Taken off in the first year, in whole units.")
@options.vault_options
def tariff(
    contract: str,
    standing: str,
    standing_every: str,
    rates: tuple[str, ...],
    unit: str,
    bonus: str,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """State the tariff of CONTRACT: what a year costs at your own usage follows (see `usage add`)."""
    from vault import owner, periods
    from vault.relationships.tariffs import Register, Tariff, Tier, yearly_cost
    from web import output, verdicts

    registers = []
    for rate in rates:
        name, _, price = rate.rpartition("=")
        registers.append(Register((Tier(price),), name or "use", unit))
    with options.open_vault(home, passphrase_file, by="contract tariff") as vault:
        one = verdicts.contract_of(vault, contract)
        stated = Tariff(one.row.currency, tuple(registers), standing, periods.parse(standing_every), bonus=bonus)
        yearly_cost(stated, {register.name: "1" for register in registers})  # refuses what is no tariff
        owner.set_tariff(vault, one, stated)
    output.done(as_json, f"The tariff of {one.row.title} is noted. Note your usage with: firstparty usage add")
