"""The demonstration in a browser: a sandbox's vault, served, with vendors that are programs of their own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from web.clock import Movable
from web.sandbox.making import HOME, SECRET, make
from web.sandbox.running import settings_of
from web.server.running import Started, run

# What a vendor that does not end by itself is given when everything is over.
_PATIENCE_SECONDS = 3


def serve(folder: Path, port: int, announce: Callable[[Path, Started], None]) -> None:
    """Until a signal comes, or a click ends it."""
    clock = Movable()
    secret = make(folder, now=clock())
    (folder / SECRET).write_text(f"{secret}\n")
    vendors: list[subprocess.Popen[bytes]] = []

    def started(told: Started) -> None:
        vendors.append(_vendors(told.url, folder))
        announce(folder, told)

    try:
        # What the server notes of requests would push the link out of sight.
        with (folder / "server.log").open("w") as log, contextlib.redirect_stderr(log):
            run(settings_of(folder / HOME, port), secret, clock=clock, announce=started)
    finally:
        for one in vendors:
            _end(one)


def _vendors(url: str, folder: Path) -> subprocess.Popen[bytes]:
    """They end when their standard input does, so they never outlive this."""
    log = (folder / "vendors.log").open("wb")
    with log:
        return subprocess.Popen(  # noqa: S603  (this interpreter, a module of ours)
            [sys.executable, "-m", "web.demo.vendors", url, str(folder / "vendors")],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )


def _end(vendors: subprocess.Popen[bytes]) -> None:
    if vendors.stdin:
        vendors.stdin.close()
    try:
        vendors.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        vendors.kill()
        vendors.wait()
