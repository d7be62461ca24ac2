"""`firstparty usage`: how much you use."""

from __future__ import annotations

import click

from web import options


@click.group("usage")
def COMMAND() -> None:
    """Note how much you use of a contract: kilowatt hours, visits, gigabytes."""


@COMMAND.command("add")
@click.argument("contract", metavar="CONTRACT")
@click.argument("quantity", metavar="QUANTITY")
@click.argument("unit", metavar="UNIT", default="uses")
@click.option("--register", default="use", metavar="NAME", help="Which register, where a tariff has several.")
@click.option("--on", "on", metavar="DATE", help="The day of the reading (default: today).")
@options.vault_options
def add(
    contract: str,
    quantity: str,
    unit: str,
    register: str,
    on: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Note a QUANTITY used of CONTRACT (id or title), an exact decimal; UNIT such as kWh (default: uses)."""
    from vault import ids, owner
    from web import output, verdicts

    day = options.today_of(on)
    with options.open_vault(home, passphrase_file, by="usage add") as vault:
        one = verdicts.contract_of(vault, contract)
        number = owner.add_usage(vault, one, day, quantity, unit, register)
    if as_json:
        output.as_json({"id": ids.text("usage", number)})
    else:
        output.console().print(f"Noted {quantity} {output.plain(unit)} of {output.plain(one.row.title)} on {day}.")
