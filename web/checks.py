"""Is everything well? What `firstparty doctor` and the system page look at, each with what helps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from terms.phrases import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vault.session import Vault

# More than this is a list to look at with the engine's own tools.
_SHOWN = 5
_SLOTS = {"passphrase": phrase("passphrase"), "recovery": phrase("recovery key"), "file": phrase("key file")}
# Of a backup: how it is, and what helps.
_DUE = {
    "no-backup": (phrase("none was made"), phrase("make one: `firstparty backup make FILE`")),
    "bad": (phrase("the one that was tried is damaged"), phrase("make a new one now: `firstparty backup make FILE`")),
    "old-backup": (
        phrase("the last one is more than %(n)s days old"),
        phrase("make one: `firstparty backup make FILE`"),
    ),
    "never-tried": (
        phrase("the last one was never tried"),
        phrase("see that it opens: `firstparty backup check FILE`"),
    ),
    "tried-long-ago": (
        phrase("none was tried for more than %(n)s days"),
        phrase("see that it opens: `firstparty backup check FILE`"),
    ),
}
_PROTECTIONS = {"limits": phrase("limits"), "system-calls": phrase("a filter of system calls")}


class Check(Struct, frozen=True):
    """`fix` is what to do, a sentence or a command; none where nothing is to be done."""

    name: Phrase
    ok: bool
    says: Phrase
    fix: Phrase | None = None


def checks(vault: Vault) -> list[Check]:
    """Reads every page of the file, and starts the process that reads files: a second or two of a large vault."""
    from vault.store import audit, connection, migrations

    # Pages are read from the file itself, which nobody may write meanwhile.
    with vault.snapshot(is_still=True):
        problems = connection.integrity_problems(vault.connection)
        log = audit.verify(vault.connection, public=vault.keys.signer.public)
    backup = phrase("put back a backup from before, or an archive into a new vault: `firstparty import FILE`")
    whole = phrase("every page and reference is whole")
    logged = phrase("%(n)s entries, %(points)s signed checkpoints", n=log.size, points=log.checkpoints)
    version = migrations.version_of(vault.connection)
    return [
        Check(phrase("database"), not problems, _listed(problems) or whole, backup if problems else None),
        Check(phrase("log"), log.ok, _listed(log.faults) or logged, None if log.ok else backup),
        Check(phrase("schema"), True, phrase("version %(n)s of %(all)s", n=version, all=len(migrations.names()))),
        Check(phrase("engine"), True, phrase("%(engine)s", engine=connection.engine(vault.connection))),
        *_keys(vault),
        _backup(vault),
        _outbox(vault),
        _reading(),
    ]


def _listed(faults: Sequence[str]) -> Phrase | None:
    """What the engine or the log says of itself: the first few."""
    return phrase("%(faults)s", faults="; ".join(faults[:_SHOWN])) if faults else None


def _keys(vault: Vault) -> list[Check]:
    from vault.store import audit

    kinds = sorted({slot.kind for slot in vault.keyring.slots})
    tested = audit.last(vault.connection, "recovery.tested")
    has = "recovery" in kinds
    slots = phrase("slots: %(kinds)s", kinds=tuple(_SLOTS.get(one, Phrase(one)) for one in kinds))
    return [
        Check(phrase("keys"), has, slots, None if has else phrase("make one: `firstparty recovery replace`")),
        Check(
            phrase("recovery key"),
            True,
            phrase("last tested %(day)s", day=date.fromisoformat(tested[:10]))
            if tested
            else phrase("never tested: `firstparty recovery test`"),
            None if tested else phrase("see that the one on paper opens the vault: `firstparty recovery test`"),
        ),
    ]


def _backup(vault: Vault) -> Check:
    from vault import drill

    name, due, last = phrase("backup"), drill.due(vault), drill.last(vault)
    if due is not None:
        says, fix = _DUE[due]
        return Check(name, True, says.of(n=drill.DAYS), fix)
    assert last is not None  # else it were due
    day = date.fromisoformat(last.at[:10])
    return Check(name, True, phrase("tried on %(day)s, and whole", day=day))


def _outbox(vault: Vault) -> Check:
    from vault import outbox

    dead = outbox.dead(vault)
    name = phrase("outbox")
    if not dead:
        return Check(name, True, phrase("no dead letters"))
    one = phrase("1 dead letter: see `firstparty outbox --dead`")
    many = phrase("%(n)s dead letters: see `firstparty outbox --dead`", n=dead)
    fix = phrase("send them again, or drop them: `firstparty outbox --dead`")
    return Check(name, True, one if dead == 1 else many, fix)


def _reading() -> Check:
    from connectors.isolation import ReadingRoom

    with ReadingRoom() as room:
        protections = tuple(_PROTECTIONS.get(one, Phrase(one)) for one in room.protections)
        filtered = "system-calls" in room.protections
    found = phrase("in a process of its own with %(protections)s", protections=protections)
    bare = phrase("in a process of its own with no protection on this system")
    says = found if protections else bare
    if filtered:
        return Check(phrase("reading files"), True, says)
    unfiltered = phrase("%(says)s; no filter of system calls on this system", says=says)
    return Check(phrase("reading files"), True, unfiltered, phrase("a newer Linux kernel filters system calls as well"))
