"""Writing what is derived: vendors of payees and accounts, totals, and what has lost its ground."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from vault.store.connection import Connection


class VendorPlan(msgspec.Struct, frozen=True):
    """A vendor as recognised. `id` is the row it already has, if any."""

    id: int | None
    key: str
    name: str
    category: str
    domains: tuple[str, ...]
    confidence: float
    evidence: tuple[str, ...]


def add_vendors(
    connection: Connection, plans: Iterable[tuple[int, VendorPlan]], at: str, *, source: str = "derived"
) -> None:
    connection.executemany(
        "INSERT INTO vendor (id, key, name, category, domains, confidence, evidence, source, created_at, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(number, plan.key, plan.name, plan.category, _json(plan.domains), plan.confidence, _json(plan.evidence), source,
          at, at) for number, plan in plans],
    )  # fmt: skip


def update_vendor(connection: Connection, number: int, plan: VendorPlan, at: str) -> None:
    """What recognition says now; a name or category that the owner set stays (`plan` has it then)."""
    values = (plan.key, plan.name, plan.category, _json(plan.domains), plan.confidence, _json(plan.evidence))
    connection.execute(
        "UPDATE vendor SET key = ?1, name = ?2, category = ?3, domains = ?4, confidence = ?5, evidence = ?6, "
        "changed_at = ?7 WHERE id = ?8 AND (key, name, category, domains, confidence, evidence) IS NOT "
        "(?1, ?2, ?3, ?4, ?5, ?6)",
        (*values, at, number),
    )


# (vendor or none, why, payee or account)
Assignment = tuple[int | None, str, int]


def assign_payees(connection: Connection, assignments: Iterable[Assignment]) -> None:
    connection.executemany("UPDATE payee SET vendor = ?, evidence = ?, stale = 1 WHERE id = ?", assignments)


def assign_accounts(connection: Connection, assignments: Sequence[Assignment]) -> None:
    connection.executemany("UPDATE account SET vendor = ?, evidence = ? WHERE id = ?", assignments)
    connection.executemany(
        "UPDATE entry SET vendor = ? WHERE id = ?", [(vendor, account) for vendor, _, account in assignments]
    )


def is_pending(connection: Connection) -> bool:
    """Whether charges were stored that have not been analysed."""
    return connection.execute("SELECT 1 FROM payee WHERE stale LIMIT 1").fetchone() is not None


def stale_vendors(connection: Connection) -> list[tuple[int, str]]:
    """(id, name) of vendors with a payee whose charges changed."""
    rows = connection.execute(
        "SELECT id, name FROM vendor WHERE id IN (SELECT vendor FROM payee WHERE stale) ORDER BY id"
    )
    return [(number, name) for number, name in rows]


class Totals(msgspec.Struct, frozen=True):
    """What a vendor's charges add up to; `paid` is the net money out per currency, in minor units."""

    vendor: int
    charges: int
    first_seen: str | None
    last_seen: str | None
    paid: dict[str, int]


def put_totals(connection: Connection, totals: Iterable[Totals]) -> None:
    connection.executemany(
        "UPDATE vendor SET charges = ?, first_seen = ?, last_seen = ?, paid = ? WHERE id = ?",
        [(one.charges, one.first_seen, one.last_seen, _json(one.paid), one.vendor) for one in totals],
    )


def remove_payees_without_charges(connection: Connection) -> None:
    connection.execute("DELETE FROM payee WHERE stale AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.payee = payee.id)")


def move_belongings(connection: Connection, old: int, new: int) -> None:
    """What stands under a vendor that turned out to be another: contracts, contacts, clients, invitations, rights, feedback."""
    connection.execute("UPDATE contract SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE client SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE invitation SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE right_request SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE feedback SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE OR IGNORE contact SET vendor = ? WHERE vendor = ?", (new, old))
    connection.execute("UPDATE entry SET vendor = ? WHERE vendor = ?", (new, old))


def remove_vendor(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM vendor WHERE id = ?", (number,))
    connection.execute("DELETE FROM entry WHERE id = ?", (number,))


def follow_payees(connection: Connection, payees: Iterable[int]) -> None:
    """A contract goes to the vendor that most of its charges now belong to."""
    # The plus keeps the engine from looking up every charge of these payees; those in contracts are few, and indexed.
    moved = connection.execute(
        "SELECT DISTINCT contract FROM charge WHERE contract IS NOT NULL AND +payee IN (SELECT value FROM json_each(?))",
        (_json(list(payees)),),
    ).fetchall()
    connection.executemany(
        "UPDATE contract SET vendor = coalesce((SELECT p.vendor FROM charge c JOIN payee p ON p.id = c.payee "
        "WHERE c.contract = contract.id AND p.vendor > 0 GROUP BY p.vendor ORDER BY count(*) DESC LIMIT 1), vendor) "
        "WHERE id = ?",
        moved,
    )


def remove_unfounded(connection: Connection) -> list[int]:
    """Delete vendors without payee, account, contract, client, invitation or a word of the owner."""
    rows = connection.execute(
        "DELETE FROM vendor WHERE source = 'derived' AND NOT edited "
        "AND NOT EXISTS (SELECT 1 FROM payee p WHERE p.vendor = vendor.id) "
        "AND NOT EXISTS (SELECT 1 FROM account a WHERE a.vendor = vendor.id) "
        "AND NOT EXISTS (SELECT 1 FROM contract k WHERE k.vendor = vendor.id) "
        "AND NOT EXISTS (SELECT 1 FROM client o WHERE o.vendor = vendor.id) "
        "AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.vendor = vendor.id) RETURNING id"
    ).fetchall()
    return [row[0] for row in rows]


def settle(connection: Connection, at: str) -> None:
    """Everything derived is in step now."""
    connection.execute("UPDATE payee SET stale = 0 WHERE stale")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('derived_at', ?)", (at,))


def corrections(connection: Connection) -> list[tuple[str, str, str]]:
    """(kind, subject, object) of everything the owner corrected, oldest first."""
    rows: Iterable[tuple[str, str, str]] = connection.execute(
        "SELECT kind, subject, object FROM correction ORDER BY id"
    )
    return list(rows)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
