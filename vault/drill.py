"""A restore drill: a backup is opened as it would be put back, beside the vault, so that one knows before one needs it.

    found = opened(path, secret, of=vault.keyring, within=folder)    in any thread: it takes seconds and touches no vault
    drill = noted(vault, found)                                      in the vault's: compared with it, and written to its log

A drill takes the way of putting a backup back: unpack, open with what the owner holds, bring the schema up to date. Then it reads
every page and reference, recomputes the whole log with its signatures, counts, and looks whether that log is the beginning of the
vault's own.

* What is no backup of this vault, or cannot be opened, is a `FirstpartyError`, and nothing is kept of it.
* What opens but is not whole is a drill with `faults`. That too is in the log: the owner has to know.
* All that is written lies in a private folder in `within`, and is gone when `opened` returns.
* It proves that this file works; not that it still lies where the owner thinks it does.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import archive, backup, files, keyring
from vault.keyring import Keyring, KeyringDamagedError, WrongKeyError
from vault.session import Vault
from vault.store import audit, connection, counted, migrations
from vault.store.audit import End
from vault.store.connection import Connection
from vault.times import stamp
from vault.zips import UNREADABLE

_EVENT: Final = "archive.tried"
# A season: longer ago, a medium has aged and a passphrase may have been changed.
DAYS: Final = 90
# More than this is a list to look at with the engine's own tools.
_MAX_FAULTS: Final = 5
# What is encrypted does not shrink, so an unpacked backup is as large as its file; the rest is a bomb.
_MAX_GROWTH: Final = 2
_MEMBERS: Final = frozenset((connection.FILE_NAME, keyring.FILE_NAME))


class BackupError(FirstpartyError):
    """This file is no backup, or none that can be opened."""

    code = "backup-damaged"


class ForeignBackupError(FirstpartyError):
    code = "foreign-backup"


class Step(StrEnum):
    """How far a drill is."""

    UNPACKING = "unpacking"
    OPENING = "opening"
    PAGES = "pages"
    LOG = "log"


class Place(StrEnum):
    """Where the log of a backup stands to the vault's: the same or its beginning; longer, so the vault is the older one; or
    they went different ways, as after a vault was put back from an earlier backup."""

    BEFORE = "before"
    BEYOND = "beyond"
    APART = "apart"


class Found(msgspec.Struct, frozen=True):
    """What a backup holds. `as_of` is when its last entry was written; `behind` counts schema versions it had to be brought over;
    `counts` are empty where there are `faults`."""

    as_of: str
    size: int
    key: str
    behind: int
    head: End
    counts: dict[str, int]
    faults: tuple[str, ...]


class Amount(msgspec.Struct, frozen=True):
    """Of a kind of `counted.KINDS`, how many are in the backup and how many in the vault."""

    kind: str
    then: int
    now: int


class Drill(msgspec.Struct, frozen=True):
    """`at` is when it was, the rest as in `Found`; `entries` counts the backup's log."""

    at: str
    as_of: str
    size: int
    key: str
    behind: int
    entries: int
    place: Place
    amounts: tuple[Amount, ...]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


class Due(StrEnum):
    """What is worth doing, the first that there is."""

    NO_BACKUP = "no-backup"
    BAD = "bad"
    OLD_BACKUP = "old-backup"
    NEVER_TRIED = "never-tried"
    TRIED_LONG_AGO = "tried-long-ago"


# --- opening a backup ----------------------------------------------------------------------------------------------


def opened(
    path: Path, secret: str, *, of: Keyring, within: Path, on_step: Callable[[Step], None] = lambda step: None
) -> Found:
    """What the backup at `path` holds, opened with `secret` (passphrase, recovery key or key file). `of` says whose it has to be."""
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=within) as name:
        folder = Path(name)
        on_step(Step.UNPACKING)
        _unpack(path, folder)
        on_step(Step.OPENING)
        with _worded():
            ring = keyring.load(folder)
            if (ring.vault_id, ring.signing_key) != (of.vault_id, of.signing_key):
                raise ForeignBackupError(
                    phrase("this is a backup of another vault"), hint=phrase("try it in the vault that it is of")
                )
            keys, kind = keyring.unlock(ring, secret)
            database = folder / connection.FILE_NAME
            with connection.translated(database):
                opened = connection.connect(database, keys.database)
                try:
                    return _looked_at(opened, keys.signer.public, path.stat().st_size, kind, on_step)
                finally:
                    opened.close()


