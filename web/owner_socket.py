"""The owner's local socket of a running server: `owner.sock` in the vault's folder, which nobody else can open (mode 0600).

`bound` is the server's end; `ask` is a command's. It speaks HTTP as the network side does; over it, whoever asks is the owner.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terms.errors import FirstpartyError

FILE_NAME = "owner.sock"
# What fits in a socket's address on all systems (104 bytes on macOS and BSD, 108 on Linux), with its closing zero.
MAX_PATH_BYTES = 103
# Unlocking stretches a passphrase for a third of a second, and may wait for another command to finish.
TIMEOUT_SECONDS = 30
MAX_ANSWER_BYTES = 4 * 1024 * 1024


class NotServingError(FirstpartyError):
    code = "not-serving"


class OwnerRefusedError(FirstpartyError):
    """The server said no; `code` is its problem's."""


def path_of(home: Path) -> Path:
    path = home / FILE_NAME
    if len(os.fsencode(path)) > MAX_PATH_BYTES:
        raise FirstpartyError(
            f"`{home}` is too long for a socket", hint="choose a shorter folder with --home", code="address"
        )
    return path


@contextmanager
def bound(home: Path) -> Iterator[socket.socket]:
    """The server's end, removed afterwards. Only the holder of `serve.lock` may call it: what is there already is stale."""
    path = path_of(home)
    path.unlink(missing_ok=True)
    mask = os.umask(0o177)  # so that it is never open to others, not even before a `chmod`
    try:
        local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        local.bind(str(path))
    finally:
        os.umask(mask)
    with local:
        local.listen()
        try:
            yield local
        finally:
            path.unlink(missing_ok=True)


def ask(home: Path, method: str, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
    """The server's answer; `NotServingError` where none is running, `OwnerRefusedError` where it says no."""
    from http.client import HTTPConnection, HTTPException  # the server, whose end is here too, asks nobody

    place, connection = path_of(home), HTTPConnection("localhost")
    with contextlib.closing(connection):
        try:
            connection.sock = _connected(place)
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            answer = json.loads(response.read(MAX_ANSWER_BYTES))
        except (FileNotFoundError, ConnectionRefusedError):
            raise NotServingError(
                "no server is running for this vault", hint="start one with `firstparty serve`"
            ) from None
        except (OSError, HTTPException, ValueError):
            raise NotServingError("the server does not answer", hint="see what it printed") from None
    if not isinstance(answer, dict):
        raise NotServingError("the server answers what this program does not know", hint="is it of the same version?")
    if response.status >= 400:
        raise OwnerRefusedError(str(answer.get("title", "refused")), code=str(answer.get("code", "refused")))
    return answer


def _connected(path: Path) -> socket.socket:
    local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        local.settimeout(TIMEOUT_SECONDS)
        local.connect(str(path))
    except OSError:
        local.close()
        raise
    return local
