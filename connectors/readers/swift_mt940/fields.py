"""An MT940 stream as fields: tag, lines and the line they begin on.

Read with all wrappings that occur: SWIFT blocks (`{1:…}{4:` … `-}`), FinTS line ends (`@@`), bank headers before
the first field, a tag broken over two lines, and files without any line end.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

# SWIFT lines have 65 characters; files without line ends are read in pieces of this size.
MAX_LINE_BYTES = 1 << 20
# `:86:` has six lines in SWIFT and up to a dozen in the wild; the lines beyond are no statement's.
MAX_FIELD_LINES = 100
# Longer than any line that a bank wraps; only such a line is searched for tags inside it.
LONG_LINE = 500

# Codecs are modules: looked up here, since a locked-down reader process can open no file any more.
codecs.lookup("cp1252")
_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):")
_TAG_INSIDE = re.compile(r"(?=:(?:13D?|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]):)")
_BLOCKS = re.compile(r"(?:\{[1235]:[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*\{4:")
_END = re.compile(r"-\s*(?:\}.*)?|-[A-Z]{3}|-\x03")


class Field(msgspec.Struct, frozen=True):
    """`lines` are without line ends; the first is what stands behind the tag."""

    tag: str
    lines: list[str]
    place: int


def fields(stream: BinaryIO) -> Iterator[Field]:
    """The fields in order; what stands before the first one, and between messages, is passed over."""
    current: Field | None = None
    for place, line in _lines(stream):
        match = _TAG.match(line)
        if match:
            if current:
                yield current
            current = Field(match[1], [line[match.end() :]], place)
        elif _END.fullmatch(line):
            if current:
                yield current
            current = None
        elif current and len(current.lines) < MAX_FIELD_LINES:
            current.lines.append(line)
    if current:
        yield current


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    pending = ""
    for place, raw in enumerate(iter(lambda: stream.readline(MAX_LINE_BYTES), b""), 1):
        for line in _unwrapped(raw.removeprefix(codecs.BOM_UTF8)):
            if line == ":":
                # The tag goes on in the next line.
                pending = ":"
                continue
            if line:
                yield place, pending + line
                pending = ""


def _unwrapped(raw: bytes) -> Iterator[str]:
    """The lines that one physical line holds, without block headers and trailing control characters."""
    text = _decoded(raw)
    for line in text.replace("\r", "\n").replace("@@", "\n").split("\n"):
        line = line.strip("\x00\x01\x03\x1a\ufeff")
        block = _BLOCKS.match(line)
        if block:
            line = line[block.end() :]
        if line.lstrip().startswith(":"):
            line = line.lstrip()
        if len(line) > LONG_LINE or (line.startswith(":61:") and ":86:" in line):
            yield from _TAG_INSIDE.split(line)
        else:
            yield line


def _decoded(raw: bytes) -> str:
    """UTF-8 where it is valid, else Windows Latin: SWIFT knows only ASCII, banks write what they like."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
