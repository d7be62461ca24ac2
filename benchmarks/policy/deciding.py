"""Decisions a CPU second, every side in turns in one run: `python -m benchmarks.policy`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import process_time
from typing import TypeVar

import cedarpy

from benchmarks.measuring import Figure, median, side_by_side
from benchmarks.policy.offers import cedar_request, offers, plain
from benchmarks.policy.rules import CEDAR, straight_line, twelve, two_hundred
from vault.policy.compiled import compiled
from vault.policy.evaluation import evaluate
from vault.policy.facts import Facts
from vault.policy.judging import Judge
from vault.policy.language.installed import from_installed, to_installed
from vault.policy.outcome import Outcome
from vault.policy.verdicts import Kind

RUNS, OFFERS = 15, 200
# Of straight-line Python; of cedarpy; of the time of twelve rules; of cedarpy from the text of its policies.
FLOOR_SHARE, TIMES_CEDAR, LARGE_SHARE, TIMES_COLD_CEDAR = 0.25, 40, 1.5, 15
KIND = Kind.OFFER
T = TypeVar("T")


def _each(action: Callable[[T], object], inputs: Sequence[T], rounds: int) -> Callable[[], float]:
    """Microseconds for one input, of this process alone."""

    def timed() -> float:
        started = process_time()
        for _ in range(rounds):
            for one in inputs:
                action(one)
        return (process_time() - started) / rounds / len(inputs) * 1e6

    return timed


def _decided(judge: Callable[[Kind, Facts], object], offers: Sequence[Facts], rounds: int) -> Callable[[], float]:
    """The same for rules, called as the butler does."""

    def timed() -> float:
        started = process_time()
        for _ in range(rounds):
            for one in offers:
                judge(KIND, one)
        return (process_time() - started) / rounds / len(offers) * 1e6

    return timed


def _taken() -> list[float]:
    """Medians, in the order of the actions below."""
    typed = offers(OFFERS)
    numbers = [plain(offer) for offer in typed]
    requests = [cedar_request(one) for one in numbers]
    small, large, installed = compiled(twelve()), compiled(two_hundred()), to_installed(twelve())
    parsed = cedarpy.PolicySet.from_str(CEDAR)
    rules = twelve()
    actions = (
        _each(straight_line(), numbers, 30),
        _each(straight_line(reasons=True), numbers, 30),
        _decided(small, typed, 10),
        _each(lambda facts: small(KIND, facts).reasons, typed, 1),
        _decided(large, typed, 10),
        _each(lambda facts: evaluate(rules, KIND, facts), typed, 1),
        _each(lambda facts: Judge(from_installed(installed))(KIND, facts), typed, 1),
        _each(lambda request: cedarpy.is_authorized(request, parsed, []), requests, 1),
        _each(lambda request: cedarpy.is_authorized(request, CEDAR, []), requests, 1),
    )
    _agree(small, typed, numbers)
    return [median(times) for times in side_by_side(RUNS, *actions)]


def _agree(judge: Callable[[Kind, Facts], Outcome], typed: Sequence[Facts], numbers: Sequence[dict[str, int]]) -> None:
    """Both sides decide the same, or the ratio says nothing."""
    by_hand = straight_line()
    for facts, one in zip(typed, numbers, strict=True):
        found, expected = judge(KIND, facts), by_hand(one)
        assert found.verdict == expected, (found, expected)


def figures() -> list[Figure]:
    floor, noting, small, explained, large, interpreted, cold, cedar, cedar_text = _taken()

    def figure(name: str, micros: float, target: str = "", holds: bool | None = None, share: str = "") -> Figure:
        return Figure(f"policy: {name}", f"{1e6 / micros:,.0f} a CPU second{share}", target, holds)

    return [
        figure("12 rules as straight-line Python", floor),
        figure("the same, noting its reasons", noting),
        figure(
            "12 rules compiled",
            small,
            f">= {FLOOR_SHARE}",
            floor / small >= FLOOR_SHARE,
            f", {floor / small:.2f} of the first, {noting / small:.2f} of the second",
        ),
        figure("12 rules compiled, reasons read", explained),
        figure(
            "200 rules compiled",
            large,
            f"<= {LARGE_SHARE}",
            large / small <= LARGE_SHARE,
            f", {large / small:.2f} of the time of 12",
        ),
        figure("12 rules interpreted", interpreted),
        figure(
            "cedarpy, parsed policies",
            cedar,
            f">= {TIMES_CEDAR}",
            cedar / small >= TIMES_CEDAR,
            f", we {cedar / small:.0f} times",
        ),
        figure("cedarpy, policies as text", cedar_text, "", None, f", we {cedar_text / small:.0f} times"),
        figure(
            "12 rules installed: load, one decision",
            cold,
            f">= {TIMES_COLD_CEDAR}",
            cedar_text / cold >= TIMES_COLD_CEDAR,
            f", {cedar_text / cold:.1f} times cedarpy from text",
        ),
    ]
