"""When two names say the same: the text rules that join unknown vendors, and the ones that only ask.

A *name* is the folded words of a payee, of a domain's label or of an account's title. Two names are one when

* their letters are the same (`JOES GYM`, `joes-gym`, `joesgym`), or
* they are the same but for what companies add behind the name (`Zentrix International`, `Zentrix`), or
* one is the other cut within a word by a narrow statement (`STADTWERKE MUSTERS`), with one way to complete it, or
* one is the other with a large city behind it (`JOES GYM BERLIN`), or
* a payee's first words are a domain's label (`Nordlicht Software`, nordlicht.de), when no other payee begins so and
  no other domain is called so. It is the weakest rule, and only for a domain: it says who the owner deals with.

Otherwise a trade is never such an addition (`Shell Energy` is not Shell, `Apollo Optik` not Apollo), nor is another country
(`Telekom Austria`), and names that are nothing but a trade (`Hotel`, `Apotheke`) are never one. Likeness by edit
distance is worth a question to the owner, never a link.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import msgspec
from rapidfuzz import fuzz, process

from vault.relationships.clusters import Link
from vault.relationships.lexicon import ADJECTIVES, CITIES, COUNTRY_WORDS, GIVEN_NAMES, TRADES, fold, squash

Words = tuple[str, ...]

# Behind a name these say nothing about who it is.
_ADDED = frozenset(
    fold(word)
    for word in (
        "deutschland germany europe europa eu emea international intl global worldwide uk gb usa us vertrieb vertriebs"
        " sales service services kundenservice customer group gruppe holding holdings online store stores shop webshop"
        " onlineshop app com www abo subscription membership monthly payments payment sagt danke dankt vielen dank"
        " filiale markt operations limited"
    ).split()
)
# Shorter names share too many owners for likeness to mean anything.
_LEAST_LETTERS = 4
# A cut name: at least this much of it, of which the cut word shows this much.
_LEAST_CUT = 8
_LEAST_CUT_WORD = 3
# Questions: names this alike (of 100) that begin alike; above this many in one block nobody would answer them.
_ASK_SCORE = 90.0
_LARGEST_BLOCK = 60
_SAME_START = 4
_MAX_QUESTIONS = 200

# A label that other names begin with by chance is shorter than this.
_LEAST_LABEL = 5

RANK_LETTERS, RANK_CORE, RANK_CUT, RANK_CITY, RANK_BEGINS = 40, 50, 60, 61, 70


class Question(msgspec.Struct, frozen=True, order=True):
    """Two names that may be one vendor's; only the owner can tell. `score` of 100."""

    score: float
    left: str
    right: str


def is_distinct(words: Words) -> bool:
    """Whether the words can name one firm: not only trades, places or countries, and not too short."""
    plain = all(word in TRADES or word in CITIES or word in COUNTRY_WORDS or word in _ADDED for word in words)
    towns = any(word in TRADES for word in words) and len(words) > 1 and any(word not in TRADES for word in words)
    return len(squash(words)) >= _LEAST_LETTERS - 1 and (not plain or towns)


def core(words: Words, country: str = "") -> Words:
    """The name without what was added behind it; `country` (a domain's) also allows that country's word."""
    end = len(words)
    while end > 1 and (words[end - 1] in _ADDED or (country and COUNTRY_WORDS.get(words[end - 1]) == country)):
        end -= 1
    return words[:end]


def alike(names: Mapping[str, Words], shown: Mapping[str, str]) -> Iterator[Link]:
    """Links between nodes whose names are one by the rules above; `shown` is what to call a node in sentences."""
    distinct = {node: words for node, words in names.items() if is_distinct(words)}
    yield from _same(distinct, shown, RANK_LETTERS, 0.92, "`{}` and `{}` have the same letters", squash)
    yield from _same(distinct, shown, RANK_CORE, 0.85, "`{}` and `{}` differ by an addition", _core_letters)
    yield from _cut(distinct, shown)
    yield from _with_city(distinct, shown)
    yield from _begun(names, shown)


def _core_letters(words: Words) -> str:
    short = core(words)
    letters = squash(short)
    return letters if len(letters) >= _LEAST_LETTERS and is_distinct(short) else ""


