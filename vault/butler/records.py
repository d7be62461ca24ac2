"""What the vault has on record that decisions hang on: each part is read when it is first asked for, and then held.

`Records` are of a day and are shared by the decisions of a run; `keeping` says for how long they may be held. What is not here
is read for each request: how the client stands, the intention that an offer answers, a grant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial

from terms.effective import Effective
from terms.lifecycle import Party as Side
from terms.record import Kind as EntryKind
from terms.roster import OffRosterError, find
from vault import choosing, ids
from vault.butler import rulebook, settings
from vault.butler.counting import Counts
from vault.butler.market_rows import counted_as
from vault.butler.settings import Settings
from vault.overview import Contract, Overview
from vault.policy.deciding import RuleBook
from vault.policy.known import Contracts, Held, Vendor
from vault.policy.values import Amount, Number
from vault.policy.writing import plain
from vault.relationships.domains import registrable
from vault.store import agreements as agreement_store
from vault.store import vendors as vendor_store
from vault.store.agreements import AgreementRow, ClientRow
from vault.store.connection import Connection
from vault.store.decisions import AnsweredRow
from vault.store.vendors import VendorRow
from vault.times import stamp

# Parties held at once; who comes back after so many others is read anew.
MAX_PARTIES = 1_000
_RUNNING = ("active", "trial", "cancelled")
_BINDING = ("accepted", "active", "violated")


class Records:
    """What the vault has on record as of a day, each part read when it is first asked for: vendors, contracts, parties, rules."""

    def __init__(self, connection: Connection, today: date) -> None:
        self._connection, self._today = connection, today
        self._parties: dict[tuple[str, int | None], Party] = {}
        self._clients: dict[int, ClientRow] = {}
        # By hash, the rule-sets that are in the vault already.
        self.rule_sets: set[str] = set()
        # By domain, kind and intention, which request was answered last (`disclosing`).
        self.answered: dict[tuple[str, str, str | None], AnsweredRow] = {}

    @cached_property
    def settings(self) -> Settings:
        return settings.present(self._connection)

    @cached_property
    def rules(self) -> RuleBook:
        """What decides now."""
        return rulebook.paused() if self.settings.paused else rulebook.book(self._connection)

    @cached_property
    def counts(self) -> Counts:
        return Counts(self._connection)

    @cached_property
    def country(self) -> str | None:
        return self.settings.country or vendor_store.home_country(self._connection) or None

    def client(self, number: int) -> ClientRow:
        if number not in self._clients:
            if len(self._clients) >= MAX_PARTIES:
                self._clients.clear()
            self._clients[number] = agreement_store.client(self._connection, number)
        return self._clients[number]

    def party(self, address: str, vendor: VendorRow | None = None) -> Party:
        """Who asks from an address; `vendor` stands above what the address says."""
        place = (address, vendor.id if vendor else None)
        if place not in self._parties:
            if len(self._parties) >= MAX_PARTIES:
                self._parties.clear()
            row = vendor or self.by_domain.get(registrable(address))
            self._parties[place] = Party(self._connection, address, row)
        return self._parties[place]

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
    def contracts(self) -> Contracts:
        return Contracts(self._held(one) for one in self.overview.contracts if one.status in _RUNNING)

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


def _exact(quantity: Decimal) -> Number:
    return plain(Fraction(quantity))


class Party:
    """Who asks from an address: the vendor of the vault that it is, if it is known, its clients and their agreements."""

    def __init__(self, connection: Connection, address: str, row: VendorRow | None) -> None:
        self._connection, self._address, self.row = connection, address, row

    @cached_property
    def vendor(self) -> Callable[..., Vendor]:
        """The vendor, given what depends on the moment."""
        row, domain, limit = self.row, registrable(self._address), self.effective.additions.contact
        firsts = [day[:10] for day in (row.first_seen, row.account_opened) if day] if row else []
        return partial(
            Vendor,
            domain=domain,
            verified=any(registrable(client.url) == domain for client in self._clients),
            known_since=date.fromisoformat(min(firsts)) if firsts else None,
            category=(row.category or None) if row else None,
            paid=bool(row and row.charges),
            contact_limit=limit.per_month if limit else None,
            breaches=sum(self._breaches(client.id) for client in self._clients),
        )

    @cached_property
    def effective(self) -> Effective:
        return choosing.effective_for(self._connection, self.row)

    @cached_property
    def clients(self) -> set[int]:
        return {client.id for client in self._clients}

    @cached_property
    def own_clients(self) -> tuple[int, ...]:
        """The client whose address this is, alone: what another of the same vendor wrote is another's."""
        found = agreement_store.client_by_url(self._connection, self._address)
        return (found.id,) if found else ()

    @cached_property
    def sender(self) -> str:
        """What its requests are counted by."""
        return counted_as(self._address)

    def in_force(self, now: datetime) -> str | None:
        """The terms of the agreement that binds; the one that changed last, where several do."""
        at = stamp(now)
        for row in self._binding:
            if row.valid_until is None or at < row.valid_until:
                try:
                    return find(row.terms).agreement.id
                except OffRosterError:
                    continue  # signed when the roster had it; what it allows is not known any more
        return None

    @cached_property
    def _clients(self) -> list[ClientRow]:
        if self.row is not None:
            return agreement_store.clients_of(self._connection, self.row.id)
        found = agreement_store.client_by_url(self._connection, self._address)
        return [found] if found else []

    @cached_property
    def _binding(self) -> list[AgreementRow]:
        rows = [row for client in self.clients for row in agreement_store.agreements_of(self._connection, client)]
        rows.sort(key=lambda row: row.id)
        rows.sort(key=lambda row: row.changed_at, reverse=True)
        return [row for row in rows if row.state in _BINDING]

    def _breaches(self, client: int) -> int:
        """Violations that the person has put on record."""
        return agreement_store.count_entries(self._connection, client, kind=EntryKind.VIOLATED, party=Side.FIRST)
