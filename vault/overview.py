"""What the owner sees: contracts, vendors and deadlines as of a day, from what is stored and nothing else.

What charges say is stored when they arrive; what depends on the day (status, stage, next charge, deadlines, cost) is
worked out here on each reading, so that nothing goes stale and `--now` can ask about any day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import msgspec

from vault import ids, periods
from vault.money import Money
from vault.relationships import recurrence
from vault.relationships.costs import ContractPayments, Cost, cost_of, per_use, total
from vault.relationships.deadlines import ContractTerms, Deadline, contract_deadlines, end_when_cancelled
from vault.relationships.facts import with_facts
from vault.relationships.notice import charge_days
from vault.relationships.stages import ContractState, StageFound, VendorState, stage_of
from vault.relationships.streams import Status, Stream
from vault.relationships.tariffs import YearlyCost, yearly_cost
from vault.relationships.watch import Booking, Finding, WatchedContract, watch
from vault.store import contracts as store
from vault.store import settings
from vault.store import vendors as vendor_store
from vault.store.connection import Connection
from vault.store.contracts import ContractRow
from vault.store.vendors import VendorRow

YEAR = timedelta(days=365)


class Contract:
    """One contract as of `today`."""

    def __init__(
        self,
        row: ContractRow,
        charges: list[tuple[int, str, int]],
        today: date,
        home_country: str = "",
        usage: list[store.Reading] | None = None,
    ) -> None:
        self.row, self.charges, self.today, self.usage = row, charges, today, usage or []
        self._home_country = home_country

    @cached_property
    def stream(self) -> Stream | None:
        row = self.row
        if not self.charges or not row.first_charged or not row.last_charged:
            return None
        return Stream(
            period=periods.parse(row.period),
            charges=tuple(charge for charge, _, _ in self.charges),
            first=date.fromisoformat(row.first_charged),
            last=date.fromisoformat(row.last_charged),
            price_minor=row.price_minor,
            variable=row.variable,
            price_changes=row.price_changes,
            trial_until=date.fromisoformat(row.trial_until) if row.trial_until else None,
            anchor_day=row.anchor_day,
        )

    @cached_property
    def terms(self) -> ContractTerms:
        """Its terms as the charges and the owner say them."""
        row = self.row
        trial = date.fromisoformat(row.trial_until) - timedelta(days=1) if row.trial_until else None
        known = ContractTerms(
            currency=row.currency,
            price_minor=row.price_minor,
            every=periods.parse(row.period),
            first_charge=date.fromisoformat(row.first_charged) if row.first_charged else None,
            anchor_day=row.anchor_day,
            trial_ends_on=trial,
            bases={"trial_ends_on": "unknown"} if trial else {},
            country=self._home_country,
            category=row.category,
        )
        # What the vendor states comes before what the law assumes, and after what the owner says.
        known = with_facts(known, {**(row.stated.facts if row.stated else {}), **row.facts})
        return msgspec.structs.replace(known, next_charge=self._next_charge(known))

    @cached_property
    def last_day(self) -> date | None:
        """The last day of a contract that was cancelled or ends by itself."""
        if self.terms.cancelled_on is None and self.terms.ends_on is None:
            return None
        found = end_when_cancelled(self.terms)
        return found[0] if found else self.terms.cancelled_on

    @cached_property
    def status(self) -> Status:
        """What the owner said of its end comes first, then what the charges show."""
        if self.last_day is not None:
            if self.last_day < self.today:
                return "ended"
            if self.terms.cancelled_on is not None and self.terms.cancelled_on <= self.today:
                return "cancelled"
        if self.stream is None:
            if self.row.source == "derived" and self.row.stated is None:
                return "ended"  # its charges were undone; what the owner said of it is kept
            trial = self.terms.trial_ends_on
            return "trial" if trial and trial >= self.today else "active"
        seen = date.fromisoformat(self.row.seen_until) if self.row.seen_until else self.stream.last
        return recurrence.status_of(self.stream, today=self.today, seen_until=seen)

    @cached_property
    def next_charge(self) -> date | None:
        if self.status in ("ended", "cancelled"):
            return None
        due = self.terms.next_charge
        return None if due and self.last_day and due > self.last_day else due

    def _next_charge(self, terms: ContractTerms) -> date | None:
        if self.stream is not None:
            return recurrence.next_charge(self.stream, today=self.today)
        if terms.started is None or terms.every is None:
            return None
        return next(charge_days(terms.started, terms.every, self.today), None)

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        return () if self.status == "ended" else contract_deadlines(self.terms, self.today)

    @cached_property
    def cost(self) -> Cost:
        paid = tuple((date.fromisoformat(day), -minor) for _, day, minor in self.charges)
        running = self.status in ("active", "trial", "cancelled")
        period = periods.parse(self.row.period)
        return cost_of(
            ContractPayments(self.row.currency, period, self.row.price_minor, self.row.variable, running, paid),
            self.today,
        )

    @property
    def yearly(self) -> Money:
        return self.cost.per_year

    @cached_property
    def used_in_a_year(self) -> dict[str, Decimal]:
        """What was used in the year before today, by register. Where the owner has noted it, what the vendor gave is not
        counted too."""
        since = (self.today - YEAR).isoformat()
        read = [reading for reading in self.usage if since < reading.day <= self.today.isoformat()]
        own = {reading.register for reading in read if reading.source == "owner"}
        used: dict[str, Decimal] = {}
        for reading in read:
            if reading.source == "owner" or reading.register not in own:
                used[reading.register] = used.get(reading.register, Decimal(0)) + Decimal(reading.quantity)
        return used

    @property
    def at_own_usage(self) -> YearlyCost | None:
        """What a year costs by its tariff at the owner's own usage; none while either is not known."""
        tariff, used = self.row.tariff, self.used_in_a_year
        if tariff is None or not all(register.name in used for register in tariff.registers):
            return None
        return yearly_cost(tariff, {name: f"{quantity:f}" for name, quantity in used.items()})

    @property
    def cost_per_use(self) -> Money | None:
        """What one use costs, where the uses are counted."""
        uses = self.used_in_a_year.get("use") if all(reading.unit == "uses" for reading in self.usage) else None
        return per_use(self.cost, Fraction(uses)) if uses else None

    def deadline(self, kind: str) -> Deadline | None:
        return next((found for found in self.deadlines if found.kind == kind), None)

    def findings(self, bookings: dict[int, Booking], *, rises_since: date = date.min) -> tuple[Finding, ...]:
        """What to tell about it; `bookings` finds refunds and doubles by charge id."""
        row = self.row
        return watch(
            WatchedContract(
                id=ids.text("contract", row.id),
                title=row.title,
                currency=row.currency,
                period=periods.parse(row.period),
                price_minor=row.price_minor,
                variable=row.variable,
                charges=tuple(Booking(ref, date.fromisoformat(day), -minor) for ref, day, minor in self.charges),
                doubles=tuple(bookings[ref] for ref in row.doubles if ref in bookings),
                refunds=tuple(bookings[ref] for ref in row.refunds if ref in bookings),
                price_changes=row.price_changes if self.status != "ended" else (),
                cancelled_on=self.terms.cancelled_on,
                last_day=self.last_day,
                trial_ends_on=self.terms.trial_ends_on,
                stated=row.stated,
                own_facts=row.facts,
            ),
            self.today,
            rises_since=rises_since,
        )


