"""`firstparty vendor`: one vendor, all of it; vendors that no file names; and who of them may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.overview import Overview
    from vault.store.connection import Connection
    from vault.store.vendors import VendorRow
    from web.shapes import Shape

# Charges shown at a terminal; --json has all.
SHOWN_CHARGES = 12


@click.group("vendor", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one vendor (`firstparty vendor NAME-OR-ID`), add one, or say whether it may write to you."""


@COMMAND.command("show")
@click.argument("vendor", metavar="NAME-OR-ID")
@options.vault_options
@options.now_option
def show(vendor: str, home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    """Show a vendor: contracts, accounts, contacts, charges, timeline, and the evidence for each."""
    from vault.engaging import holdings, settlements
    from vault.overview import Overview
    from vault.store import engaging
    from web import find, output, record_output, record_shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="vendor") as vault:
        overview = Overview(vault.connection, today)
        row = find.vendor(overview, vendor)
        answer = _answer(vault.connection, overview, row)
        paid = settlements.by_record(vault, row.id)
        rows = [one for one in engaging.records(vault.connection) if one.vendor == row.id]
        given = [record_shapes.record(one, paid.get(one.id)) for one in rows]
        held = holdings.compared(vault, row.id)
        if as_json:
            output.as_json({**answer, "records": given, "holdings": [record_shapes.compared(one) for one in held]})
        else:
            _print(overview, row, answer)
            record_output.holdings(held)


def _answer(connection: Connection, overview: Overview, row: VendorRow) -> Shape:
    from vault.granting import addresses
    from vault.store import vendors as store
    from web import shapes

    contracts = overview.by_vendor.get(row.id, [])
    charges = [shapes.charge(charge) for charge in store.charges(connection, vendor=row.id)]
    accounts = [shapes.account(account) for account in store.accounts(connection, row.id)]
    stage = overview.stage(row)
    return {
        **shapes.vendor(row, overview),
        "contacts": [shapes.contact(contact) for contact in addresses.addresses(connection, row.id)],
        "accounts": accounts,
        "contracts": [shapes.contract(one) for one in contracts],
        "charges": charges,
        "timeline": shapes.timeline(contracts, charges, accounts),
        "evidence": {
            "vendor": list(row.evidence),
            "stage": list(stage.evidence),
            "payees": [shapes.payee(payee) for payee in store.payees(connection, row.id)],
            "contracts": [shapes.contract_evidence(one) for one in contracts],
        },
    }


def _print(overview: Overview, row: VendorRow, answer: Shape) -> None:
    from vault.money import Money
    from web import output

    out = output.console()
    stage = overview.stage(row)
    out.print(f"[bold]{output.plain(row.name)}[/]  {output.plain(row.category)}  {output.stage(stage.stage)}")
    out.print(f"[dim]{output.plain('; '.join(stage.evidence))}[/]")
    if row.domains:
        out.print(output.plain(", ".join(row.domains)))
    if row.charges:
        paid = ", ".join(str(Money(minor, currency)) for currency, minor in row.paid.items())
        out.print(f"Paid {paid} in {row.charges} charges, {row.first_seen} to {row.last_seen}")
    contracts = overview.by_vendor.get(row.id, [])
    if contracts:
        out.print()
        out.print(output.contracts(contracts))
    for one in contracts:
        out.print(f"[dim]{output.plain(one.row.title)}: {output.plain('; '.join(one.row.evidence))}[/]")
    accounts = answer["accounts"]
    assert isinstance(accounts, list)
    for account in accounts:
        out.print(f"Account {output.plain(account['title'])}  {output.plain(account['username'])}")
    charges = answer["charges"]
    assert isinstance(charges, list)
    if charges:
        table = output.table("Day", ">Amount", "As printed")
        for charge in charges[:SHOWN_CHARGES]:
            amount = output.amount(charge["money"]["minor"], charge["money"]["currency"])
            table.add_row(charge["booked"], amount, output.plain(f"{charge['counterparty']} {charge['purpose']}"[:70]))
        out.print()
        out.print(table)
    if row.evidence:
        out.print(f"[dim]One vendor because: {output.plain('; '.join(row.evidence))}[/]")


