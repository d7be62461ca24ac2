"""`firstparty login`: a one-time link that logs a browser in."""

from __future__ import annotations

import click

from web.options import home_of, home_option, json_option


@click.command("login")
@home_option
@json_option
def COMMAND(home: str | None, as_json: bool) -> None:
    """Print a link that logs a browser in, once, within ten minutes.

    Asks the server that is running for this vault; it has to be unlocked. In a browser you can log in with the passphrase as
    well.
    """
    import json

    from web import owner_socket

    answer = owner_socket.ask(home_of(home), "POST", "/owner/login")
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(answer["url"])
