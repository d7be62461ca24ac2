"""An open vault: the one object through which every door reads and writes.

    with Vault.open(home, secret, now=now, by="import") as vault: ...

Opening takes the lock, unlocks the keyring, keys the database, migrates it if needed (after a copy of it) and writes an
`unlock` leaf. `Vault.beside` opens it a second time while another process that lends its keys has it open and shares it.
INVARIANT: a session keeps nothing of the database from one action to the next, so each sees what the other wrote. Every write goes through `transaction`, which signs a checkpoint of the log with the effect. Leaving the
block closes the file, and turns the engine's errors into ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeVar

from terms.errors import FirstpartyError
from vault import crypto, files, keyring
from vault.store import audit, connection, derived, migrations, settings
from vault.store.lock import Guest, Lock
from vault.times import stamp

if TYPE_CHECKING:
    from vault.importing import Importing

BACKUPS = "backups"
# A guest waits for its turn to write as long as a person would, since the server writes little at a time.
GUEST_PATIENCE_SECONDS = 30.0


# How a guest takes turns with the process that it is beside. `writes`: all that it does is one turn, so that nothing changes
# between what it reads and what it writes; each `transaction` in it is kept or taken back by itself, and all are durable at its
# end. `reads`: all that it reads is one state. `each`: every transaction is a turn of its own, for what takes long.
Turn = Literal["writes", "reads", "each"]


class VaultExistsError(FirstpartyError):
    code = "vault-exists"


class Vault:
    """Use `create` or `open`; not meant to be made by hand."""

    def __init__(
        self, home: Path, keys: keyring.Keys, ring: keyring.Keyring, lock: Lock | Guest, now: datetime
    ) -> None:
        self.home, self.keys, self.keyring, self.now = home, keys, ring, now
        self._lock = lock
        self._turn: Turn = "each"
        self._ended: Callable[[], None] | None = None
        self._changes = self._turn_changes = 0
        self._unmarked: connection.Unmarked | None = None
        self.path = home / connection.FILE_NAME
        self.connection: connection.Connection

    # --- life -------------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, home: Path, passphrase: str, recovery_key: str, *, now: datetime) -> Vault:
        """A new vault in `home`, which is made if need be and must not hold one already."""
        keyring.check_strength(passphrase)
        _refuse_occupied(home)
        try:
            home.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
            (home / BACKUPS).mkdir(mode=files.PRIVATE_FOLDER, exist_ok=True)
        except OSError as error:
            raise files.written_badly(error, home) from None
        lock = _locked(home, "init", Lock)
        try:
            # Again, now that nobody else can: two of us may have found the folder empty.
            _refuse_occupied(home)
        except BaseException:
            lock.release()
            raise
        try:
            ring, keys = keyring.create(passphrase, recovery_key, now=stamp(now))
            vault = cls(home, keys, ring, lock, now)
            # The database first: a keyring is what makes a folder a vault.
            vault._create_database()
            keyring.save(home, ring)
        except BaseException:
            for name in (connection.FILE_NAME, f"{connection.FILE_NAME}-wal", f"{connection.FILE_NAME}-shm"):
                (home / name).unlink(missing_ok=True)
            lock.release()
            raise
        return vault

    @classmethod
    def open(cls, home: Path, secret: str, *, now: datetime, by: str) -> Vault:
        """Open the vault in `home` with a passphrase, recovery key or key file; `by` names the command in the log."""
        ring = keyring.load(home)
        if not (home / connection.FILE_NAME).exists():
            raise connection.DatabaseMissingError(
                f"the keyring is there, but `{home / connection.FILE_NAME}` is missing",
                hint="put it back from a backup; do not run init here",
            )
        lock = _locked(home, by, Lock)
        try:
            # Again, now that nobody else can write: a passphrase may have been changed while we waited.
            ring = keyring.load(home)
            keys, kind = keyring.unlock(ring, secret)
            vault = cls(home, keys, ring, lock, now)
            vault.connection = connection.connect(vault.path, keys.database)
        except BaseException:
            lock.release()
            raise
        try:
            with connection.translated(vault.path):
                vault._migrate()
                vault._begin(kind, by)
        except BaseException:
            vault.close()
            raise
        return vault

    @classmethod
    def beside(
        cls, home: Path, root: bytes, *, now: datetime, by: str, turn: Turn, ended: Callable[[], None] = lambda: None
    ) -> Vault:
        """Open the vault in `home` beside the process that has it open, shares it (`share`) and lent its root key.

        `ended` is called once it is closed, if anything was written after opening.
        """
        lock = _locked(home, by, Guest)
        try:
            ring = keyring.load(home)
            vault = cls(home, keyring.lent(ring, root), ring, lock, now)
            vault.connection = connection.connect(vault.path, vault.keys.database)
        except BaseException:
            lock.release()
            raise
        try:
            with connection.translated(vault.path):
                connection.wait_at_most(vault.connection, GUEST_PATIENCE_SECONDS)
                if migrations.pending(vault.connection):
                    raise FirstpartyError(
                        "the server that has this vault open is of an older version",
                        hint="start it anew",
                        code="in-use",
                    )
                vault._begin("server", by)
        except BaseException:
            vault.close()
            raise
        vault._turn, vault._ended, vault._changes = turn, ended, vault.connection.total_changes
        vault._take_turn()
        return vault

    def share(self, *, patience_seconds: float) -> None:
        """Let guests in. From now on writes wait for theirs, `patience_seconds` at most; then they are a `BusyError`."""
        assert isinstance(self._lock, Lock)
        connection.wait_at_most(self.connection, patience_seconds)
        self._lock.admit()

    def close(self) -> None:
        if isinstance(self._lock, Guest):
            self._leave()
            return
        try:
            connection.close(self.connection)
        finally:
            self._lock.release()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None:
                with connection.translated(self.path):
                    raise error
        finally:
            self.close()

    # --- writing ----------------------------------------------------------------------------------------------------

    def transaction(self) -> AbstractContextManager[None]:
        """One durable write with its leaves; the log is signed at its end.

        Inside another one it is a part of that: kept or taken back by itself, durable and signed with the whole.
        """
        if self._turn != "reads" and self.connection.in_transaction:
            return self._unmarked or connection.Savepoint(self.connection)
        return self._whole()

    @contextmanager
    def unmarked(self) -> Iterator[None]:
        """As `transaction`, with nothing to mark its parts, which spares two statements for each. `PartLostError`, with nothing
        kept, where one of them failed: then it is to be done again as a `transaction`."""
        self._unmarked = parts = connection.Unmarked()
        try:
            with self._whole():
                yield
                if parts.is_lost:
                    raise connection.PartLostError
        finally:
            self._unmarked = None

    @contextmanager
    def _whole(self) -> Iterator[None]:
        if self._turn == "reads":
            with self.aside(), self.transaction():
                yield
            return
        with connection.transaction(self.connection):
            yield
            self.sign()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A guest's turn ends before this and begins anew after it, so that nobody waits while a person is asked something.

        What was read before may not be so afterwards.
        """
        turn = self._turn
        self._end_turn()
        self._turn = "each"
        try:
            yield
        finally:
            self._turn = turn
            self._take_turn()

    @contextmanager
    def snapshot(self, *, is_still: bool = False) -> Iterator[None]:
        """Reads that belong together see one state, whatever another process writes meanwhile; nothing is written inside.

        With `is_still` nobody else writes meanwhile. Inside a transaction it is a part of that.
        """
        if self.connection.in_transaction:
            yield
            return
        with connection.snapshot(self.connection, is_still=is_still):
            yield

    def translated(self) -> AbstractContextManager[None]:
        """The engine's errors as ours, for whoever holds the vault open longer than one block."""
        return connection.translated(self.path)

    def log(self, event: str, body: dict[str, object]) -> int:
        """A leaf for what the surrounding transaction does."""
        return audit.append(self.connection, event, body, at=stamp(self.now))

    def importing(self) -> Importing:
        from vault.importing import Importing  # the analysis, which most openings do without

        return Importing(self.connection, self.keys, self.now)

    def replace_passphrase(self, passphrase: str) -> None:
        """Rewrite the passphrase slot. The leaf is durable before the keyring is replaced in one step."""
        self._rewrite_keyring("passphrase", passphrase, "key.passphrase-changed")

    def replace_recovery_key(self, recovery_key: str) -> None:
        self._rewrite_keyring("recovery", recovery_key, "key.recovery-replaced")

    def add_key_file(self, content: str) -> None:
        self._rewrite_keyring("key-file", content, "key.file-added")

    # --- a guest's turn -----------------------------------------------------------------------------------------------

    def _take_turn(self) -> None:
        if self._turn != "each":
            with connection.translated(self.path):
                self.connection.execute("BEGIN" if self._turn == "reads" else "BEGIN IMMEDIATE")
                self._turn_changes = self.connection.total_changes

    def _end_turn(self) -> None:
        """What is kept by then is durable after."""
        if self._turn == "each" or not self.connection.in_transaction:
            return
        with connection.translated(self.path):
            if self._turn == "writes" and self.connection.total_changes != self._turn_changes:
                self.sign()
            self.connection.execute("COMMIT")

    def _leave(self) -> None:
        ended, self._ended = self._ended, None
        has_written = ended is not None and self.connection.total_changes != self._changes
        try:
            if ended is not None:  # else it is closed already, or never quite was open
                self._end_turn()
        finally:
            self.connection.close()  # what was deleted leaves the log with the one who stays
            self._lock.release()
        if ended is not None and has_written:
            ended()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _rewrite_keyring(self, kind: keyring.SlotKind, secret: str, event: str) -> None:
        changed = keyring.with_slot(self.keyring, kind, secret, self.keys, now=stamp(self.now))
        path = self.home / keyring.FILE_NAME
        staged = files.stage(path, keyring.encode(changed))
        try:
            with connection.translated(self.path), self.transaction():
                self.log(event, {"slot": changed.slots[-1].id})
        except BaseException:
            files.discard(staged)
            raise
        files.publish(staged, path)
        self.keyring = changed

    def _begin(self, kind: str, by: str) -> None:
        """Say in the log that it was opened, by what and what for; do what was put off until now."""
        with self.transaction():
            self.log("unlock", {"by": kind, "for": by})
            if derived.is_pending(self.connection):
                from vault.deriving import derive  # as in `importing`

                derive(self.connection, self.now)

    def sign(self) -> None:
        """A checkpoint of the log as it stands; `transaction` does it by itself."""
        audit.checkpoint(self.connection, public=self.keys.signer.public, sign=self.keys.signer.sign)

    def _create_database(self) -> None:
        self.connection = connection.connect(self.path, self.keys.database, create=True)
        with connection.translated(self.path):
            migrations.apply(self.connection)
            with self.transaction():
                audit.open_log(self.connection, f"firstparty/{self.keyring.vault_id}", self.keys.signer.public)
                settings.put(self.connection, "fingerprint_key", crypto.random_key().hex())
                self.log("vault.created", {"vault": self.keyring.vault_id})
        self.path.chmod(files.PRIVATE_FILE)

    def _migrate(self) -> None:
        missing = migrations.pending(self.connection)
        if not missing:
            return
        # The file is encrypted already, so a plain copy is a backup under the same keyring.
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        version = migrations.version_of(self.connection)
        files.copy(self.path, self.home / BACKUPS / f"before-schema-{version + 1}.db")
        migrations.apply(self.connection)
        with self.transaction():
            self.log("schema.migrated", {"versions": missing})


L = TypeVar("L", Lock, Guest)


def _locked(home: Path, by: str, lock: Callable[[Path, str], L]) -> L:
    try:
        return lock(home, by)
    except OSError as error:
        raise files.written_badly(error, home) from None


def _refuse_occupied(home: Path) -> None:
    if (home / keyring.FILE_NAME).exists():
        raise VaultExistsError(f"there is already a vault in `{home}`", hint="choose another folder with --home")
    if (home / connection.FILE_NAME).exists():
        raise VaultExistsError(
            f"`{home}` holds a database without its keyring", hint="put `keyring.json` back, or choose another folder"
        )
    if home.exists() and not home.is_dir():
        raise VaultExistsError(f"`{home}` is a file", hint="choose a folder with --home")
