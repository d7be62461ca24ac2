"""`firstparty contracts`: every recurring charge."""

from __future__ import annotations

import click

from web import options


@click.command("contracts")
@options.vault_options
@options.now_option
@click.option("--all", "everything", is_flag=True, help="Ended ones too (in JSON they always are).")
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, everything: bool) -> None:
    """List every contract: price, rhythm, next charge and the last day to cancel."""
    from vault.overview import Overview
    from web import output, shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="contracts") as vault:
        overview = Overview(vault.connection, today)
        if as_json:
            output.as_json({"contracts": [shapes.contract(one) for one in overview.contracts]})
            return
        shown = [one for one in overview.contracts if everything or one.status != "ended"]
        output.show(output.contracts(shown), empty="No contracts found yet.", rows=len(shown))
        hidden = len(overview.contracts) - len(shown)
        if hidden:
            output.console().print(f"[dim]{hidden} ended; see them with --all.[/]")
