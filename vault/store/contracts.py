"""Rows of contracts, and the payments that contracts are found in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

import msgspec

from terms.errors import UsageError
from terms.phrases import phrase
from vault.money import Money
from vault.relationships.facts import Stated, StatedFact
from vault.relationships.streams import PriceChange
from vault.relationships.tariffs import Tariff
from vault.store.connection import Connection


class ContractRow(msgspec.Struct, frozen=True):
    """One contract as stored; see the first migration for the columns. `stated` is what its vendor states of it, unless the owner
    disputes that."""

    id: int
    vendor: int
    vendor_name: str
    title: str
    category: str
    currency: str
    price_minor: int
    period: str
    variable: bool
    confidence: float
    first_charged: str | None
    last_charged: str | None
    trial_until: str | None
    anchor_day: int
    seen_until: str | None
    price_changes: tuple[PriceChange, ...]
    refunds: tuple[int, ...]
    doubles: tuple[int, ...]
    evidence: tuple[str, ...]
    verdict: str
    unused_since: str | None
    facts: dict[str, StatedFact]
    tariff: Tariff | None
    source: str
    stated: Stated | None = None


_COLUMNS = (
    "k.id, k.vendor, v.name, coalesce(k.own_title, k.title), coalesce(nullif(k.category, ''), v.category), k.currency, k.price_minor, k.period, "
    "k.variable, k.confidence, k.first_charged, k.last_charged, k.trial_until, k.anchor_day, k.seen_until, "
    "k.price_changes, k.refunds, k.doubles, k.evidence, k.verdict, k.unused_since, k.facts, coalesce(k.tariff, 'null'), k.source, "
    "coalesce(r.stated, 'null')"
)
_FROM = (
    "FROM contract k JOIN vendor v ON v.id = k.vendor "
    "LEFT JOIN vendor_record r ON r.contract = k.id AND r.kind = 'contract' AND r.because IS NULL"
)
_numbers = msgspec.json.Decoder(tuple[int, ...]).decode
_DECODERS: dict[str, Callable[[str], object]] = {
    "price_changes": msgspec.json.Decoder(tuple[PriceChange, ...]).decode,
    "refunds": _numbers,
    "doubles": _numbers,
    "evidence": msgspec.json.Decoder(tuple[str, ...]).decode,
    "tariff": msgspec.json.Decoder(Tariff | None).decode,
    "stated": msgspec.json.Decoder(Stated | None).decode,
    "facts": msgspec.json.Decoder(dict[str, StatedFact]).decode,
}


def _row(row: tuple[object, ...]) -> ContractRow:
    values = dict(zip(ContractRow.__struct_fields__, row, strict=True))
    values["variable"] = bool(values["variable"])
    for name, decode in _DECODERS.items():
        values[name] = decode(str(values[name]))
    return ContractRow(**values)  # type: ignore[arg-type]


def contracts(connection: Connection, *, vendor: int | None = None, dismissed: bool = False) -> list[ContractRow]:
    """Contracts by vendor name; those that the owner dismissed only when asked for."""
    where = ["1" if dismissed else "k.verdict <> 'dismissed'"] + ([] if vendor is None else ["k.vendor = ?"])
    rows = connection.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE {' AND '.join(where)} ORDER BY v.name COLLATE NOCASE, k.id",
        () if vendor is None else (vendor,),
    )
    return [_row(row) for row in rows]


def contract(connection: Connection, number: int) -> ContractRow | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE k.id = ?",
        (number,),
    ).fetchone()
    return _row(row) if row else None


def charges_by_contract(connection: Connection, vendor: int | None = None) -> dict[int, list[tuple[int, str, int]]]:
    """(charge id, day, minor) in date order, for every contract (of one vendor)."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    where = "contract IS NOT NULL" if vendor is None else "contract IN (SELECT id FROM contract WHERE vendor = ?)"
    for number, *charge in connection.execute(
        f"SELECT contract, id, booked, minor FROM charge WHERE {where} ORDER BY contract, booked, id",
        () if vendor is None else (vendor,),
    ):
        found.setdefault(number, []).append(tuple(charge))
    return found


