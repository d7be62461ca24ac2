"""Files that a form brings (`multipart/form-data`, RFC 7578), streamed to private files while they arrive.

Promises
* Not more than `MAX_BYTES` in all, `MAX_FILES` files and `MAX_FIELD_BYTES` in a field; within `MAX_SECONDS`.
* Fields stand before files, as in the form. `admit` sees them before the first byte of a file is kept, and may refuse.
* A file lies in the folder under a number, readable by the owner alone; the name that it came with is only shown.
* What is refused or breaks off leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec
from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from connectors.sources import shown
from terms.phrases import Phrase, phrase
from web.server.bodies import FormError, MediaTypeError, TooLargeError, TooSlowError

if TYPE_CHECKING:
    from web.server.requests import Request

FORM: Final = "multipart/form-data"
# Ten years of statements of a household are some 50 MB; a larger file is imported with the command, which reads it in place.
MAX_BYTES: Final = 256 * 1024**2
# What a person drops at once: a year of daily statements.
MAX_FILES: Final = 400
# A token, a choice.
MAX_FIELD_BYTES: Final = 4 * 1024
# From the same machine it is a second; over a slow line at home a large file takes minutes.
MAX_SECONDS: Final = 900
# Longer names are cut where they are shown.
_MAX_NAME: Final = 200
_INSTEAD: Final = phrase("use `firstparty import` for them")


class Uploaded(msgspec.Struct, frozen=True):
    """One file: what it was called, where it lies, how many bytes it has."""

    name: str
    path: Path
    size: int


async def receive(
    request: Request,
    folder: Path,
    admit: Callable[[Mapping[str, str]], object],
    *,
    instead: Phrase = _INSTEAD,
) -> tuple[Mapping[str, str], tuple[Uploaded, ...]]:
    """The fields and the files of a form; an empty file input counts as none. `instead` helps where they are too large."""
    arriving = _Arriving(folder, admit, instead)
    try:
        async with asyncio.timeout(MAX_SECONDS):
            with _parser(request) as parser:
                async for chunk in request.stream():
                    for event in parser.parse(chunk):
                        arriving.take(event)
        return arriving.ended()
    except BaseException as error:
        arriving.give_up()
        if isinstance(error, TimeoutError):
            raise TooSlowError(phrase("the files took too long")) from None
        if isinstance(error, ParserLimitReached):
            raise TooLargeError(phrase("a form brings at most %(max_files)s files", max_files=MAX_FILES)) from None
        if isinstance(error, MultipartError):
            raise FormError(phrase("the body is not a form with files")) from None
        raise


def _parser(request: Request) -> PushMultipartParser:
    given = request.headers.getall("content-type", [])
    kind, options = parse_options_header(given[0] if len(given) == 1 else "")
    if kind != FORM or not options.get("boundary"):
        raise MediaTypeError(phrase("the body has another content type"), hint=phrase("send `%(shape)s`", shape=FORM))
    return PushMultipartParser(options["boundary"], max_segment_count=MAX_FILES + 8, strict=True)


class _Arriving:
    """A form while it arrives."""

    def __init__(self, folder: Path, admit: Callable[[Mapping[str, str]], object], instead: Phrase) -> None:
        self._folder, self._admit, self._instead = folder, admit, instead
        self._fields: dict[str, str] = {}
        self._files: list[Uploaded] = []
        self._segment: MultipartSegment | None = None
        self._field = bytearray()
        self._out: BinaryIO | None = None
        self._kept = self._size = 0
        self._is_admitted = False

    def take(self, event: MultipartSegment | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event:
            self._more(event)
        elif self._segment is not None:
            self._end(self._segment)

    def ended(self) -> tuple[Mapping[str, str], tuple[Uploaded, ...]]:
        self._be_admitted()
        return self._fields, tuple(self._files)

    def give_up(self) -> None:
        if self._out is not None:
            self._out.close()
        for place in range(len(self._files) + 1):
            self._path(place).unlink(missing_ok=True)

    def _path(self, place: int) -> Path:
        return self._folder / f"{place:04}"

    def _begin(self, segment: MultipartSegment) -> None:
        self._segment, self._field, self._size = segment, bytearray(), 0
        if segment.filename is not None:
            self._be_admitted()
            descriptor = os.open(self._path(len(self._files)), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._out = os.fdopen(descriptor, "wb")

    def _be_admitted(self) -> None:
        if not self._is_admitted:
            self._admit(self._fields)
            self._is_admitted = True

    def _more(self, part: bytearray) -> None:
        if self._out is None:
            self._field += part
            if len(self._field) > MAX_FIELD_BYTES:
                raise TooLargeError(
                    phrase("a field has at most %(max_field_bytes)s bytes", max_field_bytes=MAX_FIELD_BYTES)
                )
            return
        self._size += len(part)
        self._kept += len(part)
        if self._kept > MAX_BYTES:
            raise TooLargeError(
                phrase("files of more than %(max_bytes)s MB together", max_bytes=MAX_BYTES // 1024**2),
                hint=self._instead,
            )
        self._out.write(part)

    def _end(self, segment: MultipartSegment) -> None:
        if self._out is None:
            self._name(segment)
            return
        self._out.close()
        self._out = None
        path = self._path(len(self._files))
        if segment.filename or self._size:
            self._files.append(Uploaded(_shown(segment.filename or ""), path, self._size))
        else:
            path.unlink()  # a file input that nothing was chosen for

    def _name(self, segment: MultipartSegment) -> None:
        name = segment.name or ""
        if name in self._fields or self._is_admitted:
            raise FormError(phrase("a field is there twice, or after a file"))
        try:
            self._fields[name] = self._field.decode()
        except UnicodeDecodeError:
            raise FormError(phrase("a field is not UTF-8")) from None


def _shown(name: str) -> str:
    """The last part of a name, as it may be shown."""
    return shown(name.replace("\\", "/").rpartition("/")[2])[:_MAX_NAME] or "file"
