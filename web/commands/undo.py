"""`firstparty undo`: take an import back."""

from __future__ import annotations

import click

from web import options


@click.command("undo")
@click.argument("batch", metavar="BATCH")
@options.vault_options
def COMMAND(batch: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Take an import back: everything it added that you have not edited since.

    BATCH is the id that the import printed (see `firstparty imports`), or `last`.
    """
    from vault import ids
    from vault.importing import undo
    from vault.store import intake
    from web import find, output

    number = None if batch == "last" else ids.number_of("batch", batch)
    with options.open_vault(home, passphrase_file, by="undo") as vault:
        if number is None:
            number = next((one.id for one in intake.batches(vault.connection) if not one.undone_at), None)
            if number is None:
                raise find.NotFoundError("there is no import to undo")
        report = undo(vault.connection, vault.keys, number, vault.now)
    if as_json:
        output.as_json(report)
        return
    counts = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in report.removed.items())
    out = output.console()
    out.print(f"Removed {counts or 'nothing'}.")
    for kept in report.kept:
        out.print(f"Kept {kept.id}: {kept.why}.")
