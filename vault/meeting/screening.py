"""The screener: how each client stands with the person, and the owner's word on it.

    standing(vault, client)     new, waiting, yes, not-now or never
    may_write(vault, client)    whether what it sends reaches the person
    screen(vault, client, word) the owner's word; the last one counts, so another word takes it back
    screen_domain(...)          the same for every client of a domain, those that come later too
    screen_vendor(...)          the same for a vendor of the vault: for its clients, and its domains

Every change leaves a leaf (`introduction.changed`: the client, from what to what, and by whom) and, where the owner made it,
an event for the client (`introduction.decided`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault.events import EventType, emit
from vault.meeting import linking
from vault.meeting.life import TURNED_AWAY, Event, Standing, event_of, next_standing
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store.agreements import ClientRow
from vault.store.meeting import IntroductionRow
from vault.store.vendors import VendorRow
from vault.times import stamp

CHANGED: Final = "introduction.changed"
DOMAIN_SCREENED: Final = "introduction.domain-screened"
By = Literal["owner", "rules", "invitation"]


class TurnedAwayError(FirstpartyError):
    """The person does not want to hear from this client now, or ever."""

    code = "turned-away"


def standing(vault: Vault, client: int) -> Standing:
    row = store.introduction(vault.connection, client)
    if row is not None:
        return Standing(row.standing)
    word = _word_on(vault, agreement_store.client(vault.connection, client).url)
    return Standing(word) if word else Standing.NEW


def may_write(vault: Vault, client: int) -> bool:
    return standing(vault, client) is Standing.YES


def refuse_turned_away(vault: Vault, client: int) -> Standing:
    """How the client stands; `TurnedAwayError` where nothing of it is to reach the person."""
    found = standing(vault, client)
    if found in TURNED_AWAY:
        raise TurnedAwayError(phrase("the person does not take this from you"), hint=phrase("see GET /v1/introduction"))
    return found


def clients_of(vault: Vault, domain: str) -> list[ClientRow]:
    """The clients whose documents lie at a domain."""
    return [row for row in store.clients(vault.connection) if registrable(row.url) == domain]


def screen(vault: Vault, clients: Sequence[int], word: Standing) -> list[int]:
    """The owner's word on some clients; gives those of which it changed something."""
    with vault.transaction():
        changed = [client for client in clients if happened(vault, client, event_of(word), by="owner")]
        for client in changed:
            emit(vault, client, EventType.INTRODUCTION_DECIDED)
    return changed


def screen_domain(vault: Vault, domain: str, word: Standing) -> list[int]:
    """The owner's word on all clients of a domain, present and to come; gives the present ones that it changed."""
    with vault.transaction():
        # First those that are there: how they stood before this word is what they are told of.
        changed = screen(vault, [row.id for row in clients_of(vault, domain)], word)
        if store.domain_word(vault.connection, domain) != word:
            store.put_domain_word(vault.connection, domain, word, stamp(vault.now))
            vault.log(DOMAIN_SCREENED, {"domain": domain, "word": word})
    return changed


def screen_vendor(vault: Vault, vendor: VendorRow, word: Standing) -> list[int]:
    """The owner's word on a vendor of the vault; gives the clients that it changed. Who is let in so is linked to it."""
    linked = [row.id for row in agreement_store.clients_of(vault.connection, vendor.id)]
    if not linked and not vendor.domains:
        raise UsageError(
            phrase("no client and no domain of `%(name)s` is known", name=vendor.name),
            hint=phrase("make an invitation for it: `firstparty invite`"),
        )
    with vault.transaction():
        changed = screen(vault, linked, word)
        for domain in vendor.domains:
            changed += screen_domain(vault, domain, word)
        if word is Standing.YES:
            _link_all(vault, vendor)
    return changed


def _link_all(vault: Vault, vendor: VendorRow) -> None:
    for domain in vendor.domains:
        for row in clients_of(vault, domain):
            if row.vendor is None:
                linking.link(vault, row.id, vendor.id)


def happened(vault: Vault, client: int, event: Event, *, by: By, said: IntroductionRow | None = None) -> bool:
    """Inside a transaction: something happened to how a client stands; says whether that changed it. `said` is its
    introduction, with the standing that it has so far."""
    before, url = standing(vault, client), agreement_store.client(vault.connection, client).url
    after, at = next_standing(before, event), stamp(vault.now)
    row = said or store.introduction(vault.connection, client)
    row = row or IntroductionRow(client, before, None, "", "", None, at, at)
    store.put_introduction(vault.connection, msgspec.structs.replace(row, standing=after, changed_at=at))
    if after is not before:
        vault.log(CHANGED, {"client": url, "from": before, "to": after, "by": by})
    return after is not before


def _word_on(vault: Vault, url: str) -> str:
    domain = registrable(url)
    return store.domain_word(vault.connection, domain) if domain else ""
