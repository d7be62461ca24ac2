"""`firstparty merge`: two vendors are one."""

from __future__ import annotations

import click

from web import options


@click.command("merge")
@click.argument("kept", metavar="VENDOR")
@click.argument("merged", metavar="OTHER")
@options.vault_options
def COMMAND(kept: str, merged: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say that OTHER is VENDOR: its payees, domains, accounts and contracts go there, in later imports too."""
    from vault import owner
    from vault.overview import Overview
    from web import clock, find, output

    with options.open_vault(home, passphrase_file, by="merge") as vault:
        overview = Overview(vault.connection, clock.today())
        one, other = find.vendor(overview, kept), find.vendor(overview, merged)
        owner.merge(vault, one, other)
    output.done(as_json, f"{other.name} is {one.name} now. Take it back with: firstparty split")
