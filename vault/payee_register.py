"""The payees of an import: from printed charges to rows, each identified once.

Statements repeat a few hundred counterparties thousands of times, with changing reference numbers in the purpose. So
what was identified is remembered by counterparty and purpose without its digits, in a cache of bounded size.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from vault import ids
from vault.findings import FoundCharge
from vault.fingerprints import Fingerprinter
from vault.relationships.payees import PayeeKey, identify
from vault.store import payees as store
from vault.store.connection import Connection

# Distinct texts remembered at once: about 30 MB at most; beyond it the cache starts anew.
MAX_REMEMBERED = 100_000
_DIGITS = b"0123456789"
_OWN = PayeeKey("own", "Own account", "", "own")


class PayeeRegister:
    """Rows for payees, made when they are first met. `own` are the fingerprints of the owner's bank accounts, and may
    grow."""

    def __init__(
        self, connection: Connection, now: datetime, own: Collection[bytes], fingerprints: Fingerprinter
    ) -> None:
        self._connection, self._own, self._fingerprints = connection, own, fingerprints
        self._rows = store.by_identity(connection)
        self._next = ids.first_of_block(now, after=store.largest(connection))
        self._remembered: dict[tuple[str, bytes, str, str, bool], int] = {}
        self._own_names = store.own_names(connection)

    def payee_of(self, charge: FoundCharge | store.PrintedCharge) -> int:
        """The row of the payee behind a charge."""
        out = charge.minor < 0
        # As bytes, since removing characters from a str takes ten times as long.
        purpose = charge.purpose.encode("utf-8", "surrogatepass").translate(None, _DIGITS)
        text = (charge.counterparty, purpose, charge.creditor_id, charge.counterparty_account, out)
        known = self._remembered.get(text)
        if known is None:
            payee = _OWN if self._is_own(charge.counterparty_account) else self._identify(charge)
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[text] = self._row(payee)
        return known

    def _identify(self, charge: FoundCharge | store.PrintedCharge) -> PayeeKey:
        return identify(
            charge.counterparty,
            charge.purpose,
            charge.creditor_id,
            charge.counterparty_account,
            charge.minor,
            own_accounts=frozenset(),
            own_names=self._own_names,
        )

    def _is_own(self, number: str) -> bool:
        return bool(number) and self._fingerprints.bank_account(number) in self._own

    def recognise_own_transfers(self) -> None:
        """Charges to and from accounts that turned out to be the owner's are no vendor's, in older imports too."""
        numbers = [number for number in store.counterparty_accounts(self._connection) if self._is_own(number)]
        if numbers:
            store.move_by_account(self._connection, numbers, self._row(_OWN))

    def identify_anew(self) -> None:
        """Look at every charge again: the owner's accounts or names are others than when it came."""
        found = [(self.payee_of(charge), charge) for charge in store.printed_charges(self._connection)]
        store.move(self._connection, [(payee, charge.id) for payee, charge in found if payee != charge.payee])

    def _row(self, payee: PayeeKey) -> int:
        identity = (payee.key, payee.via, payee.role, payee.creditor_id, payee.host)
        number = self._rows.get(identity)
        if number is None:
            number = self._rows[identity] = self._next
            self._next += 1
            store.add(self._connection, number, identity, payee.name)
        return number