def _same(
    names: Mapping[str, Words],
    shown: Mapping[str, str],
    rank: int,
    confidence: float,
    sentence: str,
    letters: Callable[[Words], str],
) -> Iterator[Link]:
    first: dict[str, str] = {}
    for node in sorted(names):
        key = letters(names[node])
        if key and first.setdefault(key, node) != node:
            yield Link(rank, first[key], node, sentence.format(shown[first[key]], shown[node]), confidence)


def _cut(names: Mapping[str, Words], shown: Mapping[str, str]) -> Iterator[Link]:
    """Names cut by the width of a statement: the words before are equal, the last one begins the other's."""
    spaced = sorted((" ".join(words), node) for node, words in names.items())
    texts = [text for text, _ in spaced]
    for text, node in spaced:
        last = text.rpartition(" ")[2]
        if len(text) < _LEAST_CUT or len(last) < _LEAST_CUT_WORD:
            continue
        longer = [
            (whole, other)
            for whole, other in spaced[bisect_right(texts, text) : bisect_right(texts, text + "\U0010ffff")]
            if whole[len(text)] != " "
        ]
        if longer and len({whole.replace(" ", "") for whole, _ in longer}) == 1 and _enough(text, longer[0][0]):
            yield Link(RANK_CUT, node, longer[0][1], f"`{shown[node]}` is `{shown[longer[0][1]]}` cut short", 0.75)


def _enough(text: str, whole: str) -> bool:
    """One word must be nearly whole to be a cut one; several words need only have begun the last."""
    return " " in text or (len(text) >= 0.75 * len(whole) and len(text) >= 12)


def _with_city(names: Mapping[str, Words], shown: Mapping[str, str]) -> Iterator[Link]:
    by_letters = {squash(words): node for node, words in sorted(names.items(), reverse=True)}
    for node, words in sorted(names.items()):
        base = words[:-1]
        if len(words) > 1 and words[-1] in CITIES and TRADES.isdisjoint(base[:1]) and len(squash(base)) >= 6:
            other = by_letters.get(squash(base))
            if other and is_distinct(base):
                yield Link(RANK_CITY, other, node, f"`{shown[node]}` is `{shown[other]}` and a city", 0.75)


def _begun(names: Mapping[str, Words], shown: Mapping[str, str]) -> Iterator[Link]:
    """Payees whose first words are the label of a domain, where that is unique on both sides."""
    labels = {squash(words): node for node, words in sorted(names.items()) if node.startswith("domain:")}
    begun: dict[str, list[str]] = defaultdict(list)
    for node, words in sorted(names.items()):
        if node.startswith("payee:"):
            starts = [squash(words[:count]) for count in range(len(words), 0, -1)]
            if longest := next((start for start in starts if start in labels), ""):
                begun[longest].append(node)
    for letters, payees in sorted(begun.items()):
        label = names[labels[letters]]
        if len(payees) == 1 and len(letters) >= _LEAST_LABEL and is_distinct(label) and not _is_common(label):
            evidence = f"`{shown[payees[0]]}` begins like {shown[labels[letters]]}, and no other payee does"
            yield Link(RANK_BEGINS, labels[letters], payees[0], evidence, 0.7)


def _is_common(words: Words) -> bool:
    return len(words) == 1 and (words[0] in GIVEN_NAMES or words[0] in ADJECTIVES)


def questions(names: Mapping[str, Words]) -> list[Question]:
    """Pairs of names nearly alike that no rule joins, most alike first."""
    blocks: dict[str, dict[str, str]] = defaultdict(dict)
    for node, words in sorted(names.items()):
        text = " ".join(words)
        if is_distinct(words) and len(text) > _LEAST_CUT:
            blocks[text[:_SAME_START]].setdefault(text, node)
    found = [pair for block in blocks.values() if 1 < len(block) <= _LARGEST_BLOCK for pair in _pairs(block)]
    return sorted(found, key=lambda pair: (-pair.score, pair.left, pair.right))[:_MAX_QUESTIONS]


def _pairs(block: Mapping[str, str]) -> Iterator[Question]:
    texts = sorted(block)
    for place, text in enumerate(texts):
        for other, score, _ in process.extract(
            text, texts[place + 1 :], scorer=fuzz.ratio, score_cutoff=_ASK_SCORE, limit=3
        ):
            yield Question(round(score, 1), block[text], block[other])
