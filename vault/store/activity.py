"""Leaves of our own log, found by kind, vendor and time; newest first."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from vault.store.audit import OWN_LOG, Leaf
from vault.store.connection import Connection

# What an event begins with, before its dot.
_FAMILY = "substr(l.event, 1, instr(l.event || '.', '.') - 1)"
# A leaf is of a vendor where a row of that vendor names the leaf, or the leaf names one of the vendor's things.
_OF_VENDOR = """(l.n IN (SELECT d.leaf FROM decision d JOIN request r ON r.id = d.request WHERE r.vendor = :vendor)
OR l.n IN (SELECT d.leaf FROM data_release d JOIN data_grant g ON g.id = d.data_grant JOIN agreement a ON a.id = g.agreement
  JOIN client c ON c.id = a.client WHERE c.vendor = :vendor)
OR EXISTS (SELECT 1 FROM json_each(:names) x WHERE instr(l.body, '"' || x.value || '"')))"""


class Sought(msgspec.Struct, frozen=True):
    """`families` are what events begin with, all where there are none; `vendor` with the `names` that leaves call its things by;
    `since` and `before` bound the time from below and the number from above."""

    families: tuple[str, ...] = ()
    vendor: int | None = None
    names: tuple[str, ...] = ()
    since: str = ""
    before: int | None = None


def leaves(connection: Connection, sought: Sought, limit: int) -> list[Leaf]:
    rows = connection.execute(
        f"SELECT l.n, l.at, l.event, l.body FROM audit_leaf l WHERE l.log = {OWN_LOG} "
        "AND (:before IS NULL OR l.n < :before) AND l.at >= :since "
        f"AND (:families = '[]' OR {_FAMILY} IN (SELECT value FROM json_each(:families))) "
        f"AND (:vendor IS NULL OR {_OF_VENDOR}) ORDER BY l.n DESC LIMIT :limit",
        {
            "before": sought.before,
            "since": sought.since,
            "families": _json(sought.families),
            "vendor": sought.vendor,
            "names": _json(sought.names),
            "limit": limit,
        },
    )
    return [Leaf(*row) for row in rows]


def _json(texts: Collection[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


class Things(msgspec.Struct, frozen=True):
    """What belongs to a vendor and has an id or an address of its own."""

    clients: tuple[str, ...]
    agreements: tuple[str, ...]
    contracts: tuple[int, ...]
    requests: tuple[int, ...]
    rights: tuple[int, ...]


_MINE = "(SELECT id FROM client WHERE vendor = :vendor)"
_THINGS = {
    "clients": "SELECT url FROM client WHERE vendor = :vendor",
    "agreements": f"SELECT id FROM agreement WHERE client IN {_MINE}",
    "contracts": "SELECT id FROM contract WHERE vendor = :vendor",
    "requests": f"SELECT request FROM signed_offer WHERE client IN {_MINE} UNION SELECT id FROM request WHERE vendor = :vendor",
    "rights": f"SELECT id FROM right_request WHERE vendor = :vendor OR client IN {_MINE}",
}


def things_of(connection: Connection, vendor: int) -> Things:
    found = {
        name: tuple(row[0] for row in connection.execute(query, {"vendor": vendor})) for name, query in _THINGS.items()
    }
    return msgspec.convert(found, Things)


class Decided(msgspec.Struct, frozen=True):
    """What was asked of the owner by whom: `vendor` where it is one of the vault's."""

    leaf: int
    kind: str
    sender: str
    vendor: int | None


def decided(connection: Connection, leaves: Collection[int]) -> dict[int, Decided]:
    """What these leaves of decisions and overrides decided."""
    rows = connection.execute(
        "SELECT d.leaf, r.kind, r.sender, r.vendor FROM decision d JOIN request r ON r.id = d.request "
        "WHERE d.leaf IN (SELECT value FROM json_each(?1)) UNION ALL "
        "SELECT o.leaf, r.kind, r.sender, r.vendor FROM decision_override o JOIN decision d ON d.id = o.decision "
        "JOIN request r ON r.id = d.request WHERE o.leaf IN (SELECT value FROM json_each(?1))",
        (msgspec.json.encode(list(leaves)).decode(),),
    )
    return {row[0]: Decided(*row) for row in rows}


def released(connection: Connection, leaves: Collection[int]) -> dict[int, str]:
    """The agreement under which these leaves of releases gave something."""
    rows = connection.execute(
        "SELECT d.leaf, g.agreement FROM data_release d JOIN data_grant g ON g.id = d.data_grant "
        "WHERE d.leaf IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(leaves)).decode(),),
    )
    return dict(rows.fetchall())
