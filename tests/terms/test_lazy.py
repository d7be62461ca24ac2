"""A property that is found once."""

from __future__ import annotations

from terms.lazy import lazy


class Looked:
    def __init__(self) -> None:
        self.times = 0

    @lazy
    def found(self) -> int:
        """What was looked for."""
        self.times += 1
        return 7


def test_it_is_found_when_it_is_first_asked_for_and_then_kept() -> None:
    one = Looked()
    assert one.times == 0
    assert (one.found, one.found, one.times) == (7, 7, 1)


def test_each_object_has_its_own() -> None:
    one, other = Looked(), Looked()
    one.found += 1
    assert (one.found, other.found, other.times) == (8, 7, 1)


def test_its_words_are_those_of_what_finds_it() -> None:
    assert Looked.found.__doc__ == "What was looked for."
