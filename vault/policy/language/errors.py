"""What is wrong with a rule file: every fault with its place and its remedy, all of them in one error.

A `Fault` is raised while one thing is read and knows no place; whoever reads the file turns it into a `Problem` with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from terms.errors import FirstpartyError

# More are not read by anybody at once; what comes behind is often the same mistake again.
MAX_PROBLEMS: Final = 50


class Fault(Exception):
    """One thing does not read; `hint` says what to write instead."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1 and is 0 where it is not known; `rule` is an id or empty."""

    file: str
    line: int
    rule: str
    sentence: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}; {self.hint}" if self.hint else f"{self.place}: {self.sentence}"

    @property
    def place(self) -> str:
        at = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{at}, rule `{self.rule}`" if self.rule else at


class RuleFileError(FirstpartyError):
    """A rule file does not read. `problems` are in the order of the file; `more` says that there are others behind."""

    code = "rules"

    def __init__(self, problems: tuple[Problem, ...], *, more: bool = False) -> None:
        self.problems = problems
        self.more = more
        count = f"more than {len(problems)} errors" if more else f"{len(problems)} errors"
        lines = [f"{problems[0].file} has {count}", *map(str, problems)]
        super().__init__("\n  ".join(lines) if len(problems) > 1 else str(problems[0]))


class Collected:
    """The problems of one file as they are found; `enough` raises when there are too many."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, fault: Fault, line: int, rule: str = "") -> None:
        self._problems.append(Problem(self.file, line, rule, fault.sentence, fault.hint))
        if len(self._problems) >= MAX_PROBLEMS:
            raise RuleFileError(self._in_order(), more=True)

    def raise_any(self) -> None:
        if self._problems:
            raise RuleFileError(self._in_order())

    def _in_order(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems, key=lambda problem: problem.line))
