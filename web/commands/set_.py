"""`firstparty set`: what no file says."""

from __future__ import annotations

import click

from web import options


@click.group("set")
def COMMAND() -> None:
    """State what no file says: facts of a contract, a vendor's category, who and where you are."""


@COMMAND.command("contract")
@click.argument("contract", metavar="CONTRACT")
@click.argument("fact", metavar="FACT")
@click.argument("value", metavar="VALUE")
@click.option("--stated", is_flag=True, help="A document or the vendor says so (else the basis is you).")
@options.vault_options
def contract(
    contract: str, fact: str, value: str, stated: bool, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """State a FACT of CONTRACT (id or title). VALUE `-` takes it back.

    \b
    title       what you call it
    started     2025-01-15      the first day
    minimum     P24M            the minimum term
    renewal     P1Y             how long it renews for
    notice      P1M             the notice period
    notice-to   term-end, month-end or any-time
    renews      yes or no       whether it renews by itself
    trial-ends  2025-01-31      the last free or reduced day
    cancelled   2026-11-22      the day you cancelled it
    ends        2026-12-31      its last day
    category    energy.electricity
    country     DE              whose law applies
    unused      2026-01-31      you have not used it since
    """
    from vault import owner
    from vault.times import day
    from web import output, verdicts

    with options.open_vault(home, passphrase_file, by="set contract") as vault:
        one = verdicts.contract_of(vault, contract)
        if fact == "unused":
            owner.set_unused(vault, one, None if value == "-" else day(value))
        else:
            owner.set_fact(vault, one, fact, value, basis="stated" if stated else "owner")
    output.done(as_json, f"{one.row.title}: {fact} is {value}.")


@COMMAND.command("vendor")
@click.argument("vendor", metavar="VENDOR")
@click.argument("field", metavar="FIELD", type=click.Choice(["category"]))
@click.argument("value", metavar="VALUE")
@options.vault_options
def vendor(vendor: str, field: str, value: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Set the category of VENDOR, such as energy.electricity or insurance.home."""
    from vault import owner
    from vault.overview import Overview
    from web import clock, find, output

    with options.open_vault(home, passphrase_file, by="set vendor") as vault:
        row = find.vendor(Overview(vault.connection, clock.today()), vendor)
        owner.set_category(vault, row, value)
    output.done(as_json, f"{row.name}: {field} is {value}.")


@COMMAND.command("owner")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Your name as banks print it (may be repeated).")
@click.option("--country", metavar="CODE", help="Where you live, such as DE: whose law is assumed.")
@options.vault_options
def who(
    names: tuple[str, ...], country: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Say who and where you are: your own transfers are no vendor's, and the law of your country is assumed."""
    from terms.errors import UsageError
    from vault import owner
    from web import output

    if not names and country is None:
        raise UsageError("nothing to set", hint="give --name or --country")
    with options.open_vault(home, passphrase_file, by="set owner") as vault:
        owner.set_owner(vault, names or None, country)
    output.done(as_json, "Noted.")
