"""Numbers that look right and belong to nobody: IBANs and creditor ids with valid check digits, references.

Everything is computed from the text it is for, so that two runs print the same. `Chance` is the one source of
variety: it uses only `random()`, whose sequence Python promises to keep for a seed.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
# No 0, O, 1, I: as merchants print order numbers.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _check(text: str) -> int:
    """ISO 7064 MOD 97-10 check digits of letters and digits that end in the country and `00`."""
    return 98 - int("".join(str(int(letter, 36)) for letter in text)) % 97


def iban(country: str, account: str) -> str:
    return f"{country}{_check(account + country + '00'):02d}{account}"


def creditor(name: str) -> str:
    """A creditor id from the range of the Bundesbank's example; the business code ZZZ is not checked."""
    national = f"099{number(name, 8)}"
    return f"DE{_check(national + 'DE00'):02d}ZZZ{national}"


def number(text: str, digits: int = 8) -> str:
    """A customer or contract number that always belongs to `text`; never begins with 0."""
    return str(10 ** (digits - 1) + zlib.crc32(text.encode()) % (9 * 10 ** (digits - 1)))


class Chance:
    """Seeded variety. The seed is a sentence, so that two uses never share a sequence by accident."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a story, not a key

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def code(self, length: int, letters: str = _LETTERS) -> str:
        return "".join(self.pick(letters) for _ in range(length))
