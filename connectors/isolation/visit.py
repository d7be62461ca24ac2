"""One file on disk, from request to its last event, through as many children as it takes.

This is where the parent decides what it believes. Frames that are well typed but out of order, a connector that was
not loaded, places that do not grow, findings or files without end: each is a `Fall`, and the caller ends the child.
A fall costs the file being read; in an archive the next child goes on behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from connectors.isolation import frames
from connectors.isolation.cell import Cell, Fall, Patience
from connectors.isolation.events import Chunk, Done, Event, Locked, Progress, Recognised, Trouble, Unmapped
from connectors.isolation.hashing import FileDigest
from connectors.isolation.limits import MAX_FINDINGS, MAX_PROBLEMS, Limits
from connectors.sources import Item, printable
from terms.phrases import phrase
from vault.findings import Problem

# The sum of what was left out, and the problem of the file as a whole, come after the last of a row.
_CLOSING_PROBLEMS = 2


class _Open:
    """The file that the child is in."""

    def __init__(self, place: frames.Place, path: str, *, revisited: bool = False) -> None:
        self.place = place
        self.path = path
        self.revisited = revisited
        self.known: frames.Known | None = None
        self.announced = False
        self.locked: Problem | None = None
        self.findings = 0
        self.problems = 0

    @property
    def begun(self) -> bool:
        """Whether anything was said of it that only `Left` can end: an archive that was descended into has nothing."""
        return self.announced or self.locked is not None

    @property
    def connector(self) -> str | None:
        return self.known.connector if self.known else None


class Visit:
    """`events` per child, `fell` after a fall, until `over`."""

    def __init__(
        self, item: Item, request: frames.Read, digest: FileDigest, limits: Limits, connectors: tuple[str, ...]
    ) -> None:
        self.over = False
        self._item = item
        self._request = request
        self._digest = digest
        self._patience = Patience(limits.quiet_seconds, limits.patience(request.size))
        self._limits = limits
        self._connectors = frozenset(connectors)
        self._reached: frames.Place | None = None
        self._files = 0
        self._ended = 0
        self._open: _Open | None = None

    def request(self) -> frames.Read:
        """What to ask of the next child."""
        return msgspec.structs.replace(self._request, after=self._reached)

    def events(self, cell: Cell) -> Iterator[Event]:
        """Everything that the child tells; raises `Fall`."""
        while not isinstance(frame := cell.frame(self._patience), frames.Finished):
            if isinstance(frame, frames.Entered):
                self._enter(frame)
            elif self._open is None:
                raise _misbehaved("spoke of no file")
            else:
                yield from self._inside(self._open, frame)
        if self._ended == 0 or (self._open is not None and self._open.begun):
            raise _misbehaved("left a file open")
        self._open, self.over = None, True

    def fell(self, fall: Fall, *, last: bool) -> Iterator[Event]:
        """The events that end the file that was being read; `over` when no further child should try."""
        stuck = self._open is None or self._open.revisited
        file = self._open or _Open((), self._item.path)
        yield from self._announced(file)
        yield Trouble(Problem("", fall.code, str(fall)))
        yield self._done(file)
        self._open = None
        self._ended += 1
        self.over = stuck or last or not file.place or self._request.only is not None
        if self.over and file.place and self._request.only is None:
            yield from self._abandoned()

    def _abandoned(self) -> Iterator[Event]:
        why = str(phrase("too many of its files break the reader down; unpack it and name the good ones"))
        yield Recognised(self._item.path, None)
        yield Trouble(Problem("", "archive-abandoned", why))
        yield self._done(_Open((), self._item.path))

    def _enter(self, frame: frames.Entered) -> None:
        if self._open is not None and (self._open.begun or self._open.place != frame.place[:-1]):
            raise _misbehaved("entered a file inside another")
        target = self._request.only or self._reached
        leads_on = target is not None and target[: len(frame.place)] == frame.place
        if self._reached is not None and frame.place <= self._reached and not leads_on:
            raise _misbehaved("went back")
        self._files += 1
        if self._files > self._limits.members * 2:
            raise _misbehaved("found files without end")
        path = f"{self._item.path}!/{printable(frame.name)}" if frame.name else self._item.path
        self._open = _Open(frame.place, path, revisited=leads_on)
        if not leads_on:
            self._reached = frame.place

    def _inside(self, file: _Open, frame: frames.Frame) -> Iterator[Event]:
        match frame:
            case frames.Reached(position=position):
                yield Progress(min(position, self._request.size), self._request.size)
            case frames.Known():
                yield from self._know(file, frame)
            case frames.Found():
                yield self._chunk(file, frame)
            case frames.Trouble(problems=problems):
                yield from self._announced(file)
                yield from self._troubles(file, problems)
            case frames.NeedsPassphrase(problem=problem):
                file.locked = _printable(problem)
            case frames.NeedsMapping():
                yield from self._announced(file)
                yield from self._unmapped(file, frame)
            case frames.Left():
                yield from self._announced(file)
                yield from self._leave(file)
            case _:
                raise _misbehaved("spoke out of turn")

    def _know(self, file: _Open, frame: frames.Known) -> Iterator[Event]:
        if file.announced or (frame.connector is not None and frame.connector not in self._connectors):
            raise _misbehaved("named a reader that does not exist")
        file.known = frame
        yield from self._announced(file)

    def _announced(self, file: _Open) -> Iterator[Event]:
        if not file.announced:
            file.announced = True
            yield Recognised(file.path, file.connector, file.known.header if file.known else "")

    def _chunk(self, file: _Open, frame: frames.Found) -> Chunk:
        file.findings += len(frame.findings)
        if file.connector is None or file.findings > MAX_FINDINGS:
            raise _misbehaved("found more than a file holds")
        return Chunk(frame.findings)

    def _troubles(self, file: _Open, problems: list[Problem]) -> Iterator[Event]:
        file.problems += len(problems)
        if file.problems > MAX_PROBLEMS + _CLOSING_PROBLEMS:
            raise _misbehaved("complained without end")
        for problem in problems:
            yield Trouble(_printable(problem))

    def _unmapped(self, file: _Open, frame: frames.NeedsMapping) -> Iterator[Event]:
        yield from self._troubles(file, [frame.problem])
        item = msgspec.structs.replace(self._item, place=file.place)
        yield Unmapped(item, _cells(frame.header), tuple(map(_cells, frame.rows)))

    def _leave(self, file: _Open) -> Iterator[Event]:
        self._open = None
        self._ended += 1
        if file.locked:
            item = msgspec.structs.replace(self._item, place=file.place)
            yield Locked(file.path, item, file.locked)
            return
        if not file.place and self._digest.changed():
            yield Trouble(
                Problem("", str(phrase("changed")), str(phrase("the file changed while it was read; import it again")))
            )
        yield self._done(file)

    def _done(self, file: _Open) -> Done:
        if not file.place:
            return Done(file.path, file.connector, self._digest.result(), self._digest.size)
        if file.known is None:
            return Done(file.path, None, "", 0)
        return Done(file.path, file.connector, file.known.sha256, file.known.size)


def _printable(problem: Problem) -> Problem:
    return Problem(printable(problem.where), printable(problem.code), printable(problem.message))


def _cells(row: list[str]) -> tuple[str, ...]:
    return tuple(map(printable, row))


def _misbehaved(how: str) -> Fall:
    return Fall(phrase("the reader %(how)s; its file was put aside", how=how), code="reader-misbehaved")
