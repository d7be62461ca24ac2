"""Whose terms rule with a vendor: what the owner offers it, what was agreed, and the clauses in which the two differ."""

from __future__ import annotations

from msgspec import Struct

from terms.lifecycle import BINDING
from terms.order import protects_at_least, protects_more
from terms.roster import Agreement, OffRosterError, find
from vault import choosing
from vault.agreements import state_at
from vault.session import Vault
from vault.store import agreements as store
from vault.store.vendors import VendorRow
from web.pages.frame.wording import mark


class Clauses(Struct, frozen=True):
    """One matter: what the owner's preferred agreement says, and what is agreed; either may say nothing."""

    yours: str
    theirs: str


class Terms(Struct, frozen=True):
    """`agreed` is None without an agreement that binds; `state` and `id` are then of the last that there was, or empty."""

    yours: Agreement
    says: tuple[str, ...]
    agreed: Agreement | None
    id: str
    state: str
    result: str
    differences: tuple[Clauses, ...]


def terms_with(vault: Vault, vendor: VendorRow) -> Terms:
    wanted = choosing.effective_for(vault.connection, vendor)
    yours = find(wanted.preferred).agreement
    clients = {one.id for one in store.clients_of(vault.connection, vendor.id)}
    rows = [one for one in store.agreements(vault.connection) if one.client in clients]
    binding = next((one for one in rows if state_at(one, vault.now) in BINDING), None)
    last = binding or (rows[0] if rows else None)
    agreed = _of_roster(binding.terms) if binding else None
    return Terms(
        yours=yours,
        says=tuple(one.says for one in wanted.fields if one.value is not None),
        agreed=agreed,
        id=last.id if last else "",
        state=str(state_at(last, vault.now)) if last else "",
        result=_result(yours, agreed),
        differences=_differences(yours, agreed) if agreed else (),
    )


def _of_roster(id: str) -> Agreement | None:
    try:
        return find(id).agreement
    except OffRosterError:
        return None  # signed when the roster had it


def _result(yours: Agreement, agreed: Agreement | None) -> str:
    if agreed is None:
        return mark("Nothing is agreed with them yet: what you offer is not in force.")
    if agreed is yours:
        return mark("They agreed to your own terms.")
    if protects_more(agreed, yours):
        return mark("What is agreed protects you more than what you prefer.")
    if protects_at_least(yours, agreed):
        return mark("What is agreed protects you less than what you prefer.")
    return mark("What is agreed and what you prefer differ both ways.")


def _differences(yours: Agreement, agreed: Agreement) -> tuple[Clauses, ...]:
    ids = dict.fromkeys(one.id for one in (*yours.clauses, *agreed.clauses))
    pairs = [(yours.clause(id), agreed.clause(id)) for id in ids]
    return tuple(
        Clauses(one.says if one else "", other.says if other else "")
        for one, other in pairs
        if one is None or other is None or (one.by, one.data) != (other.by, other.data)
    )
