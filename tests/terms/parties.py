"""A person and a shop for the tests of agreements: fixed keys, a roster of three, and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms import agreement as life
from terms import signing
from terms.agreement import History, Known
from terms.proof import jcs, jws, keys
from terms.record import Agreement, Kind, Terms, terms_hash
from terms.refusals import Refused
from terms.signing import Signer

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
VENDOR = "https://shop.example/client.json"
PERSON_PRIVATE, VENDOR_PRIVATE, STRANGER_PRIVATE = (
    Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32)) for seed in (1, 2, 3)
)


def public_of(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


PERSON = keys.did_of(public_of(PERSON_PRIVATE))
STRANGER_DID = keys.did_of(public_of(STRANGER_PRIVATE))
VENDOR_KEY = keys.registered(f"{VENDOR}#k1", public_of(VENDOR_PRIVATE))
VENDOR_KEYS = keys.KeyHistory(VENDOR).added(VENDOR_KEY, START - 30 * DAY)
FIRST = Signer(keys.did_key_id(PERSON), PERSON_PRIVATE.sign)
SECOND = Signer(VENDOR_KEY.id, VENDOR_PRIVATE.sign)
STRANGER = Signer(keys.did_key_id(STRANGER_DID), STRANGER_PRIVATE.sign)

TEXTS: dict[str, tuple[str, jcs.JsonValue]] = {
    name: (f"The text of {name}.", [{"clause": f"{name}/deliver", "mode": "permit"}])
    for name in ("SD-BASE", "SD-BASE-A", "SD-BASE-DP")
}
ROSTER = {
    name: Terms(name, f"https://w3id.org/dpv/standards/ieee/7012#{name}", terms_hash(text, rules))
    for name, (text, rules) in TEXTS.items()
}
KNOWN = Known(ROSTER, VENDOR_KEYS, frozenset({"SD-BY", "SD-BY-A"}))
ID = "0123456789abcdefghijkl"
OFFER = Agreement(ID, PERSON, VENDOR, ROSTER["SD-BASE"], START + DAY, START + 365 * DAY)
VIOLATION: dict[str, jcs.JsonValue] = {"claim": "shared it", "clause": "SD-BASE/share", "evidence": []}


def details(kind: Kind) -> dict[str, jcs.JsonValue]:
    if kind is Kind.VIOLATED:
        return dict(VIOLATION)
    return {"reason": "as I like"} if kind in (Kind.REFUSED, Kind.WITHDRAWN, Kind.TERMINATED) else {}


def proffer(offer: Agreement = OFFER, signer: Signer = FIRST, at: datetime = START) -> bytes:
    return signing.proffered(offer, signer, at=at)


def proffered(offer: Agreement = OFFER) -> History:
    return life.began(proffer(offer), KNOWN, now=START)


def counter(history: History, name: str = "SD-BASE-A", at: datetime = START + HOUR) -> bytes:
    return signing.countered(history, ROSTER[name], SECOND, at=at, answer_by=START + DAY, valid_until=OFFER.valid_until)


def countered() -> History:
    history = proffered()
    return life.received(history, counter(history), KNOWN, now=START + HOUR)


def accepted(offer: Agreement = OFFER) -> History:
    history = proffered(offer)
    return life.received(history, signing.accepted(history, SECOND, at=START + HOUR), KNOWN, now=START + HOUR)


def active(offer: Agreement = OFFER) -> History:
    return event(accepted(offer), Kind.CONFIRMED, FIRST)


def event(history: History, kind: Kind, signer: Signer, at: datetime | None = None, **more: jcs.JsonValue) -> History:
    when = at or history.last.at + HOUR
    raw = signing.event(history, kind, signer, at=when, details={**details(kind), **more})
    return life.received(history, raw, KNOWN, now=when)


def resigned(raw: bytes, body: dict[str, jcs.JsonValue], *signers: Signer, at: datetime = START + HOUR) -> bytes:
    """`body` signed by `signers`, of the type of `raw`: what a party with its own key can make up."""
    typ = jws.parse(raw).signatures[0].typ
    signed = jws.Signed(jws.base64url.encoded(jcs.canonical(body)), ())
    for signer in signers:
        signed = jws.add_signature(signed, typ=typ, key_id=signer.key_id, at=at, signer=signer.sign)
    return signed.encoded()


def body_of(raw: bytes) -> dict[str, jcs.JsonValue]:
    body = jcs.parse(jws.parse(raw).body)
    assert isinstance(body, dict)
    return body


def refused(history: History, raw: bytes, now: datetime = START + HOUR, known: Known = KNOWN) -> str:
    """The code under which `raw` is refused, or `taken`."""
    before = history.encoded()
    try:
        life.received(history, raw, known, now=now)
    except Refused as refusal:
        assert history.encoded() == before
        return refusal.code
    return "taken"


def refused_proffer(raw: bytes, now: datetime = START, known: Known = KNOWN) -> str:
    try:
        life.began(raw, known, now=now)
    except Refused as refusal:
        return refusal.code
    return "taken"


def changed(offer: Agreement = OFFER, **fields: object) -> Agreement:
    return replace(offer, **fields)  # type: ignore[arg-type]
