"""One child process, as the parent holds it: start it, hand it a file, take frames from it, end it.

Every way in which the child can fail comes out as a `Fall` with a code and a sentence; nothing the child sends can
raise anything else.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec

from connectors.isolation import frames
from connectors.isolation.limits import MAX_FRAME_BYTES, SOCKET_BYTES, START_SECONDS, Limits
from terms.errors import FirstpartyError
from terms.phrases import phrase

# The folder that holds the packages, from a wheel or a checkout: `-I` leaves the working folder off the path.
_ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.isolation.child import main; main(sys.argv[2])"
# Interpreters that are not installed system-wide find their own library through these.
_KEPT_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class IsolationError(FirstpartyError):
    """The child cannot be started here at all."""

    code = "isolation"


class Fall(FirstpartyError):
    """The child is of no more use; the file it was reading gets this as its problem."""

    code = "reader-crashed"


class Patience:
    """How long the parent still waits for one file: its own time between frames does not count."""

    def __init__(self, quiet: float, whole: float) -> None:
        self._quiet = quiet
        self._left = whole

    def wait(self) -> float:
        """Seconds to wait for the next frame."""
        return min(self._quiet, self._left)

    def spend(self, seconds: float) -> None:
        self._left -= seconds


class Cell:
    """A running child. `protections` and `connectors` wait for it to be ready."""

    def __init__(self, limits: Limits, extra_readers: str = "") -> None:
        if not hasattr(socket, "send_fds"):
            raise IsolationError(phrase("files can only be read where a process can hand an open file to another"))
        self._socket, theirs = socket.socketpair()
        self._ready: frames.Ready | None = None
        with theirs:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                with suppress(OSError):  # a system may refuse what is above its limit; then less is in flight
                    theirs.setsockopt(socket.SOL_SOCKET, option, SOCKET_BYTES)
                    self._socket.setsockopt(socket.SOL_SOCKET, option, SOCKET_BYTES)
            setup = frames.Setup(theirs.fileno(), limits, extra_readers)
            self._process = _start(theirs.fileno(), msgspec.json.encode(setup).decode())

    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def ready(self) -> frames.Ready:
        """What the child said once it was locked down; raises `IsolationError` when it could not start."""
        if self._ready is None:
            try:
                first = self.frame(Patience(START_SECONDS, START_SECONDS))
            except Fall as fall:
                raise IsolationError(
                    phrase("the reading process did not start: %(sentence)s", sentence=fall.sentence)
                ) from None
            if not isinstance(first, frames.Ready):
                why = first.why if isinstance(first, frames.Unready) else "it spoke out of turn"
                raise IsolationError(phrase("the reading process did not start: `%(why)s`", why=why[:400]))
            self._ready = first
        return self._ready

    def ask(self, request: frames.Read, descriptor: int) -> None:
        """Hands over an open file; the answer comes as frames."""
        try:
            message = frames.packed(request)
        except UnicodeEncodeError:
            raise Fall(phrase("the passphrase or the mapping is not valid text"), code="not-text") from None
        try:
            self._socket.settimeout(START_SECONDS)
            sent = socket.send_fds(self._socket, [message], [descriptor])
            if sent < len(message):  # sending nothing would fail where the child is already done for
                self._socket.sendall(message[sent:])
        except OSError:
            raise self._fallen() from None

    def frame(self, patience: Patience) -> frames.Frame:
        """The next frame; raises `Fall` when none comes, or something that is none."""
        started = monotonic()
        deadline = started + patience.wait()
        try:
            (length,) = frames.HEADER.unpack(self._exactly(frames.HEADER.size, deadline))
            if length > MAX_FRAME_BYTES:
                raise Fall(phrase("the reader sent more than it may"), code="reader-misbehaved")
            frame: frames.Frame = frames.decode_frame(self._exactly(length, deadline))
        except TimeoutError:
            raise Fall(phrase("reading the file takes too long"), hint=phrase("split it"), code="too-slow") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Fall(phrase("the reader sent something that is no finding"), code="reader-misbehaved") from None
        except OSError:
            raise self._fallen() from None
        patience.spend(monotonic() - started)
        return frame

    def _exactly(self, count: int, deadline: float) -> bytearray:
        buffer = bytearray(count)
        view = memoryview(buffer)
        while view:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            received = self._socket.recv_into(view)
            if received == 0:
                raise self._fallen()
            view = view[received:]
        return buffer

    def _fallen(self) -> Fall:
        """Why the child is gone, as far as its end tells."""
        try:
            status = self._process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            return Fall(phrase("the reader closed its side"), code="reader-misbehaved")
        if status == -signal.SIGXCPU:
            return Fall(phrase("reading the file takes too long"), hint=phrase("split it"), code="too-slow")
        if status == -signal.SIGKILL:
            return Fall(
                phrase("the reader was ended from outside, perhaps for its memory"), hint=phrase("split the file")
            )
        return Fall(phrase("the reader broke down on this file"), hint=phrase("please report this, without the file"))


def _start(descriptor: int, argument: str) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    try:
        # Our own interpreter, no shell, and nothing from outside in the arguments.
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-c", _BOOT, _ROOT, argument],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a traceback could repeat the file
            pass_fds=(descriptor,),
            env=environment,
            cwd="/",
            start_new_session=True,  # the terminal's Ctrl-C is for the parent, which ends the child itself
        )
    except OSError as error:
        raise IsolationError(
            phrase("the reading process did not start: %(strerror)s", strerror=error.strerror)
        ) from None
