"""`firstparty vendor-keys`: who a vendor's program is."""

from __future__ import annotations

import click

from web import options


@click.command("vendor-keys")
@click.argument("folder", metavar="FOLDER")
@click.option(
    "--client-id",
    metavar="URL",
    required=True,
    help="The https address at which client.json will lie, such as https://shop.example/client.json.",
)
@click.option("--name", metavar="NAME", default="", help="What people see; else the host of the client id.")
@click.option(
    "--redirect-uri",
    metavar="URL",
    multiple=True,
    help="Where a customer's browser comes back to; may be given more than once.",
)
@click.option("--es256", is_flag=True, help="Also make a P-256 key, and show by it who the program is.")
@options.json_option
def COMMAND(folder: str, client_id: str, name: str, redirect_uri: tuple[str, ...], es256: bool, as_json: bool) -> None:
    """Make a vendor's keys and its client metadata document, in FOLDER. Needs no vault.

    `client.json` is for everybody: put it where the client id says. `private-keys.json` is for nobody else (mode 0600): whoever
    has it is you. Neither is ever written over. To try things out, the client id may be on this machine:
    http://127.0.0.1:8700/client.json.
    """
    from pathlib import Path
    from urllib.parse import urlsplit

    from connectors.kit.credentials import DOCUMENT, PRIVATE, made
    from web import clock, output

    place = Path(folder).expanduser()
    shown = name or urlsplit(client_id).hostname or client_id
    client = made(place, client_id, name=shown, now=clock.now(), redirect_uris=redirect_uri, es256=es256)
    found = {"document": str(place / DOCUMENT), "private_keys": str(place / PRIVATE)}
    if as_json:
        output.as_json({"client_id": client.client_id, **found, "keys": list(client.keys)})
        return
    click.echo(f"Made {found['document']}: put it at {client.client_id}.")
    click.echo(f"Made {found['private_keys']}: keep it as you keep a password.")
