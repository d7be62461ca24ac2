"""`firstparty deny`: refuse what a vendor asks."""

from __future__ import annotations

import click

from web import options


@click.command("deny")
@options.home_option
@options.json_option
@click.argument("id")
@click.option("--because", metavar="TEXT", default="", help="What the vendor is told; nothing if not given.")
def COMMAND(home: str | None, as_json: bool, id: str, because: str) -> None:
    """Deny a request of `requests`. The vendor is told that, and why if you say it; who is not let in learns no reason."""
    from urllib.parse import quote

    from web import output, owner_socket

    path = f"/owner/requests/{quote(id, safe='')}/deny"
    answer = owner_socket.ask(options.home_of(home), "POST", path, {"because": because})
    if as_json:
        output.as_json(answer)
        return
    click.echo("Denied.")
    if answer["redirect"]:
        click.echo(f"Go on at: {output.plain(str(answer['redirect']))}")
