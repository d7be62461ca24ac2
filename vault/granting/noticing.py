"""Which vendors are owed a notice that something changed, by the grants that they have.

A notice says that a category changed and from which day, and never how: the vendor reads the value by its grant. It is
written in the transaction of the change, one for every grant that is live and covers the attribute, and waits for the day
from which the change holds. It waits no longer once the grant is over, or was narrowed so that it does not cover the
category any more. Several changes are several notices: one that is under way says nothing of the next.
"""

from __future__ import annotations

from dataclasses import dataclass

from terms.errors import FirstpartyError
from vault import ids
from vault.granting import standing
from vault.granting.covering import any_covers, covers_attribute
from vault.granting.standing import Grant
from vault.session import Vault
from vault.store import grants as store
from vault.store import profile as profile_store
from vault.store.grants import NoticeRow
from vault.store.profile import ChangeRow
from vault.times import stamp


class UnknownNoticeError(FirstpartyError):
    code = "not-found"


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A notice that is due and not acknowledged, with the grant that it is for."""

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
        raise UnknownNoticeError(f"`{ids.text('grant', grant)}` has no notice of change {change}")
