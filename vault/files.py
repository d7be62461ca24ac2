"""Writing small files so that a crash or a full disk leaves the old one whole."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from terms.errors import FirstpartyError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class DiskFullError(FirstpartyError):
    code = "disk-full"

    def __init__(self, path: Path) -> None:
        super().__init__(f"no space left to write `{path}`", hint="free some space and run it again; nothing was lost")


class FileWriteError(FirstpartyError):
    code = "cannot-write"


def replace(path: Path, content: bytes) -> None:
    """Put `content` in place of `path` in one step: temporary file, fsync, rename, fsync of the folder."""
    staged = stage(path, content)
    publish(staged, path)


def stage(path: Path, content: bytes) -> Path:
    """`content` written and synced beside `path`, to be published by a rename."""
    staged = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        discard(staged)
        raise written_badly(error, path) from None
    return staged


def publish(staged: Path, path: Path) -> None:
    """The staged file takes `path`'s name; what was there before is whole until then."""
    try:
        staged.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        discard(staged)
        raise written_badly(error, path) from None


def copy(source: Path, path: Path) -> None:
    """A whole, synced copy of `source` at `path`, or none."""
    staged = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        shutil.copyfile(source, staged)
        staged.chmod(PRIVATE_FILE)
        with staged.open("rb+") as stream:
            os.fsync(stream.fileno())
    except OSError as error:
        discard(staged)
        raise written_badly(error, path) from None
    publish(staged, path)


def discard(staged: Path) -> None:
    with suppress(OSError):
        staged.unlink()


def written_badly(error: OSError, path: Path) -> FirstpartyError:
    """Our error for a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(path)
    return FileWriteError(f"cannot write `{path}`: {(error.strerror or 'unknown error').lower()}")
