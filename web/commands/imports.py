"""`firstparty imports`: what was brought in, newest first."""

from __future__ import annotations

import click

from web import options


@click.command("imports")
@options.vault_options
@options.now_option
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    """List imports, newest first, with what each added."""
    from vault import ids
    from vault.store import intake
    from web import output

    with options.open_vault(home, passphrase_file, by="imports") as vault:
        found = intake.batches(vault.connection)
    if as_json:
        output.as_json(
            {
                "imports": [
                    {
                        "batch_id": ids.text("batch", batch.id),
                        "at": batch.at,
                        "undone_at": batch.undone_at,
                        "added": batch.added,
                        "problems": batch.problems,
                        "files": list(batch.files),
                    }
                    for batch in found
                ]
            }
        )
        return
    table = output.table("When", "Batch", "Added", "Files")
    for batch in found:
        added = ", ".join(f"{count} {kind}s" for kind, count in batch.added.items()) or "nothing"
        name = ids.text("batch", batch.id)
        table.add_row(
            batch.at.replace("T", " ").rstrip("Z"),
            name,
            "[dim]undone[/]" if batch.undone_at else output.plain(added),
            output.plain(_named(batch.files)),
        )
    output.show(table, empty="Nothing was imported yet. Try: firstparty import FILE", rows=len(found))


def _named(files: tuple[str, ...]) -> str:
    """The files of a batch in one line."""
    from pathlib import PurePath

    first = PurePath(files[0]).name if files else "no file"
    return first if len(files) < 2 else f"{first} and {len(files) - 1} more"
