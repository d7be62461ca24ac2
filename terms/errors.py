"""The one error type.

"No" is a value with a reason; "broken" is an exception of this type. Every error carries a stable `code`
(kebab-case, for programs), one `sentence` (for people: lower case, no full stop, foreign input in backticks)
and, where something can be done, a `hint` that says what. `said` and `helps` are the two as they were given: a `Phrase` can be
worded in another language. Doors (command line, HTTP) map a code once.
"""

from __future__ import annotations

from terms.phrases import Phrase


class FirstpartyError(Exception):
    """Something is broken or refused. Subclasses set `code`; `exit_code` is 1 (failed) or 2 (wrong usage)."""

    code: str = "failed"
    exit_code: int = 1

    def __init__(self, sentence: str | Phrase, *, hint: str | Phrase = "", code: str = "") -> None:
        super().__init__(str(sentence))
        self.sentence, self.hint = str(sentence), str(hint)
        self.said, self.helps = sentence, hint
        if code:
            self.code = code

    def __str__(self) -> str:
        return f"{self.sentence}; {self.hint}" if self.hint else self.sentence


class UsageError(FirstpartyError):
    """The caller asked for something that does not fit together."""

    code = "usage"
    exit_code = 2
