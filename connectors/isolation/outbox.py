"""What a reader yields, on its way into frames: gathered into chunks, bounded, and never a reason to stop.

A finding that cannot be encoded (a lone surrogate, a number beyond 64 bits) becomes a problem of its own, so that
one strange row does not take its neighbours with it. Problems beyond a limit are counted and summed up in one.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.isolation import frames
from connectors.isolation.limits import CHUNK_FINDINGS, MAX_FRAME_BYTES, MAX_PROBLEMS
from terms.phrases import phrase
from vault.findings import MAX_ID, MAX_NAME, MAX_TEXT, Finding, Problem

Write = Callable[[bytearray], None]


class Outbox:
    def __init__(self, write: Write) -> None:
        self._write = write
        self._findings: list[Finding] = []
        self._problems = 0

    def add(self, found: Finding | Problem) -> None:
        if isinstance(found, Problem):
            self._complain(found)
            return
        self._findings.append(found)
        if len(self._findings) == CHUNK_FINDINGS:
            self._deliver(self._findings)
            self._findings = []

    def flush(self) -> None:
        """Sends what is left, and how many problems were not sent."""
        if self._findings:
            self._deliver(self._findings)
            self._findings = []
        if self._problems > MAX_PROBLEMS:
            more = self._problems - MAX_PROBLEMS
            summary = str(
                phrase("%(more)s more rows could not be read; mend the first ones and import again", more=more)
            )
            self._write(frames.packed(frames.Trouble([Problem("", "more-problems", summary)])))

    def _deliver(self, findings: list[Finding]) -> None:
        if frame := _packed(findings):
            self._write(frame)
        elif len(findings) == 1:
            self._complain(Problem("", "bad-row", str(phrase("one row holds text or a number that cannot be stored"))))
        else:
            middle = len(findings) // 2
            self._deliver(findings[:middle])
            self._deliver(findings[middle:])

    def _complain(self, problem: Problem) -> None:
        self._problems += 1
        if self._problems <= MAX_PROBLEMS:
            self._write(frames.packed(frames.Trouble([_plain(problem)])))


def _packed(findings: list[Finding]) -> bytearray | None:
    """The frame, or nothing when it cannot be encoded or is longer than the parent takes."""
    try:
        frame = frames.packed(frames.Found(findings))
    except (ValueError, OverflowError, TypeError):
        return None
    return frame if len(frame) <= MAX_FRAME_BYTES else None


def _plain(problem: Problem) -> Problem:
    return Problem(_text(problem.where, MAX_NAME), _text(problem.code, MAX_ID), _text(problem.message, MAX_TEXT))


def _text(text: str, length: int) -> str:
    return text[:length].encode("utf-8", "replace").decode()
