"""What the vault knows, as the facts of a request need it: each part is read when it is first asked for.

A vendor is the one whose domain the request's address belongs to, or the one that the caller names. It counts as verified
when its client document is known here under that domain: it is signed for by keys that the domain published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from terms.lifecycle import Party
from terms.record import Kind as EntryKind
from terms.roster import OffRosterError, find
from vault import choosing, granting, ids
from vault.butler import market_rows
from vault.butler.market_rows import counted_as
from vault.butler.settings import Settings
from vault.overview import Contract, Overview
from vault.policy.known import Agreed, Budget, Granted, Held, QuietHours, Signature, Vendor, Wanted
from vault.policy.offers import Attestation
from vault.policy.requests import Request
from vault.policy.values import Amount, Number, Value
from vault.policy.verdicts import Kind
from vault.policy.writing import plain
from vault.relationships.domains import registrable
from vault.store import agreements as agreement_store
from vault.store import decisions as store
from vault.store import messages as message_store
from vault.store import vendors as vendor_store
from vault.store.connection import Connection
from vault.store.vendors import VendorRow
from vault.times import stamp

_WEEK = timedelta(days=7)
_CONTACTS = (Kind.FIRST_CONTACT, Kind.PROMOTION, Kind.MESSAGE)
_RUNNING = ("active", "trial", "cancelled")
_BINDING = ("accepted", "active", "violated")


class Relations:
    """Vendors and contracts as of a day."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection, self._today = connection, today

    @cached_property
    def overview(self) -> Overview:
        return Overview(self._connection, self._today)

    @cached_property
    def by_domain(self) -> Mapping[str, VendorRow]:
        return {domain: row for row in self.overview.vendors for domain in row.domains}

    @cached_property
    def by_id(self) -> Mapping[int, VendorRow]:
        return {row.id: row for row in self.overview.vendors}

    @cached_property
    def contracts(self) -> tuple[Held, ...]:
        return tuple(self._held(one) for one in self.overview.contracts if one.status in _RUNNING)

    def _held(self, one: Contract) -> Held:
        row, terms = one.row, one.terms
        vendor = self.by_id.get(row.vendor)
        cancel = one.deadline("cancel_by")
        used = one.used_in_a_year
        uses = used.get("use") if one.usage and all(reading.unit == "uses" for reading in one.usage) else None
        return Held(
            id=ids.text("contract", row.id),
            vendor=vendor.domains[0] if vendor and vendor.domains else "",
            title=row.title,
            category=row.category or (vendor.category if vendor else ""),
            price_per_month=Amount(plain(one.cost.yearly / 12), row.currency),
            started=terms.started or (date.fromisoformat(row.first_charged) if row.first_charged else None),
            ends=one.last_day,
            last_cancel_day=cancel.on if cancel else None,
            used_this_year=None if uses is None else int(uses),
            use={name: _exact(quantity) for name, quantity in used.items()},
        )


class Present:
    """The vault at one moment, shared by all decisions of a run: what does not depend on who asks."""

    def __init__(
        self, connection: Connection, now: datetime, settings: Settings, relations: Relations | None = None
    ) -> None:
        self.connection, self.now, self.settings = connection, now, settings
        self.relations = relations or Relations(connection, now.date())

    def vendor_of(self, address: str) -> VendorRow | None:
        return self.relations.by_domain.get(registrable(address))


def _exact(quantity: Decimal) -> Number:
    return plain(Fraction(quantity))


