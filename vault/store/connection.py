"""Opening `vault.db`: one SQLCipher connection, its pragmas, and transactions.

The whole file is encrypted (SQLCipher 4 defaults: AES-256-CBC and HMAC-SHA-512 per page) with a raw 32-byte key.
WAL with `synchronous=FULL`: an acknowledged commit survives a power cut. A connection belongs to one thread
(SQLite threadsafety 1 in sqlcipher3); which processes may have one is `lock.py`'s.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, cast

import sqlcipher3.dbapi2 as sqlcipher

from terms.errors import FirstpartyError
from vault.files import DiskFullError, FileWriteError

FILE_NAME = "vault.db"
# SQLite before 3.51.3 can corrupt a WAL database that is checkpointed while another connection starts.
MIN_SQLITE = (3, 51, 3)
# The working set of a bulk import; measured 2.5 times faster than the default of 2 MiB.
CACHE_KIB = 64 * 1024
# More than there are, so that none is ever put out: the driver's cache keeps what was used most often in all, so once it is
# full, whatever is new is prepared anew each time, at ten times the cost of a look-up by key.
CACHED_STATEMENTS = 2_000
# "FPV1": tells our files from other SQLCipher files that happen to have the same key.
APPLICATION_ID = 0x46505631

# What is no number or text the driver first asks how it is to be stored, by raising and dropping an error: at a microsecond for
# each, a third of a small statement. So it is told.
for _type, _as_it_is in ((bytes, bytes), (bool, int), (type(None), lambda none: none)):
    sqlcipher.register_adapter(_type, _as_it_is)

# sqlcipher3 mirrors the standard library's sqlite3 module; its types stand in, since it ships none of its own.
Connection = sqlite3.Connection
Row = tuple[object, ...]
DatabaseError = cast(type[sqlite3.DatabaseError], sqlcipher.DatabaseError)
IntegrityError = cast(type[sqlite3.IntegrityError], sqlcipher.IntegrityError)
OperationalError = cast(type[sqlite3.OperationalError], sqlcipher.OperationalError)


class DatabaseMissingError(FirstpartyError):
    code = "database-missing"


class DatabaseDamagedError(FirstpartyError):
    code = "database-damaged"


class BusyError(FirstpartyError):
    """Another process is writing, and went on for longer than we waited."""

    code = "busy"


class EngineTooOldError(FirstpartyError):
    code = "engine-too-old"


class ReadOnlyError(FirstpartyError):
    code = "read-only"


def connect(path: Path, key: bytes, *, create: bool = False) -> Connection:
    """An open, keyed and checked connection. Raises when the file is missing, foreign or damaged."""
    _check_engine()
    if not create and not path.exists():
        raise DatabaseMissingError(
            f"the keyring is there, but `{path}` is missing", hint="put it back from a backup; do not run init here"
        )
    if not create and path.stat().st_size == 0:
        raise DatabaseDamagedError(f"`{path}` is empty", hint="put it back from a backup; the keyring is still good")
    with translated(path):
        connection = cast(
            Connection,
            sqlcipher.connect(str(path), isolation_level=None, timeout=5, cached_statements=CACHED_STATEMENTS),
        )
    try:
        _set_key(connection, key)
        with translated(path):
            set_pragmas(connection)
            if create:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            elif connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise DatabaseDamagedError(f"`{path}` is not a firstparty vault", hint="put back the right file")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_engine() -> None:
    if sqlcipher.sqlite_version_info < MIN_SQLITE:
        raise EngineTooOldError(
            f"the encrypted database engine is SQLite {sqlcipher.sqlite_version}, which can corrupt a vault",
            hint="install sqlcipher3 0.6.2 or newer",
        )


def _set_key(connection: Connection, key: bytes) -> None:
    # A malformed raw key would silently be taken for a passphrase.
    if len(key) != 32:
        raise ValueError("a database key has 32 bytes")
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_memory_security = OFF")


def set_pragmas(connection: Connection) -> None:
    # The first statement that reads the file also proves the key.
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "busy_timeout = 5000",
        "temp_store = MEMORY",
        f"cache_size = -{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


class translated:
    """The engine's errors as ours. (No generator: every request passes through one.)"""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, DatabaseError):
            ours = _translation(error, self._path)
            raise ours from (error if ours.code == _OTHERWISE else None)


