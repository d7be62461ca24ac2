"""What reading a file tells the vault, in order.

Each file gives `Recognised`, then any number of `Chunk`, `Trouble` and `Progress`, then exactly one `Done` or
`Locked`; files never interleave. An archive gives this once for each file in it (path `a.zip!/b.ofx`) and for
itself only when it cannot be read. What was found before a `Trouble` of the whole file stands: the vault decides.
"""

from __future__ import annotations

import msgspec

from connectors.sources import Item
from vault.findings import Finding, Problem


class Recognised(msgspec.Struct, frozen=True):
    """`connector` will read the file, or nobody knows it (a `Trouble` says so). `header` is the key of a table's header,
    by which the owner's mapping is remembered."""

    path: str
    connector: str | None
    header: str = ""


class Chunk(msgspec.Struct, frozen=True):
    """Up to a thousand findings, in the file's order."""

    findings: list[Finding]


class Progress(msgspec.Struct, frozen=True):
    """`done` of `size` bytes of the file on disk (of the archive, for its members)."""

    done: int
    size: int


class Trouble(msgspec.Struct, frozen=True):
    """A row (`problem.where`) or the whole file (`where` empty) could not be read."""

    problem: Problem


class Locked(msgspec.Struct, frozen=True):
    """The file is encrypted: read `item` again with a passphrase, or report `problem`."""

    path: str
    item: Item
    problem: Problem


class Unmapped(msgspec.Struct, frozen=True):
    """The file is a table that its owner has to explain: read `item` again with a mapping. `header` are its headings, empty
    where it has none, and `rows` its first rows. The `Trouble` before it says what is missing; `Done` follows."""

    item: Item
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Done(msgspec.Struct, frozen=True):
    """The file is over. `sha256` and `size` are of its bytes: taken by the vault for a file on disk, by the child for
    a member of an archive; empty and 0 where it could not be opened."""

    path: str
    connector: str | None
    sha256: str
    size: int


Event = Recognised | Chunk | Progress | Trouble | Locked | Unmapped | Done
