"""`firstparty unlock`: let a running server open the vault."""

from __future__ import annotations

import click

from web import options


@click.command("unlock")
@options.vault_options
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Unlock the vault for the server that runs on this machine, until it stops or is locked."""
    from web import output, owner_socket

    folder = options.home_of(home)
    owner_socket.ask(folder, "GET", "/owner/state")  # that none is running is said before anybody types a passphrase
    secret = options.secret(passphrase_file)
    answer = owner_socket.ask(folder, "POST", "/owner/unlock", {"secret": secret})
    output.done(as_json, "The vault is open." if answer["changed"] else "The vault was open already.")
