"""`firstparty passphrase`: another passphrase for the same vault."""

from __future__ import annotations

import click

from web import options


@click.group("passphrase")
def COMMAND() -> None:
    """Change the passphrase."""


@COMMAND.command("change")
@options.vault_options
@click.option(
    "--new-passphrase-file",
    metavar="FILE",
    envvar="FIRSTPARTY_NEW_PASSPHRASE_FILE",
    help="Read the new passphrase from this file [env: FIRSTPARTY_NEW_PASSPHRASE_FILE].",
)
def change(home: str | None, passphrase_file: str | None, as_json: bool, new_passphrase_file: str | None) -> None:
    """Set a new passphrase. The old one (or the recovery key) is asked for first; records stay as they are."""
    from web import output

    with options.open_vault(home, passphrase_file, by="passphrase change", alone=True) as vault:
        if new_passphrase_file:
            new = options.read_secret(new_passphrase_file)
        else:
            new = options.ask_secret("New passphrase", confirm=True)
        vault.replace_passphrase(new)
    output.done(as_json, "The passphrase is changed.")
