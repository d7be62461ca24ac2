"""Going through the cases with one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from connectors.conformance import asking
from connectors.conformance.asking import NoAnswer, Subject
from connectors.conformance.report import Report
from terms.conformance.corpus import Case
from terms.conformance.verdicts import Result, Verdict, judged

# A subject that hangs costs ten seconds a case: who fails so often in a row will not answer the others either.
MAX_SILENT: Final = 3


def run(cases: Iterable[Case], subject: Subject, on_result: Callable[[Result], None] | None = None) -> Report:
    """Asks every case, in order, and closes the subject."""
    results: list[Result] = []
    silent = 0
    try:
        for case in cases:
            if silent == MAX_SILENT:
                result = Result(case, Verdict.NOT_ASKED)
            else:
                result = _asked(case, subject)
                silent = silent + 1 if result.verdict is Verdict.NO_ANSWER else 0
            results.append(result)
            if on_result is not None:
                on_result(result)
    finally:
        subject.close()
    return Report(subject.name, tuple(results))


def _asked(case: Case, subject: Subject) -> Result:
    try:
        raw = subject.ask(asking.line(case))
    except NoAnswer as none:
        return Result(case, Verdict.NO_ANSWER, why=str(none))
    try:
        return judged(case, asking.read(raw, case))
    except NoAnswer as none:
        # Whatever else is on its way answers something that is over.
        subject.restart()
        return Result(case, Verdict.NO_ANSWER, why=str(none))
