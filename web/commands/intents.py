"""`firstparty intents`: what you want to buy."""

from __future__ import annotations

import click

from web import options


@click.command("intents")
@options.vault_options
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List your intentions, newest first, with how many offers stand. `firstparty intent ID` shows one with its offers."""
    from vault.butler import market
    from web import butler_output, output, trading_shapes

    with options.open_vault(home, passphrase_file, by="intents") as vault:
        found = [(one, market.standing(vault, one.row.id)) for one in market.wants(vault)]
        shapes = [trading_shapes.intention(vault, one, standing) for one, standing in found]
    if as_json:
        output.as_json({"intents": shapes})
    else:
        output.show(butler_output.intentions(found), empty="You want nothing yet.", rows=len(found))
