"""`firstparty export`: everything, in one file that other programs can read."""

from __future__ import annotations

import click

from web import options


@click.command("export")
@click.argument("file", metavar="FILE")
@options.vault_options
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def COMMAND(file: str, home: str | None, passphrase_file: str | None, as_json: bool, force: bool) -> None:
    """Write everything in the vault to FILE (a ZIP of JSON lines, see docs/vault.md).

    The archive is NOT encrypted: keep it as safe as your papers. `firstparty import FILE` brings it into an empty
    vault, ids and all.
    """
    from vault import archive
    from web import output

    target = options.new_file(file, force=force)
    with options.open_vault(home, passphrase_file, by="export") as vault:
        manifest = archive.export(vault, target)
    counts = {name: table.rows for name, table in manifest.tables.items()}
    if as_json:
        output.as_json({"file": str(target), "rows": counts})
        return
    output.console().print(f"Wrote {sum(counts.values())} rows to {target}.", markup=False)
    output.console(err=True).print("[yellow]The archive is not encrypted.[/] Delete it when it has served.")
