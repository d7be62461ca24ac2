"""What an answer to a case is worth.

An answer is an object with `outcome` `taken`, `refused` (with a `code`) or `unsupported`. It passes if it holds every
member of what is expected with an equal value; members beyond that are passed over. Everything else fails, but not
everything is equally bad: to take what is to be refused gives rights away, another code does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from terms.conformance.corpus import Case
from terms.proof.jcs import JsonValue


class Verdict(StrEnum):
    """The worst first, but for the first."""

    PASSED = "passed"
    WRONGLY_TAKEN = "wrongly taken"
    OTHER_ANSWER = "another answer"
    WRONGLY_REFUSED = "wrongly refused"
    OTHER_CODE = "refused under another code"
    UNSUPPORTED = "unsupported"
    NO_ANSWER = "no answer"
    NOT_ASKED = "not asked"


OUTCOMES: Final = ("taken", "refused", "unsupported")


@dataclass(frozen=True, slots=True)
class Result:
    """`got` is what was answered, `why` what was wrong where nothing readable was."""

    case: Case
    verdict: Verdict
    got: Mapping[str, JsonValue] | None = None
    why: str = ""


def judged(case: Case, answer: Mapping[str, JsonValue]) -> Result:
    """The result of a case for an answer whose `outcome` is one of `OUTCOMES`."""
    return Result(case, _verdict(case.expected, answer), answer)


def _verdict(expected: Mapping[str, JsonValue], answer: Mapping[str, JsonValue]) -> Verdict:
    outcome = answer["outcome"]
    if outcome == "unsupported":
        return Verdict.UNSUPPORTED
    if outcome != expected["outcome"]:
        return Verdict.WRONGLY_TAKEN if outcome == "taken" else Verdict.WRONGLY_REFUSED
    if all(name in answer and _same(answer[name], value) for name, value in expected.items()):
        return Verdict.PASSED
    return Verdict.OTHER_CODE if outcome == "refused" else Verdict.OTHER_ANSWER


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Equal as JSON: a flag is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other
