"""Is everything well? What `firstparty doctor` and the system page look at, each with what helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault.session import Vault


@dataclass(frozen=True, slots=True)
class Check:
    """`fix` is what to do, a sentence or a command; empty where nothing is to be done."""

    name: str
    ok: bool
    says: str
    fix: str = ""


def checks(vault: Vault) -> list[Check]:
    """Reads every page of the file, and starts the process that reads files: a second or two of a large vault."""
    from vault.store import audit, connection, migrations

    # Pages are read from the file itself, which nobody may write meanwhile.
    with vault.snapshot(is_still=True):
        problems = connection.integrity_problems(vault.connection)
        log = audit.verify(vault.connection, public=vault.keys.signer.public)
    schema = f"version {migrations.version_of(vault.connection)} of {len(migrations.names())}"
    log_says = "; ".join(log.faults[:5]) or f"{log.size} entries, {log.checkpoints} signed checkpoints"
    backup = "put back a backup from before, or an archive into a new vault: `firstparty import FILE`"
    return [
        Check(
            "database",
            not problems,
            "; ".join(problems[:5]) or "every page and reference is whole",
            backup if problems else "",
        ),
        Check("log", log.ok, log_says, "" if log.ok else backup),
        Check("schema", True, schema),
        Check("engine", True, connection.engine(vault.connection)),
        *_keys(vault),
        _outbox(vault),
        _reading(),
    ]


def _keys(vault: Vault) -> list[Check]:
    from vault.store import audit

    kinds = [slot.kind for slot in vault.keyring.slots]
    tested = audit.last(vault.connection, "recovery.tested")
    has = "recovery" in kinds
    return [
        Check(
            "keys", has, f"slots: {', '.join(sorted(kinds))}", "" if has else "make one: `firstparty recovery replace`"
        ),
        Check(
            "recovery key",
            True,
            f"last tested {tested}" if tested else "never tested: `firstparty recovery test`",
            "" if tested else "see that the one on paper opens the vault: `firstparty recovery test`",
        ),
    ]


def _outbox(vault: Vault) -> Check:
    from vault import outbox

    dead = outbox.dead(vault)
    says = f"{dead} dead letter{'s' * (dead > 1)}: see `firstparty outbox --dead`" if dead else "no dead letters"
    return Check("outbox", True, says, "send them again, or drop them: `firstparty outbox --dead`" if dead else "")


def _reading() -> Check:
    from connectors.isolation import ReadingRoom

    with ReadingRoom() as room:
        protections = room.protections
    filtered = "system-calls" in protections
    return Check(
        "reading files",
        True,
        f"in a process of its own with {', '.join(protections) or 'no protection on this system'}"
        + ("" if filtered else "; no filter of system calls on this system"),
        "" if filtered else "a newer Linux kernel filters system calls as well",
    )
