"""A subject as a child process: a request a line on its standard input, an answer a line on its standard output.

One request is on its way at a time, so nothing has to be put in order and no buffer can fill up on both sides. What the
child writes on standard error goes to ours. It is started without a shell, in a session of its own, so that it can be
ended together with everything that it started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO, Final

from connectors.conformance.asking import MAX_ANSWER_BYTES, PATIENCE_SECONDS, NoAnswer, SubjectError, within

# A child that has read the end of its input has nothing left to do.
_GOODBYE_SECONDS: Final = 2.0


class Command:
    """The program of `words`, started when it is asked first and again after each time that it failed to answer."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        name: str = "",
        seconds: float = PATIENCE_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name or " ".join(words)
        self._words = list(words)
        self._seconds = seconds
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes) -> bytes:
        child = self._started()
        try:
            return within(self._seconds, lambda: _exchanged(child, request))
        except NoAnswer:
            self.restart()
            raise

    def restart(self) -> None:
        """End the child; the next request starts another."""
        if self._child is not None:
            _end(self._child)
            self._child = None

    def close(self) -> None:
        child = self._child
        if child is not None and child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_GOODBYE_SECONDS)
        self.restart()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            try:
                # The user's own command, without a shell.
                self._child = subprocess.Popen(  # noqa: S603
                    self._words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=self._environment,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                raise SubjectError(
                    f"the subject does not start: {reason}", hint="give the command as you type it"
                ) from None
        return self._child


def _exchanged(child: subprocess.Popen[bytes], request: bytes) -> bytes:
    source, sink = _pipes(child)
    try:
        sink.write(request)
        sink.flush()
        answer = source.readline(MAX_ANSWER_BYTES + 1)
    except (OSError, ValueError):
        raise NoAnswer(_ended(child)) from None
    if len(answer) > MAX_ANSWER_BYTES:
        raise NoAnswer(f"the answer has more than {MAX_ANSWER_BYTES} bytes")
    if not answer.endswith(b"\n"):
        raise NoAnswer(_ended(child))
    return answer


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert child.stdout is not None
    assert child.stdin is not None
    return child.stdout, child.stdin


def _ended(child: subprocess.Popen[bytes]) -> str:
    try:
        status = child.wait(_GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        return "the subject closed its output"
    return f"the subject ended with signal {-status}" if status < 0 else f"the subject ended with exit code {status}"


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child and all of its session; then the pipes, which nobody holds any more."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GOODBYE_SECONDS)
    for pipe in _pipes(child):
        with contextlib.suppress(OSError):
            pipe.close()
