"""Prints how well recurring charges are found: `python -m benchmarks.relationships [--seeds N] [--first N] [--faults]`."""

from __future__ import annotations

import argparse

from benchmarks.relationships.histories import REGIMES
from benchmarks.relationships.payees import history
from benchmarks.relationships.scoring import Tally, score

HEAD = ("precision", "recall", "period", "chg prec", "chg rec", "ended", "us/pay")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=12, help="histories per regime")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--faults", action="store_true", help="also print what was missed and invented")
    asked = parser.parse_args()
    total = Tally()
    print(f"{'':10}" + "".join(f"{name:>10}" for name in HEAD) + f"{'contracts':>11}{'payments':>10}")
    for regime in REGIMES:
        tally = Tally()
        for seed in range(asked.first, asked.first + asked.seeds):
            tally.add(score(history(regime, seed)))
        _print(regime.name, tally)
        total.add(tally)
    _print("all", total)
    if asked.faults:
        print("missed", *(f"{n:5} {name}" for name, n in total.missed.most_common(40)), sep="\n")
        print("wrong", *(f"{n:5} {name}" for name, n in total.wrong.most_common(40)), sep="\n")


def _print(name: str, tally: Tally) -> None:
    cells = "".join(f"{value:>10.3f}" for value in tally.row()[:-1]) + f"{tally.row()[-1]:>10.1f}"
    print(f"{name:10}{cells}{tally.counts['found'] + tally.counts['missed']:>11}{tally.payments:>10}")


if __name__ == "__main__":
    main()