class VaultKnown:
    """`Known` for one request. `vendor` stands above what the address says."""

    def __init__(
        self, present: Present, request: Request, *, signature: Signature = "missing", vendor: VendorRow | None = None
    ) -> None:
        self._present, self._request, self._signature = present, request, signature
        self._row = vendor or present.vendor_of(request.vendor)

    @property
    def row(self) -> VendorRow | None:
        """The vendor of the vault that asks, if it is known."""
        return self._row

    def signature(self) -> Signature:
        return self._signature

    def vendor(self) -> Vendor | None:
        domain = registrable(self._request.vendor)
        row, limit = self._row, self.agreed().effective.additions.contact
        firsts = [day[:10] for day in (row.first_seen, row.account_opened) if day] if row else []
        return Vendor(
            domain=domain,
            verified=any(registrable(client.url) == domain for client in self._clients),
            known_since=date.fromisoformat(min(firsts)) if firsts else None,
            category=(row.category or None) if row else None,
            paid=bool(row and row.charges),
            offers_this_week=self._count(self._present.now - _WEEK, (Kind.OFFER, Kind.PROMOTION)),
            contacts_this_month=self._count(self._present.now.replace(day=1, hour=0, minute=0, second=0), _CONTACTS),
            contact_limit=limit.per_month if limit else None,
            breaches=self._breaches,
        )

    def agreed(self) -> Agreed:
        connection, row = self._present.connection, self._row
        if row is None:
            return Agreed(choosing.effective_for(connection, None), None)
        return Agreed(choosing.effective_for(connection, row), self._in_force)

    def contracts(self) -> Sequence[Held]:
        return self._present.relations.contracts

    def budgets(self) -> Sequence[Budget]:
        return self._present.settings.budgets

    def quiet_hours(self) -> Sequence[QuietHours]:
        return self._present.settings.quiet_hours

    def wanted(self, intent: str) -> Wanted | None:
        return market_rows.wanted(self._present.connection, intent, self._request.vendor)

    def grant(self, id: str) -> Granted | None:
        """What a grant of this vendor's clients allows now; one that is over counts as revoked."""
        mine = {client.id for client in self._clients}
        return granting.granted(self._present.connection, id, mine, self._present.now)

    def country(self) -> str | None:
        return self._present.settings.country or vendor_store.home_country(self._present.connection) or None

    def mine(self, field: str) -> Value | None:
        return self._present.settings.mine.get(field)

    def proven(self, attestation: Attestation) -> bool:
        return False  # a proof counts once the vault can check it; until then a claim is a claim

    def wrote_in(self, thread: str) -> bool:
        """Whether the person wrote in this thread, and it is one with who asks."""
        parsed = ids.parse(thread)
        if parsed is None or parsed[0] != "thread":
            return False
        return message_store.person_wrote(self._present.connection, parsed[1], self._own_clients)

    # --- inside -----------------------------------------------------------------------------------------------------

    @cached_property
    def _clients(self) -> list[agreement_store.ClientRow]:
        if self._row is not None:
            return agreement_store.clients_of(self._present.connection, self._row.id)
        found = agreement_store.client_by_url(self._present.connection, self._request.vendor)
        return [found] if found else []

    @cached_property
    def _own_clients(self) -> tuple[int, ...]:
        """The client whose address this is, alone: what another of the same vendor wrote is another's."""
        found = agreement_store.client_by_url(self._present.connection, self._request.vendor)
        return (found.id,) if found else ()

    @cached_property
    def _agreements(self) -> list[agreement_store.AgreementRow]:
        known = {client.id for client in self._clients}
        return [row for row in agreement_store.agreements(self._present.connection) if row.client in known]

    @cached_property
    def _in_force(self) -> str | None:
        """The terms of the agreement that binds now; the one that changed last, where several do."""
        now = stamp(self._present.now)
        for row in self._agreements:
            if row.state in _BINDING and (row.valid_until is None or now < row.valid_until):
                try:
                    return find(row.terms).agreement.id
                except OffRosterError:
                    continue  # signed when the roster had it; what it allows is not known any more
        return None

    @cached_property
    def _breaches(self) -> int:
        """Violations that the person has put on record."""
        connection = self._present.connection
        return sum(
            entry.kind == EntryKind.VIOLATED and entry.party == Party.FIRST
            for row in self._agreements
            for entry in agreement_store.entries(connection, row.id)
        )

    def _count(self, since: datetime, kinds: tuple[Kind, ...]) -> int:
        return store.requests_since(self._present.connection, counted_as(self._request.vendor), stamp(since), kinds)
