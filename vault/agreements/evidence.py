"""The dispute bundle of an agreement: all that a stranger needs to check it, put together from the vault.

The leaves shown are those of the agreement's own entries and every other whose body names it. A bundle speaks of one log:
where the agreement came in an archive, of the log that holds most of its entries, which may be the earlier vault's; leaves
of the other log are then left out.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from terms import agreement as life
from terms.errors import UsageError
from terms.phrases import phrase
from terms.proof import jcs, note
from terms.proof.bundle import Bundle, Extension, Log, Receipt, Release, Text
from vault.agreements import clients, ledger
from vault.session import Vault
from vault.store import agreements as store
from vault.store import receipts
from vault.store.agreements import EntryRow
from vault.store.connection import Connection
from vault.store.receipts import LeafRow, LogRow


class CheckpointError(UsageError):
    code = "wrong-checkpoint"


def bundle(vault: Vault, id: str, *, kept: str = "") -> Bundle:
    """The bundle of the agreement. `kept` is a checkpoint that somebody else keeps: the bundle then shows that the log is
    still the one of that checkpoint."""
    one = ledger.held(vault, id)
    rows = store.entries(vault.connection, id)
    log = receipts.log(vault.connection, _log_of(rows))
    leaves = receipts.leaves_naming(
        vault.connection, log.id, id, besides=[row.leaf for row in rows if row.log == log.id]
    )
    notes = _checkpoints(vault.connection, log, leaves, kept)
    sizes = sorted(notes)
    return Bundle(
        made_at=vault.now,
        entries=tuple(entry.raw for entry in one.history.entries),
        vendor=clients.history_of(one.client),
        texts=texts(vault, one.history),
        log=Log(log.origin, log.public),
        checkpoints=tuple(notes[size] for size in sizes),
        extensions=tuple(_extension(vault.connection, log, old, new) for old, new in pairwise(sizes)),
        releases=tuple(map(_release, leaves)),
        receipts=tuple(_receipt(vault.connection, log, leaf) for leaf in leaves),
    )


def texts(vault: Vault, history: life.History) -> tuple[Text, ...]:
    """The exact texts and rules that the entries name, as they were signed."""
    named = {terms.hash for entry in history.entries if (terms := life.terms_named(entry.raw)) is not None}
    rows = (store.text(vault.connection, hash) for hash in sorted(named))
    return tuple(Text(row.id, row.iri, row.text, jcs.parse(row.rules.encode())) for row in rows if row is not None)


def _log_of(rows: list[EntryRow]) -> int:
    counted = Counter(row.log for row in rows)
    # Of two that hold as many, the vault's own, which has the lower number.
    return min(counted, key=lambda log: (-counted[log], log))


def _checkpoints(connection: Connection, log: LogRow, leaves: list[LeafRow], kept: str) -> dict[int, str]:
    """By size: the first that has each leaf, the one to compare with, and the latest."""
    notes = dict(receipts.checkpoint_after(connection, log.id, leaf.n) for leaf in leaves)
    notes[log.size] = log.note
    if kept:
        opened = note.opened(kept, origin=log.origin, public=log.public)
        own = receipts.checkpoint_at(connection, log.id, opened.size) if opened else ""
        if opened is None or not own:
            raise CheckpointError(
                phrase("the checkpoint is not one of this agreement's log"), hint=phrase("leave out --checkpoint")
            )
        notes[opened.size] = own
    return notes


def _release(leaf: LeafRow) -> Release:
    return Release(leaf.n, leaf.at, leaf.event, leaf.salt, leaf.body, leaf.digest)


def _receipt(connection: Connection, log: LogRow, leaf: LeafRow) -> Receipt:
    return Receipt(leaf.n, log.size, receipts.inclusion(connection, log.id, leaf.n, log.size))


def _extension(connection: Connection, log: LogRow, old: int, new: int) -> Extension:
    return Extension(old, new, receipts.extension(connection, log.id, old, new))
