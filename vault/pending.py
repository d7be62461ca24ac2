"""Pending charges that turn out booked.

A bank lists a charge as pending, and days later as booked: with the same id, or, where pending rows have none, with the same
amount and counterparty. The booked row then settles the pending one in its place, so that one purchase is one charge. The
fingerprint of the pending row is kept beside that of the booked one: reading either statement again adds nothing.
"""

from __future__ import annotations

from datetime import date

from vault.findings import FoundCharge
from vault.store import intake
from vault.store.connection import Connection

# Card payments are booked within a few banking days; later ones of the same amount are another purchase.
BOOKED_WITHIN_DAYS = 10

_Key = tuple[int, str, int, str, str]


class PendingCharges:
    """The pending charges of a vault, while an import is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._settled = intake.settled_fingerprints(connection)
        self._open: dict[_Key, list[tuple[int, date]]] = {}
        for number, bank_account, own_id, minor, currency, counterparty, day in intake.pending_charges(connection):
            self._open.setdefault((bank_account, own_id, minor, currency, counterparty), []).append(
                (number, date.fromisoformat(day))
            )

    def __bool__(self) -> bool:
        """Whether there is anything that a row could have to do with."""
        return bool(self._open or self._settled)

    def takes(self, charge: FoundCharge, bank_account: int, fingerprint: bytes) -> bool:
        """Whether this row is a charge that is there already, pending; a booked row settles it."""
        if charge.pending:
            return fingerprint in self._settled
        for own_id in (charge.own_id, "") if charge.own_id else ("",):
            key = (bank_account, own_id, charge.minor, charge.currency, charge.counterparty)
            for place, (number, day) in enumerate(self._open.get(key, ())):
                if 0 <= (charge.booked - day).days <= BOOKED_WITHIN_DAYS:
                    del self._open[key][place]
                    intake.settle(self._connection, number, charge.booked.isoformat(), fingerprint)
                    return True
        return False
