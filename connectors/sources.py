"""From the paths that a person names to files that can be read.

A file named by the person is read wherever a link leads. A folder is walked in the order of names; hidden files and
the litter of operating systems are left out; links inside it are not followed, and one that leads out of the
folder is reported, since nothing is passed over in silence. Only regular files are opened: a pipe or a device could
block or answer for ever. Archives are not looked into here: that is the work of the isolated child.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from connectors.frame import ReadError

# A mail archive of decades in single files; beyond it the wrong folder was named.
MAX_FILES = 200_000
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


class Item(msgspec.Struct, frozen=True):
    """One file to read. `path` is how it is shown, `location` where it lies; `walked` says that it was found in a
    folder; `place` names one file in an archive (see `isolation.frames`); `refusal` why it will not be opened."""

    path: str
    location: str
    walked: bool = False
    place: tuple[int, ...] = ()
    refusal: str = ""


class SourceError(ReadError):
    """The file cannot be opened for reading."""

    code = "not-readable"


def shown(path: str | Path) -> str:
    """The path as it may be printed: no bytes that are not text, no control characters."""
    return printable(os.fsencode(path).decode("utf-8", "replace"))


def printable(text: str) -> str:
    """The text without control characters, which could drive a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is hidden or left by an operating system."""
    return (name.startswith(".") and name not in {".", ".."}) or name.casefold() in _LITTER


def expand(paths: Iterable[str | Path]) -> Iterator[Item]:
    """Every file behind `paths`, in order, each once for each time it is named."""
    left = MAX_FILES
    for path in map(Path, paths):
        found = _walk(path) if os.path.isdir(path) else iter((Item(shown(path), str(path)),))
        for item in found:
            if left == 0:
                yield Item(shown(path), str(path), refusal=f"holds more than {MAX_FILES} files; name a smaller folder")
                return
            left -= 1
            yield item


def _walk(root: Path) -> Iterator[Item]:
    home = root.resolve()
    unread: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=unread.append):
        kept = sorted(name for name in folders if not is_litter(name))
        folders[:] = kept
        for name in sorted(files + [name for name in kept if (Path(folder) / name).is_symlink()]):
            if not is_litter(name):
                yield from _entry(Path(folder) / name, home)
    for error in unread:
        yield Item(shown(error.filename), str(error.filename), refusal="is a folder that cannot be opened")


def _entry(path: Path, home: Path) -> Iterator[Item]:
    if not path.is_symlink():
        yield Item(shown(path), str(path), walked=True)
    elif not path.exists():
        yield Item(shown(path), str(path), refusal="is a link that leads nowhere")
    elif not path.resolve().is_relative_to(home):
        yield Item(shown(path), str(path), refusal="is a link out of the folder; name the file itself to read it")


def open_file(item: Item) -> int:
    """A descriptor of the regular file, for reading; raises `SourceError` with a reason a person can act on."""
    if item.refusal:
        raise SourceError(f"`{item.path}` {item.refusal}")
    try:
        _require_regular(item, os.stat(item.location, follow_symlinks=not item.walked))
        descriptor = os.open(item.location, _flags(item))
    except (OSError, ValueError) as error:
        raise _explained(item, error) from None
    try:
        _require_regular(item, os.fstat(descriptor))
    except SourceError:
        os.close(descriptor)
        raise
    return descriptor


def _flags(item: Item) -> int:
    # O_NONBLOCK: the file may have become a pipe since it was looked at, and opening a pipe waits.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    return flags | os.O_NOFOLLOW if item.walked else flags


def _require_regular(item: Item, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(f"`{item.path}` is a folder, not a file", code="not-a-file")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(
            f"`{item.path}` is a pipe, socket, device or link, not a file", hint="save it to a file", code="not-a-file"
        )


def _explained(item: Item, error: OSError | ValueError) -> SourceError:
    if isinstance(error, FileNotFoundError):
        return SourceError(f"`{item.path}` does not exist", hint="check the spelling", code="not-found")
    if isinstance(error, PermissionError):
        return SourceError(f"`{item.path}` may not be read", hint="check its permissions", code="no-permission")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not valid"
    return SourceError(f"`{item.path}` cannot be opened: {reason.lower()}")
