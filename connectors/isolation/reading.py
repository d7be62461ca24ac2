"""Reading one file inside the child: sniff, descend into archives, run the reader, send frames.

Whatever a reader does ends as frames: its findings in chunks, its problems up to a limit, its own errors and every
other exception as one problem of the file that repeats none of its content. Only what kills the process is left to
the parent. `Entered` opens a file; one that turns out to be an archive is followed by its members, any other by
`Known` or `Trouble` and, last, `Left`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO

import msgspec

from connectors.frame import SNIFF_BYTES, MappingNeeded, PassphraseNeeded, Reader, ReadError, Source, recognise
from connectors.isolation import frames
from connectors.isolation.archives import Allowance, ArchiveError, Member, gunzip, is_gzip, is_zip, members
from connectors.isolation.limits import MAX_DEPTH, SHOWN_CELL, SHOWN_COLUMNS, SHOWN_ROWS, Limits
from connectors.isolation.outbox import Outbox, Write
from connectors.isolation.streams import Counted, Descriptor, Gauge, Span, buffered
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.findings import Problem


class FileError(ReadError):
    """There is nothing in the file to read."""

    code = "empty"


class File(msgspec.Struct, frozen=True):
    """A file to look at: on disk (no `sha256`) or unpacked; `open` gives it from the start, each time anew."""

    place: frames.Place
    name: str
    open: Callable[[], BinaryIO]
    size: int
    span: Span
    sha256: str = ""


class Reading:
    """One request of the parent, answered frame by frame."""

    def __init__(self, request: frames.Read, readers: tuple[Reader, ...], limits: Limits, write: Write) -> None:
        self._request = request
        self._readers = readers
        self._allowance = Allowance(limits)
        self._write = write
        self._gauge = Gauge(lambda position: self._send(frames.Reached(position)))

    def run(self, descriptor: int) -> None:
        size = self._request.size
        file = File((), "", lambda: buffered(Descriptor(descriptor, size)), size, Span(0, size))
        self._visit((), "", lambda: file)
        self._send(frames.Finished())

    def _send(self, frame: frames.Frame) -> None:
        self._write(frames.packed(frame))

    def _visit(self, place: frames.Place, name: str, fetch: Callable[[], File]) -> None:
        """Looks at one file; an error of any kind is its problem."""
        self._send(frames.Entered(place, name))
        try:
            if self._look(fetch()):
                return
        except PassphraseNeeded as error:
            self._send(frames.NeedsPassphrase(_problem_of(error)))
        except MappingNeeded as error:
            rows = [_row(cells) for cells in error.rows[:SHOWN_ROWS]]
            self._send(frames.NeedsMapping(_problem_of(error), _row(error.header), rows))
        except Exception as error:
            self._send(frames.Trouble([_problem_of(error)]))
        self._send(frames.Left())

    def _look(self, file: File) -> bool:
        """Whether it was an archive, and its members stand for it."""
        head = _head(file)
        # Before any reader is asked: what an archive holds uncompressed may look like a format of its own.
        if is_gzip(head):
            file = self._gunzipped(file)
            head = _head(file)
        if is_zip(head):
            return self._descend(file)
        found = recognise(head, self._readers, mapping=self._request.mapping, remembered=self._request.remembered)
        name = found.reader.manifest.name if found.reader else None
        self._send(frames.Known(name, file.sha256, file.size, found.header))
        if found.reader is None:
            self._send(frames.Trouble([_unknown()]))
        else:
            self._read(found.reader, file, found.mapping)
        return False

    def _gunzipped(self, file: File) -> File:
        unpacked = gunzip(file.open(), file.size, self._allowance)
        # The digest stays that of the file as it lies there: a gzip is not an archive of files but a file, packed.
        return msgspec.structs.replace(file, open=unpacked.open, size=unpacked.size)

    def _descend(self, file: File) -> bool:
        if len(file.place) == MAX_DEPTH:
            raise ArchiveError(
                phrase("is an archive too deep inside others"), hint=phrase("unpack it yourself"), code="too-deep"
            )
        empty = True
        for member in members(file.open(), self._allowance):
            empty = False
            place = (*file.place, member.index)
            if self._wanted(place):
                span = file.span.part(member.offset, member.packed, file.size)
                name = f"{file.name}!/{member.name}" if file.name else member.name
                self._visit(place, name, partial(_unpacked, member, place, name, span))
        if empty:
            raise ArchiveError(phrase("the archive holds no files that could be read"), code="not-recognised")
        return True

    def _wanted(self, place: frames.Place) -> bool:
        """Whether the place is asked for, or leads to one that is."""
        after, only = self._request.after, self._request.only
        if only is not None:
            return only[: len(place)] == place
        return after is None or place > after or (place != after and after[: len(place)] == place)

    def _read(self, reader: Reader, file: File, mapping: dict[str, str] | None) -> None:
        counted = Counted(file.open(), file.size, self._gauge.over(file.span, file.size))
        name = file.name or self._request.name
        source = Source(buffered(counted), file.size, name, mapping, self._request.passphrase)
        outbox = Outbox(self._write)
        try:
            for found in reader.read(source):
                outbox.add(found)
        finally:
            outbox.flush()


def _unpacked(member: Member, place: frames.Place, name: str, span: Span) -> File:
    unpacked = member.unpack()
    return File(place, name, unpacked.open, unpacked.size, span, unpacked.sha256)


def _head(file: File) -> bytes:
    head = file.open().read(SNIFF_BYTES)
    if not head:
        raise FileError(phrase("the file is empty"))
    return head


def _row(cells: Sequence[str]) -> list[str]:
    return [cell.strip()[:SHOWN_CELL] for cell in cells[:SHOWN_COLUMNS]]


def _unknown() -> Problem:
    return Problem(
        "",
        "not-recognised",
        str(phrase("no reader knows this kind of file; look for another format to export")),
    )


def _problem_of(error: Exception) -> Problem:
    """The file's problem, without any of its content: only our own errors may say more than their kind."""
    if isinstance(error, FirstpartyError):
        return Problem("", error.code, str(error))
    if isinstance(error, MemoryError):
        return Problem("", "too-large", str(phrase("reading the file takes more memory than is allowed; split it")))
    if isinstance(error, RecursionError):
        return Problem("", "too-deep", str(phrase("the file is nested too deeply to be read")))
    kind = type(error).__name__
    return Problem(
        "",
        "reader-failed",
        str(phrase("the reader failed with %(kind)s; please report this, without the file", kind=kind)),
    )