# The code of what the engine says that we have no words for.
_OTHERWISE: Final = "database"


def _translation(error: sqlite3.DatabaseError, path: Path) -> FirstpartyError:
    message = str(error)
    if "disk is full" in message:
        return DiskFullError(path)
    if "disk I/O error" in message:  # a failing disk, a quota, or a disk too full to extend the log's index
        return FileWriteError(
            f"the disk failed at `{path}`", hint="check free space and the disk; what was acknowledged is kept"
        )
    if "readonly" in message or "unable to open" in message:
        return ReadOnlyError(f"cannot write `{path}`", hint="check its owner and permissions")
    if "not a database" in message or "malformed" in message or "hmac" in message.lower():
        return DatabaseDamagedError(
            f"`{path}` is damaged or belongs to another vault", hint="put it back from a backup"
        )
    if "locked" in message:
        return BusyError("another program is writing to the vault", hint="try again in a moment")
    return FirstpartyError(f"the database answered: {message}", code=_OTHERWISE)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One durable write: everything in it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


Version = tuple[int, int]


def version(connection: Connection) -> Version:
    """Another one once anything was written, by this connection (also what was taken back) or by another one (committed)."""
    (others,) = connection.execute("PRAGMA data_version").fetchone()
    return connection.total_changes, int(others)


@contextmanager
def snapshot(connection: Connection, *, is_still: bool = False) -> Iterator[None]:
    """Reads that see one state, whatever others write meanwhile; `is_still` keeps others from writing.

    INVARIANT: nothing is written inside, since it would be taken back.
    """
    connection.execute("BEGIN IMMEDIATE" if is_still else "BEGIN")
    before = connection.total_changes
    try:
        yield
        if connection.total_changes != before:
            raise RuntimeError("something was written where reads are")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Savepoint:
    """A part of a transaction that is kept or taken back as a whole; durable with the transaction."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("SAVEPOINT part")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After a full disk the engine may have ended the whole transaction by itself.
        if error is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK TO part")
        if error is None or self._connection.in_transaction:
            self._connection.execute("RELEASE part")


class PartLostError(Exception):
    """A part of a transaction was to be taken back by itself, and had not been marked for that."""


class Unmarked:
    """Stands for `Savepoint` where parts are not marked: `is_lost` says that one was to be taken back."""

    __slots__ = ("is_lost",)

    def __init__(self) -> None:
        self.is_lost = False

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_lost = self.is_lost or error is not None


def wait_at_most(connection: Connection, seconds: float) -> None:
    """How long to wait while another process writes; then it is a `BusyError`."""
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").fetchall()


def close(connection: Connection) -> None:
    """Close, leaving no deleted content in the write-ahead log, as far as nobody else has it open."""
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except DatabaseError:
        pass  # the log stays and is replayed at the next opening
    finally:
        connection.close()


def integrity_problems(connection: Connection) -> list[str]:
    """What SQLCipher (page authentication) and SQLite (structure) say is wrong; empty when all is well.

    Pages that fail to authenticate end the search: having met one, the engine reads nothing more by this connection.
    """
    found: list[str] = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    if found:
        return found
    found += [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"dangling reference in {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
    return found


def rows(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, object]]:
    """The rows of a query as dictionaries, for cold reads."""
    cursor = connection.execute(sql, tuple(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def engine(connection: Connection) -> str:
    """The names and versions of what encrypts and stores."""
    cipher = connection.execute("PRAGMA cipher_version").fetchone()[0]
    return f"SQLCipher {cipher}, SQLite {sqlcipher.sqlite_version}"
