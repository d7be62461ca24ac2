"""The person's own steps in the life of an agreement: each makes signed bytes, judges them like any others, and stores them.

A step that the state does not allow raises `Refused`, and nothing was signed or written. What a step gives is for the other
side, who has to receive it before it follows with something of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from terms import agreement as life
from terms import signing
from terms.lifecycle import BINDING, State
from terms.phrases import phrase
from terms.proof import jcs
from terms.record import Agreement, Kind
from terms.refusals import Refused, quoted
from vault import ids
from vault.agreements import clients, ledger
from vault.agreements.ledger import Held, Made
from vault.session import Vault
from vault.store import agreements as store
from vault.store.agreements import ClientRow


def proffer(
    vault: Vault,
    client: ClientRow,
    terms_id: str,
    answer_by: datetime,
    valid_until: datetime | None,
    replaces: str | None = None,
) -> Made:
    """Offer terms of the roster to a client; with `replaces`, in the place of an agreement that holds with it now."""
    listed = ledger.present_roster().get(terms_id)
    if listed is None:
        raise Refused(
            "off-roster",
            phrase("%(terms_id)s is not offered to organisations", terms_id=quoted(terms_id)),
            hint=phrase("see `firstparty terms`"),
        )
    if replaces is not None:
        _check_replaced(vault, replaces, client)
    offer = Agreement(
        id=ids.unguessable("agr"),
        first=clients.did(vault, client.id),
        second=client.url,
        terms=listed,
        answer_by=answer_by,
        valid_until=valid_until,
        replaces=replaces,
    )
    raw = signing.proffered(offer, clients.signer(vault, client.id), at=vault.now)
    known = ledger.known(clients.history_of(client))
    history = life.began(raw, known, now=vault.now, used=store.ids(vault.connection))
    with vault.transaction():
        ledger.began(vault, client.id, history)
    return Made(offer.id, Kind.PROFFERED, raw)


def _check_replaced(vault: Vault, id: str, client: ClientRow) -> None:
    old = ledger.held(vault, id)
    if old.client.id != client.id:
        raise Refused("wrong-party", phrase("`%(id)s` is an agreement with another organisation", id=id))
    if not old.history.binds(vault.now):
        raise Refused(
            "illegal-event",
            phrase("an agreement that is %(now)s cannot be replaced", now=old.history.state_at(vault.now)),
        )


def accept_counter(vault: Vault, id: str) -> tuple[Made, ...]:
    """Take the counter-offer. Where it replaces an agreement, that one is amended, and both things go to the other side."""
    one = ledger.held(vault, id)
    raw = signing.accepted(one.history, ledger.signer(vault, one), at=vault.now)
    history = life.received(one.history, raw, ledger.known_of(vault, one), now=vault.now)
    with vault.transaction():
        ledger.grew(vault, one, history)
        return (Made(id, Kind.ACCEPTED, raw), *amended_by(vault, history))


def refuse(vault: Vault, id: str, reason: str = "") -> Made:
    """Decline the counter-offer."""
    return _event(vault, id, Kind.REFUSED, {"reason": reason})


def confirm(vault: Vault, id: str) -> Made:
    """Say that the person holds the record with both signatures too."""
    return _event(vault, id, Kind.CONFIRMED, {})


def withdraw(vault: Vault, id: str, reason: str = "") -> Made:
    """Take back the proffer, or the person's consent to what was agreed."""
    return _event(vault, id, Kind.WITHDRAWN, {"reason": reason})


def terminate(vault: Vault, id: str, reason: str = "") -> Made:
    """End what was agreed, as either side may."""
    return _event(vault, id, Kind.TERMINATED, {"reason": reason})


def claim_violation(vault: Vault, id: str, clause: str, claim: str, evidence: Sequence[str] = ()) -> Made:
    """Put on record that a clause was broken, as the person says; `evidence` are digests of documents kept elsewhere."""
    documents: list[jcs.JsonValue] = list(evidence)
    return _event(vault, id, Kind.VIOLATED, {"claim": claim, "clause": clause, "evidence": documents})


def expire_due(vault: Vault, only: str | None = None) -> tuple[Made, ...]:
    """Put on record what has run out and nobody has said so, of all agreements or of one."""
    rows = [row for row in store.agreements(vault.connection) if only in (None, row.id)]
    due = [row.id for row in rows if ledger.state_at(row, vault.now) is State.EXPIRED and row.state != State.EXPIRED]
    return tuple(_event(vault, id, Kind.EXPIRED, {}) for id in due)


def _event(vault: Vault, id: str, kind: Kind, details: dict[str, jcs.JsonValue]) -> Made:
    one = ledger.held(vault, id)
    raw, history = _signed(vault, one, kind, details)
    with vault.transaction():
        ledger.grew(vault, one, history)
    return Made(id, kind, raw)


def _signed(vault: Vault, one: Held, kind: Kind, details: dict[str, jcs.JsonValue]) -> tuple[bytes, life.History]:
    raw = signing.event(one.history, kind, ledger.signer(vault, one), at=vault.now, details=details)
    return raw, life.received(one.history, raw, ledger.known_of(vault, one), now=vault.now)


def amended_by(vault: Vault, history: life.History) -> tuple[Made, ...]:
    """Inside a transaction: the agreement that a just accepted one replaces is marked as amended by it, if it still held."""
    replaced, record = history.agreement.replaces, history.record
    row = store.agreement(vault.connection, replaced) if replaced else None
    if row is None or record is None or row.state not in BINDING:
        return ()
    old = ledger.held(vault, row.id)
    raw, grown = _signed(vault, old, Kind.AMENDED, {"successor": record.decode()})
    ledger.grew(vault, old, grown)
    return (Made(row.id, Kind.AMENDED, raw),)
