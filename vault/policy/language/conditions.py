"""One condition: `fact operator operand` as a text, or a row of the three as the pages edit it.

Both give the same condition, whose `text` is its one canonical form: facts and operators as they are called, numbers
and money with a point, lists sorted. Reading that text again gives the same condition.
"""

from __future__ import annotations

from collections.abc import Mapping

from terms.phrases import phrase
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
    raise Fault(
        phrase("%(written)s is not a condition", written=quoted(written)),
        phrase('write a text, such as "offer.price.per_month <= 50 EUR"'),
    )


def written_condition(fact: Fact, operator: Operator, operand: Operand) -> Condition:
    """The condition of these three, with its text."""
    text = f"{fact.name} {operator} {operand_text(fact, operator, operand)}".rstrip()
    return Condition(fact.name, operator, operand, text)


def _from_text(scope: Scope, text: str) -> Condition:
    if len(text) > MAX_CONDITION:
        raise Fault(
            phrase("a condition is longer than %(most_condition)s characters", most_condition=MAX_CONDITION),
            phrase("make it several, or use a list with a name"),
        )
    match = CONDITION.fullmatch(text)
    if not match:
        raise Fault(
            phrase("%(text)s is not a condition", text=quoted(text)),
            phrase("write `fact operator value`, such as `offer.discount >= 20%`"),
        )
    name, word, rest = match.groups()
    fact = scope.fact(name)
    operator = _operator(fact, " ".join(word.split()) if word else "", rest)
    return written_condition(fact, operator, read_operand(scope, fact, operator, rest.strip()))


def _from_row(scope: Scope, row: Mapping[object, object]) -> Condition:
    for key in row:
        if key not in _ROW:
            raise Fault(
                phrase("a condition has no %(key)s", key=quoted(key)),
                meant(str(key), _ROW, phrase("it has fact, operator and value")),
            )
    name, word = row.get("fact"), row.get("operator")
    if not isinstance(name, str) or not isinstance(word, str):
        raise Fault(phrase("a condition needs a fact and an operator"), phrase("give both as texts"))
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
        raise Fault(
            phrase("`is not %(known)s` is written another way", known=rest.strip()),
            phrase("write `%(name)s %(opposite)s`", name=fact.name, opposite=opposite),
        )
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN) and word.removeprefix("is ") in fact.choices:
        # Either reading would be wrong for somebody, and one of them hides that nothing is known.
        raise Fault(
            phrase("`%(name)s %(operator)s` can be read two ways", name=fact.name, operator=operator),
            phrase('write `%(name)s is "%(word)s"` for the value', name=fact.name, word=word[3:]),
        )
    if operator not in fitting:
        raise Fault(
            phrase(
                "`%(operator)s` does not fit `%(name)s`, which is %(called)s",
                operator=operator,
                name=fact.name,
                called=CALLED[fact.type],
            ),
            phrase("what fits: %(listed)s", listed=fitting),
        )
    return operator


def _no_operator(fact: Fact, text: str) -> Fault:
    fitting = OPERATORS[fact.type]
    if not text.strip():
        return Fault(
            phrase("`%(name)s` stands alone", name=fact.name),
            phrase("write one of these behind it: %(listed)s", listed=fitting),
        )
    word, guess = synonym(text)
    hint = (
        phrase("write `%(guess)s`", guess=guess)
        if guess
        else meant(word, fitting, phrase("use one of: %(listed)s", listed=fitting))
    )
    return Fault(phrase("%(word)s is no operator", word=quoted(word)), hint)
