"""`firstparty lock`: let a running server close the vault."""

from __future__ import annotations

import click

from web import options


@click.command("lock")
@options.home_option
@options.json_option
def COMMAND(home: str | None, as_json: bool) -> None:
    """Lock the vault of the server that runs on this machine: it forgets the keys and answers only who it is."""
    from web import output, owner_socket

    answer = owner_socket.ask(options.home_of(home), "POST", "/owner/lock")
    output.done(as_json, "The vault is locked." if answer["changed"] else "The vault was locked already.")
