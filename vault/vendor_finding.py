"""Matching payees and accounts to vendors, and writing what recognition says.

All evidence is matched anew each time: the outcome then does not depend on the order of imports. Known vendors keep their
ids; two that turn out to be one become the older one, contracts and contacts with it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from vault import ids
from vault.relationships.payees import PayeeKey
from vault.relationships.recognition import (
    AccountEvidence,
    KnownVendor,
    OwnerRule,
    PayeeEvidence,
    Question,
    RecognisedVendor,
    Resolution,
    Why,
    resolve,
)
from vault.store import choices, derived, entries, intake, settings
from vault.store import vendors as store
from vault.store.connection import Connection
from vault.store.vendors import AccountRow, PayeeRow, VendorRow
from vault.times import stamp

RULE_KINDS = ("rename", "merge", "split", "category")
# Setting: the pairs that may be one, as they were found last. Finding them takes all evidence; a page asks on every visit.
OPEN_QUESTIONS = "vendor_questions"


def find_vendors(connection: Connection, now: datetime) -> tuple[int, list[tuple[int, str]]]:
    """Bring vendors up to date; gives how many are new, and (id, name) of those whose charges are to be analysed."""
    newcomers = choices.newcomers(connection)
    touched = {number for number, _ in derived.stale_vendors(connection)}
    derived.remove_payees_without_charges(connection)
    writer = _Writer(connection, now)
    new = writer.write()
    settings.put(connection, OPEN_QUESTIONS, msgspec.json.encode(writer.resolution.questions).decode())
    choices.remember_newcomers(connection, newcomers)
    touched |= writer.touched | {number for number, _ in derived.stale_vendors(connection)}
    names = {row.id: row.name for row in store.vendors(connection)}
    return new, [(number, names[number]) for number in sorted(touched) if number in names]


def open_questions(connection: Connection) -> tuple[Question, ...]:
    """Pairs of vendors (by key) that may be one, as of when records last changed."""
    if kept := settings.get(connection, OPEN_QUESTIONS):
        return msgspec.json.decode(kept, type=tuple[Question, ...])
    # A vault whose records have not changed since before they were kept.
    return _Writer(connection, datetime.min.replace(tzinfo=UTC)).resolution.questions


class _Writer:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._at, self._now = connection, stamp(now), now
        self._payees = store.payees(connection)
        self._accounts = store.accounts(connection)
        self._vendors = {row.id: row for row in store.vendors(connection)}
        self.touched: set[int] = set()
        self.resolution = self._resolve()

    def _resolve(self) -> Resolution:
        return resolve(
            [PayeeEvidence(_payee_key(row)) for row in self._payees],
            [AccountEvidence(str(row.id), row.title, row.urls) for row in self._accounts],
            _known(self._vendors, self._payees, self._accounts),
            [
                msgspec.json.decode(rule, type=OwnerRule)
                for kind, _, rule in derived.corrections(self._connection)
                if kind in RULE_KINDS
            ],
        )

    def write(self) -> int:
        reasons: dict[tuple[str, str], Why] = {
            (why.kind, why.ref): why for vendor in self.resolution.vendors for why in vendor.links
        }
        numbers: dict[str, int] = {}
        for found in self.resolution.vendors:
            if found.id is not None:
                numbers[found.key] = found.id
                self._update(found.id, found)
        new = [found for found in self.resolution.vendors if found.id is None]
        first = ids.first_of_block(self._now, after=intake.largest_id(self._connection, "vendor"))
        added = list(enumerate(new, start=first))
        derived.add_vendors(self._connection, ((number, _plan(found)) for number, found in added), self._at)
        entries.put_all(self._connection, (_entry(number, found) for number, found in added))
        numbers |= {found.key: number for number, found in added}
        self._assign(numbers, reasons)
        return len(new)

    def _update(self, number: int, found: RecognisedVendor) -> None:
        known, plan = self._vendors[number], _plan(found)
        for other in found.absorbed:
            derived.move_belongings(self._connection, other, number)
            derived.remove_vendor(self._connection, other)
            self.touched.add(number)
        if known.name != found.name:
            self.touched.add(number)  # titles of its contracts follow the name
        if (known.name, known.domains) != (found.name, found.domains):
            entries.put(self._connection, _entry(number, found))
        derived.update_vendor(self._connection, number, plan, self._at)

    def _assign(self, numbers: dict[str, int], reasons: dict[tuple[str, str], Why]) -> None:
        moved: list[derived.Assignment] = []
        for payee in self._payees:
            vendor = numbers.get(self.resolution.payees.get(payee.key, ""))
            if vendor != payee.vendor:
                why = reasons.get(("payee", payee.key))
                moved.append((vendor, why.evidence if why else "", payee.id))
                if payee.vendor:
                    self.touched.add(payee.vendor)
        held: list[derived.Assignment] = []
        for account in self._accounts:
            vendor = numbers.get(self.resolution.accounts.get(str(account.id), ""))
            if vendor != account.vendor:
                why = reasons.get(("account", str(account.id)))
                held.append((vendor, why.evidence if why else "", account.id))
        derived.assign_payees(self._connection, moved)
        derived.assign_accounts(self._connection, held)
        derived.follow_payees(self._connection, [payee for _, _, payee in moved])


def _entry(number: int, found: RecognisedVendor) -> entries.Entry:
    return entries.Entry(number, "vendor", number, "", found.name, " ".join(found.domains))


def _payee_key(row: PayeeRow) -> PayeeKey:
    return PayeeKey(row.key, row.name, row.via, row.role, row.creditor_id, row.host)  # type: ignore[arg-type]


def _plan(found: RecognisedVendor) -> derived.VendorPlan:
    evidence = tuple(dict.fromkeys(why.evidence for why in found.links if why.evidence))
    return derived.VendorPlan(
        found.id, found.key, found.name, found.category, found.domains, found.confidence, evidence
    )


def _known(vendors: dict[int, VendorRow], payees: list[PayeeRow], accounts: list[AccountRow]) -> list[KnownVendor]:
    held: dict[int, tuple[list[str], list[str]]] = {number: ([], []) for number in vendors}
    for payee in payees:
        if payee.vendor is not None:
            held[payee.vendor][0].append(payee.key)
    for account in accounts:
        if account.vendor is not None:
            held[account.vendor][1].append(str(account.id))
    return [
        KnownVendor(
            row.id,
            row.key,
            row.name,
            row.domains,
            tuple(dict.fromkeys(held[row.id][0])),
            tuple(held[row.id][1]),
            row.category,
            row.source == "owner",
        )
        for row in vendors.values()
    ]
