"""Which client sees which intention. What an audience means is said in `vault.policy.intentions`; nothing else is asked here.

A client is one whose document was read and whose key answered: only such a one has a token. What is known of it is read once
(`viewer`) and compared with as many intentions as there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from terms.lifecycle import BINDING
from terms.order import protects_at_least
from terms.roster import Agreement, OffRosterError, find
from vault import categories, meeting
from vault.agreements import state_at
from vault.meeting import Standing
from vault.policy.intentions import Audience, Intention
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store.agreements import AgreementRow, ClientRow

SENT_AWAY = frozenset({Standing.NOT_NOW, Standing.NEVER})


@dataclass(frozen=True)
class Viewer:
    """A client as audiences see it, each part read when it is first asked for."""

    client: ClientRow
    standing: Standing
    _vault: Vault = field(repr=False)

    @cached_property
    def domain(self) -> str:
        return registrable(self.client.url)

    @cached_property
    def category(self) -> str:
        return meeting.category(self._vault, self.client)

    @cached_property
    def agreements(self) -> tuple[Agreement, ...]:
        """The roster's that bind with it."""
        binding = binding_agreements(self._vault, self.client.id)
        return tuple(found for one in binding if (found := _of_roster(one)) is not None)

    @property
    def is_sent_away(self) -> bool:
        return self.standing in SENT_AWAY


def viewer(vault: Vault, client: int) -> Viewer:
    return Viewer(agreement_store.client(vault.connection, client), meeting.standing(vault, client), vault)


def binding_agreements(vault: Vault, client: int) -> list[AgreementRow]:
    """Those that bind with the client now, the one that changed last first."""
    rows = agreement_store.agreements_of(vault.connection, client)
    return [one for one in rows if state_at(one, vault.now) in BINDING]


def _of_roster(one: AgreementRow) -> Agreement | None:
    try:
        return find(one.terms).agreement
    except OffRosterError:
        return None  # signed when the roster had it; what it allows is not known any more


def sees(who: Viewer, wanted: Intention) -> bool:
    """Whether the audience of an intention lets this client in."""
    audience = wanted.audience
    return not who.is_sent_away and (
        _is_named(who, audience)
        or (audience.category and _is_akin(who.category, wanted.category))
        or (audience.agreement and any(satisfies(one, wanted.terms) for one in who.agreements))
    )


def _is_named(who: Viewer, audience: Audience) -> bool:
    return bool(who.domain) and who.domain in map(registrable, audience.vendors)


def _is_akin(one: str, other: str) -> bool:
    return bool(categories.is_under(one, other) or categories.is_under(other, one))


def satisfies(agreement: Agreement, terms: str | None) -> bool:
    """Whether an agreement protects at least as much as the terms of an intention ask."""
    return terms is None or protects_at_least(agreement, find(terms).agreement)
