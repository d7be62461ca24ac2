"""Accept rules for offers that leave open what they commit to, or what is done with the owner's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from terms.phrases import phrase
from vault.money import MAX_MINOR
from vault.policy.checking.asking import Asking
from vault.policy.checking.findings import Finding, Severity, found
from vault.policy.fact import Fact, Influence
from vault.policy.proving.candidates import literals
from vault.policy.proving.cases import TRUE, Case, accepted
from vault.policy.proving.laws import COMMITTING
from vault.policy.proving.limits import COMMITMENT
from vault.policy.rules import Condition, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, FactType
from vault.policy.verdicts import Kind, Verdict

TERMS: Final = "terms.result"
# What terms must not be for an accept rule to be safe.
_BAD_TERMS: Final = ("exceeds", "unknown")
# What the owner sets or pays stays far below what no household has, even a hundred times over.
_OWNERS_MOST: Final = MAX_MINOR // 1_000
# A currency that no rule names.
_NOBODYS: Final = "XXX"


class Caps:
    """Asks, for each accept rule, whether it can accept what is without bound."""

    def __init__(self, rules: RuleSet, conditions: Sequence[Condition], table: Mapping[str, Fact]) -> None:
        self._rules, self._table = rules, table
        named = {value.currency for value in literals(conditions) if isinstance(value, Amount)}
        self._currencies = [*sorted(named), _NOBODYS]
        self._owners = sorted(
            {c.operand.name for c in conditions if isinstance(c.operand, OtherFact) and self._is_owners(c.operand.name)}
        )
        self._ask = Asking([*conditions, *self._extra()], table)

    def missing(self, rule: Rule) -> Iterator[Finding]:
        """Of an accept rule that can apply."""
        kinds = [kind for kind in Kind if kind in rule.kinds and kind in COMMITTING]
        if rule.then is not Verdict.ACCEPT or not kinds:
            return
        if COMMITMENT in self._table and any(
            self._can(rule, kind, more) for kind in kinds for more in self._uncapped()
        ):
            sentence = phrase("rule `%(rule)s` accepts offers whatever they commit you to")
            hint = phrase('add a condition such as "%(fact)s <= 500 EUR"', fact=COMMITMENT)
            yield found(Severity.WARNING, "no-cap", rule, sentence, hint)
        if TERMS in self._table and any(self._can(rule, kind, more) for kind in kinds for more in self._bad_terms()):
            sentence = phrase("rule `%(rule)s` accepts offers whatever they want of your data")
            hint = phrase("""add the condition '%(fact)s any of [within, "none asked"]'""", fact=TERMS)
            yield found(Severity.WARNING, "no-terms", rule, sentence, hint)

    def _can(self, rule: Rule, kind: Kind, more: Case) -> bool:
        stricter = [one for one in self._rules.rules if kind in one.kinds and one.then is not Verdict.ACCEPT]
        return any(not self._ask.is_impossible([*more, *case]) for case in accepted([rule, *stricter], Verdict.ASK))

    def _uncapped(self) -> Iterator[Case]:
        yield [((Condition(COMMITMENT, Operator.IS_UNKNOWN, None, "no commitment known"), TRUE),)]
        for currency in self._currencies:
            bounded = [((_most(name, currency), TRUE),) for name in self._owners]
            yield [((_more(currency), TRUE),), *bounded]

    def _bad_terms(self) -> Iterator[Case]:
        for condition in _terms_conditions():
            yield [((condition, TRUE),)]

    def _extra(self) -> list[Condition]:
        uncapped = [condition for case in self._uncapped() for clause in case for condition, _ in clause]
        return [
            *(uncapped if COMMITMENT in self._table else ()),
            *(_terms_conditions() if TERMS in self._table else ()),
        ]

    def _is_owners(self, name: str) -> bool:
        fact = self._table.get(name)
        if fact is None or fact.type is not FactType.MONEY:
            return False
        return fact.influence in (Influence.OWNER, Influence.NOBODY)


def _more(currency: str) -> Condition:
    return Condition(COMMITMENT, Operator.MORE, Amount(MAX_MINOR, currency), f"more than any household in {currency}")


def _most(name: str, currency: str) -> Condition:
    return Condition(name, Operator.AT_MOST, Amount(_OWNERS_MOST, currency), f"{name} within reason in {currency}")


def _terms_conditions() -> list[Condition]:
    bad = [Condition(TERMS, Operator.IS, word, f"terms {word}") for word in _BAD_TERMS]
    return [*bad, Condition(TERMS, Operator.IS_UNKNOWN, None, "no terms known")]
