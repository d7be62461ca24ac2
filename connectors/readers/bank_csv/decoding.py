"""Which bytes mean which letters.

A byte-order mark decides; then zero bytes at every second place (UTF-16 without a mark); then strict UTF-8 over
the whole file. What is left is an old eight-bit code page, chosen by evidence: the one in which most words of the
headings table appear, Windows-1252 when none tells. A file that is UTF-8 but for a few bytes is read as UTF-8 with
those letters replaced. Nothing here keeps more than one block of the file.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

import msgspec

from connectors.frame import ReadError
from terms.phrases import phrase

BLOCK_BYTES = 1 << 20
# Windows first: it is what German, French and Nordic banks send; 1250 is Polish, the others are old exports.
_CODE_PAGES = ("cp1252", "cp1250", "cp850", "mac_roman")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Words with letters outside ASCII that stand in the heads of bank files.
_TELLING = (
    "Währung Gläubiger Empfänger Begünstigter Umsätze Zahlungsempfänger Gebühr Bokföringsdag Beløp Beløb Händler "
    "Libellé Débit Crédit Opération Référence Descripción Operación Księgowania Tytuł Końcowe Początkowe Größe "
    "für über Rückbuchung Straße chèques"
).split()


class Survey(msgspec.Struct, frozen=True):
    """How to decode a file: the codec, whether zero bytes stand in its text, and whether some bytes are broken."""

    encoding: str
    has_zero: bool = False
    has_broken: bool = False


def guess(head: bytes) -> str:
    """The encoding that these first bytes speak for (the last letter may be cut)."""
    if marked := _marked(head):
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _old_page(head)
    return "utf-8"


def _marked(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:2000]
    if len(sample) >= 4:
        if sample[1::2].count(0) * 2 > len(sample) // 2 and not sample[0::2].count(0):
            return "utf-16-le"
        if sample[0::2].count(0) * 2 > len(sample) // 2 and not sample[1::2].count(0):
            return "utf-16-be"
    return ""


def _old_page(head: bytes) -> str:
    def telling(page: str) -> int:
        text = head.decode(page, "replace").lower()
        return sum(word.lower() in text for word in _TELLING)

    best = max(_CODE_PAGES, key=telling)
    return best if telling(best) else "cp1252"


def _mostly_utf8(head: bytes) -> bool:
    text = head.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not letter.isascii() for letter in text) - broken > 4 * broken


def read_fully(stream: BinaryIO, size: int) -> bytes:
    """The next `size` bytes, however few the stream gives at a time; fewer only at its end."""
    pieces = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def survey(stream: BinaryIO, head: bytes) -> Survey:
    """Reads the whole stream once, block by block, and leaves it at its start.

    Raises `ReadError` for a file with a line of more than a block: no bank prints one, and reading it as a line
    would take as much memory as it is long."""
    marked = _marked(head)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_zero, first_broken = True, False, b""
    stream.seek(0)
    while block := read_fully(stream, BLOCK_BYTES):
        if len(block) == BLOCK_BYTES and b"\n" not in block and b"\r" not in block:
            raise ReadError(
                phrase("a line of this file is longer than a mebibyte; it is not a table"), code="line-too-long"
            )
        if marked:
            continue
        has_zero = has_zero or b"\0" in block
        if is_utf8 and not block.isascii():
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf8, first_broken = False, block
        elif is_utf8:
            is_utf8 = not decoder.getstate()[0]
            decoder.reset()
    stream.seek(0)
    if marked or is_utf8:
        return Survey(marked or "utf-8", has_zero)
    if _mostly_utf8(first_broken):
        return Survey("utf-8", has_zero, has_broken=True)
    return Survey(_old_page(first_broken), has_zero)
