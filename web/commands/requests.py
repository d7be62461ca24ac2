"""`firstparty requests`: what vendors ask and the rules leave to the owner."""

from __future__ import annotations

import click

from web import options


@click.command("requests")
@options.home_option
@options.json_option
def COMMAND(home: str | None, as_json: bool) -> None:
    """List what vendors ask of you now: data, with the values that they would get; to be let in; terms.

    Answer with `approve` or `deny`. Needs a running server (`serve`) whose vault is open.
    """
    from web import output, owner_socket, request_output

    answer = owner_socket.ask(options.home_of(home), "GET", "/owner/requests")
    if as_json:
        output.as_json(answer)
    else:
        made, rows = request_output.requests(answer)
        output.show(made, empty="Nothing waits for you.", rows=rows)
