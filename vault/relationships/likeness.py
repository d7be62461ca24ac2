"""When two names say the same: the text rules that join unknown vendors, and the ones that only ask.

A *name* is the folded words of a payee, of a domain's label or of an account's title. Two names are one when

* their letters are the same (`JOES GYM`, `joes-gym`, `joesgym`), or
* they are the same but for what companies add behind the name (`Zentrix International`, `Zentrix`), or
* one is the other cut within a word by a narrow statement (`STADTWERKE MUSTERS`), with one way to complete it, or
* one is the other with a large city behind it (`JOES GYM BERLIN`), or with a town and a state's code, or
* a domain's label is covered by the words of a payee (see `covering`), or
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
from vault.relationships.covering import covered
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
_LEAST_GLUED = 10
# Questions: names this alike (of 100) that begin alike; above this many in one block nobody would answer them.
_ASK_SCORE = 90.0
_LARGEST_BLOCK = 60
_SAME_START = 4
_MAX_QUESTIONS = 200

# A town has this many words at most, and the name in front of it this many letters.
_TOWN_WORDS = 3
_LEAST_BEFORE_TOWN = 6

# A label that other names begin with by chance is shorter than this.
_LEAST_LABEL = 5
_LONG_LABEL = 8

RANK_LETTERS, RANK_CORE, RANK_CUT, RANK_CITY, RANK_COVERED, RANK_BEGINS = 40, 50, 60, 61, 65, 70


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


class NameBook(msgspec.Struct, frozen=True):
    """The names to compare, by node: their `words`, what to call them in sentences (`shown`), which of them a
    payment service printed without gaps (`glued`), which print a domain of their own (`hosted`), and which may have a
    town behind the name (`placed`)."""

    words: Mapping[str, Words]
    shown: Mapping[str, str]
    glued: frozenset[str] = frozenset()
    hosted: frozenset[str] = frozenset()
    placed: frozenset[str] = frozenset()


def alike(book: NameBook) -> Iterator[Link]:
    """Links between nodes whose names are one by the rules above."""
    distinct = {node: words for node, words in book.words.items() if is_distinct(words)}
    yield from _same(distinct, book.shown, RANK_LETTERS, 0.92, "`{}` and `{}` have the same letters", squash)
    yield from _same(distinct, book.shown, RANK_CORE, 0.85, "`{}` and `{}` differ by an addition", _core_letters)
    yield from _cut(book, distinct)
    yield from _with_city(distinct, book)
    yield from _covering(distinct, book)
    yield from _begun(book)


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


def _cut(book: NameBook, names: Mapping[str, Words]) -> Iterator[Link]:
    """Names cut by the width of a statement: the words before are equal, the last one begins the other's. What a
    payment service prints without gaps is compared without gaps."""
    spaced = sorted((" ".join(words), node) for node, words in names.items())
    solid = sorted((squash(words), node) for node, words in names.items())
    texts, letters = [text for text, _ in spaced], [text for text, _ in solid]
    complete = {squash(words) for node, words in names.items() if not node.startswith("payee:")}
    for text, node in spaced:
        if squash(names[node]) in complete:
            continue
        if node in book.glued and " " not in text:
            whole = _completion(text, solid, letters)
            enough = len(text) >= _LEAST_GLUED
        else:
            whole = _completion(text, spaced, texts)
            enough = whole is not None and _enough(text, whole[0])
        if whole and enough:
            yield Link(RANK_CUT, node, whole[1], f"`{book.shown[node]}` is `{book.shown[whole[1]]}` cut short", 0.75)


def _completion(text: str, spaced: list[tuple[str, str]], texts: list[str]) -> tuple[str, str] | None:
    """The shortest name that goes on within the last word of `text`, if all others that do so begin with it."""
    if len(text) < _LEAST_CUT or len(text.rpartition(" ")[2]) < _LEAST_CUT_WORD:
        return None
    span = slice(bisect_right(texts, text), bisect_right(texts, text + "\U0010ffff"))
    longer = [(whole, node) for whole, node in spaced[span] if whole[len(text)] != " "]
    shortest = min(longer, key=lambda one: (len(one[0]), one), default=None)
    return shortest if shortest and all(whole.startswith(shortest[0]) for whole, _ in longer) else None


def _enough(text: str, whole: str) -> bool:
    """One word must be nearly whole to be a cut one; several words need only have begun the last."""
    return " " in text or (len(text) >= 0.75 * len(whole) and len(text) >= 12)


def _with_city(names: Mapping[str, Words], book: NameBook) -> Iterator[Link]:
    by_letters = {squash(words): node for node, words in sorted(names.items(), reverse=True)}
    for node, words in sorted(names.items()):
        for base in _without_town(words, node in book.placed):
            other = by_letters.get(squash(base), node)
            if other != node and other not in book.placed and is_distinct(base):
                yield Link(RANK_CITY, other, node, f"`{book.shown[node]}` is `{book.shown[other]}` and a place", 0.75)
                break


def _without_town(words: Words, placed: bool) -> Iterator[Words]:
    """What may be the name when a town stands behind it, longest first: a large city, and in front of a state's code
    any town of up to three words that names no trade."""
    for count in range(len(words) - 1, max(len(words) - 1 - _TOWN_WORDS, 0), -1):
        base, town = words[:count], words[count:]
        known = len(town) == 1 and town[0] in CITIES
        if not known and not (placed and TRADES.isdisjoint(town) and all(word.isalpha() for word in town)):
            return
        if TRADES.isdisjoint(base[:1]) and len(squash(base)) >= _LEAST_BEFORE_TOWN:
            yield base


def _covering(names: Mapping[str, Words], book: NameBook) -> Iterator[Link]:
    domains = {node: words for node, words in names.items() if node.startswith("domain:")}
    spelt = {squash(words) for words in domains.values()}
    payees = {
        node: words
        for node, words in names.items()
        if node.startswith("payee:") and node not in book.hosted and squash(core(words)) not in spelt
    }
    for domain, payee in covered(domains, payees, book.placed):
        evidence = f"{book.shown[domain]} is made of the words of `{book.shown[payee]}`"
        yield Link(RANK_COVERED, domain, payee, evidence, 0.75)


def _begun(book: NameBook) -> Iterator[Link]:
    """Payees whose first words are the label of a domain, where that is unique on both sides."""
    labels = {squash(words): node for node, words in sorted(book.words.items()) if node.startswith("domain:")}
    begun: dict[str, list[str]] = defaultdict(list)
    for node, words in sorted(book.words.items()):
        if node.startswith("payee:"):
            starts = _starts(words, len(words) == 1 and node in book.glued)
            if longest := next((start for start in starts if start in labels), ""):
                begun[longest].append(node)
    for letters, found in sorted(begun.items()):
        # A descriptor that prints the domain speaks for it; with a short label it speaks against others too.
        payees = [payee for payee in found if len(letters) < _LONG_LABEL or payee not in book.hosted]
        label = book.words[labels[letters]]
        if (
            len(letters) < _LEAST_LABEL
            or not is_distinct(label)
            or _is_common(label)
            or not payees
            or not _is_one(book, payees)
        ):
            continue
        for payee in payees:
            evidence = f"`{book.shown[payee]}` begins like {book.shown[labels[letters]]}, and no other payee does"
            yield Link(RANK_BEGINS, labels[letters], payee, evidence, 0.7)


def _starts(words: Words, glued: bool) -> Iterator[str]:
    """What the name begins with, longest first: whole words, or any letters of a word without gaps."""
    if glued:
        yield from (words[0][:length] for length in range(len(words[0]), _LEAST_CUT - 1, -1))
    else:
        yield from (squash(words[:count]) for count in range(len(words), 0, -1))


def _is_one(book: NameBook, payees: list[str]) -> bool:
    """Whether the names are one, cut at several widths."""
    letters = [squash(book.words[payee]) for payee in payees]
    longest = max(letters, key=len)
    return len(payees) == 1 or (
        len(min(letters, key=len)) > _LEAST_CUT and all(longest.startswith(one) for one in letters)
    )


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
