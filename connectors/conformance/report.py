"""What a run came to: counts by class and verdict, and every failure with what was expected and what was answered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from terms.conformance.verdicts import Result, Verdict
from terms.proof.jcs import JsonValue

# An answer may be as long as a canonical form; a report shows where it differs, not all of it.
_MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases of one class there are, and how many passed."""

    group: str
    cases: int
    passed: int


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one run, in the order of the cases."""

    subject: str
    results: tuple[Result, ...]

    @property
    def ok(self) -> bool:
        """Whether there were cases, and all passed."""
        return bool(self.results) and not self.failures()

    def failures(self) -> tuple[Result, ...]:
        """Everything that did not pass, the worst first."""
        order = list(Verdict)
        failed = (result for result in self.results if result.verdict is not Verdict.PASSED)
        return tuple(sorted(failed, key=lambda result: order.index(result.verdict)))

    def tallies(self) -> tuple[Tally, ...]:
        cases = Counter(result.case.group for result in self.results)
        passed = Counter(result.case.group for result in self.results if result.verdict is Verdict.PASSED)
        return tuple(Tally(group, count, passed[group]) for group, count in cases.items())

    def verdicts(self) -> dict[str, int]:
        """How often each verdict was given; all of them, so that a zero can be seen."""
        found = Counter(result.verdict for result in self.results)
        return {verdict.value: found[verdict] for verdict in Verdict}

    def to_json(self) -> dict[str, object]:
        return {
            "subject": self.subject,
            "ok": self.ok,
            "cases": len(self.results),
            "verdicts": self.verdicts(),
            "classes": [{"class": one.group, "cases": one.cases, "passed": one.passed} for one in self.tallies()],
            "failures": [_failure(result) for result in self.failures()],
        }


def _failure(result: Result) -> dict[str, object]:
    case = result.case
    return {
        "id": case.id,
        "title": case.title,
        "why": case.why,
        "verdict": result.verdict.value,
        "expected": dict(case.expected),
        "got": None if result.got is None else dict(result.got),
        "reason": result.why,
    }


def differing(result: Result) -> tuple[str, str]:
    """What was expected and what was answered, as short texts of the members that differ."""
    expected, got = result.case.expected, result.got
    if got is None:
        return _shown(expected, expected.keys()), result.why or result.verdict.value
    names = {name for name in expected if name not in got or got[name] != expected[name]}
    # Why something was refused is worth knowing, and that it was taken is said by the verdict.
    return _shown(expected, names), _shown(got, names | {"code"})


def _shown(members: Mapping[str, JsonValue], names: Collection[str]) -> str:
    text = ", ".join(f"{name} {json.dumps(value)}" for name, value in members.items() if name in names)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
