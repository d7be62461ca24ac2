"""`firstparty approve`: give a vendor what it asks, or a part of it; let it in; agree to its terms."""

from __future__ import annotations

import click

from web import options


@click.command("approve")
@options.home_option
@options.json_option
@click.argument("id")
@click.option("--only", metavar="PD", multiple=True, help="Give this data category only; may be given more than once.")
def COMMAND(home: str | None, as_json: bool, id: str, only: tuple[str, ...]) -> None:
    """Approve a request of `requests`: who asks for data gets a grant, which `grants` lists; who wants to write to you may; terms
    that a vendor wants are offered to it, and those that it proposes are accepted.

    Where you came from a vendor's page, it prints the address that leads back there.
    """
    from urllib.parse import quote

    from web import output, owner_socket

    path = f"/owner/requests/{quote(id, safe='')}/approve"
    answer = owner_socket.ask(options.home_of(home), "POST", path, {"only": list(only)})
    if as_json:
        output.as_json(answer)
        return
    click.echo(f"Approved: {answer['grant']}." if answer["grant"] else "Approved.")
    if answer["redirect"]:
        click.echo(f"Go on at: {output.plain(str(answer['redirect']))}")
