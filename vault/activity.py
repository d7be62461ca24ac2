"""What was done in this vault, for people to read: leaves of the log with whom they are about.

    page(vault, sought…) -> Page      newest first, going on `before` a number

A leaf names things by id; here the names are added: the vendor, and the title of a contract or an intention. A leaf says what it
said when it was written, and names as they are today are shown beside it, never in it. What was erased has no body any more, and
what it was about is then told by the rows that stand for it, where there are any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from vault import ids
from vault.butler.market_rows import intention_of
from vault.session import Vault
from vault.store import activity as store
from vault.store import agreements as agreement_store
from vault.store import contracts as contract_store
from vault.store import decisions as decision_store
from vault.store import market as market_store
from vault.store import rights as right_store
from vault.store import trading as trading_store
from vault.store import vendors as vendor_store
from vault.store.activity import Sought
from vault.store.audit import Leaf

# A screen or two.
PAGE: Final = 50

# The kinds that one looks for, with what their events begin with.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "reads": ("release",),
    "sharing": ("grant", "authorization", "tokens", "profile", "record"),
    "decisions": ("decision", "offer", "order", "intention", "introduction"),
    "terms": ("agreement", "choice", "terms", "invitation"),
    "messages": ("message", "right", "feedback"),
    "logins": ("unlock", "session", "login"),
    "keys": ("key", "recovery", "vault", "archive"),
    "records": ("import", "vendor", "contract", "usage", "client", "question", "owner"),
    "settings": ("butler", "rules", "webhook", "schema"),
}


class Entry(msgspec.Struct, frozen=True):
    """`who` is the vendor's name and `vendor` its number, where the vault has it; `what` is the title of what it is about. `said` is
    the leaf's body, or nothing once that was erased."""

    n: int
    at: str
    event: str
    who: str
    vendor: int | None
    what: str
    said: Mapping[str, object]
    is_erased: bool


class Page(msgspec.Struct, frozen=True):
    """`next` is where older ones go on."""

    entries: tuple[Entry, ...]
    next: int | None


def page(
    vault: Vault,
    *,
    group: str = "",
    vendor: int | None = None,
    since: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """`since` is a day."""
    names = _names_of(vault, vendor) if vendor is not None else ()
    sought = Sought(GROUPS.get(group, ()), vendor, names, since, before)
    found = store.leaves(vault.connection, sought, limit + 1)
    shown = found[:limit]
    return Page(_entries(vault, shown), shown[-1].n if len(found) > limit else None)


def _names_of(vault: Vault, vendor: int) -> tuple[str, ...]:
    found = store.things_of(vault.connection, vendor)
    return (
        ids.text("vendor", vendor),
        *found.clients,
        *found.agreements,
        *(ids.text("contract", one) for one in found.contracts),
        *(ids.text("request", one) for one in found.requests),
        *(ids.text("right", one) for one in found.rights),
    )


def _entries(vault: Vault, leaves: Sequence[Leaf]) -> tuple[Entry, ...]:
    names = _Names(vault, leaves)
    return tuple(names.entry(leaf) for leaf in leaves)


_said = msgspec.json.Decoder(dict[str, object]).decode


class _Names:
    """Whom and what leaves are about; each thing is looked up once."""

    def __init__(self, vault: Vault, leaves: Sequence[Leaf]) -> None:
        self._connection = vault.connection
        self._decided = store.decided(vault.connection, [leaf.n for leaf in leaves])
        self._released = store.released(vault.connection, [leaf.n for leaf in leaves])
        self._agreements = {row.id: row for row in agreement_store.agreements(vault.connection)}
        self._vendors: dict[int, str] = {}

    def entry(self, leaf: Leaf) -> Entry:
        said = _said(leaf.body) if leaf.body is not None else {}
        who, vendor = self._party(leaf, said)
        return Entry(leaf.n, leaf.at, leaf.event, who, vendor, self._what(leaf, said), said, leaf.body is None)

    def _party(self, leaf: Leaf, said: Mapping[str, object]) -> tuple[str, int | None]:
        if leaf.n in self._decided:
            made = self._decided[leaf.n]
            return (self._vendor(made.vendor) if made.vendor is not None else made.sender), made.vendor
        id = said.get("agreement", self._released.get(leaf.n))
        if isinstance(id, str) and id in self._agreements:
            row = self._agreements[id]
            return row.vendor_name or row.client_name, row.vendor
        if isinstance(url := said.get("client"), str):
            return self._client(url)
        return self._named(said)

    def _client(self, url: str) -> tuple[str, int | None]:
        row = agreement_store.client_by_url(self._connection, url)
        return (row.vendor_name or row.name or url, row.vendor) if row is not None else (url, None)

    def _named(self, said: Mapping[str, object]) -> tuple[str, int | None]:
        """By a vendor's id, or that of something that is a vendor's."""
        for name in ("vendor", "offer", "request", "contract"):
            kind, number = ids.parse(str(said.get(name, ""))) or ("", 0)
            if kind == "vendor":
                return self._vendor(number), number
            if kind == "contract" and (contract := contract_store.contract(self._connection, number)) is not None:
                return contract.vendor_name, contract.vendor
            if kind == "request" and (signed := trading_store.signed(self._connection, number)) is not None:
                return self._client(agreement_store.client(self._connection, signed.client).url)
            if kind == "request" and (asked := decision_store.request(self._connection, number)) is not None:
                return (self._vendor(asked.vendor) if asked.vendor is not None else asked.sender), asked.vendor
            if kind == "right" and (right := right_store.right(self._connection, number)) is not None:
                return right.addressee, right.vendor
        return str(said.get("domain", "")), None

    def _vendor(self, number: int) -> str:
        if number not in self._vendors:
            row = vendor_store.vendor(self._connection, number)
            self._vendors[number] = row.name if row else ""
        return self._vendors[number]

    def _what(self, leaf: Leaf, said: Mapping[str, object]) -> str:
        if leaf.n in self._decided:
            return self._decided[leaf.n].kind
        kind, number = ids.parse(str(said.get("contract", said.get("intention", "")))) or ("", 0)
        if kind == "contract" and (contract := contract_store.contract(self._connection, number)) is not None:
            return contract.title
        if kind == "intention" and (row := market_store.intention(self._connection, number)) is not None:
            return intention_of(row).title
        return ""