@COMMAND.command("contact")
@click.argument("vendor", metavar="VENDOR")
@click.argument("address", metavar="ADDRESS")
@click.option("--for", "purpose", type=click.Choice(["privacy", "support"]), help="What it is good for.")
@click.option("--remove", is_flag=True, help="Forget an address that you noted.")
@options.vault_options
def contact(
    vendor: str,
    address: str,
    purpose: str | None,
    remove: bool,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Note how VENDOR is reached: mailto:…, https://…, tel:… or `postal:LINE, LINE`.

    The addresses are shown where you have to tell a vendor of a change (`firstparty profile changes`). Its domains, and the
    addresses that your password manager has, are known without a word.
    """
    from vault.granting import addresses
    from vault.overview import Overview
    from web import clock, find, output, shapes

    with options.open_vault(home, passphrase_file, by="vendor contact") as vault:
        row = find.vendor(Overview(vault.connection, clock.today()), vendor)
        if remove:
            addresses.remove(vault, row.id, address)
        else:
            addresses.add(vault, row.id, address, purpose)
        known = addresses.addresses(vault.connection, row.id)
    if as_json:
        output.as_json({"contacts": [shapes.contact(one) for one in known]})
    else:
        output.console().print(
            f"{output.plain(row.name)}: {output.plain(', '.join(one.value for one in known) or 'none')}"
        )


@COMMAND.command("add")
@click.argument("name")
@options.vault_options
@click.option("--domain", "domains", multiple=True, metavar="DOMAIN", help="A domain of it (may be repeated).")
@click.option("--category", default="", metavar="CATEGORY", help="Such as energy.electricity.")
def add(
    name: str, home: str | None, passphrase_file: str | None, as_json: bool, domains: tuple[str, ...], category: str
) -> None:
    """Add a vendor that no file names."""
    from vault import ids, owner
    from web import output

    with options.open_vault(home, passphrase_file, by="vendor add") as vault:
        number = owner.add_vendor(vault, name, domains=domains, category=category)
    if as_json:
        output.as_json({"id": ids.text("vendor", number)})
    else:
        output.console().print(f"Added {ids.text('vendor', number)}.")


@COMMAND.command("screen")
@click.argument("vendor", metavar="VENDOR")
@click.argument("word", type=click.Choice(["yes", "not-now", "never"]))
@options.vault_options
def screen(vendor: str, word: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say whether a vendor may write to you. The last word counts, so another one takes it back.

    VENDOR is a vendor of the vault (its name, id or domain), the address of a client, or any domain. What you say of a vendor
    or domain holds for its clients that come later, too. What a vendor sent while it waited is judged once you let it in.
    """
    from web import output, screening

    with options.open_vault(home, passphrase_file, by="vendor screen") as vault:
        done = screening.screen(vault, vendor, word)
    if as_json:
        output.as_json(done)
    else:
        screening.say(done)


@COMMAND.command("screener")
@options.vault_options
def screener(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List every client that has come, and whether it may write to you."""
    from web import output, screening

    with options.open_vault(home, passphrase_file, by="vendor screener") as vault:
        found = screening.listed(vault)
    if as_json:
        output.as_json(found)
    else:
        screening.show(found)


@COMMAND.command("link")
@click.argument("client", metavar="CLIENT")
@click.argument("vendor", metavar="VENDOR", required=False)
@options.vault_options
def link(client: str, vendor: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say which vendor of the vault a client is of; without VENDOR, that it is of none.

    CLIENT is its address. Your terms for that vendor hold for it from then on.
    """
    from web import output, screening

    with options.open_vault(home, passphrase_file, by="vendor link") as vault:
        done = screening.link(vault, client, vendor)
    if as_json:
        output.as_json(done)
    else:
        click.echo(f"{output.plain(done['client'])}: {output.plain(done['vendor'] or 'of no vendor')}.")
