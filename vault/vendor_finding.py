"""interim"""

from __future__ import annotations

from datetime import datetime

from vault import ids
from vault.store import derived, entries, intake
from vault.store import vendors as store
from vault.store.connection import Connection
from vault.times import stamp


def find_vendors(connection: Connection, now: datetime) -> tuple[int, list[tuple[int, str]]]:
    known = {row.key: row.id for row in store.vendors(connection)}
    number = ids.first_of_block(now, after=intake.largest_id(connection, "vendor"))
    new = 0
    for payee in store.payees(connection):
        if payee.role not in ("vendor", "bank"):
            continue
        if payee.key not in known:
            plan = derived.VendorPlan(None, payee.key, payee.name, "", (), 1.0, ())
            derived.add_vendor(connection, number, plan, stamp(now))
            entries.put(connection, entries.Entry(number, "vendor", number, "", payee.name))
            known[payee.key] = number
            number += 1
            new += 1
        if payee.vendor != known[payee.key]:
            derived.assign_payee(connection, payee.id, known[payee.key], "")
    return new, derived.stale_vendors(connection)
