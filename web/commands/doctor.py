"""`firstparty doctor`: is everything well?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from vault.session import Vault


@click.command("doctor")
@options.vault_options
@click.option("--show-database-key", is_flag=True, help="Print the key of the database, for other SQLCipher tools.")
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, show_database_key: bool) -> None:
    """Check the vault: every page, every reference, the log, the keys, and how files are isolated when they are read.

    With --show-database-key, print what opens the database in any SQLCipher 4 tool. Who has that key has everything.
    """
    from terms.errors import FirstpartyError
    from web import output

    with options.open_vault(home, passphrase_file, by="doctor") as vault:
        checks = _checks(vault)
        answer: dict[str, object] = {
            "ok": all(ok for _, ok, _ in checks),
            "home": str(vault.home),
            "vault_id": vault.keyring.vault_id,
            "checks": [{"check": name, "ok": ok, "says": says} for name, ok, says in checks],
        }
        if show_database_key:
            with vault.transaction():
                vault.log("key.database-shown", {})
            key = f"x'{vault.keys.database.hex()}'"
            answer |= {"database": str(vault.path), "database_key": key}
    if as_json:
        output.as_json(answer)
    else:
        _print(checks, answer)
    if not answer["ok"]:
        raise FirstpartyError("something is not well", hint="put back a backup, or ask for help", code="unwell")


def _checks(vault: Vault) -> list[tuple[str, bool, str]]:
    from connectors.isolation import ReadingRoom
    from vault import outbox
    from vault.store import audit, connection, migrations

    # Pages are read from the file itself, which nobody may write meanwhile.
    with vault.snapshot(is_still=True):
        problems = connection.integrity_problems(vault.connection)
        log = audit.verify(vault.connection, public=vault.keys.signer.public)
    kinds = [slot.kind for slot in vault.keyring.slots]
    dead = outbox.dead(vault)
    tested = audit.last(vault.connection, "recovery.tested")
    with ReadingRoom() as room:
        protections = room.protections
    filtered = "system-calls" in protections
    return [
        ("database", not problems, "; ".join(problems[:5]) or "every page and reference is whole"),
        ("log", log.ok, "; ".join(log.faults[:5]) or f"{log.size} entries, {log.checkpoints} signed checkpoints"),
        ("schema", True, f"version {migrations.version_of(vault.connection)} of {len(migrations.names())}"),
        ("engine", True, connection.engine(vault.connection)),
        ("keys", "recovery" in kinds, f"slots: {', '.join(sorted(kinds))}"),
        ("recovery key", True, f"last tested {tested}" if tested else "never tested: `firstparty recovery test`"),
        (
            "outbox",
            True,
            f"{dead} dead letter{'s' * (dead > 1)}: see `firstparty outbox --dead`" if dead else "no dead letters",
        ),
        (
            "reading files",
            True,
            f"in a process of its own with {', '.join(protections) or 'no protection on this system'}"
            + ("" if filtered else "; no filter of system calls on this system"),
        ),
    ]


def _print(checks: list[tuple[str, bool, str]], answer: dict[str, object]) -> None:
    from web import output

    out = output.console()
    for name, ok, says in checks:
        out.print(f"{'[green]ok[/]  ' if ok else '[red]FAIL[/]'} {name}: {output.plain(says)}")
    if "database_key" in answer:
        out.print(f'\n{answer["database"]}\nPRAGMA key = "{answer["database_key"]}";', markup=False)
