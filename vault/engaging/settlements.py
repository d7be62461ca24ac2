"""How the invoices that vendors gave stand beside what the bank shows, and the owner's word on it.

    listed(vault, vendor)                every invoice of a vendor, or of all, newest first, with the charge that settled it
    choices(vault, one)                  which charges the owner may choose from
    belongs, belongs_not, undecided      the owner's word

* It is worked out on each reading from what is stored (`vault.relationships.settlement` has the rules), so nothing is stale after an
  import, its undo, a corrected invoice, or a payee that became another vendor's.
* A disputed invoice counts for nothing, and no charge is looked for. Nor is one for an invoice of a client that is of no vendor.
* The owner's word is kept as a correction, by the fingerprint of the charge: it holds again after the same statement was undone and
  brought in anew. It is undone as other corrections are (`owner.take_back`) or all together (`undecided`).
* Vendors learn nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import msgspec

from terms.errors import UsageError
from terms.phrases import phrase
from vault import ids
from vault.engaging import records
from vault.engaging.given import Invoice
from vault.money import Money
from vault.relationships import settlement
from vault.relationships.settlement import Bill, Paid, Settled, Words
from vault.relationships.streams import Payment
from vault.session import Vault
from vault.store import corrections, payments
from vault.store import engaging as store
from vault.store.engaging import RecordRow
from vault.store.payments import VendorPayments
from vault.times import stamp

State = Literal["paid", "differs", "unclear", "open", "nothing", "disputed"]
# The kinds of corrections: of a record, the charge that is its own; of a record and a charge, that they do not belong together.
ITS: Final = "invoice-charge"
NOT_ITS: Final = "invoice-other-charge"
# Charges beyond that many days before and after an invoice are not offered for it.
_OFFERED: Final = timedelta(days=92)
# Enough to choose from.
MAX_OFFERED: Final = 12


class Charged(NamedTuple):
    """A charge; `money` is positive for one and negative for a refund. `account` is the bank account, masked."""

    id: int
    on: date
    money: Money
    account: str


class Settlement(msgspec.Struct, frozen=True):
    """`charges` has the one that is paid or differs, or those that make it unclear."""

    record: RecordRow
    invoice: Invoice
    state: State
    charges: tuple[Charged, ...] = ()
    by_owner: bool = False

    @property
    def total(self) -> Money:
        return Money(self.invoice.total.minor, self.invoice.total.currency)

    @property
    def beyond(self) -> Money | None:
        """How much more than the invoice was charged; negative for less, none where nothing differs."""
        if self.state != "differs":
            return None
        return Money(self.charges[0].money.minor - self.total.minor, self.total.currency)

    @property
    def apart(self) -> Money | None:
        return Money(abs(self.beyond.minor), self.beyond.currency) if self.beyond else None


def listed(vault: Vault, vendor: int | None = None) -> list[Settlement]:
    """Newest first."""
    read = [(row, records.given_invoice(row)) for row in store.invoices(vault.connection, vendor)]
    by_vendor: dict[int, list[tuple[RecordRow, Invoice]]] = {}
    for row, invoice in read:
        by_vendor.setdefault(row.vendor or 0, []).append((row, invoice))
    if not by_vendor:
        return []
    paid = payments.of_vendors(vault.connection, list(by_vendor), _first(invoice for _, invoice in read))
    beside = _Beside(vault)
    found = [one for number, mine in by_vendor.items() for one in beside.settled(mine, paid[number])]
    return sorted(found, key=lambda one: (one.invoice.issued, one.record.id), reverse=True)


def by_record(vault: Vault, vendor: int | None = None) -> dict[int, Settlement]:
    return {one.record.id: one for one in listed(vault, vendor)}


def found(vault: Vault, record: int) -> Settlement:
    """One of them; it stands as open where its client is of no vendor."""
    row = _invoice(vault, record)
    mine = by_record(vault, row.vendor) if row.vendor is not None else {}
    alone = Settlement(row, records.given_invoice(row), "open" if row.because is None else "disputed")
    return mine.get(record, alone)


def choices(vault: Vault, one: Settlement) -> list[Charged]:
    """The vendor's charges that the owner may say to be this invoice's: those of its amount first, then the nearest."""
    if one.record.vendor is None or one.state in ("disputed", "nothing"):
        return []
    paid = payments.of_vendors(vault.connection, [one.record.vendor], _first([one.invoice]))[one.record.vendor]
    shown = _charged(paid, store.account_names(vault.connection)).values()
    day, total = (one.invoice.due or one.invoice.issued).toordinal(), one.total
    own = {each.id for each in one.charges} if one.state in ("paid", "differs") else set()
    near = [
        (each.money != total, distance, each.id, each)
        for each in shown
        if each.id not in own and each.money.currency == total.currency and each.money.minor * total.minor > 0
        if (distance := abs(each.on.toordinal() - day)) <= _OFFERED.days
    ]
    return [each for *_, each in sorted(near)[:MAX_OFFERED]]


def _first(invoices: Iterable[Invoice]) -> str:
    """The day from which charges are looked at."""
    first = min(one.issued for one in invoices)
    return str(date.fromordinal(max(1, first.toordinal() - _OFFERED.days)))


def _charged(paid: VendorPayments, accounts: Mapping[str, str]) -> dict[int, Charged]:
    return {
        one.ref: Charged(one.ref, one.on, Money(-one.minor, currency), accounts.get(one.account, ""))
        for currency, charges in paid.by_currency.items()
        for one in charges
    }


class _Beside:
    """What is looked up once for all vendors."""

    def __init__(self, vault: Vault) -> None:
        self._contracts = store.contracts_by_ref(vault.connection)
        self._accounts = store.account_names(vault.connection)
        self._words = _words(vault)

    def settled(self, mine: Sequence[tuple[RecordRow, Invoice]], paid: VendorPayments) -> list[Settlement]:
        charges = [_paid(one, currency, paid) for currency, found in paid.by_currency.items() for one in found]
        bills = [self._bill(row, invoice) for row, invoice in mine if row.because is None]
        found, shown = settlement.settle(bills, charges, self._words), _charged(paid, self._accounts)
        return [_settlement(row, invoice, found.get(row.id), shown) for row, invoice in mine]

    def _bill(self, row: RecordRow, invoice: Invoice) -> Bill:
        contract = self._contracts.get((row.client, invoice.contract)) if invoice.contract else None
        total = invoice.total
        return Bill(row.id, invoice.issued, invoice.due, total.minor, total.currency, invoice.number, contract)


def _paid(one: Payment, currency: str, paid: VendorPayments) -> Paid:
    return Paid(one.ref, one.on, -one.minor, currency, one.text, paid.contracts.get(one.ref))


def _settlement(row: RecordRow, invoice: Invoice, found: Settled | None, shown: Mapping[int, Charged]) -> Settlement:
    if found is None:
        return Settlement(row, invoice, "disputed")
    return Settlement(row, invoice, found.state, tuple(shown[ref] for ref in found.charges), found.by_owner)


# --- the owner's word -----------------------------------------------------------------------------------------------


def _words(vault: Vault) -> Words:
    its = [(row.subject, row.value) for row in corrections.of_kind(vault.connection, ITS)]
    not_its = [row.subject.split() for row in corrections.of_kind(vault.connection, NOT_ITS)]
    charges = store.charge_keys(vault.connection, [key for _, key in (*its, *not_its)])
    return Words(
        {ids.number_of("record", name): charges[key] for name, key in its if key in charges},
        {(ids.number_of("record", name), charges[key]) for name, key in not_its if key in charges},
    )


def belongs(vault: Vault, record: int, charge: int) -> None:
    """The charge is this invoice's, and no other's."""
    row, key = _invoice(vault, record), _key(vault, charge)
    one = found(vault, record)
    if charge not in {each.id for each in (*one.charges, *choices(vault, one))}:
        raise UsageError(
            phrase("that is no charge of the vendor that could be this invoice's"),
            hint=phrase("choose one of about that time, in the currency of the invoice"),
        )
    name = ids.text("record", record)
    with vault.transaction():
        _forget(vault, ITS, lambda one: one.value == key or one.subject == name)
        _forget(vault, NOT_ITS, lambda one: one.subject == f"{name} {key}")
        corrections.put(vault.connection, ITS, name, key, stamp(vault.now))
        vault.log("record.charge-said", _leaf(row, charge))


def belongs_not(vault: Vault, record: int, charge: int) -> None:
    """The charge is not this invoice's."""
    row, key = _invoice(vault, record), _key(vault, charge)
    name = ids.text("record", record)
    with vault.transaction():
        _forget(vault, ITS, lambda one: one.subject == name and one.value == key)
        corrections.put(vault.connection, NOT_ITS, f"{name} {key}", "", stamp(vault.now))
        vault.log("record.charge-denied", _leaf(row, charge))


