"""Names as rules write them: texts, choices, categories of the market and terms of DPV; and truth.

Texts stand in quotes; one that is a single word may go without. Categories, choices and terms of DPV are checked: a name
that does not exist would be a rule that never applies. A term of DPV may be written without its prefix (`Marketing`) or as
its full IRI; the condition then says `dpv:Marketing`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from terms import dpv
from terms.phrases import Phrase, phrase
from terms.refusals import quoted
from vault import categories
from vault.policy.fact import Fact
from vault.policy.language.errors import Fault
from vault.policy.language.limits import MAX_TEXT
from vault.policy.language.spelling import foreign_letter, meant, nearest
from vault.policy.values import FactType

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:-]*(?:\.[A-Za-z0-9_:-]+)*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_TRUTH: Final = {"true": True, "yes": True, "false": False, "no": False}
# What a set's members are names of.
VOCABULARY: Final[Mapping[FactType, FactType]] = {FactType.TEXTS: FactType.TEXT}


def read_name(fact: Fact, text: str) -> str:
    """The name that `text`, quoted or bare, is in the vocabulary of `fact`."""
    word = unquoted(text)
    if word == text and " " in word and VOCABULARY.get(fact.type, fact.type) is FactType.TEXT:
        # `a or b` would be a text that nothing ever equals.
        raise Fault(
            phrase("%(text)s has more than one word", text=quoted(text)), phrase("put the text in double quotes")
        )
    return known_name(fact, word)


def known_name(fact: Fact, word: str) -> str:
    """The one spelling of `word` in the vocabulary of `fact`; a `Fault` where it is not in there."""
    reader = _READ.get(VOCABULARY.get(fact.type, fact.type))
    return reader(fact, word) if reader else word


def name_text(fact: Fact, name: str) -> str:
    """As the canonical condition writes it: quoted unless the vocabulary is a closed one and the name is a plain word."""
    closed = VOCABULARY.get(fact.type, fact.type) is not FactType.TEXT
    return (
        name
        if closed and _BARE.fullmatch(name) and name not in ("known", "unknown")
        else json.dumps(name, ensure_ascii=False)
    )


def unquoted(text: str) -> str:
    """A quoted text without its quotes, or a bare one as it is; a `Fault` where it is neither."""
    if _QUOTED.fullmatch(text):
        word = _escaped(text) if text[0] == '"' else text[1:-1]
    elif any(sign in text for sign in "\"'[]\\"):
        raise Fault(
            phrase("%(text)s has a quote or bracket in it", text=quoted(text)), phrase("put the text in double quotes")
        )
    else:
        word = text
    return checked_text(word)


def checked_text(word: str) -> str:
    if not word or word != word.strip() or not word.isprintable():
        raise Fault(
            phrase("%(word)s is not a text to compare with", word=quoted(word)),
            phrase("write signs that can be seen, with no space around them"),
        )
    if len(word) > MAX_TEXT:
        raise Fault(phrase("%(word)s… is longer than %(most_text)s characters", word=quoted(word), most_text=MAX_TEXT))
    return word


def read_truth(text: str) -> bool:
    found = _TRUTH.get(text)
    if found is None:
        raise Fault(
            phrase("%(text)s is neither true nor false", text=quoted(text)),
            phrase("write `%(true)s` or `%(false)s`", true="true", false="false"),
        )
    return found


def _escaped(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise Fault(
            phrase("%(text)s has a backslash in it", text=quoted(text)),
            phrase('write `\\\\` for a backslash and `\\"` for a quote'),
        ) from None


def _choice(fact: Fact, word: str) -> str:
    if word in fact.choices:
        return word
    near = nearest(word, fact.choices)
    form = phrase("did you mean `%(near)s`? it is one of: %(listed)s") if near else phrase("it is one of: %(listed)s")
    raise Fault(
        phrase("%(word)s is no value of `%(name)s`", word=quoted(word), name=fact.name),
        form.of(near=near, listed=fact.choices),
    )


def _category(fact: Fact, word: str) -> str:
    tree = categories.tree()
    if word in tree:
        return word
    by_name = {name.lower(): id for id, one in tree.items() for name in (*one.names.values(), id.rpartition(".")[2])}
    hint = (
        phrase("write `%(name)s`", name=by_name[word.lower()])
        if word.lower() in by_name
        else meant(word, tree, phrase("see the category tree"))
    )
    raise Fault(_because_of(word, phrase("%(word)s is no category of the market", word=quoted(word))), hint)


def _term_of(taxonomy: Callable[[], dpv.Taxonomy], unknown: Phrase, wanted: Phrase) -> Callable[[Fact, str], str]:
    def read(fact: Fact, word: str) -> str:
        table = taxonomy()
        known = table.known(word)
        local = {term.partition(":")[2]: term for term in table.terms()}
        if known is None and word not in local:
            near = nearest(word, table.terms()) or local.get(nearest(word.partition(":")[2] or word, local), "")
            example = wanted.of(version=dpv.VERSION, one=table.terms()[0])
            hint = phrase("did you mean `%(near)s`?", near=near) if near else example
            raise Fault(_because_of(word, unknown.of(word=quoted(word))), hint)
        return known or local[word]

    return read


def _because_of(word: str, said: Phrase) -> Phrase:
    """What is said of a word, with the letter of it that only looks like one of ours."""
    foreign = foreign_letter(word)
    return phrase("%(said)s (%(letter)s)", said=said, letter=foreign) if foreign else said


_READ: Final[Mapping[FactType, Callable[[Fact, str], str]]] = {
    FactType.CHOICE: _choice,
    FactType.CATEGORY: _category,
    FactType.PURPOSES: _term_of(
        dpv.purposes,
        phrase("%(word)s is no purpose of DPV"),
        phrase("write a purpose of DPV %(version)s, such as `%(one)s`"),
    ),
    FactType.PERSONAL_DATA: _term_of(
        dpv.personal_data,
        phrase("%(word)s is no category of personal data of DPV"),
        phrase("write a category of personal data of DPV %(version)s, such as `%(one)s`"),
    ),
}
