"""Zip and gzip, unpacked by streaming inside the child.

Nothing an archive says of itself is believed: sizes are counted as the bytes come, and the bytes of the whole
archive, the number of members, the ratio and the depth all end at a limit. Names of members are shown and never used
as paths, nothing is written anywhere, and encrypted members are refused one by one while the rest goes on.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import msgspec

from connectors.frame import ReadError
from connectors.isolation.limits import MAX_RATIO, RATIO_FREE_BYTES, Limits
from connectors.isolation.streams import BUFFER_BYTES
from connectors.sources import is_litter, printable
from terms.phrases import phrase
from vault.findings import MAX_NAME
from vault.zips import UNREADABLE

# PKWARE APPNOTE 4.3.7 and 4.3.16 (an archive without members); RFC 1952 §2.3.1 with its one compression method.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b\x08"
# Office and e-book files are zips of parts that mean nothing alone (ECMA-376 part 2; OASIS ODF part 2).
_DOCUMENT_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
_ENCRYPTED = 0x1


class ArchiveError(ReadError):
    """The archive or one member of it cannot be unpacked."""

    code = "damaged-archive"


class Unpacked(msgspec.Struct, frozen=True):
    """A member's bytes: `open` gives them from the start each time."""

    open: Callable[[], BinaryIO]
    size: int
    sha256: str


class Member(msgspec.Struct, frozen=True):
    """`offset` and `packed` say where it lies in the archive; `unpack` raises `ArchiveError`."""

    index: int
    name: str
    offset: int
    packed: int
    unpack: Callable[[], Unpacked]


class Allowance:
    """What may still be unpacked from one file, whatever its nesting."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.unpacked_bytes
        self._members = limits.members
        self.in_memory_bytes = limits.member_in_memory_bytes

    def take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise ArchiveError(
                phrase("the archive unpacks to more than is read from one"),
                hint=phrase("unpack it yourself"),
                code="too-large",
            )

    def take_members(self, count: int) -> None:
        self._members -= count
        if self._members < 0:
            raise ArchiveError(
                phrase("the archive holds too many files"), hint=phrase("unpack it yourself"), code="too-large"
            )


def is_zip(head: bytes) -> bool:
    return head.startswith(_ZIP)


def is_gzip(head: bytes) -> bool:
    return head.startswith(_GZIP)


def gunzip(stream: BinaryIO, size: int, allowance: Allowance) -> Unpacked:
    """The one file in a gzip of `size` bytes."""
    return _unpack(lambda: cast(BinaryIO, gzip.GzipFile(fileobj=_rewound(stream))), size, allowance)


def members(stream: BinaryIO, allowance: Allowance) -> Iterator[Member]:
    """The files in a zip, in its order, without folders and litter; nothing for an office document."""
    try:
        archive = zipfile.ZipFile(stream)
        entries = archive.infolist()
    except UNREADABLE:
        raise ArchiveError(phrase("the archive is damaged"), hint=phrase("fetch it again")) from None
    allowance.take_members(len(entries))
    if _DOCUMENT_PARTS.isdisjoint(entry.filename for entry in entries):
        for index, entry in enumerate(entries):
            if not entry.is_dir() and not any(map(is_litter, PurePosixPath(entry.filename).parts)):
                yield _member(archive, index, entry, allowance)


def _member(archive: zipfile.ZipFile, index: int, entry: zipfile.ZipInfo, allowance: Allowance) -> Member:
    def unpack() -> Unpacked:
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveError(
                phrase("the file is encrypted"), hint=phrase("unpack the archive yourself"), code="encrypted"
            )
        return _unpack(lambda: cast(BinaryIO, archive.open(entry)), entry.compress_size, allowance)

    name = printable(entry.filename[:MAX_NAME].encode("utf-8", "replace").decode())
    return Member(index, name, entry.header_offset, entry.compress_size, unpack)


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


def _unpack(opener: Callable[[], BinaryIO], packed: int, allowance: Allowance) -> Unpacked:
    """Reads it once, counting and hashing; what is small stays in memory, the rest is unpacked again by reading."""
    digest, size = hashlib.sha256(), 0
    kept: list[bytes] = []
    try:
        with opener() as stream:
            while piece := stream.read(BUFFER_BYTES):
                size += len(piece)
                digest.update(piece)
                _require_plausible(size, packed)
                allowance.take(len(piece))
                kept.append(piece)
                if size > allowance.in_memory_bytes:
                    kept.clear()
    except UNREADABLE:
        raise ArchiveError(
            phrase("the file is damaged or packed in an unknown way"), hint=phrase("fetch it again")
        ) from None
    if size > allowance.in_memory_bytes:
        return Unpacked(opener, size, digest.hexdigest())
    content = b"".join(kept)
    return Unpacked(lambda: io.BytesIO(content), size, digest.hexdigest())


def _require_plausible(size: int, packed: int) -> None:
    if size > RATIO_FREE_BYTES and size > packed * MAX_RATIO:
        raise ArchiveError(
            phrase("the file unpacks to far more than it holds"), hint=phrase("it is made to harm"), code="too-large"
        )
