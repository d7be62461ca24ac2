"""Values of conditions as a form has them: in the language of the page, and back, without loss. In German:

    shown("offer.price.per_month", "<=", "600.00 EUR per year")      600,00 EUR pro Jahr
    written("offer.price.per_month", "<=", "85,50 €")                85.50 EUR
    written("offer.category", "within", "Strom, Gas")                [energy.electricity, energy.gas]

* What rules have is written in the one form of their own language (`vault.policy.language`); here it is only put into words.
* INVARIANT: what `shown` gives is what `written` gives back. Where it would not (two things of one name), the rule's own form is
  shown. The own form may be typed too, but for a number that the language of the page reads another way: that is a `Fault`.
* What neither knows is given on as it was typed: the reader of rules says what is wrong with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from terms import dpv
from terms.phrases import Phrase, phrase
from vault import categories
from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.language.errors import Fault
from vault.policy.language.names import VOCABULARY, known_name, name_text, unquoted
from vault.policy.language.operands import Scope, listed
from vault.policy.language.operators import BY_WORD, TAKES, Takes
from vault.policy.language.spelling import nearest
from vault.policy.rules import Operator
from vault.policy.values import NAMES, SCALABLE, SETS, FactType
from web.pages.frame import value_words
from web.pages.frame.fact_words import named
from web.pages.frame.language import gettext, spoken
from web.pages.frame.rule_words import RELATIONS, subject
from web.pages.frame.value_words import Reading
from web.pages.frame.wording import mark, said

_TRUTHS: Final = (FactType.TRUTH, FactType.CLAIM)
_TRUTH: Final[Mapping[str, str]] = {"true": mark("yes"), "false": mark("no")}
_SCALED: Final[Mapping[str, str]] = {"of": mark("%(count)s of %(what)s"), "times": mark("%(count)s times %(what)s")}
_FACTOR: Final = re.compile(r"(-?[0-9][0-9.,/]*\s*%?) (of|times) (\S+)")
_SCOPE: Final = Scope(TABLE, {})
_VALUES: Final[Mapping[FactType, tuple[Reading, Reading]]] = {
    FactType.MONEY: (value_words.money, value_words.read_money),
    FactType.INTEGER: (value_words.amount, value_words.read_amount),
    FactType.NUMBER: (value_words.amount, value_words.read_amount),
    FactType.DURATION: (value_words.length, value_words.read_length),
    FactType.DATE: (value_words.day, value_words.read_day),
}


def shown(name: str, operator: str, value: str) -> str:
    """An operand of the language of rules, in the language of the page."""
    words = _shown(name, operator, value)
    try:
        return words if words == value or written(name, operator, words) == value else value
    except Fault:
        return value


def written(name: str, operator: str, typed: str) -> str:
    """What was typed, as the language of rules has it; a `Fault` where a number could mean two."""
    fact, takes, typed = TABLE.get(name), _takes(operator), typed.strip()
    if fact is None or not typed or takes is Takes.NOTHING or typed.startswith("lists."):
        return typed
    return _other(fact, typed) or _reader(fact, takes)(fact, typed)


def _shown(name: str, operator: str, value: str) -> str:
    fact, takes = TABLE.get(name), _takes(operator)
    if fact is None or not value or value.startswith("lists."):
        return value
    factor = _FACTOR.fullmatch(value)
    if factor and factor[3] in TABLE:
        return gettext(_SCALED[factor[2]], count=value_words.number(factor[1]), what=gettext(subject(factor[3])))
    if value in TABLE:
        return gettext(subject(value))
    return _writer(fact, takes)(fact, value)


def _takes(operator: str) -> Takes:
    return TAKES[BY_WORD[operator]] if operator in BY_WORD else Takes.ONE


Wording = Callable[[Fact, str], str]


def _writer(fact: Fact, takes: Takes) -> Wording:
    if takes is Takes.SPAN:
        return value_words.length
    if _is_listed(fact, takes):
        return _names if takes is not Takes.SOMEBODY else _texts
    if fact.type in _TRUTHS:
        return lambda _, value: gettext(_TRUTH[value]) if value in _TRUTH else value
    if fact.type in NAMES or takes is Takes.MEMBER:
        return _name
    return _VALUES[fact.type][0] if fact.type in _VALUES else _as_it_is


def _reader(fact: Fact, takes: Takes) -> Wording:
    if takes is Takes.SPAN:
        return value_words.read_length
    if _is_listed(fact, takes):
        return _read_names if takes is not Takes.SOMEBODY else _read_texts
    if fact.type in _TRUTHS:
        return _read_truth
    if fact.type in NAMES or takes is Takes.MEMBER:
        return _read_name
    return _VALUES[fact.type][1] if fact.type in _VALUES else _as_it_is


def _is_listed(fact: Fact, takes: Takes) -> bool:
    return takes in (Takes.LIST, Takes.SOMEBODY) or (takes is Takes.ONE and fact.type in SETS)


def _as_it_is(_: Fact, value: str) -> str:
    return value


def in_words(fault: Phrase, name: str, operator: str) -> Phrase:
    """What is wrong with an operand, in the words of the form, which has other names for facts, operators and values."""

    def worded(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(map(worded, value)))
        if isinstance(value, Operator):
            return said(RELATIONS[value])
        if not isinstance(value, str):
            return value
        return gettext(subject(value)).rstrip(",") if value in TABLE else _shown(name, operator, value)

    return Phrase(fault.form, {place: worded(value) for place, value in fault.values.items()})


# --- what may be chosen --------------------------------------------------------------------------------------------------


def list_of(name: str) -> str:
    """The id of the list of what may be chosen for a fact; empty where anything may be written."""
    fact = TABLE.get(name)
    vocabulary = _vocabulary(fact) if fact else ""
    return f"list-{vocabulary}" if vocabulary else ""


@cache
def lists(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each list with its names, in the language that is being spoken."""
    found = {list_of(name): fact for name, fact in TABLE.items()}
    return tuple((id, _chosen(fact)) for id, fact in found.items() if id)


