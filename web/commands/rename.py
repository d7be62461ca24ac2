"""`firstparty rename`: a vendor by the name you use."""

from __future__ import annotations

import click

from web import options


@click.command("rename")
@click.argument("vendor", metavar="VENDOR")
@click.argument("name")
@options.vault_options
def COMMAND(vendor: str, name: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Give VENDOR (name or id) another NAME; later imports keep it."""
    from vault import owner
    from vault.overview import Overview
    from web import clock, find, output

    with options.open_vault(home, passphrase_file, by="rename") as vault:
        row = find.vendor(Overview(vault.connection, clock.today()), vendor)
        owner.rename(vault, row, name)
    output.done(as_json, f"{row.name} is {name} now.")
