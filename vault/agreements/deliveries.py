"""What a vendor sends: found its agreement, judged, and taken or refused; either way it leaves a trace.

A refusal is recorded as a signed entry of the agreement that the thing names, so both sides' records have it. A thing that
cannot be parsed, or names no agreement of this vault, is a failed delivery (`failures`), and so is one for which the
agreement has no room left (`terms.agreement.MAX_REPEATED`).

Whoever sent it is not told here; how a vendor's bytes come in is not decided here either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from terms import signing
from terms.agreement import HISTORY_FORMAT, MAX_REPEATED, History
from terms.lifecycle import State
from terms.proof import jcs, jws
from terms.proof.members import Members
from terms.record import Kind
from terms.refusals import Refused
from vault.agreements import failures, ledger
from vault.agreements.ledger import Held, Made
from vault.agreements.steps import amended_by
from vault.session import Vault
from vault.store import agreements as store

# Failures and claims of both parties, and the few steps that lead from a proffer to its end.
MAX_ENTRIES: Final = 4 * MAX_REPEATED + 16


class Received(Struct, frozen=True):
    """What became of one signed thing. `agreement` is empty where it names none that is known. After a refusal the
    agreement is as it was, and `recorded` says whether the failed attempt was; `made` is for the other side."""

    agreement: str
    digest: str
    kind: Kind | None = None
    state: State | None = None
    refusal: Refused | None = None
    recorded: bool = False
    made: tuple[Made, ...] = ()


def receive(vault: Vault, raw: bytes) -> Received:
    """Take one signed thing into the agreement that it names, or refuse it and record that."""
    try:
        one = ledger.held(vault, _named(vault, raw))
    except Refused as refusal:
        return _failed_delivery(vault, raw, refusal)
    admission = signing.admitted(
        one.history, raw, ledger.known_of(vault, one), ledger.signer(vault, one), now=vault.now
    )
    if admission.refusal is not None and admission.failed is None:
        return _failed_delivery(vault, raw, admission.refusal, agreement=one.row.id)
    with vault.transaction():
        ledger.grew(vault, one, admission.history)
        if admission.refusal is None:
            return _taken(vault, raw, admission.history)
    return _refused(one, raw, admission)


def receive_all(vault: Vault, raw: bytes) -> tuple[Received, ...]:
    """Take one signed thing, or a history: of that, the entries not held yet, in order, up to the first refusal. Nothing
    comes back where a history says nothing new."""
    try:
        entries = _entries(raw)
    except Refused as refusal:
        return (_failed_delivery(vault, raw, refusal),)
    return tuple(_until_refused(vault, entries)) if entries is not None else (receive(vault, raw),)


def _until_refused(vault: Vault, entries: list[bytes]) -> Iterator[Received]:
    for entry in entries:
        if store.holds(vault.connection, jws.digest(entry)):
            continue
        done = receive(vault, entry)
        yield done
        if done.refusal is not None:
            return


def _entries(raw: bytes) -> list[bytes] | None:
    """The entries of a history, or none where `raw` says that it is something else, or nothing readable."""
    try:
        value = jcs.parse(raw)
    except Refused:
        return None
    if not isinstance(value, dict) or value.get("format") != HISTORY_FORMAT:
        return None
    entries = Members(value, frozenset({"entries", "format"})).items("entries")
    if not 0 < len(entries) <= MAX_ENTRIES:
        raise Refused("too-large", f"a history has 1 to {MAX_ENTRIES} entries")
    return [jcs.canonical(entry) for entry in entries]


def _named(vault: Vault, raw: bytes) -> str:
    """The id of the agreement that a signed thing names, if it is one of ours."""
    body = jws.parse(raw).value
    id = body.get("agreement") if isinstance(body, dict) else None
    if not isinstance(id, str):
        raise Refused("missing-field", "it names no agreement")
    if store.agreement(vault.connection, id) is None:
        raise Refused("wrong-agreement", "it names an agreement that is not known here")
    return id


def _taken(vault: Vault, raw: bytes, history: History) -> Received:
    made = amended_by(vault, history) if history.last.kind is Kind.ACCEPTED else ()
    return Received(history.agreement.id, jws.digest(raw), history.last.kind, history.state, made=made)


def _refused(one: Held, raw: bytes, admission: signing.Admission) -> Received:
    made = (Made(one.row.id, Kind.FAILED, admission.failed),) if admission.failed is not None else ()
    state, digest = admission.history.state, jws.digest(raw)
    return Received(one.row.id, digest, state=state, refusal=admission.refusal, recorded=True, made=made)


def _failed_delivery(vault: Vault, raw: bytes, refusal: Refused, *, agreement: str = "") -> Received:
    kept = failures.recorded(vault, raw, refusal)
    return Received(agreement, jws.digest(raw), refusal=refusal, recorded=kept)
