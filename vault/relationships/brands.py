"""Well-known vendors: a table of facts (`brands.tsv`), and finding them in the words of a descriptor.

A row is `name, category, domains, aliases`. The aliases are printed forms, separated by `|`; they are compared
without spaces and folded, so one alias stands for `BLUE BOTTLE`, `BlueBottle` and `blue-bottle`. The rules:

* The longest alias at the start of the words wins (`Shell Energy` before `Shell`, `Tesco Mobile` before `Tesco`).
* An alias with `~` is also a word of the language or of other firms' names (`Apple`, `Next`, `Sky`): it counts only
  when nothing follows that could make it another firm's name, that is only qualifiers, places or references.
* Brands of one group stay apart when people hold separate contracts under separate names (YouTube and Google, Aldi
  Talk and Aldi, Audible and Amazon); products sold under the vendor's own name do not (Amazon Prime is Amazon,
  Vodafone Kabel is Vodafone).
* A row that is missing costs a nicer name and a category; unknown vendors are recognised without it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import msgspec

from vault.relationships.lexicon import CITIES, LEGAL_ENDS, LEGAL_LAST, PLACE_CODES, QUALIFIERS, squash

# No alias has more words than this; longer runs are not looked up.
_MAX_WORDS = 5
# Initials are shared by too many names to stand for one when other words follow (`HM Land Registry` is not H&M).
_DISTINCT_LETTERS = 3
_START = 3
# A cut name shows this much of itself, in letters and as a share.
_CUT_LETTERS = 10
_CUT_SHARE = 0.8
# A domain label this short belongs to somebody else in the next country.
_LABEL_LETTERS = 5
_HARMLESS = QUALIFIERS | LEGAL_ENDS | LEGAL_LAST | CITIES | PLACE_CODES


class Brand(msgspec.Struct, frozen=True):
    """`key` is the folded name without spaces; it is also the payee key of every charge of the brand."""

    key: str
    name: str
    category: str
    domains: tuple[str, ...]


class _Index(msgspec.Struct, frozen=True):
    keys: dict[str, Brand]
    aliases: dict[str, Brand]
    ambiguous: dict[str, Brand]
    domains: dict[str, Brand]
    # By their first letters, how long names get: what is longer need not be looked up.
    longest: dict[str, int]


@lru_cache(maxsize=1)
def _index() -> _Index:
    index = _Index({}, {}, {}, {}, {})
    text = resources.files("vault.relationships").joinpath("brands.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, category, domains, aliases = line.split("\t")
        brand = Brand(squash(name.replace("+", "plus")), name, category, tuple(domains.split()))
        index.keys[brand.key] = brand
        index.domains.update(dict.fromkeys(brand.domains, brand))
        for alias in filter(None, aliases.split("|")):
            run = squash(alias)
            weak = alias.startswith("~") or len(run) < _DISTINCT_LETTERS
            (index.ambiguous if weak else index.aliases).setdefault(run, brand)
        if not aliases:
            index.aliases.setdefault(brand.key, brand)
    for name in (*index.aliases, *index.ambiguous):
        index.longest[name[:_START]] = max(len(name), index.longest.get(name[:_START], 0))
    return index


def brand(key: str) -> Brand | None:
    """The brand with this key."""
    return _index().keys.get(key)


def brand_of_domain(registrable: str) -> Brand | None:
    """The brand that owns a registrable domain (or a host listed on its own)."""
    return _index().domains.get(registrable)


def leading_brand(words: Sequence[str]) -> Brand | None:
    """The brand that the folded `words` begin with, by the rules above."""
    index = _index()
    run, found = "", None
    for count, word in enumerate(words[:_MAX_WORDS], 1):
        run += word
        if len(run) > index.longest.get(run[:_START], _START):
            break
        longer = index.aliases.get(run)
        if longer is None and (weak := index.ambiguous.get(run)) and all(map(_harmless, words[count:])):
            longer = weak
        found = longer or found
    return found


def brand_cut(word: str) -> Brand | None:
    """The one brand that a word without gaps begins, where a statement's width cut little from the name."""
    if len(word) < _CUT_LETTERS:
        return None
    spelt = _spelt()
    span = spelt[bisect_left(spelt, word) : bisect_left(spelt, word + "\U0010ffff")]
    found = {_index().aliases[name].key for name in span}
    nearly = len(found) == 1 and len(word) >= _CUT_SHARE * len(span[0])
    return brand(found.pop()) if nearly else None


@lru_cache(maxsize=1)
def _spelt() -> list[str]:
    return sorted(_index().aliases)


def brand_called(words: Sequence[str]) -> Brand | None:
    """The brand that the folded `words` name exactly, when the name is no ordinary word and not too short."""
    run = squash(words)
    return _index().aliases.get(run) if len(run) >= _LABEL_LETTERS else None


def named_brand(words: Sequence[str]) -> Brand | None:
    """The first brand anywhere in the folded `words`; only names that are no ordinary words count."""
    aliases = _index().aliases
    for start in range(len(words)):
        for count in range(min(_MAX_WORDS, len(words) - start), 0, -1):
            run = "".join(words[start : start + count])
            if len(run) > 3 and (found := aliases.get(run)):
                return found
    return None


def _harmless(word: str) -> bool:
    return word in _HARMLESS or not word.isalpha()
