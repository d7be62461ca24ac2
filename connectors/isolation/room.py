"""The parent's side: read files through a child, turn frames into events, outlive whatever happens to the child.

The room checks what types cannot: that frames come in an order that makes sense, that a connector exists, that
places grow, that a file does not yield without end. A child that breaks the rules, breaks down or takes too long
costs the file it was reading; a fresh child goes on with the next one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType

from connectors.isolation import frames
from connectors.isolation.cell import Cell, Fall
from connectors.isolation.events import Done, Event, Recognised, Trouble
from connectors.isolation.hashing import FileDigest
from connectors.isolation.limits import MAX_FALLS, Limits
from connectors.isolation.visit import Visit
from connectors.sources import Item, SourceError, open_file, shown
from vault.findings import Problem


class ReadingRoom:
    """`with ReadingRoom() as room:` starts a child at once and waits for it only when something is read.

    Enter it before the vault's keys are in memory. Not for two threads at once. `extra_readers` is a folder of
    further readers, for tests."""

    def __init__(self, *, limits: Limits | None = None, extra_readers: str = "") -> None:
        self._limits = limits or Limits()
        self._extra_readers = extra_readers
        self._cell: Cell | None = None

    def __enter__(self) -> ReadingRoom:
        self._cell = Cell(self._limits, self._extra_readers)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def protections(self) -> tuple[str, ...]:
        """What holds for the child: `limits`, and `system-calls` where the system has a filter for them."""
        return self._running().ready().protections

    @property
    def connectors(self) -> tuple[str, ...]:
        """The names of the readers that the child has loaded."""
        return self._running().ready().connectors

    def read(
        self,
        item: Item | str,
        *,
        mapping: dict[str, str] | None = None,
        remembered: dict[str, dict[str, str]] | None = None,
        passphrase: str = "",
    ) -> Iterator[Event]:
        """Everything in a file or archive (see `events`). The child reads on while the caller stores what came.

        Raises `IsolationError` when no child can be started, and nothing else."""
        item = Item(shown(item), item) if isinstance(item, str) else item
        try:
            descriptor = open_file(item)
        except SourceError as error:
            yield from _refused(item.path, error)
            return
        digest = FileDigest(descriptor)
        try:
            request = frames.Read(
                digest.size, item.path, mapping, remembered or {}, passphrase, only=item.place or None
            )
            yield from self._read(item, request, descriptor, digest)
        finally:
            digest.cancel()
            os.close(descriptor)

    def _read(self, item: Item, request: frames.Read, descriptor: int, digest: FileDigest) -> Iterator[Event]:
        visit = Visit(item, request, digest, self._limits, self.connectors)
        for falls in range(MAX_FALLS + 1):
            cell = self._running()
            finished = False
            try:
                cell.ready()
                cell.ask(visit.request(), descriptor)
                yield from visit.events(cell)
                finished = True
            except Fall as fall:
                yield from visit.fell(fall, last=falls == MAX_FALLS)
            finally:
                # Also when the caller stops listening: what the child would still send belongs to no file.
                if not finished:
                    self._end()
            if visit.over:
                return

    def _running(self) -> Cell:
        if self._cell is not None and not self._cell.alive():  # ended from outside, between two files
            self._end()
        if self._cell is None:
            self._cell = Cell(self._limits, self._extra_readers)
        return self._cell

    def _end(self) -> None:
        if self._cell is not None:
            self._cell.close()
            self._cell = None


def _refused(path: str, error: SourceError) -> Iterator[Event]:
    yield Recognised(path, None)
    yield Trouble(Problem("", error.code, str(error)))
    yield Done(path, None, "", 0)
