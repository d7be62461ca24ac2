"""What is wrong with a rule file: every fault with its place and its remedy, all of them in one error.

A `Fault` is raised while one thing is read and knows no place; whoever reads the file turns it into a `Problem` with one.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import Phrase, phrase

# More are not read by anybody at once; what comes behind is often the same mistake again.
MAX_PROBLEMS: Final = 50
_FILE: Final = Phrase("%(file)s")


class Fault(Exception):
    """One thing does not read; `helps` says what to write instead."""

    def __init__(self, said: Phrase, helps: Phrase | None = None) -> None:
        super().__init__(str(said))
        self.said = said
        self.helps = helps

    @property
    def sentence(self) -> str:
        return str(self.said)

    @property
    def hint(self) -> str:
        return str(self.helps or "")


class Problem(Struct, frozen=True):
    """`line` counts from 1 and is 0 where it is not known; `rule` is an id or empty; `part` is the key of the rule, where it is about
    one."""

    file: str
    line: int
    rule: str
    said: Phrase
    helps: Phrase | None = None
    part: str = ""

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Phrase:
        """With its place, in one line."""
        if self.helps is None:
            return phrase("%(place)s: %(sentence)s", place=self.place, sentence=self.said)
        return phrase("%(place)s: %(sentence)s; %(hint)s", place=self.place, sentence=self.said, hint=self.helps)

    @property
    def sentence(self) -> str:
        return str(self.said)

    @property
    def hint(self) -> str:
        return str(self.helps or "")

    @property
    def place(self) -> Phrase:
        at = (
            phrase("%(file)s, line %(line)s", file=self.file, line=self.line) if self.line else _FILE.of(file=self.file)
        )
        return phrase("%(place)s, rule `%(rule)s`", place=at, rule=self.rule) if self.rule else at


class RuleFileError(FirstpartyError):
    """A rule file does not read. `problems` are in the order of the file; `more` says that there are others behind."""

    code = "rules"

    def __init__(self, problems: tuple[Problem, ...], *, more: bool = False) -> None:
        self.problems = problems
        self.more = more
        super().__init__(_several(problems, more) if len(problems) > 1 else problems[0].words)


def _several(problems: tuple[Problem, ...], more: bool) -> Phrase:
    form = phrase("%(file)s has more than %(count)s errors") if more else phrase("%(file)s has %(count)s errors")
    lines = (form.of(file=problems[0].file, count=len(problems)), *(one.words for one in problems))
    return Phrase(
        "\n  ".join(f"%(line{at})s" for at in range(len(lines))), {f"line{at}": one for at, one in enumerate(lines)}
    )


class Collected:
    """The problems of one file as they are found; `enough` raises when there are too many."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, fault: Fault, line: int, rule: str = "", part: str = "") -> None:
        self._problems.append(Problem(self.file, line, rule, fault.said, fault.helps, part))
        if len(self._problems) >= MAX_PROBLEMS:
            raise RuleFileError(self._in_order(), more=True)

    def raise_any(self) -> None:
        if self._problems:
            raise RuleFileError(self._in_order())

    def _in_order(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems, key=lambda problem: problem.line))
