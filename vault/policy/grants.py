"""Whether a data request asks for more than the grant that it names: shown to be within, or it exceeds."""

from __future__ import annotations

from collections.abc import Iterable

from terms import dpv
from terms.practice import Practice
from vault.policy.known import Granted
from vault.policy.requests import DataRequest
from vault.policy.retention import kept
from vault.policy.values import bounds
from vault.policy.world import World


def named(world: World) -> str | None:
    asked = world.request.asked
    return asked.data_request.grant if isinstance(asked, DataRequest) else None


def granted(world: World) -> Granted | None:
    id = named(world)
    return None if id is None else world.known.grant(id)


def exceeded(world: World) -> bool:
    """Never unknown: what is not declared, or not recognised, is not shown to be within. False where no grant is named:
    then a new one is asked for."""
    asked, grant = world.request.asked, granted(world)
    if not isinstance(asked, DataRequest) or named(world) is None:
        return False
    if grant is None or grant.revoked or (grant.expires is not None and world.today > grant.expires):
        return True
    practice = world.practice or Practice()
    return not (set(asked.data_request.actions) <= grant.actions and _within(practice, grant))


def _within(practice: Practice, grant: Granted) -> bool:
    recipients = None if practice.recipients is None else {str(one) for one in practice.recipients}
    return (
        _all_under(practice.purposes, grant.purposes, dpv.purposes())
        and _all_under(practice.data, grant.data, dpv.personal_data())
        and recipients is not None
        and recipients <= grant.recipients
        and (practice.ai_training is False or grant.ai_training)
        and _kept_within(practice, grant)
    )


def _all_under(terms: Iterable[str] | None, allowed: frozenset[str], taxonomy: dpv.Taxonomy) -> bool:
    return terms is not None and all(any(taxonomy.is_a(term, one) for one in allowed) for term in terms)


def _kept_within(practice: Practice, grant: Granted) -> bool:
    wanted = kept(practice.retention)
    return grant.retention is None or (wanted is not None and bounds(wanted, grant.retention)[1] <= 0)
