"""What a verdict does: one row for every kind and verdict, and nothing that spends money."""

from __future__ import annotations

import pytest

from vault.policy.effects import SHOWN, TABLE, Effect, effect
from vault.policy.verdicts import Kind, Verdict


def test_every_kind_and_verdict_has_an_effect() -> None:
    assert set(TABLE) == {(kind, verdict) for kind in Kind for verdict in Verdict}


def test_no_effect_buys_anything() -> None:
    assert not [one for one in Effect if any(word in one for word in ("buy", "bought", "order", "pay", "sign"))]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [(Verdict.ACCEPT, Effect.ELIGIBLE), (Verdict.ASK, Effect.OWNER_ASKED), (Verdict.REFUSE, Effect.REFUSED)],
)
def test_an_offer_for_an_intention_takes_part_and_is_no_more_than_eligible(verdict: Verdict, expected: Effect) -> None:
    assert effect(Kind.OFFER, verdict) is expected


@pytest.mark.parametrize("verdict", Verdict)
def test_an_offer_that_nobody_asked_for_is_treated_as_a_promotion(verdict: Verdict) -> None:
    assert effect(Kind.OFFER, verdict, wanted=False) is effect(Kind.PROMOTION, verdict)
    assert effect(Kind.DATA_REQUEST, verdict, wanted=False) is effect(Kind.DATA_REQUEST, verdict)


def test_what_is_refused_and_what_waits_for_the_digest_is_not_shown() -> None:
    hidden = {TABLE[kind, Verdict.REFUSE] for kind in Kind} - {Effect.TO_BE_CANCELLED} | {Effect.IN_DIGEST}
    assert not hidden & SHOWN


@pytest.mark.parametrize("kind", Kind)
def test_asking_never_does_what_accepting_does(kind: Kind) -> None:
    assert len({TABLE[kind, verdict] for verdict in Verdict}) == len(Verdict)
