"""A sandbox from start to end: made in a new folder, served on this machine, and gone when it stops."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from terms.errors import FirstpartyError
from web import owner_socket
from web.clock import Movable
from web.sandbox.making import HOME, PRISTINE, SECRET, make
from web.server.running import Started, run
from web.server.serving import Settings

PREFIX: Final = "firstparty-sandbox-"
# Tests of a vendor's program may ask as fast as they can.
REQUESTS_PER_MINUTE: Final = 1_000_000


class NoSandboxError(FirstpartyError):
    code = "no-sandbox"


def serve(port: int, announce: Callable[[Path, Started], None]) -> None:
    """Until a signal comes. `announce` is told the sandbox's folder."""
    with _folder() as folder:
        clock = Movable()
        secret = make(folder, now=clock())
        (folder / SECRET).write_text(f"{secret}\n")
        shutil.copytree(folder / HOME, folder / PRISTINE)
        run(settings_of(folder / HOME, port), secret, clock=clock, announce=lambda started: announce(folder, started))


def settings_of(home: Path, port: int) -> Settings:
    """On this machine alone, with vendors that lie here too."""
    return Settings(
        home=home,
        host="127.0.0.1",
        port=port,
        base_url="",
        hosts=frozenset(),
        is_dev=True,
        shows_categories=True,
        requests_per_minute=REQUESTS_PER_MINUTE,
        also=("web.sandbox.steering", "web.sandbox.ending"),
    )


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found() -> Path:
    """The folder of the one sandbox that this user runs here."""
    running = [folder for folder in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")) if _runs(folder)]
    if len(running) != 1:
        sentence = "several sandboxes are running" if running else "no sandbox is running"
        hint = "name its vault with --home" if running else "start one with `firstparty sandbox`"
        raise NoSandboxError(sentence, hint=hint)
    return running[0] / HOME


def _runs(folder: Path) -> bool:
    try:
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False  # somebody else's: what it says is not believed
        return bool(owner_socket.ask(folder / HOME, "GET", "/owner/state"))
    except (OSError, FirstpartyError):
        return False
