"""The digest of the file as it lies on disk, taken by the vault itself while the child reads.

Provenance must be of the real bytes, so it is not left to the child. The thread reads by position, which leaves the
descriptor's offset alone, and hashing releases the interpreter lock. A file that changes meanwhile is noticed.
"""

from __future__ import annotations

import hashlib
import os
import threading

_PIECE_BYTES = 1024**2


class FileDigest:
    """Starts at once; `result` waits for it, `cancel` ends it early. The descriptor stays the caller's."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before = os.fstat(descriptor)
        self._digest = hashlib.sha256()
        self._cancelled = threading.Event()
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="file-digest", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Bytes of the file when it was opened."""
        return self._before.st_size

    def _run(self) -> None:
        position = 0
        try:
            while not self._cancelled.is_set():
                piece = os.pread(self._descriptor, _PIECE_BYTES, position)
                if not piece:
                    return
                self._digest.update(piece)
                position += len(piece)
        except OSError:  # the disk went away; the child meets the same
            self._failed = True

    def result(self) -> str:
        """The SHA-256 in hexadecimal; empty when the file could not be read to its end."""
        self._thread.join()
        return "" if self._failed or self._cancelled.is_set() else self._digest.hexdigest()

    def changed(self) -> bool:
        """Whether the file is another than when it was opened."""
        now = os.fstat(self._descriptor)
        return (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns)

    def cancel(self) -> None:
        self._cancelled.set()
        self._thread.join()
