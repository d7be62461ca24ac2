"""One process holds a vault open: an advisory lock on `vault.lock`, which names its holder for the message."""

from __future__ import annotations

import os
import time
from pathlib import Path

from terms.errors import FirstpartyError

FILE_NAME = "vault.lock"
# Long enough for a quick command of the same person to finish, short enough not to look hung.
PATIENCE_SECONDS = 3.0
_STEP_SECONDS = 0.05


class VaultInUseError(FirstpartyError):
    code = "in-use"


class Lock:
    """Held from construction to `release`; the kernel lets it go when the process dies."""

    def __init__(
        self, home: Path, holder: str, *, patience: float = PATIENCE_SECONDS, file_name: str = FILE_NAME
    ) -> None:
        self._descriptor = os.open(home / file_name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not self._try():
            if time.monotonic() >= deadline:
                found = os.pread(self._descriptor, 200, 0).decode("utf-8", "replace").strip()
                os.close(self._descriptor)
                raise VaultInUseError(
                    f"another process has this vault open: {found or 'unknown'}", hint="wait for it, or end it"
                )
            time.sleep(_STEP_SECONDS)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"process {os.getpid()} ({holder})\n".encode(), 0)

    def _try(self) -> bool:
        import fcntl  # absent on Windows, where msvcrt takes its place

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let go; a second time does nothing (the descriptor's number may be another file's by then)."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.ftruncate(descriptor, 0)
            os.close(descriptor)
