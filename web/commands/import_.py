"""`firstparty import`: bring files into the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from vault.importing import ImportReport
    from web.importer import Ask

# A batch that could be read in part.
PARTLY = 3
# Problems of one file that are printed; all of them are kept and in --json.
SHOWN_PROBLEMS = 8


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@options.vault_options
@click.option("--preview", is_flag=True, help="Say what an import would bring, and change nothing.")
@click.option("--map", "map_file", metavar="FILE", help="Column mapping for a CSV of unknown shape (JSON or TOML).")
@click.option("--file-passphrase-file", metavar="FILE", help="What opens password-protected exports among the files.")
@click.pass_context
def COMMAND(
    ctx: click.Context,
    paths: tuple[str, ...],
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    preview: bool,
    map_file: str | None,
    file_passphrase_file: str | None,
) -> None:
    """Bring bank exports and password-manager exports into the vault.

    PATH is a file, a folder or a zip: everything in it that can be read is read, recognised by content and not by name
    (OFX, QFX, CAMT, MT940 and bank CSV; Bitwarden, Chrome, Firefox and Safari exports). What is already there is not
    added again. Passwords, notes and cards are never stored. One import is one batch: `firstparty undo` takes it back.

    An archive made by `firstparty export` is brought into an empty vault.
    """
    from connectors.isolation.room import ReadingRoom
    from connectors.sources import expand
    from vault import archive, keyring
    from web import importer, progress, shapes
    from web.output import as_json as print_json

    keyring.load(options.home_of(home))
    if len(paths) == 1 and archive.is_archive(paths[0]):
        _bring_archive(paths[0], home, passphrase_file, as_json)
        return
    mapping = importer.load_mapping(map_file) if map_file else None
    items = list(expand(paths))
    with ReadingRoom() as room, options.open_vault(home, passphrase_file, by="import") as vault:
        importing = vault.importing()
        try:
            with progress.bar(items, quiet=as_json) as on_progress:
                ask = _asker(file_passphrase_file, interactive=not as_json)
                importer.read_all(room, items, importing, mapping=mapping, ask=ask, on_progress=on_progress)
            report = importing.preview() if preview else importing.commit()
        finally:
            importing.roll_back()
    if as_json:
        print_json(shapes.import_report(report))
    else:
        _show(report)
    ctx.exit(PARTLY if report.problems else 0)


def _bring_archive(path: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from pathlib import Path

    from vault import archive
    from web import output

    with options.open_vault(home, passphrase_file, by="import") as vault:
        manifest = archive.bring(vault, Path(path))
    counts = {name: table.rows for name, table in manifest.tables.items()}
    if as_json:
        output.as_json({"from": manifest.vault_id, "made_at": manifest.made_at, "rows": counts})
    else:
        output.console().print(f"Brought in {sum(counts.values())} rows from the archive of {manifest.made_at}.")


def _asker(file: str | None, *, interactive: bool) -> Ask | None:
    import sys

    if file:
        return lambda path: options.read_secret(file)
    if interactive and sys.stdin.isatty():
        return lambda path: str(click.prompt(f"Password of {path}", hide_input=True, default="", err=True))
    return None


def _show(report: ImportReport) -> None:
    from rich.table import Table

    from vault.importing import MAX_DERIVED_AT_ONCE
    from web.output import console, plain

    out = console()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title, justify in (("File", "left"), ("Format", "left"), ("Found", "right"), ("New", "right"), ("", "left")):
        table.add_column(title, justify=justify)  # type: ignore[arg-type]
    for file in report.files:
        trouble = f"[yellow]{len(file.problems)} could not be read[/]" if file.problems else ""
        found, added = sum(file.found.values()), sum(file.added.values())
        table.add_row(plain(file.path), file.connector or "—", str(found), str(added), trouble)
    out.print(table)
    for file in report.files:
        for problem in file.problems[:SHOWN_PROBLEMS]:
            place = f", {problem.where}" if problem.where else ""
            out.print(f"[yellow]![/] {plain(file.path + place)}: {plain(problem.message)}")
        if len(file.problems) > SHOWN_PROBLEMS:
            out.print(f"  … and {len(file.problems) - SHOWN_PROBLEMS} more in {plain(file.path)} (see --json)")
    counts = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in report.added.items())
    if report.batch_id is None:
        out.print(f"[bold]Preview:[/] would add {counts or 'nothing new'}. Nothing was changed.")
    else:
        if "charge" in report.added and "vendor" not in report.added and report.added["charge"] > MAX_DERIVED_AT_ONCE:
            out.print("Vendors and contracts among so many charges are found when you next open the vault.")
        out.print(f"[bold]Added {counts or 'nothing new'}.[/] Take it back with: firstparty undo {report.batch_id}")
