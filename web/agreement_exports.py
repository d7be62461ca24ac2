"""The forms in which an agreement leaves the vault: one row each, from the vault and the agreement's id to bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from terms import consent_record, odrl, roster
from terms.additions import NO_ADDITIONS, Additions
from terms.practice import Practice
from terms.proof import jcs
from vault import agreements, choosing
from vault.agreements import Held
from vault.session import Vault
from vault.store import vendors


@dataclass(frozen=True, slots=True)
class Besides:
    """What some forms take in besides the agreement: a checkpoint that the reader keeps, the vendor's declared practice."""

    checkpoint: str = ""
    practice: Practice | None = None


def _bundle(vault: Vault, id: str, besides: Besides) -> bytes:
    return agreements.bundle(vault, id, kept=besides.checkpoint).encoded()


def _history(vault: Vault, id: str, besides: Besides) -> bytes:
    return agreements.held(vault, id).history.encoded()


def _odrl(vault: Vault, id: str, besides: Besides) -> bytes:
    """The agreement; or, where nothing is agreed, the offer with what the owner asks for besides."""
    one = agreements.held(vault, id)
    terms = roster.agreement(one.row.terms)
    if one.history.record is not None:
        return jcs.canonical(odrl.agreement(one.history, terms))
    return jcs.canonical(odrl.offer(one.history, terms, _additions(vault, one)))


def _additions(vault: Vault, one: Held) -> Additions:
    vendor = vendors.vendor(vault.connection, one.row.vendor) if one.row.vendor else None
    return choosing.effective_for(vault.connection, vendor).additions if vendor else NO_ADDITIONS


def _consent_record(vault: Vault, id: str, besides: Besides) -> bytes:
    one = agreements.held(vault, id)
    return jcs.canonical(consent_record.of(one.history, roster.agreement(one.row.terms), practice=besides.practice))


EXPORTERS: Mapping[str, Callable[[Vault, str, Besides], bytes]] = {
    "bundle": _bundle,
    "odrl": _odrl,
    "27560": _consent_record,
    "history": _history,
}
