"""Keeping what follows from the records in step with them: vendors, their contracts, their totals.

Runs inside the transaction of whatever changed the records (an import, an undo, a correction), and works on what that
touched: all payees and accounts are matched to vendors anew, but only vendors whose charges or payees changed are
analysed again. What the owner said wins over everything and is never thrown away.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from vault.store import contracts, derived, entries
from vault.store.connection import Connection
from vault.times import stamp


def derive(connection: Connection, now: datetime) -> Counter[str]:
    """Bring everything derived up to date; gives the change in the number of vendors and contracts."""
    # The analysis, which is half of the vault's code: most programs that have it open never need it.
    from vault.contract_finding import find_contracts
    from vault.vendor_finding import find_vendors

    vendors, touched = find_vendors(connection, now)
    change = Counter(vendor=vendors)
    change["contract"] += find_contracts(connection, touched, now)
    contracts.refresh_coverage(connection)
    gone = derived.remove_unfounded(connection)
    change["vendor"] -= len(gone)
    entries.remove(connection, gone)
    derived.settle(connection, stamp(now))
    return change
