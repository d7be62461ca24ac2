"""`firstparty confirm`: yes, that is a contract."""

from __future__ import annotations

import click

from web import options


@click.command("confirm")
@click.argument("contract", metavar="CONTRACT")
@options.vault_options
def COMMAND(contract: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say that CONTRACT (id or title) is one, whatever the analysis thinks; also takes back a `dismiss`."""
    from vault import owner
    from web import output, verdicts

    with options.open_vault(home, passphrase_file, by="confirm") as vault:
        one = verdicts.contract_of(vault, contract)
        owner.confirm(vault, one)
    output.done(as_json, f"{one.row.title} is confirmed.")