def seen_until(connection: Connection, charge: int) -> str:
    """The last day that the statements of a charge's bank account cover."""
    row = connection.execute(
        "SELECT b.last_day FROM charge c JOIN bank_account b ON b.id = c.bank_account WHERE c.id = ?", (charge,)
    ).fetchone()
    return str(row[0])


def refresh_coverage(connection: Connection) -> None:
    """Statements that reach further also say more about contracts that were not charged in them."""
    connection.execute(
        "UPDATE contract SET seen_until = (SELECT b.last_day FROM charge c JOIN bank_account b ON b.id = c.bank_account "
        "WHERE c.contract = contract.id ORDER BY c.booked DESC LIMIT 1) WHERE source <> 'owner'"
    )


_WRITTEN = (
    "vendor currency price_minor period variable confidence first_charged last_charged trial_until anchor_day seen_until "
    "price_changes refunds doubles evidence changed_at"
).split()


def put_derived(connection: Connection, number: int, title: str, values: dict[str, object], *, is_new: bool) -> None:
    """Insert or update what the charges say; what the owner said (title, facts, verdict) is not touched."""
    parameters = [values[name] for name in _WRITTEN]
    if is_new:
        names, marks = ", ".join(("id", "title", "created_at", *_WRITTEN)), ", ".join("?" * (len(_WRITTEN) + 3))
        connection.execute(
            f"INSERT INTO contract ({names}) VALUES ({marks})",
            (number, title, values["changed_at"], *parameters),
        )
    else:
        settings = ", ".join(f"{name} = ?" for name in _WRITTEN)
        connection.execute(
            f"UPDATE contract SET {settings}, title = ? WHERE id = ?",
            (*parameters, title, number),
        )


def assign(connection: Connection, contract: int | None, charges: Iterable[int]) -> None:
    connection.executemany("UPDATE charge SET contract = ? WHERE id = ?", [(contract, charge) for charge in charges])


class DerivedContract(NamedTuple):
    """A contract found in a vendor's charges, or one that its vendor has stated and that charges may be found for; `edited` when
    it stays without charges too, since the owner has touched it or its vendor states it."""

    id: int
    own_title: str | None
    currency: str
    period: str
    price_minor: int
    edited: bool


def derived_of(connection: Connection, vendors: Sequence[int]) -> dict[int, list[DerivedContract]]:
    """The contracts that were found in the charges of these vendors."""
    found: dict[int, list[DerivedContract]] = {}
    rows = connection.execute(
        "SELECT vendor, id, own_title, currency, period, price_minor, edited OR source = 'vendor' "
        "OR EXISTS (SELECT 1 FROM vendor_record r WHERE r.contract = contract.id AND r.kind = 'contract') FROM contract "
        "WHERE vendor IN (SELECT value FROM json_each(?)) AND source IN ('derived', 'vendor') ORDER BY id",
        (msgspec.json.encode(vendors).decode(),),
    )
    for vendor, number, own_title, currency, period, minor, edited in rows:
        found.setdefault(vendor, []).append(DerivedContract(number, own_title, currency, period, minor, bool(edited)))
    return found


def kept_without_charges(connection: Connection) -> list[int]:
    """Contracts found in charges that are gone, and kept since the owner has touched them."""
    rows = connection.execute(
        "SELECT id FROM contract WHERE source = 'derived' AND edited "
        "AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.contract = contract.id) ORDER BY id"
    )
    return [row[0] for row in rows]