# --- truths, names and lists of names -----------------------------------------------------------------------------------


def _read_truth(_: Fact, typed: str) -> str:
    known = {gettext(words).casefold(): value for value, words in _TRUTH.items()}
    known |= {"yes": "true", "no": "false"}
    return known.get(typed.casefold(), typed)


def _chosen(fact: Fact) -> tuple[str, ...]:
    """What may be chosen for a fact, by its names in the language of the page; nothing where anything may be written."""
    if fact.type in _TRUTHS:
        return tuple(gettext(words) for words in _TRUTH.values())
    return tuple(sorted((named(one, fact) for one in _ids(fact)), key=str.casefold))


def _vocabulary(fact: Fact) -> str:
    """What names the list of what may be chosen: several facts have the same."""
    if fact.type in _TRUTHS:
        return "truth"
    return fact.name if fact.choices else str(fact.type) if _ids(fact) else ""


def _ids(fact: Fact) -> tuple[str, ...]:
    if fact.choices:
        return fact.choices
    return _closed(VOCABULARY.get(fact.type, fact.type))


@cache
def _closed(vocabulary: FactType) -> tuple[str, ...]:
    if vocabulary is FactType.CATEGORY:
        return tuple(categories.tree())
    taxonomy = {FactType.PURPOSES: dpv.purposes, FactType.PERSONAL_DATA: dpv.personal_data}.get(vocabulary)
    return taxonomy().terms() if taxonomy else ()


@cache
def _by_name(vocabulary: str, language: str) -> Mapping[str, str]:
    """The id of each name in the language being spoken; none for one that two have."""
    fact = next(one for one in TABLE.values() if _key(one) == vocabulary)
    found: dict[str, str] = {}
    for one in _ids(fact):
        name = named(one, fact).casefold()
        found[name] = "" if name in found else one
    return {name: id for name, id in found.items() if id}


def _key(fact: Fact) -> str:
    return fact.name if fact.choices else str(VOCABULARY.get(fact.type, fact.type))


def _name(fact: Fact, value: str) -> str:
    try:
        return named(unquoted(value), fact)
    except Fault:
        return value


def _read_name(fact: Fact, typed: str) -> str:
    id = _by_name(_key(fact), spoken()).get(_bare(typed).casefold())
    if id is not None:
        return name_text(fact, id)
    if _SCOPE.names_fact(typed):
        return typed
    if VOCABULARY.get(fact.type, fact.type) is FactType.TEXT:
        return _text(typed)
    try:
        known_name(fact, _bare(typed))
    except Fault as fault:
        near = nearest(typed, _chosen(fact))
        raise Fault(fault.said, phrase("did you mean `%(near)s`?", near=near) if near else fault.helps) from None
    return typed


def _bare(typed: str) -> str:
    try:
        return unquoted(typed)
    except Fault:
        return typed


def _text(typed: str) -> str:
    return typed if typed[0] in "\"'[" else json.dumps(typed, ensure_ascii=False)


def _names(fact: Fact, value: str) -> str:
    return ", ".join(_member(_name(fact, one)) for one in listed(value))


def _texts(_: Fact, value: str) -> str:
    return ", ".join(_member(_bare(one)) for one in listed(value))


def _member(name: str) -> str:
    """A name with a comma in it needs quotes beside others."""
    return json.dumps(name, ensure_ascii=False) if re.search(r"[,\"'\[\]]", name) else name


def _read_names(fact: Fact, typed: str) -> str:
    if _by_name(_key(fact), spoken()).get(typed.casefold()):
        return _read_name(fact, typed)
    return _list([_read_name(fact, one) for one in listed(typed)])


def _read_texts(_: Fact, typed: str) -> str:
    return _list([_text(one) for one in listed(typed)])


def _list(members: list[str]) -> str:
    return members[0] if len(members) == 1 else f"[{', '.join(sorted(members, key=_bare))}]"


# --- another fact -------------------------------------------------------------------------------------------------------


def _other(fact: Fact, typed: str) -> str:
    """Another fact by what it is called, as it is or scaled; nothing where none is meant."""
    known = _by_subject(spoken())
    if typed.casefold() in known:
        return known[typed.casefold()]
    for how, form in _SCALED.items() if fact.type in SCALABLE else ():
        found = _pattern(gettext(form)).fullmatch(typed)
        if found and found["what"].casefold() in known:
            return f"{value_words.read_number(found['count'])} {how} {known[found['what'].casefold()]}"
    return ""


@cache
def _by_subject(language: str) -> Mapping[str, str]:
    """Facts by what they are called in the language being spoken."""
    return {gettext(subject(name)).casefold(): name for name in TABLE}


@cache
def _pattern(form: str) -> re.Pattern[str]:
    places = {"count": r"(?P<count>-?[0-9][0-9.,/]*\s*%?)", "what": "(?P<what>.+)"}
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", lambda place: places[place[1]], re.escape(form)), re.IGNORECASE)
