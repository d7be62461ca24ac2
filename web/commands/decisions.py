"""`firstparty decisions`: what the butler has decided."""

from __future__ import annotations

import click

from web import options

# What fits a screen; more are asked for.
_LISTED = 20


@click.command("decisions")
@click.option("--since", metavar="DAY", help="Only what was decided on this day or later (YYYY-MM-DD).")
@click.option(
    "--verdict", type=click.Choice(["accept", "ask", "refuse"]), help="Only those that stand with this verdict."
)
@click.option("--limit", type=click.IntRange(min=1), default=_LISTED, show_default=True, help="At most so many.")
@options.vault_options
def COMMAND(
    since: str | None, verdict: str | None, limit: int, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """List what the butler has decided, newest first, each with the reason. `firstparty decision ID` shows one whole."""
    from vault.butler import decisions
    from vault.policy.verdicts import Verdict
    from web import butler_output, butler_shapes, output

    start = butler_output.start_of(since)
    with options.open_vault(home, passphrase_file, by="decisions") as vault:
        word = Verdict.of(verdict) if verdict else None
        found = list(decisions.decisions(vault, since=start, verdict=word, limit=limit))
    if as_json:
        output.as_json({"decisions": [butler_shapes.decision(one) for one in found]})
    else:
        output.show(butler_output.decisions(found), empty="Nothing was decided.", rows=len(found))
