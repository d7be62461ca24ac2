"""What an OFX file says about itself before its first tag, and which characters its bytes stand for.

Banks declare `ENCODING:USASCII` and `CHARSET:1252` and then write UTF-8, or the reverse. So a piece that is
valid UTF-8 is read as UTF-8 (text in an eight-bit code is almost never valid UTF-8 by chance), and only
otherwise as what is declared. UTF-16 is recognised by its byte order mark or its NUL bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

# The header is nine lines, or two processing instructions; some banks put blank lines before it.
HEADER_BYTES = 4_096

_START = re.compile(rb"\s*(?:OFXHEADER\s*:|<OFX[\s>]|<\?OFX\s)", re.IGNORECASE)
_XML_START = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_OFX_TAG = re.compile(rb"<\??(?:[a-z0-9]+:)?OFX[\s>]", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]*?\sencoding\s*=\s*["']|CHARSET\s*:\s*|ENCODING\s*:\s*)([A-Za-z0-9._-]+)""", re.IGNORECASE
)
# What files write, and what it means; ISO-8859-1 is read as its superset, as every browser does.
_CODECS = {
    "ISO-8859-15": "iso8859-15", "8859-15": "iso8859-15", "8859-2": "iso8859-2", "ISO-8859-2": "iso8859-2",
    "1250": "cp1250", "1251": "cp1251", "1253": "cp1253", "1254": "cp1254", "1257": "cp1257",
    "WINDOWS-1250": "cp1250", "WINDOWS-1251": "cp1251", "850": "cp850", "932": "cp932", "936": "gbk",
    "949": "cp949", "950": "big5", "SHIFT_JIS": "cp932", "GB2312": "gbk", "GBK": "gbk", "BIG5": "big5",
}  # fmt: skip
# Codecs are modules: looked up here, since a locked-down reader process can open no file any more.
for _codec in {*_CODECS.values(), "cp1252", "utf-8", "utf-16", "utf-16-be", "utf-16-le"}:
    codecs.lookup(_codec)


def likeness(head: bytes) -> int:
    """100 for an OFX header or root, 60 when an OFX root follows something else, 0 otherwise."""
    plain = _without_nuls(head[:HEADER_BYTES])
    if _START.match(plain) or (_XML_START.match(plain) and _OFX_TAG.search(plain)):
        return 100
    return 60 if _OFX_TAG.search(plain) and b"STMTTRN" in head.replace(b"\0", b"").upper() else 0


def utf16_of(head: bytes) -> str:
    """The UTF-16 codec of a file that begins with `head`, or empty."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) > 3 and head.count(0, 0, 64) * 3 > len(head[:64]):
        return "utf-16-be" if head[0] == 0 else "utf-16-le"
    return ""


def decoder(head: bytes) -> Callable[[bytes], str]:
    """Turns a piece of the file (cut at a tag) into text; never fails."""
    eight_bit = _declared(head[:HEADER_BYTES])

    def decode(piece: bytes) -> str:
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            return piece.decode(eight_bit, "replace")

    return decode


def _declared(head: bytes) -> str:
    for name in _DECLARED.findall(_without_nuls(head)):
        codec = _CODECS.get(name.decode("ascii").upper())
        if codec:
            return codec
    return "cp1252"


def _without_nuls(head: bytes) -> bytes:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"")
