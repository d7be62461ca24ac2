"""What the owner sees: contracts, vendors and deadlines as of a day, from what is stored and nothing else.

What charges say is stored when they arrive; what depends on the day (status, stage, next charge, deadlines, cost) is
worked out here on each reading, so that nothing goes stale and `--now` can ask about any day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import get_args

from vault import periods
from vault.money import Money
from vault.relationships import recurrence
from vault.relationships.costs import ContractPayments, Cost, cost_of, total
from vault.relationships.deadlines import Basis, ContractTerms, Deadline, contract_deadlines
from vault.relationships.law import Style
from vault.relationships.stages import ContractState, StageFound, VendorState, stage_of
from vault.relationships.streams import Status, Stream
from vault.relationships.watch import Booking, Finding, WatchedContract, watch
from vault.store import contracts as store
from vault.store import vendors as vendor_store
from vault.store.connection import Connection
from vault.store.contracts import ContractRow
from vault.store.vendors import VendorRow

# The facts of a contract that only the owner or a document can say, and how each is written.
PERIOD_FACTS = ("minimum_term", "renewal_term", "notice_period")
DAY_FACTS = ("started", "cancelled_on", "ends_on", "trial_ends_on", "unused_since", "price_guaranteed_until")
TRUTH_FACTS = ("auto_renews", "cancellation_confirmed")
STYLE_FACTS = ("notice_to",)
STYLES: tuple[Style, ...] = get_args(Style)


class Contract:
    """One contract as of `today`."""

    def __init__(
        self, row: ContractRow, charges: list[tuple[int, str, int]], today: date, home_country: str = ""
    ) -> None:
        self.row, self.charges, self.today = row, charges, today
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
    def status(self) -> Status:
        """What the owner said of its end comes first, then what the charges show."""
        ends, cancelled = self.day("ends_on"), self.day("cancelled_on")
        if ends and ends < self.today:
            return "ended"
        if cancelled and cancelled <= self.today:
            running = self.stream is not None and self._by_charges() != "ended"
            return "cancelled" if ends or (running and self._paid_until() >= self.today) else "ended"
        return self._by_charges()

    def _by_charges(self) -> Status:
        if self.stream is None:
            trial = self.day("trial_ends_on")
            return "trial" if trial and trial >= self.today else "active"
        seen = date.fromisoformat(self.row.seen_until) if self.row.seen_until else self.stream.last
        return recurrence.status_of(self.stream, today=self.today, seen_until=seen)

    def _paid_until(self) -> date:
        assert self.stream is not None
        return periods.add(self.stream.last, self.stream.period, anchor_day=self.row.anchor_day)

    @cached_property
    def next_charge(self) -> date | None:
        if self.status in ("ended", "cancelled"):
            return None
        if self.stream is not None:
            return recurrence.next_charge(self.stream, today=self.today)
        started = self.day("started")
        if started is None:
            return None
        every, times = periods.parse(self.row.period), 0
        while (due := periods.add(started, every, times)) < self.today:
            times += max(1, int((self.today - due).days / every.mean_days) - 1)
        return due

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        return () if self.status == "ended" else contract_deadlines(self._terms, self.today)

    @cached_property
    def cost(self) -> Cost:
        paid = tuple((date.fromisoformat(day), -minor) for _, day, minor in self.charges)
        running = self.status in ("active", "trial", "cancelled")
        period = periods.parse(self.row.period)
        return cost_of(
            ContractPayments(self.row.currency, period, self.row.price_minor, self.row.variable, running, paid), self.today
        )

    @property
    def yearly(self) -> Money:
        return self.cost.per_year

    def deadline(self, kind: str) -> Deadline | None:
        return next((found for found in self.deadlines if found.kind == kind), None)

    def day(self, fact: str) -> date | None:
        known = self.row.facts.get(fact)
        return date.fromisoformat(known.value) if known else None

    def findings(self, bookings: dict[int, Booking], *, rises_since: date = date.min) -> tuple[Finding, ...]:
        """What to tell about it; `bookings` finds refunds and doubles by charge id."""
        row = self.row
        confirmed = row.facts.get("cancellation_confirmed")
        ended = self.day("ends_on")
        return watch(
            WatchedContract(
                id=row.id,
                title=row.title,
                currency=row.currency,
                period=periods.parse(row.period),
                price_minor=row.price_minor,
                variable=row.variable,
                charges=tuple(Booking(ref, date.fromisoformat(day), -minor) for ref, day, minor in self.charges),
                doubles=tuple(bookings[ref] for ref in row.doubles if ref in bookings),
                refunds=tuple(bookings[ref] for ref in row.refunds if ref in bookings),
                price_changes=row.price_changes if self.status != "ended" else (),
                cancelled_on=self.day("cancelled_on"),
                confirmed=confirmed.value == "yes" if confirmed else None,
                last_day=ended,
                trial_ends_on=self._trial_end(),
            ),
            self.today,
            rises_since=rises_since,
        )

    def _trial_end(self) -> date | None:
        stated = self.day("trial_ends_on")
        found = self.row.trial_until
        return stated or (periods.add(date.fromisoformat(found), periods.Period(1, "D"), -1) if found else None)

    @cached_property
    def _terms(self) -> ContractTerms:
        facts, row = self.row.facts, self.row
        known: dict[str, object] = {name: periods.parse(facts[name].value) for name in PERIOD_FACTS if name in facts}
        known |= {name: self.day(name) for name in ("started", "cancelled_on", "ends_on") if name in facts}
        if "notice_to" in facts:
            known["notice_to"] = facts["notice_to"].value
        if "auto_renews" in facts:
            known["auto_renews"] = facts["auto_renews"].value == "yes"
        bases: dict[str, Basis] = {name: "owner" if fact.basis == "owner" else "stated" for name, fact in facts.items()}
        return ContractTerms(
            currency=row.currency,
            price_minor=row.price_minor,
            every=periods.parse(row.period),
            first_charge=date.fromisoformat(row.first_charged) if row.first_charged else None,
            next_charge=self.next_charge,
            anchor_day=row.anchor_day,
            trial_ends_on=self._trial_end(),
            bases=bases,
            country=row.country or self._home_country,
            category=row.category,
            **known,  # type: ignore[arg-type]
        )


class Overview:
    """Everything as of one day; each part is read once, when it is first asked for."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection, self.today = connection, today

    @cached_property
    def contracts(self) -> list[Contract]:
        """Every contract that was not dismissed, by vendor name."""
        charges = store.charges_by_contract(self._connection)
        country = vendor_store.home_country(self._connection)
        rows = store.contracts(self._connection)
        return [Contract(row, charges.get(row.id, []), self.today, country) for row in rows]

    @cached_property
    def by_vendor(self) -> dict[int, list[Contract]]:
        found: dict[int, list[Contract]] = {}
        for contract in self.contracts:
            found.setdefault(contract.row.vendor, []).append(contract)
        return found

    @cached_property
    def vendors(self) -> list[VendorRow]:
        return vendor_store.vendors(self._connection)

    @cached_property
    def _accounts(self) -> dict[int, list[vendor_store.AccountRow]]:
        found: dict[int, list[vendor_store.AccountRow]] = {}
        for account in vendor_store.accounts(self._connection):
            if account.vendor is not None:
                found.setdefault(account.vendor, []).append(account)
        return found

    def stage(self, vendor: VendorRow) -> StageFound:
        contracts = self.by_vendor.get(vendor.id, [])
        accounts = self._accounts.get(vendor.id, [])
        used = [moment[:10] for account in accounts if (moment := account.last_used)]
        opened = [moment[:10] for account in accounts if (moment := account.opened or account.changed)]
        unused = [day for contract in contracts if (day := contract.day("unused_since"))]
        firsts = [day for day in (vendor.first_seen, *opened) if day]
        state = VendorState(
            first_seen=date.fromisoformat(min(firsts)) if firsts else None,
            last_seen=date.fromisoformat(vendor.last_seen) if vendor.last_seen else None,
            charges=vendor.charges,
            accounts=len(accounts),
            contracts=tuple(
                ContractState(contract.row.title, contract.status, contract.row.price_changes, contract.deadlines)
                for contract in contracts
            ),
            last_used=date.fromisoformat(max(used)) if used else None,
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