def undecided(vault: Vault, record: int) -> bool:
    """Take back all that was said of an invoice's charges; whether there was anything."""
    _invoice(vault, record)
    name = ids.text("record", record)
    with vault.transaction():
        was_its = _forget(vault, ITS, lambda one: one.subject == name)
        was_not_its = _forget(vault, NOT_ITS, lambda one: one.subject.split()[0] == name)
        if was_its or was_not_its:
            vault.log("correction.taken-back", {})
    return was_its or was_not_its


def is_said(vault: Vault, record: int) -> bool:
    """Whether there is something to take back."""
    name = ids.text("record", record)
    its = [one.subject for one in corrections.of_kind(vault.connection, ITS)]
    not_its = [one.subject.split()[0] for one in corrections.of_kind(vault.connection, NOT_ITS)]
    return name in (*its, *not_its)


def _invoice(vault: Vault, record: int) -> RecordRow:
    row = records.held(vault, record)
    if row.kind != "invoice":
        raise UsageError(phrase("that is no invoice"), hint=phrase("see `firstparty records --kind invoice`"))
    return row


def _key(vault: Vault, charge: int) -> str:
    key = store.charge_key(vault.connection, charge)
    if not key:
        raise UsageError(phrase("there is no such charge"))
    return key


def _leaf(row: RecordRow, charge: int) -> dict[str, object]:
    return {
        "agreement": row.agreement,
        "record": ids.text("record", row.id),
        "charge": ids.text("charge", charge),
    }


def _forget(vault: Vault, kind: str, is_meant: Callable[[corrections.Row], bool]) -> bool:
    meant = [one.id for one in corrections.of_kind(vault.connection, kind) if is_meant(one)]
    for number in meant:
        corrections.remove(vault.connection, number)
    return bool(meant)
