"""This project as a subject: `python -m connectors.conformance.subject` answers a request a line until its input ends.

It is an example of the protocol as much as a part of the runner: read a line, answer on a line, flush.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from connectors.conformance.command import Command
from terms.conformance import answering
from terms.conformance.inputs import CaseError
from terms.proof import jcs
from terms.proof.jcs import JsonValue
from terms.refusals import Refused

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from connectors.conformance.subject import main; main()"
_ROOT = str(Path(__file__).parents[2])
# What an interpreter needs to start; the subject is told nothing else.
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "PYTHONDONTWRITEBYTECODE")


def command() -> Command:
    """Our own implementation, in a process of its own."""
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    words = [sys.executable, "-I", "-c", _BOOT, _ROOT]
    return Command(words, name="firstparty", environment=environment)


def answered(request: bytes) -> bytes:
    """The answer to a request, on a line; a request that is none is said to be so."""
    id: JsonValue = None
    try:
        asked = jcs.parse(request)
        if not isinstance(asked, dict):
            raise CaseError("a request is an object")
        id, operation, given = asked.get("id"), asked.get("operation"), asked.get("input")
        if not isinstance(operation, str) or not isinstance(given, dict):
            raise CaseError("a request has `id`, `operation` and `input`")
        return _line({"id": id, **answering.answer(operation, given)})
    except (Refused, CaseError) as error:
        return _line({"id": id, "outcome": "unreadable", "why": error.sentence})


def _line(answer: dict[str, JsonValue]) -> bytes:
    return jcs.canonical(answer) + b"\n"


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    for request in requests:
        answers.write(answered(request))
        answers.flush()


def main() -> None:
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
