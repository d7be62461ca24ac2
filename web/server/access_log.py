"""One line of JSON for each request, on standard error: how it went, never what was in it.

A line holds the time, the route as the table writes it (`/v1/agreements/{id}`; `-` where there is none), the status, the
milliseconds, the bytes sent, the address, and the request's id, which the answer has too. No path, no query, no header
field, no body, no name: any of them may hold a secret. Of an error it says the code, and of a fault of ours the type and the
places in our code, without its message.

The lines of one turn of the event loop are written together at its end, in their order: a process that is killed says nothing
of the answers that it gave in that very turn.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec

from terms.errors import FirstpartyError
from vault.times import stamp
from web.server.catalogue import INTERNAL, row_of

_ROOT = Path(__file__).parents[2]
# The innermost calls of a fault; more is the framework's.
_MAX_PLACES = 12


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    at: str
    method: str
    route: str
    status: int
    ms: float
    sent: int
    address: str
    request: str
    error: str = ""
    fault: str = ""
    places: tuple[str, ...] = ()


class AccessLog:
    """`clock` gives the time of a line."""

    def __init__(self, clock: Callable[[], datetime], stream: TextIO | None = None) -> None:
        self._clock, self._stream = clock, stream or sys.stderr
        self._lines: list[bytes] = []

    def write(
        self,
        *,
        method: str,
        route: str,
        status: int,
        seconds: float,
        sent: int,
        address: str,
        request: str,
        error: BaseException | None = None,
        said: str = "",
    ) -> None:
        """`said` is the code of a "no" that is no error of ours: OAuth's."""
        code, fault, places = _described(error)
        at, ms = stamp(self._clock()), round(seconds * 1000, 2)
        line = Line(at, method, route, status, ms, sent, address, request, code or said, fault, places)
        self._lines.append(msgspec.json.encode(line))
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        self._stream.write(b"\n".join([*lines, b""]).decode())
        self._stream.flush()


def _described(error: BaseException | None) -> tuple[str, str, tuple[str, ...]]:
    if error is None:
        return "", "", ()
    code = error.code if isinstance(error, FirstpartyError) else INTERNAL
    if row_of(code).code != INTERNAL:
        return code, "", ()
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_PLACES:]
    return code, type(error).__name__, tuple(f"{_place(one.filename)}:{one.lineno} {one.name}" for one in frames)


def _place(file_name: str) -> str:
    path = Path(file_name)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name
