"""`firstparty init`: a new vault."""

from __future__ import annotations

import click

from web import options


@click.command("init")
@options.vault_options
@click.option("--recovery-file", metavar="FILE", help="Also write the recovery key to this file (mode 0600).")
@click.option("--key-file", metavar="FILE", help="Also make a key file there, for unattended opening (mode 0600).")
def COMMAND(
    home: str | None, passphrase_file: str | None, as_json: bool, recovery_file: str | None, key_file: str | None
) -> None:
    """Make a new, empty vault and print its recovery key, once.

    The passphrase opens the vault from then on; the recovery key is for the day it is forgotten. Without either, nobody
    can open the vault, the makers of this program included.
    """
    from pathlib import Path

    from vault import files, keyring
    from vault.session import Vault
    from web import clock

    folder = options.home_of(home)
    if passphrase_file:
        passphrase = options.read_secret(passphrase_file)
    else:
        passphrase = options.ask_secret("Choose a passphrase (four or five random words are strong)", confirm=True)
    recovery_key = keyring.new_recovery_key()
    with Vault.create(folder, passphrase, recovery_key, now=clock.now()) as vault:
        if key_file:
            content = keyring.new_key_file()
            files.replace(Path(key_file), content.encode())
            vault.add_key_file(content)
        if recovery_file:
            files.replace(Path(recovery_file), f"{recovery_key}\n".encode())
        vault_id = vault.keyring.vault_id
    if as_json:
        from web.output import as_json as print_json

        print_json({"vault_id": vault_id, "home": str(folder), "recovery_key": recovery_key})
        return
    _show(str(folder), recovery_key)


def _show(folder: str, recovery_key: str) -> None:
    from rich.panel import Panel

    from web.output import console

    out = console()
    out.print(f"Your vault is in [bold]{folder}[/].")
    out.print(
        Panel(
            f"[bold]{recovery_key}[/]\n\nWrite it on paper and keep it apart from this machine. It is shown only now.\n"
            "Prove that you have it with `firstparty recovery test`.",
            title="Recovery key",
            expand=False,
        )
    )
    out.print("Next: [bold]firstparty import[/] a bank export and a password-manager export.")
