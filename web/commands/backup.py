"""`firstparty backup`: an encrypted copy of the vault, and whether one would work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from pathlib import Path

    from vault.drill import Drill, Found
    from vault.session import Vault


@click.group("backup")
def COMMAND() -> None:
    """Make an encrypted backup of the vault, and check that one can be put back."""


@COMMAND.command("make")
@click.argument("file", metavar="FILE")
@options.vault_options
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def make(file: str, home: str | None, passphrase_file: str | None, as_json: bool, force: bool) -> None:
    """Write the vault as it is to FILE, as encrypted as the vault.

    FILE is a ZIP of `vault.db` and `keyring.json`. Unpacked into an empty folder it is the vault again, and opens with the
    passphrase or recovery key of today. Keep it on another device, then try it: `firstparty backup check FILE`.
    """
    from vault import backup
    from web import output

    target = options.new_file(file, force=force)
    with options.open_vault(home, passphrase_file, by="backup make") as vault:
        backup.write(vault, target)
    if as_json:
        output.as_json({"file": str(target), "size": target.stat().st_size})
        return
    output.console().print(f"Wrote a backup of {target.stat().st_size:,} bytes to {target}.", markup=False)
    output.console(err=True).print(f"See that it opens: firstparty backup check {target}", markup=False)


@COMMAND.command("check")
@click.argument("file", metavar="FILE")
@options.vault_options
@click.option(
    "--backup-passphrase-file",
    metavar="FILE",
    help="Read what opens the backup from this file, where that is not what opens the vault.",
)
def check(
    file: str, home: str | None, passphrase_file: str | None, as_json: bool, backup_passphrase_file: str | None
) -> None:
    """Open the backup FILE as it would be put back, without touching the vault, and say what is in it.

    Every page, every reference and the whole log are verified, and what it holds is compared with the vault as it is. The log of
    the vault notes that it was tried, and what was found; nothing where FILE is no backup of this vault.
    """
    from pathlib import Path

    from terms.errors import FirstpartyError
    from vault import drill
    from web import output

    own = options.home_of(home)
    secret = options.secret(
        backup_passphrase_file or passphrase_file, prompt="Passphrase (or recovery key) of the backup"
    )
    found = _opened(Path(file).expanduser(), secret, own)
    with _vault(home, passphrase_file, secret if not backup_passphrase_file else "") as vault:
        noted = drill.noted(vault, found)
    if as_json:
        output.as_json({"ok": noted.ok, "drill": noted})
    elif noted.ok:
        _print(noted)
    if not noted.ok:
        raise FirstpartyError(
            "this backup is damaged: " + "; ".join(noted.faults), hint="make a new one now", code="backup-damaged"
        )


def _opened(path: Path, secret: str, own: Path) -> Found:
    from vault import drill, keyring

    return drill.opened(path, secret, of=keyring.load(own), within=own)


def _vault(home: str | None, passphrase_file: str | None, secret: str) -> Vault:
    """The vault, with what was typed for the backup where that opens it, so that nobody types the same twice."""
    from vault.keyring import WrongKeyError
    from vault.session import Vault
    from web import beside, clock

    by = "backup check"
    folder = options.home_of(home)
    if found := beside.opened(folder, by=by, now=None):
        return found
    if secret:
        try:
            return Vault.open(folder, secret, now=clock.now(), by=by)
        except WrongKeyError:
            pass
    return options.open_vault(home, passphrase_file, by=by)


def _print(found: Drill) -> None:
    from web import output

    out = output.console()
    out.print(
        f"[green]It can be put back:[/] the vault as of {found.as_of[:10]}, every page and {found.entries} log entries."
    )
    table = output.table("What", ">In the backup", ">Now", ">Since")
    for one in found.amounts:
        table.add_row(
            one.kind, f"{one.then:,}", f"{one.now:,}", f"{one.now - one.then:+,}" if one.now != one.then else ""
        )
    output.show(table, empty="It holds nothing.", rows=len(found.amounts))
    if found.behind:
        out.print(f"It was brought up to date by {found.behind} changes of the schema, as it would be when put back.")
    if found.place == "beyond":
        out.print("[yellow]It is newer than this vault:[/] the vault was put back from an earlier backup.")
    if found.place == "apart":
        out.print(
            "[yellow]It went another way than this vault,[/] which was put back from an earlier backup and written since."
        )
