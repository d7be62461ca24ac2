"""Sample data in a vault of one's own: one import, marked, so that one click takes all of it away again."""

from __future__ import annotations

from typing import Final

from vault import ids, owner
from vault.importing import UndoReport, undo
from vault.session import Vault
from vault.store import settings
from web.pages.frame.guard import SAMPLE

# That the owner's name and country are the sample person's.
_PERSON: Final = "sample-person"


def mark_sample(vault: Vault, batch: str, name: str, country: str) -> None:
    """The vault has this batch of sample data, of a person whose name tells transfers from payments."""
    is_unnamed = settings.get(vault.connection, "own_names") in ("", "[]")
    if is_unnamed:
        owner.set_owner(vault, (name,), country)
    with vault.transaction():
        settings.put(vault.connection, SAMPLE, batch)
        settings.put(vault.connection, _PERSON, "1" if is_unnamed else "")


def take_back(vault: Vault, batch: str) -> UndoReport:
    """Undo an import; for one of sample data, the mark as well. Not inside another transaction."""
    report = undo(vault.connection, vault.keys, ids.number_of("batch", batch), vault.now)
    if settings.get(vault.connection, SAMPLE) == batch:
        if settings.get(vault.connection, _PERSON):
            owner.set_owner(vault, (), None)
        with vault.transaction():
            settings.put(vault.connection, SAMPLE, "")
            settings.put(vault.connection, _PERSON, "")
    return report
