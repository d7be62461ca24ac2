"""A dry run over the last 90 days: what would come out otherwise with a draft than with the rules that hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct, field

from vault.butler import rulebook, trying
from vault.butler.trying import Flip
from vault.policy.rules import RuleSet
from vault.session import Vault
from vault.times import stamp
from web.pages.frame.wording import mark

BACK: Final = timedelta(days=90)
_AS_THEN: Final = (mark("as it was decided then"),)


class LookingBack(Struct, frozen=True):
    """`flips` of a draft are against the rules that hold; those of the rules that hold are against what was decided.
    `today` and `would` are the verdicts of the rules that hold and of the draft, by decision, where others than were decided."""

    requests: int
    flips: tuple[Flip, ...]
    is_draft: bool
    today: Mapping[str, str] = field(default_factory=dict)
    would: Mapping[str, str] = field(default_factory=dict)
    days: int = BACK.days


def of_draft(vault: Vault, draft: RuleSet) -> LookingBack:
    since = stamp(vault.now - BACK)
    with_draft = trying.tried(vault.connection, draft, since=since)
    today = trying.tried(vault.connection, rulebook.present(vault.connection), since=since)
    held = {one.decision: one for one in today.flips}
    would = {one.decision: one.after for one in with_draft.flips}
    flips = [_against(one, held.get(one.decision)) for one in with_draft.flips]
    back = [_taken_back(one) for one in today.flips if one.decision not in would]
    return LookingBack(
        requests=with_draft.requests,
        flips=tuple(one for one in (*flips, *back) if one.before != one.after),
        is_draft=True,
        today={id: one.after for id, one in held.items()},
        would=would,
    )


def of_present(vault: Vault) -> LookingBack:
    found = trying.tried(vault.connection, rulebook.present(vault.connection), since=stamp(vault.now - BACK))
    return LookingBack(found.requests, found.flips, False)


def _against(one: Flip, held: Flip | None) -> Flip:
    return msgspec.structs.replace(one, before=held.after) if held else one


def _taken_back(held: Flip) -> Flip:
    """What the rules that hold would decide otherwise today, and the draft as it was decided."""
    return msgspec.structs.replace(held, before=held.after, after=held.before, because=_AS_THEN)
