"""The histories of agreements as they are stored: read back verified, and grown by whole entries.

Reading replays every entry with its signatures, each against the terms that it names itself: whether those were on the
roster was judged when the entry came, and the roster may have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from terms import agreement as life
from terms.agreement import History, Known
from terms.errors import FirstpartyError
from terms.lifecycle import BINDING, OPEN, Party, State
from terms.phrases import phrase
from terms.proof import jcs, keys
from terms.proof.verifier import replayed_as_named
from terms.record import Kind, Terms, terms_hash
from terms.refusals import Refused
from terms.roster import roster
from terms.signing import Signer
from vault.agreements import clients
from vault.events import EventType, emit
from vault.session import Vault
from vault.store import agreements as store
from vault.store.agreements import AgreementRow, ClientRow, EntryRow, Standing, TextRow
from vault.store.audit import OWN_LOG
from vault.times import stamp


class AgreementDamagedError(FirstpartyError):
    code = "agreement-damaged"


class UnknownAgreementError(FirstpartyError):
    code = "not-found"


class Held(Struct, frozen=True):
    """An agreement of the vault, with the client that it was proffered to."""

    row: AgreementRow
    client: ClientRow
    history: History


class Made(Struct, frozen=True):
    """A signed thing of ours, for the other side."""

    agreement: str
    kind: Kind
    raw: bytes


# --- the roster as records name it ----------------------------------------------------------------------------------


@cache
def present_roster() -> Mapping[str, Terms]:
    """The agreements offered to organisations, with the hashes of their texts as they are in this version."""
    return {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster("organisation")}


@cache
def _stale() -> frozenset[str]:
    return frozenset(id for one in roster("") for id in one.old_ids)


def known(history_of_keys: keys.KeyHistory, *more: Terms) -> Known:
    """What the person knows when judging an entry; `more` are terms that were on the roster when they were signed."""
    return Known({**present_roster(), **{terms.id: terms for terms in more}}, history_of_keys, _stale())


# --- reading --------------------------------------------------------------------------------------------------------


def held(vault: Vault, id: str) -> Held:
    """The agreement of this whole id, its entries verified."""
    row = store.agreement(vault.connection, id)
    if row is None:
        raise UnknownAgreementError(
            phrase("there is no agreement `%(id)s`", id=id[:60]), hint=phrase("see `firstparty agreements`")
        )
    client = store.client(vault.connection, row.client)
    entries = [entry.raw for entry in store.entries(vault.connection, id)]
    try:
        return Held(row, client, replayed_as_named(entries, clients.history_of(client)))
    except Refused as refusal:
        raise AgreementDamagedError(
            phrase("the entries of `%(id)s` do not verify: %(sentence)s", id=id, sentence=refusal.sentence),
            hint=phrase("put the vault back from a backup"),
        ) from None


def state_at(row: AgreementRow, now: datetime) -> State:
    """The state, or `expired` where time has run out and nobody has said so yet."""
    state = State(row.state)
    ends = row.answer_by if state in OPEN else row.valid_until
    lapses = state in OPEN or state in BINDING
    return State.EXPIRED if lapses and ends is not None and ends <= stamp(now) else state


def signer(vault: Vault, one: Held) -> Signer:
    return clients.signer(vault, one.client.id)


def known_of(vault: Vault, one: Held) -> Known:
    """What is known for the next entry of this agreement. The terms of an agreement that is to replace it count as they
    were proffered, whatever the roster says by now."""
    successors = store.replacing(vault.connection, one.row.id)
    terms = [held(vault, row.id).history.agreement.terms for row in successors]
    return known(clients.history_of(one.client), *terms)


# --- writing (inside a transaction of the caller) -------------------------------------------------------------------


def began(vault: Vault, client: int, history: History) -> None:
    """Store a new agreement with its proffer."""
    id, at = history.agreement.id, stamp(vault.now)
    standing = _standing(history)
    store.add_agreement(vault.connection, id, client, standing, replaces=history.agreement.replaces, at=at)
    _write(vault, client, history, 0)


def grew(vault: Vault, one: Held, history: History) -> Held:
    """Store the entries that `history` has beyond those of `one`, and what it comes to."""
    _write(vault, one.row.client, history, len(one.history.entries))
    store.set_standing(vault.connection, one.row.id, _standing(history), stamp(vault.now))
    return replace(one, history=history)


def _write(vault: Vault, client: int, history: History, already: int) -> None:
    id = history.agreement.id
    for place, entry in enumerate(history.entries[already:], start=already):
        body: dict[str, object] = {"agreement": id, "kind": entry.kind, "by": entry.by, "digest": entry.digest}
        leaf = vault.log(f"agreement.{entry.kind}", body)
        row = EntryRow(entry.raw, entry.kind, entry.by, stamp(entry.at), entry.digest, OWN_LOG, leaf)
        store.add_entry(vault.connection, id, place, row)
        _keep_text(vault, entry.raw)
        if entry.by is not Party.SECOND:  # its own it knows
            emit(vault, client, EventType.AGREEMENT_CHANGED, id)


def _keep_text(vault: Vault, raw: bytes) -> None:
    """Keep the text that an entry names; one that is not of the present roster was kept when it was proffered."""
    named = life.terms_named(raw)
    for one in roster("organisation"):
        if named is not None and present_roster()[one.id] == named:
            rules = jcs.canonical(one.rules_json).decode()
            store.put_text(vault.connection, named.hash, TextRow(one.id, one.iri, one.text, rules))


def _standing(history: History) -> Standing:
    agreement = history.agreement
    until = None if agreement.valid_until is None else stamp(agreement.valid_until)
    terms = agreement.terms
    return Standing(terms.id, terms.hash, history.state, history.offeror, stamp(agreement.answer_by), until)
