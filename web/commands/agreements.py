"""`firstparty agreements`: every agreement, in which state it is and until when."""

from __future__ import annotations

import click

from web import options

_STATES = (
    "proffered counter-offered accepted active violated refused withdrawn terminated expired amended".split()
)  # `terms.lifecycle.State`, which is not imported for --help


@click.command("agreements")
@options.vault_options
@options.signing_time_option
@click.option("--vendor", metavar="NAME-OR-ID", help="Only those with this vendor.")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
def COMMAND(
    home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, vendor: str | None, state: str | None
) -> None:
    """List the agreements with vendors, the one that changed last first."""
    from vault.agreements import state_at
    from vault.store import agreements as store
    from web import agreement_output, agreement_shapes, find, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="agreements", now=when) as vault:
        rows = store.agreements(vault.connection)
        failed = store.deliveries(vault.connection)
    if vendor:
        rows = find.of_vendor(rows, vendor)
    if state:
        rows = [row for row in rows if state_at(row, when) == state]
    if as_json:
        output.as_json(
            {
                "agreements": [agreement_shapes.summary(row, when) for row in rows],
                "failed_deliveries": [agreement_shapes.delivery(row) for row in failed],
            }
        )
        return
    output.show(agreement_output.table(rows, when), empty="There are no such agreements.", rows=len(rows))
    if failed:
        count = f"{len(failed)} failed deliveries" if len(failed) > 1 else "1 failed delivery"
        output.console().print(f"[dim]{count} that named no agreement of yours; the last: {failed[0].code}[/]")
