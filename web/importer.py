"""Bringing files into a vault: the reading room on one side, an open import on the other.

The room is entered before the vault is opened, so that no child ever existed beside a key. Sealed files come last:
their passphrase is asked for when everything else has been read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from connectors.isolation.events import Chunk, Done, Event, Locked, Progress, Recognised, Trouble
from connectors.isolation.room import ReadingRoom
from connectors.sources import Item
from terms.errors import UsageError
from vault.importing import Importing

# The path of a sealed file → its passphrase, or "" to leave it out.
Ask = Callable[[str], str]
# An item, and how many of its bytes have been read.
OnProgress = Callable[[Item, int], None]
# A mistyped passphrase for a sealed file is asked again this often.
TRIES = 3
# A mapping names a dozen columns.
MAX_MAPPING_BYTES = 64 * 1024


def load_mapping(path: str) -> dict[str, str]:
    """A CSV column mapping from a TOML or JSON file: a flat table of texts."""
    try:
        with Path(path).expanduser().open("rb") as stream:
            content = stream.read(MAX_MAPPING_BYTES)
        loaded = msgspec.json.decode(content) if content.lstrip()[:1] == b"{" else tomllib.loads(content.decode())
        return msgspec.convert(loaded, dict[str, str])
    except OSError as error:
        raise UsageError(f"cannot read the mapping `{path}`: {(error.strerror or '').lower()}") from None
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = 'write lines such as `booked = "Datum"`; see docs/importing.md'
        raise UsageError(f"`{path}` is not a mapping: {str(error).lower()}", hint=hint) from None


def read_all(
    room: ReadingRoom,
    items: Iterable[Item],
    importing: Importing,
    *,
    mapping: dict[str, str] | None = None,
    ask: Ask | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Read every item into the open import. A `mapping` is for the tables among them, and is remembered for files with
    their headers; without one, what is remembered is used."""
    sealed: list[tuple[Item, str]] = []
    for item in items:
        sealed += _read(room, item, importing, mapping=mapping, on_progress=on_progress, ask=ask)
    for item, path in sealed:
        _read_sealed(room, item, path, importing, ask or (lambda _: ""))


def _read_sealed(room: ReadingRoom, item: Item, path: str, importing: Importing, ask: Ask) -> None:
    for attempt in range(TRIES):
        passphrase = ask(path)
        last = attempt == TRIES - 1 or not passphrase
        if not _read(room, item, importing, passphrase=passphrase, ask=None if last else ask):
            return


def _read(
    room: ReadingRoom,
    item: Item,
    importing: Importing,
    *,
    mapping: dict[str, str] | None = None,
    passphrase: str = "",
    ask: Ask | None = None,
    on_progress: OnProgress | None = None,
) -> list[tuple[Item, str]]:
    """Read one item; gives what is sealed in it and should be asked for, which is none where nobody can be asked."""
    sealed: list[tuple[Item, str]] = []
    remembered = importing.remembered_mappings()
    for event in room.read(item, mapping=mapping, remembered=remembered, passphrase=passphrase):
        match event:
            case Progress(done, _) if on_progress:
                on_progress(item, done)
            case Recognised(_, _, header) if mapping and header:
                importing.remember_mapping(header, mapping)
                store(event, importing)
            case Locked(path, locked, _) if ask:
                importing.drop_file()
                sealed.append((locked, path))
            case _:
                store(event, importing)
    return sealed


def store(event: Event, importing: Importing) -> None:
    """One event of the reading room into an open import."""
    match event:
        case Chunk(findings):
            importing.add(findings)
        case Recognised(path, connector):
            importing.begin_file(path, connector or "")
        case Trouble(problem):
            importing.add_problem(problem)
        case Done(_, connector, sha256, size):
            importing.end_file(connector=connector, sha256=sha256, size=size)
        case Locked(_, _, problem):
            importing.add_problem(problem)
            importing.end_file(connector=None, sha256="", size=0)
