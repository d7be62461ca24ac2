"""What a party makes: the bytes of an offer, an acceptance, an event, and of a failed attempt.

Nothing here is judged and no history is changed: the bytes go through `agreement.received` like any that come in, on the
side that made them first. Private keys stay outside; a `Signer` is a key id and a callable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from terms import agreement as life
from terms import record
from terms.agreement import History, Known
from terms.lifecycle import Party
from terms.proof import jcs, jws, keys
from terms.record import Agreement, Event, Kind, Terms
from terms.refusals import Refused


@dataclass(frozen=True, slots=True)
class Signer:
    """`sign` gives the Ed25519 signature of bytes under the key named `key_id`."""

    key_id: str
    sign: keys.Sign


def proffered(offer: Agreement, signer: Signer, *, at: datetime) -> bytes:
    """An offer with its first signature; the person's."""
    signed = jws.sign(offer.encoded(), typ=record.AGREEMENT_TYPE, key_id=signer.key_id, at=at, signer=signer.sign)
    return signed.encoded()


def countered(
    history: History, terms: Terms, signer: Signer, *, at: datetime, answer_by: datetime, valid_until: datetime | None
) -> bytes:
    """The one counter-offer: other terms of the roster, for no longer than was proffered."""
    offer = replace(
        history.agreement,
        terms=terms,
        answer_by=answer_by,
        valid_until=valid_until,
        answers=history.entries[0].digest,
    )
    return proffered(offer, signer, at=at)


def accepted(history: History, signer: Signer, *, at: datetime) -> bytes:
    """The offer that stands, with the second signature over the same bytes."""
    offer = jws.parse(life.standing_offer(history).raw)
    signed = jws.add_signature(
        offer,
        typ=record.AGREEMENT_TYPE,
        key_id=signer.key_id,
        at=at,
        signer=signer.sign,
        first=history.offeror is Party.SECOND,
    )
    return signed.encoded()


def event(
    history: History, kind: Kind, signer: Signer, *, at: datetime, details: Mapping[str, jcs.JsonValue] | None = None
) -> bytes:
    """An event that follows all entries of the history."""
    body = Event(kind, history.agreement.id, history.head, details or {}).encoded()
    return jws.sign(body, typ=record.EVENT_TYPE, key_id=signer.key_id, at=at, signer=signer.sign).encoded()


def failed(history: History, raw: bytes, refusal: Refused, signer: Signer, *, at: datetime) -> bytes:
    """That `raw` came and was refused; for both sides' records."""
    return event(history, Kind.FAILED, signer, at=at, details={"code": refusal.code, "received": jws.digest(raw)})


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of received bytes. After a refusal `history` is as before, but for the entry `failed` that records it;
    `failed` is none where the history's room for failed attempts is full."""

    history: History
    refusal: Refused | None = None
    failed: bytes | None = None


def admitted(history: History, raw: bytes, known: Known, signer: Signer, *, now: datetime) -> Admission:
    """Take `raw` into the history, or record that it was refused. `signer` is ours, for the failed attempt."""
    try:
        return Admission(life.received(history, raw, known, now=now))
    except Refused as refusal:
        made = failed(history, raw, refusal, signer, at=now)
        try:
            return Admission(life.received(history, made, known, now=now), refusal, made)
        except Refused:
            return Admission(history, refusal)
