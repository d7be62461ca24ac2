"""What crosses the socket between the vault and the child: length-prefixed MessagePack, typed on both sides.

A frame is four bytes of length (big endian) and one tagged struct. The parent sends only `Read`, with the open file
as SCM_RIGHTS beside it, and is answered by `Entered` … `Left` for each file in it and one `Finished`. The child is
not trusted: the parent decodes strictly, and a frame that does not fit ends the child.

A *place* is where a file stands in an archive: () for the file itself, (3,) for the fourth member, (3, 0) for the
first member of the archive that is the fourth member. Places only grow while a file is read.
"""

from __future__ import annotations

import struct
from typing import Annotated

import msgspec

from connectors.isolation.limits import CHUNK_FINDINGS, MAX_DEPTH, SHOWN_CELL, SHOWN_COLUMNS, SHOWN_ROWS, Limits
from vault.findings import MAX_NAME, Finding, Key, Name, Problem

HEADER = struct.Struct(">I")

Place = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0)], ...], msgspec.Meta(max_length=MAX_DEPTH)]
Size = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Digest = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Row = Annotated[list[Annotated[str, msgspec.Meta(max_length=SHOWN_CELL)]], msgspec.Meta(max_length=SHOWN_COLUMNS)]
Shown = Annotated[str, msgspec.Meta(max_length=MAX_NAME * MAX_DEPTH + MAX_DEPTH * 2)]


class Setup(msgspec.Struct, frozen=True):
    """The child's one argument: the socket's descriptor, limits, and a folder of further readers (tests)."""

    descriptor: int
    limits: Limits
    extra_readers: str = ""


class Read(msgspec.Struct, frozen=True):
    """Read the file beside this frame. `after` resumes an archive behind a place; `only` reads one place of it."""

    size: int
    name: str
    mapping: dict[str, str] | None = None
    remembered: dict[str, dict[str, str]] = {}
    passphrase: str = ""
    after: Place | None = None
    only: Place | None = None


class Ready(msgspec.Struct, frozen=True, array_like=True, tag="ready"):
    """The child is locked down; sent before it has seen any file, hence believed."""

    protections: tuple[str, ...]
    connectors: tuple[str, ...]


class Unready(msgspec.Struct, frozen=True, array_like=True, tag="unready"):
    """The child could not start, and why."""

    why: str


class Entered(msgspec.Struct, frozen=True, array_like=True, tag="entered"):
    """A file is about to be looked at; `name` is empty for the file itself, else the member's."""

    place: Place
    name: Shown


class Known(msgspec.Struct, frozen=True, array_like=True, tag="known"):
    """The entered file is no archive; `connector` reads it. `sha256` and `size` are those of a member, `header` the key
    of a table's header (see `frame.MappableReader`)."""

    connector: Name | None
    sha256: Digest
    size: Size
    header: Key = ""


class Found(msgspec.Struct, frozen=True, array_like=True, tag="found"):
    findings: Annotated[list[Finding], msgspec.Meta(max_length=CHUNK_FINDINGS)]


class Trouble(msgspec.Struct, frozen=True, array_like=True, tag="trouble"):
    problems: Annotated[list[Problem], msgspec.Meta(max_length=CHUNK_FINDINGS)]


class Reached(msgspec.Struct, frozen=True, array_like=True, tag="reached"):
    """How many bytes of the file as it lies on disk are behind us."""

    position: Size


class NeedsPassphrase(msgspec.Struct, frozen=True, array_like=True, tag="locked"):
    """The entered file is encrypted; it ends here, `Left` follows."""

    problem: Problem


class NeedsMapping(msgspec.Struct, frozen=True, array_like=True, tag="unmapped"):
    """The entered file is a table that its owner has to explain; it ends here, `Left` follows."""

    problem: Problem
    header: Row
    rows: Annotated[list[Row], msgspec.Meta(max_length=SHOWN_ROWS)]


class Left(msgspec.Struct, frozen=True, array_like=True, tag="left"):
    """The entered file is done."""


class Finished(msgspec.Struct, frozen=True, array_like=True, tag="finished"):
    """Everything in the file that `Read` gave is done."""


Frame = Ready | Unready | Entered | Known | Found | Trouble | Reached | NeedsPassphrase | NeedsMapping | Left | Finished

decode_frame = msgspec.msgpack.Decoder(Frame).decode
decode_request = msgspec.msgpack.Decoder(Read).decode
decode_setup = msgspec.json.Decoder(Setup).decode
_encoder = msgspec.msgpack.Encoder()


def packed(message: Frame | Read) -> bytearray:
    """The message with its length in front, in one buffer."""
    buffer = bytearray(HEADER.size)
    _encoder.encode_into(message, buffer, HEADER.size)
    HEADER.pack_into(buffer, 0, len(buffer) - HEADER.size)
    return buffer
