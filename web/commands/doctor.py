"""`firstparty doctor`: is everything well?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from web.checks import Check


@click.command("doctor")
@options.vault_options
@click.option("--show-database-key", is_flag=True, help="Print the key of the database, for other SQLCipher tools.")
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, show_database_key: bool) -> None:
    """Check the vault: every page, every reference, the log, the keys, and how files are isolated when they are read.

    With --show-database-key, print what opens the database in any SQLCipher 4 tool. Who has that key has everything.
    """
    from terms.errors import FirstpartyError
    from web import output
    from web.checks import checks

    with options.open_vault(home, passphrase_file, by="doctor") as vault:
        found = checks(vault)
        answer: dict[str, object] = {
            "ok": all(one.ok for one in found),
            "home": str(vault.home),
            "vault_id": vault.keyring.vault_id,
            "checks": [
                {"check": str(one.name), "ok": one.ok, "says": str(one.says), "fix": str(one.fix or "")}
                for one in found
            ],
        }
        if show_database_key:
            with vault.transaction():
                vault.log("key.database-shown", {})
            key = f"x'{vault.keys.database.hex()}'"
            answer |= {"database": str(vault.path), "database_key": key}
    if as_json:
        output.as_json(answer)
    else:
        _print(found, answer)
    if not answer["ok"]:
        raise FirstpartyError("something is not well", hint="put back a backup, or ask for help", code="unwell")


def _print(found: list[Check], answer: dict[str, object]) -> None:
    from web import output

    out = output.console()
    for one in found:
        out.print(f"{'[green]ok[/]  ' if one.ok else '[red]FAIL[/]'} {one.name}: {output.plain(str(one.says))}")
        if one.fix and not one.ok:
            out.print(f"     what helps: {output.plain(str(one.fix))}")
    if "database_key" in answer:
        out.print(f'\n{answer["database"]}\nPRAGMA key = "{answer["database_key"]}";', markup=False)
