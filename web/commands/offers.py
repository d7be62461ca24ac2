"""`firstparty offers`: what vendors have offered."""

from __future__ import annotations

import click

from web import options

# What fits a screen; more are asked for.
_LISTED = 50


@click.command("offers")
@click.option("--intent", "intent_id", metavar="ID", help="Only those for this intention.")
@click.option("--held", is_flag=True, help="Those that wait until you let their vendor in (`vendor screen`).")
@click.option("--limit", type=click.IntRange(min=1), default=_LISTED, show_default=True, help="At most so many.")
@options.vault_options
def COMMAND(
    intent_id: str | None, held: bool, limit: int, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """List offers, newest first. `firstparty intent ID` puts those for one intention in order."""
    from vault.butler import decisions, market, naming
    from web import butler_output, butler_shapes, output

    if held:
        _held(home, passphrase_file, as_json=as_json)
        return
    with options.open_vault(home, passphrase_file, by="offers") as vault:
        number = naming.intention(vault, intent_id) if intent_id else None
        rows = market.offers(vault, number, limit=limit)
        found = [(one, decisions.facts_of(vault, one.decision)) for one in rows]
    if as_json:
        output.as_json({"offers": [butler_shapes.offer(one, facts) for one, facts in found]})
    else:
        output.show(butler_output.offers(found), empty="Nobody has offered anything.", rows=len(found))


def _held(home: str | None, passphrase_file: str | None, *, as_json: bool) -> None:
    from vault import trading
    from web import output, trading_output, trading_shapes

    with options.open_vault(home, passphrase_file, by="offers") as vault:
        found = [trading_shapes.held(vault, row) for row in trading.held(vault)]
    if as_json:
        output.as_json({"held": found})
    else:
        trading_output.held(found)