def remove(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM contract WHERE id = ?", (number,))
    connection.execute("DELETE FROM entry WHERE id = ?", (number,))


def bookings(connection: Connection, charges: Iterable[int]) -> list[tuple[int, str, int]]:
    """(id, day, minor) of these charges."""
    numbers = sorted(charges)
    found: list[tuple[int, str, int]] = []
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        marks = ", ".join("?" * len(some))
        found += connection.execute(f"SELECT id, booked, minor FROM charge WHERE id IN ({marks})", some).fetchall()
    return found


# --- what the owner says --------------------------------------------------------------------------------------------

_OWNED = ("verdict", "own_title", "facts", "unused_since", "tariff")


class QuantityError(UsageError):
    code = "quantity"


def set_owned(connection: Connection, number: int, column: str, value: str | None, at: str) -> None:
    """Set a column that only the owner sets; an undo of the import keeps the contract from then on."""
    if column not in _OWNED:
        raise ValueError(column)
    connection.execute(
        f"UPDATE contract SET {column} = ?, edited = 1, changed_at = ? WHERE id = ?", (value, at, number)
    )


def largest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM contract").fetchone()[0])


def largest_usage(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM usage").fetchone()[0])


def put_stated(
    connection: Connection, number: int, vendor: int, title: str, category: str, price: Money, every: str, at: str
) -> None:
    """A contract that its vendor alone states. Once charges are found for it, what they say is not touched."""
    connection.execute(
        "INSERT INTO contract (id, vendor, title, category, currency, price_minor, period, source, created_at, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 'vendor', ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
        "category = excluded.category, currency = excluded.currency, price_minor = excluded.price_minor, "
        "period = excluded.period, changed_at = excluded.changed_at WHERE source = 'vendor' AND first_charged IS NULL",
        (number, vendor, title, category, price.currency, price.minor, every, at, at),
    )


def remove_stated(connection: Connection, number: int) -> None:
    """Forget a contract that its vendor alone stated, and nobody has touched."""
    done = connection.execute(
        "DELETE FROM contract WHERE id = ? AND source = 'vendor' AND NOT edited AND first_charged IS NULL", (number,)
    )
    if done.rowcount:
        connection.execute("DELETE FROM entry WHERE id = ?", (number,))


def add_owned(connection: Connection, number: int, vendor: int, title: str, price: Money, every: str, at: str) -> None:
    connection.execute(
        "INSERT INTO contract (id, vendor, title, currency, price_minor, period, verdict, source, edited, created_at, "
        "changed_at) VALUES (?, ?, ?, ?, ?, ?, 'confirmed', 'owner', 1, ?, ?)",
        (number, vendor, title, price.currency, price.minor, every, at, at),
    )


def checked_quantity(written: str) -> str:
    """An exact decimal of at most 24 digits, as it is kept."""
    try:
        value = Decimal(written.strip().replace(",", "."))
    except InvalidOperation:
        raise QuantityError(
            phrase("`%(written)s` is not a quantity", written=written[:40]), hint=phrase("write it like 123.4")
        ) from None
    if not value.is_finite() or value < 0 or len(value.as_tuple().digits) > 24 or abs(value.adjusted()) > 24:
        raise QuantityError(
            phrase("`%(written)s` cannot be a quantity", written=written[:40]), hint=phrase("write it like 123.4")
        )
    return f"{value:f}"


class Reading(msgspec.Struct, frozen=True):
    """What was used up to `day`, of one register: an exact decimal."""

    day: str
    quantity: str
    unit: str
    register: str
    source: Literal["owner", "vendor"] = "owner"


def add_usage(connection: Connection, number: int, contract: int, reading: Reading, at: str) -> None:
    connection.execute(
        "INSERT INTO usage (id, contract, day, quantity, unit, register, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, contract, reading.day, reading.quantity, reading.unit, reading.register, at),
    )


def usage(connection: Connection) -> dict[int, list[Reading]]:
    """Every reading by contract, by day, without those that the owner disputes."""
    found: dict[int, list[Reading]] = {}
    rows = connection.execute(
        "SELECT u.contract, u.day, u.quantity, u.unit, u.register, iif(u.delivery IS NULL, 'owner', 'vendor') FROM usage u "
        "LEFT JOIN vendor_record r ON r.id = u.delivery WHERE r.because IS NULL ORDER BY u.contract, u.day, u.id"
    )
    for contract_id, *reading in rows:
        found.setdefault(contract_id, []).append(Reading(*reading))
    return found
