"""Binary streams for readers inside the child: seekable, counted, and made of nothing but reads.

`Descriptor` reads by position (pread), because the descriptor's own offset is shared with the vault, which takes the
hash at the same time; it asks the system for nothing else, so the system-call filter can forbid the rest.
`Counted` tells a gauge how far a stream has been read, which becomes the progress bar.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from time import monotonic
from typing import BinaryIO, cast

import msgspec

from connectors.isolation.limits import PROGRESS_SECONDS

# Large enough that a read is all copying, small enough to fit a processor's second cache.
BUFFER_BYTES = 256 * 1024


class _Positional(io.RawIOBase):
    """Seeking and telling for a stream of known size, over `_at(position, count)`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "seek before the start")  # as a file does; `zipfile` relies on it
        self._position = base + offset
        return self._position


class Descriptor(_Positional):
    """The file behind an open descriptor, which stays the caller's to close."""

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(size)
        self._descriptor = descriptor

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        piece = os.pread(self._descriptor, len(buffer), self._position)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


class Counted(_Positional):
    """`source`, of `size` bytes, telling `reached` its position after each read."""

    def __init__(self, source: BinaryIO, size: int, reached: Callable[[int], None]) -> None:
        super().__init__(size)
        self._source = source
        self._reached = reached

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        piece = self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        self._position += len(piece)
        self._reached(self._position)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._source.seek(super().seek(offset, whence))


def buffered(raw: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(raw, BUFFER_BYTES))


class Span(msgspec.Struct, frozen=True):
    """The bytes of the file on disk that a member stands for: `length` bytes from `start`."""

    start: int
    length: int

    def part(self, offset: int, length: int, whole: int) -> Span:
        """Where `length` bytes at `offset` of `whole` lie; claims of the archive are not believed past its end."""
        scale = self.length / max(whole, 1)
        start = min(int(offset * scale), self.length)
        return Span(self.start + start, min(int(length * scale), self.length - start))


class Gauge:
    """Reports positions in the file on disk, a few times a second and never backwards."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report
        self._furthest = 0
        self._next = 0.0

    def over(self, span: Span, size: int) -> Callable[[int], None]:
        """What to tell of positions in a member of `size` bytes that stands for `span`."""
        scale = span.length / max(size, 1)
        return lambda position: self._reach(span.start + int(position * scale))

    def _reach(self, position: int) -> None:
        now = monotonic()
        if now >= self._next:
            self._furthest = max(position, self._furthest)
            self._next = now + PROGRESS_SECONDS
            self._report(self._furthest)
