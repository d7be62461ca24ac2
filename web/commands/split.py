"""`firstparty split`: one vendor is two."""

from __future__ import annotations

import click

from web import options


@click.command("split")
@click.argument("vendor", metavar="VENDOR")
@click.argument("parts", metavar="PAYEE-OR-DOMAIN…", nargs=-1, required=True)
@options.vault_options
def COMMAND(vendor: str, parts: tuple[str, ...], home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say that some payees or domains of VENDOR are a vendor of their own (see them with `firstparty vendor`)."""
    from vault import owner
    from vault.overview import Overview
    from web import clock, find, output

    with options.open_vault(home, passphrase_file, by="split") as vault:
        row = find.vendor(Overview(vault.connection, clock.today()), vendor)
        owner.split(vault, row, parts)
    output.done(as_json, f"{', '.join(parts)} is apart from {row.name} now.")
