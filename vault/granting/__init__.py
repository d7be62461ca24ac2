"""Grants: what a vendor may read of the person's profile, for what, how long, and every use that it makes of it.

* A grant stands under an agreement that binds. It is never more than was asked, and when it is given never more than that
  agreement and the owner's additions allow (`terms.comparison` decides, and says why not).
* It only ever becomes less: narrowed, revoked, expired, or ended with its agreement. What holds is worked out at every
  reading from the record, the agreement and the time; `settle` puts on record what time has done. Where an agreement was
  amended, its grants stand under the successor, as far as that allows them.
* A release happens inside the one write transaction that also writes its leaf and its count. Whoever revokes needs the same
  transaction, so nothing is released once a revocation was acknowledged.
* A special category (GDPR, art. 9) is covered only by a category that is special itself: nobody gets health data under
  `pd:External`.
* When an attribute changes, every live grant that covers it is owed a notice, written with the change. Vendors that hold the
  attribute without a live grant are worked out on reading (`telling`), each with what shows that they hold it.

What it does not do: it delivers nothing, and knows neither tokens nor addresses of anybody.
"""

from vault.granting.covering import any_covers, category_of
from vault.granting.giving import give, narrow, revoke, settle
from vault.granting.noticing import (
    PendingChange,
    acknowledge,
    acknowledged_changes,
    announce_due,
    event_acknowledged,
    event_seen,
    mark_delivered,
    pending_changes,
)
from vault.granting.permission import Permission
from vault.granting.releasing import Released, Withheld, release, release_inside
from vault.granting.standing import Grant, as_of, granted, held, listed
from vault.granting.telling import ToTell, mark_told, still_to_tell

__all__ = [
    "Grant",
    "PendingChange",
    "Permission",
    "Released",
    "ToTell",
    "Withheld",
    "acknowledge",
    "acknowledged_changes",
    "announce_due",
    "any_covers",
    "as_of",
    "category_of",
    "event_acknowledged",
    "event_seen",
    "give",
    "granted",
    "held",
    "listed",
    "mark_delivered",
    "mark_told",
    "narrow",
    "pending_changes",
    "release",
    "release_inside",
    "revoke",
    "settle",
    "still_to_tell",
]
