"""One condition: `fact operator operand` as a text, or a row of the three as the pages edit it.

Both give the same condition, whose `text` is its one canonical form: facts and operators as they are called, numbers
and money with a point, lists sorted. Reading that text again gives the same condition.
"""

from __future__ import annotations

from collections.abc import Mapping

from terms.refusals import quoted
from vault.policy.fact import Fact
from vault.policy.language.errors import Fault
from vault.policy.language.limits import MAX_CONDITION
from vault.policy.language.operands import Scope, json_operand, operand_text, read_operand
from vault.policy.language.operators import BY_WORD, CALLED, CONDITION, OPERATORS, synonym
from vault.policy.language.spelling import meant
from vault.policy.rules import Condition, Operand, Operator

_ROW = frozenset({"fact", "operator", "value"})


def read_condition(scope: Scope, written: object) -> Condition:
    """A condition from a text or a row; a `Fault` says what is wrong with it."""
    if isinstance(written, str):
        return _from_text(scope, written)
    if isinstance(written, Mapping):
        return _from_row(scope, written)
    raise Fault(f"{quoted(written)} is not a condition", 'write a text, such as "offer.price.per_month <= 50 EUR"')


def written_condition(fact: Fact, operator: Operator, operand: Operand) -> Condition:
    """The condition of these three, with its text."""
    text = f"{fact.name} {operator} {operand_text(fact, operator, operand)}".rstrip()
    return Condition(fact.name, operator, operand, text)


def _from_text(scope: Scope, text: str) -> Condition:
    if len(text) > MAX_CONDITION:
        raise Fault(
            f"a condition is longer than {MAX_CONDITION} characters", "make it several, or use a list with a name"
        )
    match = CONDITION.fullmatch(text)
    if not match:
        raise Fault(
            f"{quoted(text)} is not a condition", "write `fact operator value`, such as `offer.discount >= 20%`"
        )
    name, word, rest = match.groups()
    fact = scope.fact(name)
    operator = _operator(fact, " ".join(word.split()) if word else "", rest)
    return written_condition(fact, operator, read_operand(scope, fact, operator, rest.strip()))


def _from_row(scope: Scope, row: Mapping[object, object]) -> Condition:
    for key in row:
        if key not in _ROW:
            raise Fault(f"a condition has no {quoted(key)}", meant(str(key), _ROW, "it has fact, operator and value"))
    name, word = row.get("fact"), row.get("operator")
    if not isinstance(name, str) or not isinstance(word, str):
        raise Fault("a condition needs a fact and an operator", "give both as texts")
    fact = scope.fact(name)
    operator = _operator(fact, word, "")
    return written_condition(fact, operator, json_operand(scope, fact, operator, row.get("value")))


def _operator(fact: Fact, word: str, rest: str) -> Operator:
    fitting = OPERATORS[fact.type]
    operator = BY_WORD.get(word)
    if operator is None:
        raise _no_operator(fact, word or rest)
    if operator is Operator.IS_NOT and rest.strip() in ("known", "unknown"):
        opposite = Operator.IS_UNKNOWN if rest.strip() == "known" else Operator.IS_KNOWN
        raise Fault(f"`is not {rest.strip()}` is written another way", f"write `{fact.name} {opposite}`")
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN) and word.removeprefix("is ") in fact.choices:
        # Either reading would be wrong for somebody, and one of them hides that nothing is known.
        raise Fault(
            f"`{fact.name} {operator}` can be read two ways", f'write `{fact.name} is "{word[3:]}"` for the value'
        )
    if operator not in fitting:
        raise Fault(
            f"`{operator}` does not fit `{fact.name}`, which is {CALLED[fact.type]}",
            f"what fits: {', '.join(fitting)}",
        )
    return operator


def _no_operator(fact: Fact, text: str) -> Fault:
    fitting = OPERATORS[fact.type]
    if not text.strip():
        return Fault(f"`{fact.name}` stands alone", f"write one of these behind it: {', '.join(fitting)}")
    word, guess = synonym(text)
    hint = f"write `{guess}`" if guess else meant(word, fitting, f"use one of: {', '.join(fitting)}")
    return Fault(f"{quoted(word)} is no operator", hint)
