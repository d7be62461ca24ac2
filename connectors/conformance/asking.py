"""What every way to a subject has in common: the limits, the reading of an answer, and patience.

A request is one JSON object, `{"id", "input", "operation"}`; an answer is one JSON object with the same `id` and an
`outcome`. Answers are read as strictly as signed JSON: a name given twice is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from typing import Final, Protocol, TypeVar

from terms.conformance.corpus import Case
from terms.conformance.verdicts import OUTCOMES
from terms.errors import FirstpartyError
from terms.proof import jcs
from terms.proof.jcs import JsonValue
from terms.refusals import Refused, quoted

# The slowest case has a history of a hundred entries; a slow language with a slow library takes a second for it.
PATIENCE_SECONDS: Final = 10.0
# The longest answers are canonical forms of the texts asked, of a kilobyte or two.
MAX_ANSWER_BYTES: Final = 64 * 1024

T = TypeVar("T")


class SubjectError(FirstpartyError):
    """The subject cannot be asked at all: no such program, no such address."""

    code = "subject"


class NoAnswer(Exception):
    """The subject gave no answer to a case; the sentence says what it did instead."""


class Subject(Protocol):
    """An implementation that can be asked. `ask` takes a request and gives the bytes of the answer."""

    name: str

    def ask(self, request: bytes) -> bytes:
        """The answer's bytes, or `NoAnswer`; the next request starts from a clean state."""

    def restart(self) -> None:
        """Forget what may still come: the last answer was none to what was asked."""

    def close(self) -> None:
        """End what was started."""


def line(case: Case) -> bytes:
    """A request on one line; canonical, so that it is the same for every subject."""
    return jcs.canonical(case.request()) + b"\n"


def read(raw: bytes, case: Case) -> Mapping[str, JsonValue]:
    """The answer in what came, or `NoAnswer`."""
    try:
        answer = jcs.parse(raw)
    except Refused as refusal:
        raise NoAnswer(f"the answer cannot be read: {refusal.sentence}") from None
    if not isinstance(answer, dict):
        raise NoAnswer("the answer is no JSON object")
    if answer.get("id") != case.id:
        raise NoAnswer(f"the answer is to {quoted(answer.get('id'))}")
    if answer.get("outcome") not in OUTCOMES:
        raise NoAnswer(f"the outcome {quoted(answer.get('outcome'))} is none of: {', '.join(OUTCOMES)}")
    return answer


def within(seconds: float, action: Callable[[], T]) -> T:
    """What `action` gives, or `NoAnswer` after so long. It goes on in its thread until its connection is cut."""
    given: list[T] = []
    failed: list[NoAnswer] = []

    def act() -> None:
        try:
            given.append(action())
        except NoAnswer as error:
            failed.append(error)

    thread = Thread(target=act, daemon=True)
    thread.start()
    thread.join(seconds)
    if given:
        return given[0]
    raise failed[0] if failed else NoAnswer(f"no answer within {seconds:g} seconds")
