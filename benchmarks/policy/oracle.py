"""The evaluators against the reference on many generated cases: `python -m benchmarks.policy.oracle [--cases N]`.

For the night: each case is a rule-set and facts drawn from its number (`tests.vault.policy.generating`), judged by the plain
evaluator, by compiled rules and by the reference; verdict, reasons in order and every observed and required value must be
the same to the letter. Each fifth case also draws rules of the boolean fragment for Cedar. Ends with 1 at a difference.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import Random
from time import process_time
from typing import cast

from tests.vault.policy import cedar, reference, test_cedar
from tests.vault.policy.generating import case
from vault.policy.compiled import compiled
from vault.policy.evaluation import evaluate
from vault.policy.facts import Facts

CASES, EVERY_CEDAR, SHOWN_DIFFERENCES = 100_000, 5, 5


def agrees(seed: int, found: Counter[str]) -> bool:
    one = case(Random(seed))
    facts = cast(Facts, one.facts)
    expected = reference.evaluate(one.rules, one.kind, one.facts)
    found[str(expected.verdict)] += 1
    found.update(str(reason.state) for reason in expected.reasons)
    as_written = repr(expected)
    interpreted, warm = evaluate(one.rules, one.kind, facts), compiled(one.rules)(one.kind, facts)
    return repr(interpreted) == as_written == repr(warm) and interpreted == expected == warm


def agrees_with_cedar(seed: int) -> bool:
    rules, facts = test_cedar.case(Random(seed))
    expected = cedar.verdict(rules, test_cedar.KIND, facts)
    return evaluate(rules, test_cedar.KIND, facts).verdict is expected


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=CASES)
    asked.add_argument("--first", type=int, default=0)
    arguments = asked.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.cases)
    found: Counter[str] = Counter()
    started = process_time()
    differ = [seed for seed in seeds if not agrees(seed, found)]
    cedars = [seed for seed in seeds[::EVERY_CEDAR] if not agrees_with_cedar(seed)]
    print(f"{len(seeds)} cases, {len(differ)} differ from the reference {differ[:SHOWN_DIFFERENCES]}")
    print(f"{len(seeds[::EVERY_CEDAR])} for Cedar, {len(cedars)} differ {cedars[:SHOWN_DIFFERENCES]}")
    print(", ".join(f"{count} {name}" for name, count in found.most_common()), f"in {process_time() - started:.0f} s")
    sys.exit(1 if differ or cedars else 0)


if __name__ == "__main__":
    main()
