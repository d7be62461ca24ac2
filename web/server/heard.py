"""What follows in the vault when a client has heard of an event: by its feed or its webhook, and when it says so.

A notice that something of the profile changed waits until its vendor has heard of it (`vault.granting`).
"""

from __future__ import annotations

from collections.abc import Iterable

from vault import ids
from vault.events import EventType
from vault.granting import noticing
from vault.session import Vault
from vault.store.events import EventRow


def seen(vault: Vault, events: Iterable[EventRow]) -> None:
    """Inside a transaction: these were read or taken for the first time."""
    for grant, event in _of_profile(events):
        noticing.event_seen(vault, grant, event)


def acknowledged(vault: Vault, events: Iterable[EventRow]) -> None:
    """Inside a transaction: of these the client says that it has taken note."""
    for grant, event in _of_profile(events):
        noticing.event_acknowledged(vault, grant, event)


def _of_profile(events: Iterable[EventRow]) -> list[tuple[int, str]]:
    """The grant and the event, of those that tell of a change."""
    return [(ids.number_of("grant", one.subject), one.id) for one in events if one.type == EventType.PROFILE_CHANGED]
