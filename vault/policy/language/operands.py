"""What stands behind the operator: a value of the fact's type, names, another fact, or a list with a name.

Another fact must have the same type (integers and numbers mix, and a text may be looked for in a set of texts); a
percentage or a multiple of it only where that means something. `lists.NAME` is a list of the file or of the owner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from msgspec import Struct

from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.fact import Fact
from vault.policy.language.errors import Fault
from vault.policy.language.limits import MAX_LIST
from vault.policy.language.names import VOCABULARY, checked_text, known_name, name_text, read_name, read_truth
from vault.policy.language.operators import CALLED, TAKES, Takes
from vault.policy.language.quantities import number_text, quantity, read_number, read_quantity
from vault.policy.language.spelling import foreign_letter, meant, plain_letters
from vault.policy.rules import NamedList, Operand, Operator, OtherFact
from vault.policy.values import NAMES, SCALABLE, SETS, FactType, Value
from vault.policy.writing import finite_places, from_json

_LIST = re.compile(r"lists\.(\S+)")
_SCALED = re.compile(r"(-?[0-9][0-9.,/]*)\s*(%\s*of|times|x|×|\*)\s+(\S+)")
_MEMBER = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,\"'\[\]]+)\s*(?:,|$)")
_NUMBERS: Final = frozenset({FactType.INTEGER, FactType.NUMBER})


class Scope(Struct, frozen=True):
    """What a condition may speak of: the facts, and lists by name."""

    table: Mapping[str, Fact]
    lists: Mapping[str, tuple[str, ...]]

    def fact(self, name: str) -> Fact:
        found = self.table.get(name)
        if found is None:
            raise self._unknown_fact(name)
        return found

    def names_fact(self, word: str) -> bool:
        """Whether a bare word is meant for a fact: it is one, or begins like one."""
        family, dot, _ = plain_letters(word).partition(".")
        return word in self.table or bool(dot and any(name.startswith(f"{family}.") for name in self.table))

    def named_list(self, name: str) -> tuple[str, ...]:
        if name not in self.lists:
            some = ", ".join(sorted(self.lists)[:10])
            known = phrase("the lists are: %(some)s", some=some) if self.lists else phrase("add it under `[lists]`")
            raise Fault(phrase("there is no list %(name)s", name=quoted(name)), meant(name, self.lists, known))
        return self.lists[name]

    def _unknown_fact(self, name: str) -> Fault:
        foreign = foreign_letter(name)
        hint = meant(name, self.table, phrase("see `firstparty facts` for all of them"))
        if foreign:
            return Fault(phrase("there is no fact %(name)s: %(why)s", name=quoted(name), why=foreign), hint)
        return Fault(phrase("there is no fact %(name)s", name=quoted(name)), hint)


def read_operand(scope: Scope, fact: Fact, operator: Operator, text: str) -> Operand:
    """The operand that `text` is behind `fact operator`."""
    takes = TAKES[operator]
    if takes is Takes.NOTHING:
        if text:
            raise Fault(
                phrase(
                    "%(text)s stands behind `%(operator)s`, which needs nothing behind it",
                    text=quoted(text),
                    operator=operator,
                ),
                phrase("leave it out"),
            )
        return None
    if not text:
        raise Fault(
            phrase("nothing stands behind `%(operator)s`", operator=operator),
            phrase("write what `%(name)s` is compared with", name=fact.name),
        )
    found = _reference(scope, fact, operator, text)
    if found is not None:
        return found
    try:
        return _literal(fact, takes, text)
    except Fault as fault:
        raise _no_arithmetic(scope, text) or fault from None


def json_operand(scope: Scope, fact: Fact, operator: Operator, value: object) -> Operand:
    """The operand of a row: a text as in a written condition, or the value as JSON has it."""
    takes = TAKES[operator]
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()  # TOML has dates of its own
    if isinstance(value, str) or value is None:
        return read_operand(scope, fact, operator, value or "")
    if takes in (Takes.LIST, Takes.SOMEBODY) or (takes is Takes.ONE and fact.type in SETS):
        return _json_names(fact, takes, value)
    read = from_json(fact, value) if takes is Takes.ONE and fact.type is not FactType.CLAIM else None
    read = value if fact.type is FactType.CLAIM and takes is Takes.ONE and isinstance(value, bool) else read
    if read is None or not _can_be_written(scope, fact, operator, read):
        raise Fault(
            phrase(
                "%(value)s is no value for `%(name)s %(operator)s`",
                value=quoted(value),
                name=fact.name,
                operator=operator,
            ),
            phrase("give it as a text, as in a written rule"),
        )
    return read


def _can_be_written(scope: Scope, fact: Fact, operator: Operator, value: Value) -> bool:
    """Whether the text of a value gives it again: the limits of what is written hold for rows too."""
    try:
        return read_operand(scope, fact, operator, operand_text(fact, operator, value)) == value
    except Fault:
        return False


def operand_text(fact: Fact, operator: Operator, operand: Operand) -> str:
    """The one form in which a condition writes it; empty for none."""
    if operand is None:
        return ""
    if isinstance(operand, NamedList):
        return f"lists.{operand.name}"
    if isinstance(operand, OtherFact):
        return f"{_factor_text(operand.factor)}{operand.name}"
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, frozenset):
        named = _anybody(fact) if TAKES[operator] is Takes.SOMEBODY else fact
        words = [name_text(named, member) for member in sorted(operand)]
        return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
    if isinstance(operand, str):
        return name_text(fact, operand)
    return quantity(_span(fact) if TAKES[operator] is Takes.SPAN else fact, operand)


def _factor_text(factor: Fraction) -> str:
    if factor == 1:
        return ""
    if factor.denominator == 1 or finite_places(factor * 100) is None:
        return f"{number_text(factor)} times "
    return f"{number_text(factor * 100)}% of "


def _reference(scope: Scope, fact: Fact, operator: Operator, text: str) -> OtherFact | NamedList | None:
    listed = _LIST.fullmatch(text)
    if listed:
        return _named_list(scope, fact, operator, listed[1])
    scaled = _SCALED.fullmatch(text)
    if scaled:
        return _scaled(scope, fact, operator, *scaled.groups())
    if any(sign in text for sign in " \t,\"'[") or not scope.names_fact(text):
        return None
    return OtherFact(_fitting(scope, fact, operator, text).name)


def _scaled(scope: Scope, fact: Fact, operator: Operator, number: str, how: str, name: str) -> OtherFact:
    other = _fitting(scope, fact, operator, name)
    if other.type not in SCALABLE:
        raise Fault(
            phrase(
                "`%(name)s` is %(called)s, of which there are no multiples", name=other.name, called=CALLED[other.type]
            ),
            phrase("leave the factor out"),
        )
    factor = Fraction(read_number(number)) / (100 if how.startswith("%") else 1)
    if factor <= 0:
        raise Fault(phrase("%(number)s is no factor", number=quoted(number)), phrase("write one above zero"))
    return OtherFact(other.name, factor)


def _fitting(scope: Scope, fact: Fact, operator: Operator, name: str) -> Fact:
    """The other fact, if it can stand behind the operator."""
    other, takes = scope.fact(name), TAKES[operator]
    if not _FITS[takes](fact, other):
        raise Fault(
            phrase(
                "`%(name)s` is %(called)s and cannot stand behind `%(name2)s %(operator)s`",
                name=other.name,
                called=CALLED[other.type],
                name2=fact.name,
                operator=operator,
            ),
            phrase("`%(name)s` is %(called)s", name=fact.name, called=CALLED[fact.type]),
        )
    return other


def _vocabulary(fact: Fact) -> FactType:
    return VOCABULARY.get(fact.type, fact.type)


def _fits_one(fact: Fact, other: Fact) -> bool:
    if fact.type is FactType.CLAIM or (fact.type is FactType.CHOICE and fact.choices != other.choices):
        return False
    return fact.type is other.type or {fact.type, other.type} <= _NUMBERS


def _fits_list(fact: Fact, other: Fact) -> bool:
    return _vocabulary(fact) is _vocabulary(other) and fact.choices == other.choices


_FITS: Final[Mapping[Takes, Callable[[Fact, Fact], bool]]] = {
    Takes.ONE: _fits_one,
    Takes.LIST: _fits_list,
    Takes.MEMBER: lambda fact, other: other.type in NAMES and _vocabulary(fact) is other.type,
    Takes.SPAN: lambda fact, other: other.type is FactType.DURATION,
    Takes.SOMEBODY: lambda fact, other: other.type in (FactType.TEXT, FactType.TEXTS),
}


def _named_list(scope: Scope, fact: Fact, operator: Operator, name: str) -> NamedList:
    if TAKES[operator] not in (Takes.LIST, Takes.SOMEBODY):
        raise Fault(
            phrase("a list cannot stand behind `%(name)s %(operator)s`", name=fact.name, operator=operator),
            phrase("use `within` or `any of`"),
        )
    members = scope.named_list(name)
    for member in members:
        known = member if TAKES[operator] is Takes.SOMEBODY else known_name(fact, member)
        if known != member:
            raise Fault(
                phrase("%(member)s of the list `%(name)s` is written otherwise", member=quoted(member), name=name),
                phrase("write `%(known)s`", known=known),
            )
    return NamedList(name, frozenset(members))


def _literal(fact: Fact, takes: Takes, text: str) -> Value:
    if takes is Takes.SPAN:
        return read_quantity(_span(fact), text)
    if takes is Takes.SOMEBODY:
        return _names(_anybody(fact), text)
    if takes is Takes.LIST or (takes is Takes.ONE and fact.type in SETS):
        return _names(fact, text)
    if fact.type in (FactType.TRUTH, FactType.CLAIM):
        return read_truth(text)
    if fact.type in NAMES or takes is Takes.MEMBER:
        if text.startswith("["):
            raise Fault(
                phrase("%(text)s is a list, and one name is wanted here", text=quoted(text)),
                phrase("use `any of` for several"),
            )
        return read_name(fact, text)
    return read_quantity(fact, text)


def _names(fact: Fact, text: str) -> frozenset[str]:
    members = [read_name(fact, one) for one in listed(text)]
    if not members:
        raise Fault(phrase("the list is empty"), phrase("name what should be in it"))
    return frozenset(members)


def listed(text: str) -> list[str]:
    """The members of `[a, b]` or `a, b`, as they stand there; a `Fault` where it is no list."""
    inner = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    members: list[str] = []
    at = 0
    while inner[at:].strip():
        match = _MEMBER.match(inner, at)
        if not match or len(members) >= MAX_LIST:
            raise Fault(
                phrase("%(text)s is not a list", text=quoted(text)),
                phrase('write up to %(most_list)s names like `[one, "another one"]`', most_list=MAX_LIST),
            )
        members.append(match[1].strip())
        at = match.end()
    return members


def _json_names(fact: Fact, takes: Takes, value: object) -> frozenset[str]:
    if (
        not isinstance(value, list)
        or not value
        or len(value) > MAX_LIST
        or not all(isinstance(one, str) for one in value)
    ):
        raise Fault(
            phrase("%(value)s is not a list of names", value=quoted(value)),
            phrase("give from 1 to %(most_list)s texts", most_list=MAX_LIST),
        )
    named = _anybody(fact) if takes is Takes.SOMEBODY else fact
    return frozenset(known_name(named, checked_text(one)) for one in value)


def _no_arithmetic(scope: Scope, text: str) -> Fault | None:
    """For what reckons with other facts in a way that rules do not have."""
    for word in re.split(r"[\s*/+()-]+", text):
        if word in scope.table:
            return Fault(
                phrase("%(text)s is not read", text=quoted(text)),
                phrase("write `90%% of %(word)s` or `1.5 times %(word)s`; there is no other arithmetic", word=word),
            )
    return None


def _span(fact: Fact) -> Fact:
    return Fact(fact.name, FactType.DURATION, "", "", "", fact.influence)


def _anybody(fact: Fact) -> Fact:
    return Fact(fact.name, FactType.TEXT, "", "", "", fact.influence)
