"""Which vendors are owed a notice that something changed, by the grants that they have.

A notice says that a category changed and from which day, and never how: the vendor reads the value by its grant. It is
written in the transaction of the change, one for every grant that is live and covers the attribute, and waits for the day
from terms.phrases import phrase
from which the change holds. It waits no longer once the grant is over, or was narrowed so that it does not cover the
category any more. Several changes are several notices: one that is under way says nothing of the next.

* With the notice goes an event to the vendor's client (`profile.changed`), one for each, on the day from which the change
  holds: in the same transaction where that is today, else by `announce_due`, which the server calls now and then.
* Delivered is what the client has seen of that, acknowledged what it said that it took note of, or what it has read since.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import events, ids
from vault.events import EventType
from vault.granting import standing
from vault.granting.covering import any_covers, covers_attribute
from vault.granting.standing import Grant
from vault.session import Vault
from vault.store import grants as store
from vault.store import profile as profile_store
from vault.store.grants import NoticeRow
from vault.store.profile import ChangeRow
from vault.times import stamp

# For so long the owner is shown who has taken note.
HEARD: Final = timedelta(days=30)


class UnknownNoticeError(FirstpartyError):
    code = "not-found"


class PendingChange(Struct, frozen=True):
    """A notice that is due, with the grant that it is for."""

    notice: NoticeRow
    grant: Grant


def note_change(vault: Vault, change: ChangeRow, label: str) -> int:
    """Inside the transaction of a change: notices to all whom it concerns; gives how many."""
    grants = [
        one
        for one in standing.recorded_live(vault.connection, vault.now)
        if one.is_live and covers_attribute(one.permission.data, one.row.labels, change.category, label)
    ]
    store.add_notices(vault.connection, [(change.id, one.row.id) for one in grants])
    if change.effective <= stamp(vault.now)[:10]:
        for one in grants:
            _announce(vault, change.id, one)
    return len(grants)


def note_coming(vault: Vault, grant: Grant) -> None:
    """Inside the transaction of a new grant: what is known to change later, it is told of then."""
    labels = {row.id: row.label for row in profile_store.attributes(vault.connection)}
    notices = [
        (change.id, grant.row.id)
        for change in profile_store.changes_after(vault.connection, stamp(vault.now)[:10])
        if change.attribute is not None
        and covers_attribute(grant.permission.data, grant.row.labels, change.category, labels[change.attribute])
    ]
    store.add_notices(vault.connection, notices)


def pending_changes(vault: Vault) -> list[PendingChange]:
    """What is due today and not acknowledged, oldest first; delivered or not."""
    today = stamp(vault.now)[:10]
    live = {one.row.id: one for one in standing.recorded_live(vault.connection, vault.now) if one.is_live}
    return [
        PendingChange(notice, live[notice.grant])
        for notice in store.waiting(vault.connection)
        if notice.effective <= today
        and notice.grant in live
        and any_covers(live[notice.grant].permission.data, notice.category)
    ]


def acknowledged_changes(vault: Vault) -> list[PendingChange]:
    """What was acknowledged in the last weeks, newest first."""
    rows = store.acknowledged(vault.connection, stamp(vault.now - HEARD))
    return [PendingChange(notice, standing.held(vault.connection, notice.grant, vault.now)) for notice in rows]


def announce_due(vault: Vault) -> int:
    """Events for notices whose day has come since they were written; gives how many."""
    due = [one for one in pending_changes(vault) if one.notice.event is None]
    if due:
        with vault.transaction():
            for one in due:
                _announce(vault, one.notice.change, one.grant)
    return len(due)


def _announce(vault: Vault, change: int, one: Grant) -> None:
    event = events.emit(vault, one.row.client, EventType.PROFILE_CHANGED, one.id)
    store.set_event(vault.connection, change, one.row.id, event)


# --- what became of it ----------------------------------------------------------------------------------------------


def read_inside(vault: Vault, one: Grant, known: Sequence[str], left_out: Collection[str]) -> None:
    """Inside the transaction of a release: what the vendor has read of these categories it need not be told again."""
    today = stamp(vault.now)[:10]
    for notice in store.waiting(vault.connection, one.row.id):
        is_read = any_covers(known, notice.category) and notice.category not in left_out
        if notice.effective <= today and is_read:
            store.set_acknowledged(vault.connection, notice.change, one.row.id, stamp(vault.now))


def event_seen(vault: Vault, grant: int, event: str = "") -> None:
    """The client has seen the event of this id about a grant; without one, all of them."""
    with vault.transaction():
        for notice in _announced(vault, grant, event):
            store.set_delivered(vault.connection, notice.change, grant, stamp(vault.now))


def event_acknowledged(vault: Vault, grant: int, event: str = "") -> None:
    """The client has acknowledged the event of this id about a grant; without one, all of them."""
    with vault.transaction():
        for notice in _announced(vault, grant, event):
            acknowledge(vault, notice.change, grant)


def _announced(vault: Vault, grant: int, event: str) -> list[NoticeRow]:
    waiting = store.waiting(vault.connection, grant)
    return [notice for notice in waiting if notice.event is not None and event in ("", notice.event)]


def mark_delivered(vault: Vault, change: int, grant: int) -> None:
    """The vendor was reached. A second time changes nothing."""
    with vault.transaction():
        if not store.set_delivered(vault.connection, change, grant, stamp(vault.now)):
            _check_known(vault, change, grant)


def acknowledge(vault: Vault, change: int, grant: int) -> None:
    """The vendor says that it has taken note, which ends the notice."""
    with vault.transaction():
        if store.set_acknowledged(vault.connection, change, grant, stamp(vault.now)):
            one = standing.held(vault.connection, grant, vault.now)
            vault.log("profile.acknowledged", {"agreement": one.agreement.id, "grant": one.id, "change": change})
        else:
            _check_known(vault, change, grant)


def _check_known(vault: Vault, change: int, grant: int) -> None:
    if not store.has_notice(vault.connection, change, grant):
        raise UnknownNoticeError(
            phrase("`%(value)s` has no notice of change %(change)s", value=ids.text("grant", grant), change=change)
        )
