"""An open vault: the one object through which every door reads and writes.

    with Vault.open(home, secret, now=now, by="import") as vault: ...

Opening takes the lock, unlocks the keyring, keys the database, migrates it if needed (after a copy of it) and writes an
`unlock` leaf. Every write goes through `transaction`, which signs a checkpoint of the log with the effect. Leaving the
block closes the file, and turns the engine's errors into ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType

from terms.errors import FirstpartyError
from vault import crypto, files, keyring
from vault.deriving import derive
from vault.importing import Importing
from vault.store import audit, connection, derived, migrations, settings
from vault.store.lock import Lock
from vault.times import stamp

BACKUPS = "backups"


class VaultExistsError(FirstpartyError):
    code = "vault-exists"


class Vault:
    """Use `create` or `open`; not meant to be made by hand."""

    def __init__(self, home: Path, keys: keyring.Keys, ring: keyring.Keyring, lock: Lock, now: datetime) -> None:
        self.home, self.keys, self.keyring, self.now = home, keys, ring, now
        self._lock = lock
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
        lock = _locked(home, "init")
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
        lock = _locked(home, by)
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
                with vault.transaction():
                    vault.log("unlock", {"by": kind, "for": by})
                    if derived.is_pending(vault.connection):
                        derive(vault.connection, now)
        except BaseException:
            vault.close()
            raise
        return vault

    def close(self) -> None:
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

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable write with its leaves; the log is signed at its end.

        Inside another one it is a part of that: kept or taken back by itself, durable and signed with the whole.
        """
        if self.connection.in_transaction:
            with connection.savepoint(self.connection):
                yield
            return
        with connection.transaction(self.connection):
            yield
            self.sign()

    def translated(self) -> AbstractContextManager[None]:
        """The engine's errors as ours, for whoever holds the vault open longer than one block."""
        return connection.translated(self.path)

    def log(self, event: str, body: dict[str, object]) -> int:
        """A leaf for what the surrounding transaction does."""
        return audit.append(self.connection, event, body, at=stamp(self.now))

    def importing(self) -> Importing:
        return Importing(self.connection, self.keys, self.now)

    def replace_passphrase(self, passphrase: str) -> None:
        """Rewrite the passphrase slot. The leaf is durable before the keyring is replaced in one step."""
        self._rewrite_keyring("passphrase", passphrase, "key.passphrase-changed")

    def replace_recovery_key(self, recovery_key: str) -> None:
        self._rewrite_keyring("recovery", recovery_key, "key.recovery-replaced")

    def add_key_file(self, content: str) -> None:
        self._rewrite_keyring("key-file", content, "key.file-added")

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


def _locked(home: Path, by: str) -> Lock:
    try:
        return Lock(home, by)
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