class Overview:
    """Everything as of one day; each part is read once, when it is first asked for."""

    def __init__(self, connection: Connection, today: date, *, dismissed: bool = False) -> None:
        self._connection, self.today, self._dismissed = connection, today, dismissed

    @cached_property
    def contracts(self) -> list[Contract]:
        """Every contract by vendor name; dismissed ones only in an overview that includes them."""
        charges = store.charges_by_contract(self._connection)
        country = settings.get(self._connection, "country") or vendor_store.home_country(self._connection)
        rows = store.contracts(self._connection, dismissed=self._dismissed)
        usage = store.usage(self._connection)
        return [Contract(row, charges.get(row.id, []), self.today, country, usage.get(row.id)) for row in rows]

    @cached_property
    def by_vendor(self) -> dict[int, list[Contract]]:
        found: dict[int, list[Contract]] = {}
        for contract in self.contracts:
            found.setdefault(contract.row.vendor, []).append(contract)
        return found

    @cached_property
    def vendors(self) -> list[VendorRow]:
        return vendor_store.vendors(self._connection)

    def stage(self, vendor: VendorRow) -> StageFound:
        contracts = self.by_vendor.get(vendor.id, [])
        read = [reading.day for contract in contracts for reading in contract.usage]
        used = [moment[:10] for moment in (vendor.account_used, *read) if moment]
        unused = [date.fromisoformat(day) for one in contracts if (day := one.row.unused_since)]
        firsts = [moment[:10] for moment in (vendor.first_seen, vendor.account_opened) if moment]
        state = VendorState(
            first_seen=date.fromisoformat(min(firsts)) if firsts else None,
            last_seen=date.fromisoformat(vendor.last_seen) if vendor.last_seen else None,
            charges=vendor.charges,
            accounts=vendor.accounts,
            contracts=tuple(
                ContractState(
                    one.row.title,
                    one.status,
                    date.fromisoformat(one.row.last_charged) if one.row.last_charged else None,
                    one.row.price_changes,
                    one.deadlines,
                )
                for one in contracts
            ),
            last_used=date.fromisoformat(max(used)) if used else None,
            usage_known=bool(read),
            unused_since=min(unused) if unused else None,
        )
        return stage_of(state, self.today)

    def cost_per_month(self, contracts: Iterable[Contract]) -> dict[str, Money]:
        """Per currency, of the contracts that run."""
        sums = total(contract.cost for contract in contracts)
        return {currency: cost.per_month for currency, cost in sums.items() if cost.yearly}

    def deadlines(self, until: date) -> list[tuple[Contract, Deadline]]:
        """Every deadline from today to `until`, soonest first."""
        found = [
            (contract, deadline)
            for contract in self.contracts
            for deadline in contract.deadlines
            if deadline.on <= until
        ]
        return sorted(found, key=lambda pair: (pair[1].on, pair[0].row.vendor_name, pair[1].kind))

    def findings(self, *, rises_since: date = date.min) -> list[tuple[Contract, Finding]]:
        """What the owner should be told, over all contracts, newest first."""
        refs = {ref for contract in self.contracts for ref in (*contract.row.doubles, *contract.row.refunds)}
        bookings = {
            ref: Booking(ref, date.fromisoformat(day), abs(minor))
            for ref, day, minor in store.bookings(self._connection, refs)
        }
        found = [
            (contract, finding)
            for contract in self.contracts
            for finding in contract.findings(bookings, rises_since=rises_since)
        ]
        return sorted(found, key=lambda pair: pair[1].on, reverse=True)
