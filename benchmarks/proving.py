"""How long proofs take: `python -m benchmarks.proving`.

Each starter pack with the built-in checks: a handful of assertions, some that hold and some that do not, the most that the
pack can commit to, and `check`. Then the same of 200 rules, made of those of the packs with amounts and counts of their
own. Everything from the rules in memory; reading a file is not part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final

from msgspec.structs import replace

from benchmarks.measuring import Figure, median, seconds, show
from vault.policy.builtin import builtin
from vault.policy.checking import check
from vault.policy.packs import names, pack
from vault.policy.proving import Assertion, most_committed, prove, read_assertion
from vault.policy.rules import Condition, Rule, RuleSet
from vault.policy.values import Amount

ASSERTIONS: Final = (
    "never accept for offer when offer.cost.commitment > 1200 EUR",
    "never accept for offer when offer.cost.commitment > 2000 EUR",
    "never accept when terms.result is exceeds",
    "never accept when data.purposes any of [dpv:Marketing]",
    "never accept when offer.contract.minimum_term > 24 months",
    "never accept when offer.price.per_month > contract.price.per_month",
    "always refuse when data.ai_training is true",
    "never refuse when vendor.breaches is 0",
)
RULES, RUNS = 200, 5
# Seconds: of each of the above on a pack.
TARGET: Final = 1


def many() -> RuleSet:
    """Rules like those of the packs, none like another; the same at every run."""
    random = Random(4)
    rules: list[Rule] = []
    while len(rules) < RULES:
        for rule in (rule for name in names() for rule in pack(name).rules):
            when = tuple(_varied(condition, random) for condition in rule.when)
            unless = tuple(_varied(condition, random) for condition in rule.unless)
            rules.append(replace(rule, id=f"{rule.id}-{len(rules)}", when=when, unless=unless))
    return RuleSet(tuple(rules[:RULES]))


def _varied(condition: Condition, random: Random) -> Condition:
    operand = condition.operand
    if isinstance(operand, Amount):
        operand = Amount(operand.minor + random.randrange(5_000), operand.currency)
    elif isinstance(operand, int) and not isinstance(operand, bool):
        operand = operand + random.randrange(20)
    return replace(condition, operand=operand, text=f"{condition.fact} {condition.operator} {operand}")


def figures() -> list[Figure]:
    packs = {name: pack(name) for name in names()}
    found = [_of_packs(packs)]
    found.append(_slowest("the most that a starter pack can commit to, the slowest", packs, _committed))
    found.append(_slowest("`rules check` of a starter pack, the slowest", packs, _checked))
    large = {"200 rules": many()}
    found.append(
        _slowest(f"`rules prove` of {RULES} rules, the slowest of {len(ASSERTIONS)}", large, *_proofs(), within=0)
    )
    found.append(_slowest(f"the most that {RULES} rules can commit to", large, _committed, within=0))
    found.append(_slowest(f"`rules check` of {RULES} rules", large, _checked, within=0))
    return found


def _of_packs(packs: dict[str, RuleSet]) -> Figure:
    return _slowest(
        f"`rules prove` of a starter pack, the slowest of {len(packs) * len(ASSERTIONS)}", packs, *_proofs()
    )


def _slowest(
    name: str, rule_sets: dict[str, RuleSet], *actions: Callable[[RuleSet], object], within: float = TARGET
) -> Figure:
    taken = max(
        median([seconds(lambda: action(rules)) for _ in range(RUNS)])  # noqa: B023 - called at once
        for rules in rule_sets.values()
        for action in actions
    )
    target = f"under {within} s" if within else ""
    return Figure(name, f"{1000 * taken:.0f} ms", target, taken < within if within else None)


def _proofs() -> list[Callable[[RuleSet], object]]:
    return [partial(_proof, assertion=read_assertion(text)) for text in ASSERTIONS]


def _proof(rules: RuleSet, assertion: Assertion) -> object:
    return prove(rules.joined(builtin()), assertion)


def _committed(rules: RuleSet) -> object:
    return most_committed(rules.joined(builtin()))


def _checked(rules: RuleSet) -> object:
    return check(rules, beside=builtin())


if __name__ == "__main__":
    show(figures())