def _unpack(path: Path, folder: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise UsageError(phrase("cannot read `%(path)s`: %(why)s", path=path, why=why)) from None
    try:
        with zipfile.ZipFile(path) as packed:
            if {*packed.namelist()} != _MEMBERS:
                raise _no_backup(path)
            if sum(one.file_size for one in packed.infolist()) > path.stat().st_size * _MAX_GROWTH:
                raise _damaged()
            for name in _MEMBERS:
                with packed.open(name) as source, (folder / name).open("xb") as out:
                    shutil.copyfileobj(source, out)
    except UNREADABLE as error:
        if isinstance(error, OSError) and isinstance(full := files.written_badly(error, folder), files.DiskFullError):
            raise full from None
        raise _damaged() if zipfile.is_zipfile(path) else _no_backup(path) from None


def _no_backup(path: Path) -> BackupError:
    if archive.is_archive(str(path)):
        return BackupError(
            phrase("this is an export, not a backup"),
            hint=phrase("an export is tried by `firstparty import` into a new vault"),
        )
    return BackupError(
        phrase("this is not a backup, or not all of it"),
        hint=phrase("a backup is one ZIP file of `vault.db` and `keyring.json`"),
    )


def _damaged() -> BackupError:
    return BackupError(phrase("this backup is damaged"), hint=phrase("fetch the file again, or make a new backup now"))


@contextmanager
def _worded() -> Iterator[None]:
    """What is said of a vault's own files, said of a backup."""
    try:
        yield
    except (KeyringDamagedError, connection.DatabaseDamagedError):
        raise _damaged() from None
    except WrongKeyError:
        raise WrongKeyError(
            phrase("that does not open this backup"),
            hint=phrase("it opens with the passphrase or recovery key that the vault had when it was made"),
        ) from None
    except FirstpartyError as error:
        if error.code != "newer-vault":
            raise
        raise migrations.NewerSchemaError(
            phrase("this backup was written by a newer firstparty"), hint=phrase("upgrade firstparty first")
        ) from None


def _looked_at(backed: Connection, public: bytes, size: int, kind: str, on_step: Callable[[Step], None]) -> Found:
    behind = len(migrations.pending(backed))
    on_step(Step.PAGES)
    faults = connection.integrity_problems(backed)
    counts: dict[str, int] = {}
    if not faults:
        migrations.apply(backed)
        on_step(Step.LOG)
        faults = list(audit.verify(backed, public=public).faults)
        counts = counted.counted(backed)
    return Found(
        as_of=audit.written_at(backed) if not faults else "",
        size=size,
        key=kind,
        behind=behind,
        head=audit.end(backed) if not faults else End(0, b""),
        counts=counts,
        faults=tuple(faults[:_MAX_FAULTS]),
    )


# --- what is kept of it --------------------------------------------------------------------------------------------


def noted(vault: Vault, found: Found) -> Drill:
    """The drill, held against the vault as it is, in the vault's log."""
    with vault.transaction():
        now = counted.counted(vault.connection)
        drill = Drill(
            at=stamp(vault.now),
            as_of=found.as_of,
            size=found.size,
            key=found.key,
            behind=found.behind,
            entries=found.head.size,
            place=_place(vault.connection, found.head),
            amounts=tuple(Amount(kind, then, now[kind]) for kind, then in found.counts.items()),
            faults=found.faults,
        )
        vault.log(_EVENT, msgspec.to_builtins(drill))
    return drill


def _place(own: Connection, head: End) -> Place:
    if head.size > audit.end(own).size:
        return Place.BEYOND
    if not head.size:
        return Place.BEFORE
    ((_, digest),) = audit.events(own, head.size - 1, head.size - 1)
    # The digest is over a salt drawn for the leaf, so it stands for the whole log before it.
    return Place.BEFORE if digest == head.digest else Place.APART


def last(vault: Vault) -> Drill | None:
    """The last one, whatever it found."""
    body = audit.last_body(vault.connection, _EVENT)
    return msgspec.json.decode(body, type=Drill) if body else None


def due(vault: Vault) -> Due | None:
    """What is worth doing now; None while a backup and a drill of it are fresh."""
    made, drill = backup.last(vault), last(vault)
    if not made:
        return Due.NO_BACKUP
    if drill is not None and not drill.ok and made <= drill.at:
        return Due.BAD
    if _is_old(vault, made):
        return Due.OLD_BACKUP
    if drill is None or not drill.ok:
        return Due.NEVER_TRIED
    return Due.TRIED_LONG_AGO if _is_old(vault, drill.at) else None


def _is_old(vault: Vault, at: str) -> bool:
    return vault.now - datetime.fromisoformat(at) > timedelta(days=DAYS)
