"""The installed form of a rule-set: compact JSON that loads without reading any text of a rule, and its SHA-256.

    {"format": "firstparty-rules-1", "rules": [[id, kinds, when, then, because, unless], …], "defaults": {kind: verdict}}

A condition is `[fact, operator, operand, text]`, an operand null or a list of texts that begins with what it is: `["money",
"4990", "EUR"]`, `["fact", "contract.price.per_month", "9/10"]`. The form is canonical: sets sorted, numbers in lowest terms,
no spaces; equal rule-sets have equal bytes, and places are left out. INVARIANT: the hash of these bytes is the version that
decisions name, so kinds of operands are only ever added and their spelling never changes.

The bytes come from the vault and were checked when the rules were installed: nothing is looked up in the fact table here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Final

import msgspec

from terms.errors import FirstpartyError
from vault.policy.rules import Condition, NamedList, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, Number
from vault.policy.verdicts import Kind, Verdict
from vault.policy.writing import plain

FORMAT: Final = "firstparty-rules-1"


class InstalledRulesError(FirstpartyError):
    """What a vault keeps as its rules does not read."""

    code = "installed-rules"


class _Condition(msgspec.Struct, array_like=True, frozen=True, gc=False):
    fact: str
    operator: Operator
    operand: list[str] | None
    text: str


class _Rule(msgspec.Struct, array_like=True, frozen=True, gc=False):
    id: str
    kinds: frozenset[Kind]
    when: tuple[_Condition, ...]
    then: Verdict
    because: str
    unless: tuple[_Condition, ...]


class _Installed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    format: str
    rules: tuple[_Rule, ...]
    defaults: Mapping[Kind, Verdict]


# Sets and mappings in order.
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder(_Installed)


def to_installed(rules: RuleSet) -> bytes:
    """The canonical bytes of `rules`, in their order."""
    return _ENCODER.encode(_Installed(FORMAT, tuple(map(_packed_rule, rules.rules)), rules.defaults))


def from_installed(raw: bytes) -> RuleSet:
    """The rule-set of these bytes, without places."""
    try:
        installed = _DECODER.decode(raw)
        if installed.format != FORMAT:
            raise InstalledRulesError("the installed rules have another format", hint="install them again")
        return RuleSet(tuple([_rule(one) for one in installed.rules]), installed.defaults)
    except (msgspec.MsgspecError, KeyError, IndexError, ValueError, ZeroDivisionError):
        raise InstalledRulesError("the installed rules do not read", hint="install them again") from None


def rules_sha256(rules: RuleSet) -> str:
    """The rule-set's version: the hexadecimal SHA-256 of its installed form."""
    return sha256(to_installed(rules)).hexdigest()


def _packed_rule(rule: Rule) -> _Rule:
    when, unless = tuple(map(_packed, rule.when)), tuple(map(_packed, rule.unless))
    return _Rule(rule.id, rule.kinds, when, rule.then, rule.because, unless)


def _packed(condition: Condition) -> _Condition:
    return _Condition(condition.fact, condition.operator, _packed_operand(condition.operand), condition.text)


def _packed_operand(operand: Operand) -> list[str] | None:
    if operand is None:
        return None
    if isinstance(operand, OtherFact):
        return ["fact", operand.name, str(operand.factor)]
    if isinstance(operand, NamedList):
        return ["list", operand.name, *sorted(operand.members)]
    if isinstance(operand, bool):
        return ["truth", "true" if operand else "false"]
    if isinstance(operand, int | Fraction):
        return ["number", str(plain(operand))]
    if isinstance(operand, Amount):
        return ["money", str(plain(operand.minor)), operand.currency]
    if isinstance(operand, Duration):
        return ["duration", str(operand.months), str(operand.days)]
    if isinstance(operand, str):
        return ["text", operand]
    if isinstance(operand, Claim):
        return ["claim", "true" if operand.value else "false", *sorted(operand.attested_by)]
    return ["names", *sorted(operand)] if isinstance(operand, frozenset) else ["date", operand.isoformat()]


def _rule(packed: _Rule) -> Rule:
    when = tuple([_condition(one) for one in packed.when])
    unless = tuple([_condition(one) for one in packed.unless])
    return Rule(packed.id, packed.kinds, when, packed.then, packed.because, unless)


def _condition(packed: _Condition) -> Condition:
    operand = packed.operand
    value = None if operand is None else _OPERANDS[operand[0]](operand)
    return Condition(packed.fact, packed.operator, value, packed.text)


def _number(text: str) -> Number:
    return plain(_factor(text)) if "/" in text else int(text)


def _factor(text: str) -> Fraction:
    """Most factors are 1; and making a fraction of two integers costs a third of reading it from a text."""
    over, _, under = text.partition("/")
    return _ONE if text == "1" else Fraction(int(over), int(under or 1))


_ONE: Final = Fraction(1)
_TRUTHS: Final = {"true": True, "false": False}
_OPERANDS: Final[Mapping[str, Callable[[list[str]], Operand]]] = {
    "fact": lambda parts: OtherFact(parts[1], _factor(parts[2])),
    "list": lambda parts: NamedList(parts[1], frozenset(parts[2:])),
    "truth": lambda parts: _TRUTHS[parts[1]],
    "number": lambda parts: _number(parts[1]),
    "money": lambda parts: Amount(_number(parts[1]), parts[2]),
    "duration": lambda parts: Duration(int(parts[1]), int(parts[2])),
    "text": lambda parts: parts[1],
    "claim": lambda parts: Claim(_TRUTHS[parts[1]], frozenset(parts[2:])),
    "names": lambda parts: frozenset(parts[1:]),
    "date": lambda parts: date.fromisoformat(parts[1]),
}
