"""The JSON of `firstparty grants`, `firstparty grant` and `firstparty profile`: fields are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from vault import ids
from vault.granting import Grant, PendingChange, ToTell
from vault.granting.covering import covers_attribute
from vault.profile import Attribute, Held
from vault.store.grants import ReleaseRow
from vault.times import stamp

Shape = dict[str, object]
# A quarter: what bills, renewals and yearly statements need is read at least that often by whoever needs it.
UNUSED_DAYS: Final = 90


def is_unused(one: Grant, now: datetime) -> bool:
    """A grant that lives and by which nothing was read for as long; since it was given, where nothing ever was."""
    last = one.row.last_read_at or one.row.created_at
    return one.is_live and last <= stamp(now - timedelta(days=UNUSED_DAYS))


def grant(one: Grant, now: datetime) -> Shape:
    permission, row = one.permission, one.row
    return {
        "id": one.id,
        "vendor": one.vendor,
        "vendor_id": ids.text("vendor", row.vendor) if row.vendor else None,
        "client": row.client_url,
        "datatypes": list(permission.data),
        "labels": list(row.labels),
        "actions": list(permission.actions),
        "purpose": permission.purposes[0],
        "purposes": list(permission.purposes),
        "retention": permission.retention,
        "recipients": [str(recipient) for recipient in permission.recipients],
        "ai_training": permission.ai_training,
        "agreement": one.agreement.id,
        "terms": one.agreement.terms,
        "given": row.created_at,
        "changed": row.changed_at,
        "expires": one.expires,
        "reads": row.reads,
        "last_read": row.last_read_at,
        "unused": is_unused(one, now),
        "state": one.state,
    }


def whole(one: Grant, now: datetime) -> Shape:
    """With what was asked for, of which the grant may be a part."""
    return {**grant(one, now), "asked": msgspec.json.decode(one.row.asked)}


def read(one: ReleaseRow) -> Shape:
    return {
        "at": one.at,
        "asked": list(one.asked),
        "given": list(one.given),
        "digest": one.digest,
        "leaf": one.leaf,
        "body": msgspec.json.decode(one.body) if one.body is not None else None,
    }


def readers(one: Attribute, grants: Iterable[Grant]) -> list[Grant]:
    """The live grants by which an attribute can be read."""
    return [
        other
        for other in grants
        if other.is_live and covers_attribute(other.permission.data, other.row.labels, one.category, one.label)
    ]


def attribute(one: Attribute, grants: Iterable[Grant]) -> Shape:
    present = one.present
    return {
        "id": one.id,
        "category": one.category,
        "label": one.label,
        "kind": one.kind,
        "sensitivity": one.sensitivity,
        "preferred": one.preferred,
        "value": present.value if present else None,
        "from": present.since if present else None,
        "until": present.until if present else None,
        "others": [held(other) for other in one.others],
        "read_by": [{"grant": other.id, "vendor": other.vendor} for other in readers(one, grants)],
    }


def held(one: Held) -> Shape:
    return {"value": one.value, "from": one.since, "until": one.until}


def pending(one: PendingChange) -> Shape:
    notice = one.notice
    return {
        "change": notice.change,
        "grant": one.grant.id,
        "vendor": one.grant.vendor,
        "category": notice.category,
        "kind": notice.kind,
        "from": notice.effective,
        "at": notice.at,
        "delivered": notice.delivered_at,
        "acknowledged": notice.acknowledged_at,
    }


def to_tell(one: ToTell) -> Shape:
    return {
        "vendor": one.name,
        "vendor_id": one.id,
        "changes": [{"category": name, "from": since, "because": why} for name, since, why in one.changes],
        "contacts": [{"kind": contact.kind, "value": contact.value} for contact in one.contacts],
    }
