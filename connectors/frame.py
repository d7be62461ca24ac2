"""The frame that every reader stands in.

A reader is one folder under `connectors/readers/`: `__init__.py` exposes `READER`, an object of the `Reader`
protocol, and `samples/` holds golden pairs (a file, and beside it `<file>.json` with what the reader finds).
The folder is the whole registration. Readers do not import each other, touch no network, open no files and read no
clock: they get a `Source` and yield findings and problems. They run in a child process (see `isolation`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol, runtime_checkable

import msgspec

from terms.errors import FirstpartyError
from vault.findings import Finding, Problem

# Enough for a CSV preamble, an XML prologue or an OFX header; every reader sniffs the same bytes.
SNIFF_BYTES = 65_536


class Manifest(msgspec.Struct, frozen=True):
    """What a connector says of itself. `kind` is `bank` or `accounts` (later `mail`, `orders`, …); `yields` the
    kinds of record; `how_to_get` one sentence on where a person finds such a file."""

    name: str
    title: str
    kind: str
    formats: tuple[str, ...]
    yields: tuple[str, ...]
    how_to_get: str


class Source(msgspec.Struct, frozen=True):
    """A file to read: `stream` is binary, seekable and at its start; `size` is in bytes; `name` the file's name,
    for messages only (recognition is by content). `mapping` is the owner's CSV mapping, `passphrase` the answer
    to an earlier `PassphraseNeeded`."""

    stream: BinaryIO
    size: int
    name: str = ""
    mapping: dict[str, str] | None = None
    passphrase: str = ""


class Reader(Protocol):
    manifest: Manifest

    def sniff(self, head: bytes) -> int:
        """How surely these first `SNIFF_BYTES` are this format: 0 (not) to 100 (its own signature)."""
        ...

    def read(self, source: Source) -> Iterator[Finding | Problem]:
        """Everything in the file, in its order. Raises `ReadError` (or a subclass) when the file as a whole
        cannot be read; a faulty row is a `Problem` and the rest goes on."""
        ...


@runtime_checkable
class MappableReader(Reader, Protocol):
    """A reader of tables that the owner may have to describe."""

    def header_key(self, head: bytes) -> str:
        """A key for the header in these first bytes, the same for every file of that shape, so that the owner's mapping
        can be remembered for it; empty when there is no header."""
        ...


class ReadError(FirstpartyError):
    """The file as a whole cannot be read; becomes a Problem of the file."""

    code = "unreadable"


class PassphraseNeeded(ReadError):
    """The file is encrypted; asked again with `Source.passphrase` set."""

    code = "passphrase-needed"


class MappingNeeded(ReadError):
    """A table of which a column, the order of day and month, or the currency cannot be told; asked again with
    `Source.mapping`. `header` are its headings, empty where it has none, and `rows` the first of its rows."""

    def __init__(
        self, sentence: str, *, hint: str, code: str, header: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()
    ) -> None:
        super().__init__(sentence, hint=hint, code=code)
        self.header, self.rows = header, rows


def readers() -> tuple[Reader, ...]:
    """Every reader in `connectors/readers/`, by name."""
    package = importlib.import_module("connectors.readers")
    modules = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if info.ispkg)
    return tuple(importlib.import_module(f"connectors.readers.{name}").READER for name in modules)


# From here on a reader knows the format by its own signature, and a mapping for tables does not concern the file.
SIGNATURE = 70


class Recognition(msgspec.Struct, frozen=True):
    """Who reads the file, with which of the owner's mappings, and the key of its header."""

    reader: Reader | None
    mapping: dict[str, str] | None = None
    header: str = ""


def recognise(
    head: bytes,
    candidates: tuple[Reader, ...],
    *,
    mapping: dict[str, str] | None = None,
    remembered: Mapping[str, dict[str, str]] | None = None,
) -> Recognition:
    """The reader that is surest of these first bytes; with a `mapping`, or one `remembered` for the file's header, the
    reader that can use it, unless another one knows its own signature."""
    scored = [(reader.sniff(head), -place, reader) for place, reader in enumerate(candidates)]
    score, _, best = max(scored, key=lambda item: item[:2], default=(0, 0, None))
    if score == 0:
        best = None
    for reader in candidates:
        if isinstance(reader, MappableReader) and (score < SIGNATURE or best is reader):
            header = reader.header_key(head)
            chosen = mapping or (remembered or {}).get(header)
            if chosen or best is reader:
                return Recognition(reader, chosen, header)
    return Recognition(best)
