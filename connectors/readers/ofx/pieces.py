"""An OFX stream as pieces of canonical text that never cut a transaction in two.

Canonical means: tags in capitals, without name space, attributes or blanks; CDATA and a lone `<` in a name turned
into entities; comments dropped; a pending row written as `<STMTTRN><PENDINGROW>…</STMTTRN>`, so that one split
finds every row.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from connectors.readers.ofx.encoding import decoder, utf16_of

# Large enough that joining costs nothing per row, small enough that memory does not follow the file's size.
PIECE_BYTES = 1 << 20
# The first bytes decide on encoding and on whether tags need rewriting.
HEAD_BYTES = 65_536
# The last row of a piece begins within these bytes of its end: no bank's row is near that long.
MAX_ROW_BYTES = 65_536

_ROW_START = re.compile(rb"<(?:[A-Za-z0-9]+:)?STMTTRNP?[\s>]", re.IGNORECASE)
_ODD_TAG = re.compile(r"</?(?![A-Z][A-Z0-9._]*>)[A-Za-z]")
_ANY_TAG = re.compile(r"<\s*(/?)\s*(?:[A-Za-z0-9]+:)?([A-Za-z][A-Za-z0-9._]*)(?:\s[^<>]*)?>")
_LONE_LESS = re.compile(r"<(?![A-Za-z/!?])")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def pieces(stream: BinaryIO) -> Iterator[tuple[str, bool]]:
    """Canonical text, in order; each piece but the first begins at a tag. The second value tells whether the
    next piece begins with a row, so that a row left open here is complete all the same."""
    head = stream.read(HEAD_BYTES)
    decode = decoder(head)
    odd: bool | None = None
    for piece, before_row in _cut(_utf8(stream, head)):
        text = decode(piece)
        if odd is None:
            odd = _ODD_TAG.search(text[:HEAD_BYTES]) is not None
        yield _canonical(text, odd), before_row


def _utf8(stream: BinaryIO, head: bytes) -> Iterator[bytes]:
    """The file's bytes, from UTF-16 to UTF-8 where needed, without a byte order mark."""
    codec = utf16_of(head)
    decode = codecs.getincrementaldecoder(codec)("replace").decode if codec else None
    block = head.removeprefix(codecs.BOM_UTF8)
    while block:
        yield decode(block).encode("utf-8", "replace") if decode else block
        block = stream.read(PIECE_BYTES)


def _cut(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    kept = b""
    for block in blocks:
        kept += block
        if len(kept) >= PIECE_BYTES:
            end, before_row = _safe_end(kept)
            yield kept[:end], before_row
            kept = kept[end:]
    if kept:
        yield kept, False


def _safe_end(kept: bytes) -> tuple[int, bool]:
    """Before the last row's start, else before the last tag, else all of it."""
    last = 0
    for match in _ROW_START.finditer(kept, max(0, len(kept) - MAX_ROW_BYTES)):
        last = match.start()
    if last:
        return last, True
    last = kept.rfind(b"<")
    return last if last > 0 else len(kept), False


def _canonical(text: str, odd: bool) -> str:
    if "<![CDATA[" in text:
        text = _CDATA.sub(lambda match: html.escape(match[1]), text)
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    if _LONE_LESS.search(text):
        text = _LONE_LESS.sub("&lt;", text)
    if odd:
        text = _ANY_TAG.sub(lambda match: f"<{match[1]}{match[2].upper()}>", text)
    if "<STMTTRNP>" in text:
        text = text.replace("<STMTTRNP>", "<STMTTRN><PENDINGROW>").replace("</STMTTRNP>", "</STMTTRN>")
    return text
