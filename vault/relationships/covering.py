"""Domains whose label abbreviates a payee's name: `donnellymusic.com` and `Donnelly School of Music`.

A label is *covered* by a name when its letters are, in order, words of the name: whole words, the beginning of a word
(`leben` of `Lebensversicherung`), its end (`reinigung` of `Gebäudereinigung`) or its initials (`hv`) where the label
has a hyphen, or more than a cut name shows (`music`, `MUS`). At least two words must take part, one of them whole and
nobody's common word, and none left out between them may be another such word. Where several payees that are not one
name cover a label, or several labels are covered by one payee, nothing is joined. A label that is nothing but the first
words of a name is left to the stricter rule for these (`likeness`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from vault.relationships.lexicon import (
    ADJECTIVES,
    CITIES,
    COUNTRY_WORDS,
    GIVEN_NAMES,
    QUALIFIERS,
    TRADES,
    fold,
    squash,
)

Words = tuple[str, ...]

# A label shorter than this is covered by chance.
_LEAST_LABEL = 7
# A whole word that says who it is has this many letters.
_LEAST_RARE = 5
_LEAST_BEGINNING = 3
_LEAST_ENDING = 6
_LEAST_STEM = 6
_MOST_ENDING = 4
_MOST_INITIALS = 3
# Words that may stand before the first, between and behind.
_MOST_BEFORE = 1
_MOST_BETWEEN = 2
_MOST_BEHIND = 2
_MOST_TOWN = 3
_LINKING = frozenset(
    fold(word) for word in "the of and for in am an im der die das und für de la le du di self".split()
)
_GENERIC = TRADES | ADJECTIVES | CITIES | GIVEN_NAMES | QUALIFIERS | frozenset(COUNTRY_WORDS) | _LINKING


class _Cover(msgspec.Struct, frozen=True):
    """Which words of a name cover a label: the first and behind the last of them, how many, whether one is whole and
    rare, and whether all are whole."""

    first: int
    end: int
    count: int
    rare: bool
    whole: bool

    @property
    def is_beginning(self) -> bool:
        return self.whole and self.first == 0 and self.count == self.end


def is_rare(word: str) -> bool:
    return len(word) >= _LEAST_RARE and word.isalpha() and word not in _GENERIC


def covered(
    domains: Mapping[str, Words], payees: Mapping[str, Words], loose: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Pairs of a domain's and a payee's node where the domain's label is covered by the payee's name alone. `loose`
    payees may have a town of several words behind the name."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for node, words in sorted(payees.items()):
        for word in sorted(set(filter(is_rare, words))):
            by_word[word].append(node)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    labels: dict[str, set[str]] = defaultdict(set)
    for domain, parts in sorted(domains.items()):
        for payee in _possible(squash(parts), by_word):
            words = payees[payee]
            if cover := _cover(parts, words, _MOST_TOWN if payee in loose else 0):
                found[domain][payee] = squash(words[cover.first : cover.end])
                labels[payee].add(squash(parts))
    for domain, spans in found.items():
        longest = max(spans.values(), key=lambda span: (len(span), span))
        if all(longest.startswith(span) for span in spans.values()):
            yield from ((domain, payee) for payee in spans if len(labels[payee]) == 1)


def _possible(label: str, by_word: Mapping[str, list[str]]) -> list[str]:
    """Payees with a rare word that stands in the label."""
    if len(label) < _LEAST_LABEL:
        return []
    runs = {label[start:end] for start in range(len(label)) for end in range(start + _LEAST_RARE, len(label) + 1)}
    return sorted({payee for run in runs if run in by_word for payee in by_word[run]})


def _cover(parts: Words, words: Words, town: int) -> _Cover | None:
    """The cover of the label, where up to `town` words behind the name may be a town's."""
    for first in range(min(len(words), _MOST_BEFORE + 1)):
        if any(word not in _LINKING and word not in TRADES for word in words[:first]):
            return None
        for end in range(len(words), max(len(words) - town, 1) - 1, -1):
            found = _take(parts, words[:end], first, _Cover(first, first, 0, False, True))
            if found and found.count > 1 and found.rare and end - found.end <= _MOST_BEHIND:
                return None if found.is_beginning and found.end < end else found
    return None


def _take(parts: Words, words: Words, place: int, so_far: _Cover) -> _Cover | None:
    """The rest of the label, `parts`, by the words from `place` on; the first word is never skipped."""
    if not parts:
        return so_far
    if place == len(words):
        return None
    word = words[place]
    for rest, whole in _bites(parts, word, last=place + 1 == len(words)):
        rare = so_far.rare or (whole and is_rare(word))
        taken = _Cover(so_far.first, place + 1, so_far.count + 1, rare, so_far.whole and whole)
        if found := _take(rest, words, place + 1, taken):
            return found
    skipped = place - so_far.end + 1
    if so_far.count == 0 or is_rare(word) or skipped > _MOST_BETWEEN:
        return None
    return _take(parts, words, place + 1, so_far)


def _bites(parts: Words, word: str, *, last: bool) -> Iterator[tuple[Words, bool]]:
    """What `word` leaves of the label, and whether it stood there whole."""
    part, rest = parts[0], parts[1:]
    if part.startswith(word):
        yield ((part[len(word) :], *rest) if len(part) > len(word) else rest), True
    if len(part) >= _LEAST_BEGINNING and len(part) < len(word) and word.startswith(part):
        yield rest, False
    if len(part) >= _LEAST_ENDING and len(part) < len(word) and word.endswith(part):
        yield rest, False
    if len(part) <= _MOST_INITIALS and rest and _are_initials(part, word):
        yield rest, False
    if not rest and ((last and len(word) >= _LEAST_BEGINNING and part.startswith(word)) or _same_stem(part, word)):
        yield (), False


def _are_initials(part: str, word: str) -> bool:
    """`hv` of `hausverwaltung`: the first letter, and the others later in order."""
    letters = iter(word)
    return 1 < len(part) < len(word) and part[0] == word[0] and all(letter in letters for letter in part)


def _same_stem(part: str, word: str) -> bool:
    """`properties` and `property`."""
    common = next((n for n, (a, b) in enumerate(zip(part, word, strict=False)) if a != b), min(len(part), len(word)))
    return common >= _LEAST_STEM and max(len(part), len(word)) - common <= _MOST_ENDING
