"""Who may have a vault open: advisory locks on files in its folder, which name their holder for the message.

* One process holds a vault (`Lock`, on `vault.lock`). It alone migrates the database and rewrites the keyring.
* The holder may let guests in beside it (`admit`): commands that it lent its keys to, which read and write the same database
  while it does (`Guest`). SQLite puts their writes in order.
* INVARIANT: nobody becomes the holder while a guest is still there, even if the one who let the guest in has gone. That is
  what `guests.lock` is for: guests share it, and a holder has it alone until it lets guests in.

The kernel lets go of everything that a process holds when it dies.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from terms.errors import FirstpartyError

FILE_NAME = "vault.lock"
GUESTS_FILE_NAME = "guests.lock"
# Long enough for a quick command of the same person to finish, short enough not to look hung.
PATIENCE_SECONDS = 3.0
_STEP_SECONDS = 0.05


class VaultInUseError(FirstpartyError):
    code = "in-use"


class FileLock:
    """One lock, held from construction to `release`; by several at once where all of them share it."""

    def __init__(
        self, home: Path, holder: str, *, file_name: str, patience: float = PATIENCE_SECONDS, shared: bool = False
    ) -> None:
        self._descriptor = os.open(home / file_name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._shared = shared
        deadline = time.monotonic() + patience
        while not self._try():
            if time.monotonic() >= deadline:
                found = os.pread(self._descriptor, 200, 0).decode("utf-8", "replace").strip()
                os.close(self._descriptor)
                raise VaultInUseError(
                    f"another process has this vault open: {found or 'unknown'}", hint=_way_out(found)
                )
            time.sleep(_STEP_SECONDS)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"process {os.getpid()} ({holder})\n".encode(), 0)

    def _try(self) -> bool:
        import fcntl  # absent on Windows, where msvcrt takes its place

        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let go; a second time does nothing (the descriptor's number may be another file's by then)."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            if not self._shared:  # else the name may be another's by now
                os.ftruncate(descriptor, 0)
            os.close(descriptor)


def _way_out(holder: str) -> str:
    if holder.endswith("(serve)"):
        return "close it there with `firstparty lock` first"
    return "wait for it, or end it"


class Lock:
    """The holder's: nobody else has the vault open, until guests are let in."""

    def __init__(self, home: Path, holder: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self._own = FileLock(home, holder, file_name=FILE_NAME, patience=patience)
        try:
            self._guests = FileLock(home, holder, file_name=GUESTS_FILE_NAME, patience=patience)
        except BaseException:
            self._own.release()
            raise

    def admit(self) -> None:
        """Let guests in, for as long as the lock is held and they stay."""
        self._guests.release()

    def release(self) -> None:
        self._guests.release()
        self._own.release()


class Guest(FileLock):
    """A guest's: beside the holder and other guests."""

    def __init__(self, home: Path, holder: str, *, patience: float = PATIENCE_SECONDS) -> None:
        super().__init__(home, holder, file_name=GUESTS_FILE_NAME, patience=patience, shared=True)
