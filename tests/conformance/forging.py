"""Bytes for the corpus: a second, small implementation of the written format that shares no code with `terms`.

It writes what an honest party would, and lets any part of it be wrong. Only ASCII and small integers occur in what is signed
here, so the standard library's sorted, compact JSON is the RFC 8785 form. Ed25519 is deterministic, so everything made
here is the same on every run.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = dict[str, Any]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOP = "https://shop.example/client.json"
AGREEMENT, EVENT = "firstparty-agreement+json", "firstparty-event+json"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def t(hours: float) -> datetime:
    """So many hours after the proffer."""
    return START + timedelta(hours=hours)


def stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert "\\u" not in text, "ASCII only"
    return text.encode()


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def head(entries: list[str]) -> str:
    """The chain of a whole history."""
    chain = digest(entries[0])
    for raw in entries[1:]:
        chain = digest(f"{chain}\n{digest(raw)}")
    return chain


def did_of(public: bytes) -> str:
    number, digits = int.from_bytes(b"\xed\x01" + public, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return f"did:key:z{digits}"


def did_key_id(did: str) -> str:
    return f"{did}#{did.removeprefix('did:key:')}"


@dataclass(frozen=True)
class Signer:
    """A key id, and the private key that signs under it."""

    key_id: str
    private: Ed25519PrivateKey
    forged: bytes = b""

    def sign(self, message: bytes) -> bytes:
        return self.forged or self.private.sign(message)

    @property
    def holder(self) -> str:
        return self.key_id.partition("#")[0]


def private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))


def public(seed: int) -> bytes:
    return private(seed).public_key().public_bytes_raw()


def person(seed: int) -> Signer:
    return Signer(did_key_id(did_of(public(seed))), private(seed))


FIRST, STRANGER = person(1), person(3)
SECOND = Signer(f"{SHOP}#k1", private(2))
SECOND_NEW = Signer(f"{SHOP}#k2", private(4))
PERSON = FIRST.holder


def jwk(seed: int, name: str) -> Json:
    return {"alg": "EdDSA", "crv": "Ed25519", "kid": name, "kty": "OKP", "use": "sig", "x": b64(public(seed))}


def listed_key(seed: int, name: str, since: datetime, until: datetime | None = None) -> Json:
    return {"jwk": jwk(seed, name), "since": stamp(since), "until": stamp(until) if until else None}


TEXTS: dict[str, tuple[str, list[Json]]] = {
    name: (f"The text of {name}.", [{"clause": f"{name}/deliver", "mode": "permit"}])
    for name in ("SD-BASE", "SD-BASE-A", "SD-BASE-DP")
}


def terms(name: str, **changes: Any) -> Json:
    text, rules = TEXTS.get(name, TEXTS["SD-BASE"])
    hashed = digest(canonical({"rules": rules, "text": text}))
    return {"hash": hashed, "id": name, "iri": f"https://w3id.org/dpv/standards/ieee/7012#{name}", **changes}


ROSTER = [terms(name) for name in TEXTS]
STALE = ["SD-BY", "SD-BY-A"]
SHOP_KEYS = {"holder": SHOP, "keys": [listed_key(2, "k1", t(-720))]}
KNOWN: Json = {"roster": ROSTER, "stale": STALE, "vendor": SHOP_KEYS}
ID, OTHER_ID = "0123456789abcdefghijkl", "z" * 22


def body(**changes: Any) -> Json:
    """The agreement that the person proffers in most cases: SD-BASE, a day to answer, for a year."""
    return {
        "agreement": ID,
        "answer_by": stamp(t(24)),
        "answers": None,
        "first": PERSON,
        "format": "firstparty/agreement/1",
        "replaces": None,
        "second": SHOP,
        "terms": terms("SD-BASE"),
        "valid_until": stamp(t(365 * 24)),
        **changes,
    }


def without(value: Json, name: str) -> Json:
    return {key: item for key, item in value.items() if key != name}


def entry(payload: str, by: Signer, at: datetime, typ: str, header: Json | bytes | None = None) -> Json:
    """One signature over the payload, with its protected header, of which `header` changes members."""
    usual = {"alg": "EdDSA", "iat": int(at.timestamp()), "kid": by.key_id, "typ": typ}
    if isinstance(header, bytes):
        protected = b64(header)
    else:
        protected = b64(
            canonical({key: item for key, item in {**usual, **(header or {})}.items() if item != "left out"})
        )
    return {"protected": protected, "signature": b64(by.sign(f"{protected}.{payload}".encode()))}


def signed(content: Json | bytes, *by: tuple[Signer, datetime], typ: str = AGREEMENT, header: Any = None) -> str:
    """The envelope of a body with a signature by each."""
    payload = b64(content if isinstance(content, bytes) else canonical(content))
    entries = [entry(payload, signer, at, typ, header) for signer, at in by]
    return canonical({"payload": payload, "signatures": entries}).decode()


def proffer(at: datetime = START, **changes: Any) -> str:
    return signed(body(**changes), (FIRST, at))


def opened(raw: str) -> Json:
    found: Json = json.loads(raw)
    return found


def closed(envelope: Json) -> str:
    return canonical(envelope).decode()


def body_of(raw: str) -> Json:
    found: Json = json.loads(unb64(opened(raw)["payload"]))
    return found


def accepted(offer: str, by: Signer, at: datetime, *, first: bool = False) -> str:
    """The offer with the second signature; the person's comes first."""
    envelope = opened(offer)
    made = entry(envelope["payload"], by, at, AGREEMENT)
    kept = envelope["signatures"]
    return closed({**envelope, "signatures": [made, *kept] if first else [*kept, made]})


def counter(offer: str, by: Signer = SECOND, at: datetime | None = None, **changes: Any) -> str:
    """A counter-offer of SD-BASE-A, or as changed."""
    content = {**body_of(offer), "answers": digest(offer), "terms": terms("SD-BASE-A"), **changes}
    return signed(content, (by, at or t(1)))


REASONED = {"refused", "withdrawn", "terminated"}
VIOLATION: Json = {"claim": "shared it", "clause": "SD-BASE/share", "evidence": []}
FAILED: Json = {"code": "bad-signature", "received": digest(b"what came")}


def details_of(kind: str) -> Json:
    if kind in REASONED:
        return {"reason": "as I like"}
    return {"violated": VIOLATION, "failed": FAILED}.get(kind, {})


def event_body(entries: list[str], kind: str, details: Json | None = None) -> Json:
    return {
        "after": head(entries),
        "agreement": ID,
        "details": details_of(kind) if details is None else details,
        "format": "firstparty/event/1",
        "kind": kind,
    }


def event(entries: list[str], kind: str, by: Signer, at: datetime, details: Json | None = None) -> str:
    return signed(event_body(entries, kind, details), (by, at), typ=EVENT)


def successor(**changes: Any) -> str:
    """A record with both signatures that replaces the agreement."""
    offer = proffer(t(2), **{"agreement": OTHER_ID, "replaces": ID, "answer_by": stamp(t(48)), **changes})
    return accepted(offer, SECOND, t(2))
