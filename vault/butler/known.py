"""What the vault knows, as the facts of a request need it: each part is read when it is first asked for.

A vendor is the one whose domain the request's address belongs to, or the one that the caller names. It counts as verified
when its client document is known here under that domain: it is signed for by keys that the domain published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vault import granting, ids
from vault.butler import market_rows
from vault.butler.records import Records
from vault.butler.settings import Settings
from vault.policy.known import Agreed, Budget, Granted, Held, QuietHours, Signature, Vendor, Wanted
from vault.policy.offers import Attestation
from vault.policy.requests import Request
from vault.policy.values import Value
from vault.policy.verdicts import Kind
from vault.store import messages as message_store
from vault.store.connection import Connection
from vault.store.vendors import VendorRow
from vault.times import stamp

_WEEK = timedelta(days=7)
_OFFERS = (Kind.OFFER, Kind.PROMOTION)
_CONTACTS = (Kind.FIRST_CONTACT, Kind.PROMOTION, Kind.MESSAGE)


class Present:
    """The vault at one moment, shared by all decisions of a run: what does not depend on who asks."""

    def __init__(self, connection: Connection, now: datetime, records: Records | None = None) -> None:
        self.connection, self.now = connection, now
        self.records = records or Records(connection, now.date())

    @property
    def settings(self) -> Settings:
        return self.records.settings


class VaultKnown:
    """`Known` for one request. `vendor` stands above what the address says."""

    def __init__(
        self, present: Present, request: Request, *, signature: Signature = "missing", vendor: VendorRow | None = None
    ) -> None:
        self._present, self._request, self._signature = present, request, signature
        self._records = present.records
        self._party = self._records.party(request.vendor, vendor)

    def signature(self) -> Signature:
        return self._signature

    def vendor(self) -> Vendor | None:
        now = self._present.now
        self._records.counts.read_on()
        return self._party.vendor(
            offers_this_week=self._count(now - _WEEK, _OFFERS),
            contacts_this_month=self._count(now.replace(day=1, hour=0, minute=0, second=0), _CONTACTS),
        )

    def agreed(self) -> Agreed:
        in_force = self._party.in_force(self._present.now) if self._party.row else None
        return Agreed(self._party.effective, in_force)

    def contracts(self) -> Sequence[Held]:
        return self._records.contracts

    def budgets(self) -> Sequence[Budget]:
        return self._records.settings.budgets

    def quiet_hours(self) -> Sequence[QuietHours]:
        return self._records.settings.quiet_hours

    def wanted(self, intent: str) -> Wanted | None:
        return market_rows.wanted(self._present.connection, intent, self._request.vendor)

    def grant(self, id: str) -> Granted | None:
        """What a grant of this vendor's clients allows now; one that is over counts as revoked."""
        return granting.granted(self._present.connection, id, self._party.clients, self._present.now)

    def country(self) -> str | None:
        return self._records.country

    def mine(self, field: str) -> Value | None:
        return self._records.settings.mine.get(field)

    def proven(self, attestation: Attestation) -> bool:
        return False  # a proof counts once the vault can check it; until then a claim is a claim

    def wrote_in(self, thread: str) -> bool:
        """Whether the person wrote in this thread, and it is one with who asks."""
        parsed = ids.parse(thread)
        if parsed is None or parsed[0] != "thread":
            return False
        return message_store.person_wrote(self._present.connection, parsed[1], self._party.own_clients)

    def _count(self, since: datetime, kinds: tuple[Kind, ...]) -> int:
        return self._records.counts.since(self._party.sender, stamp(since), kinds)
