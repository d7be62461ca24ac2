"""What verifying an agreement costs beside its two signature checks: `python -m benchmarks.agreements`.

A record is verified whole: envelope, headers, body, terms, keys and both signatures. `received` does the same for an
acceptance and puts it into the history. The other side is two bare verifications by the library, of the same signatures
with keys that are loaded. All take turns in one run, each a batch at a time, as a program does that goes through
its records; the processor's time counts, not the clock's. A record that is verified once, between other work, costs
more on both sides: single calls in turns are given as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import process_time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from benchmarks.measuring import Figure, median, show, side_by_side
from terms import agreement as life
from terms import roster, signing
from terms.agreement import History, Known
from terms.proof import base64url, jws, keys
from terms.record import Agreement, Terms, terms_hash

_TURNS = 150
_BATCH = 40
_SINGLE_TURNS = 1_500
_MICRO = 1e6
# The figure that is asked for: everything beside the two signature checks within three tenths of them.
_TARGET = 1.3
_START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_VENDOR = "https://shop.example/client.json"


class _Parties:
    """A person and a shop with fixed keys, an accepted proffer, and the checks to measure."""

    def __init__(self) -> None:
        person, shop = (Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32)) for seed in (1, 2))
        did = keys.did_of(person.public_key().public_bytes_raw())
        key = keys.registered(f"{_VENDOR}#k1", shop.public_key().public_bytes_raw())
        listed = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster.roster()}
        self.known = Known(listed, keys.KeyHistory(_VENDOR).added(key, _START - timedelta(days=30)))
        end = _START + timedelta(days=365)
        offer = Agreement("0123456789abcdefghijkl", did, _VENDOR, listed["SD-BASE"], _START + timedelta(days=1), end)
        raw = signing.proffered(offer, signing.Signer(keys.did_key_id(did), person.sign), at=_START)
        self.history: History = life.began(raw, self.known, now=_START)
        self.at = _START + timedelta(hours=1)
        self.record = signing.accepted(self.history, signing.Signer(key.id, shop.sign), at=self.at)
        signed = jws.parse(self.record)
        self.checks = [
            (loaded, f"{entry.protected}.{signed.payload}".encode(), base64url.decoded(entry.signature))
            for loaded, entry in zip((person.public_key(), shop.public_key()), signed.signatures, strict=True)
        ]
        self.library = OKPAlgorithm()

    def bare(self) -> None:
        for key, message, signature in self.checks:
            key.verify(signature, message)

    def by_pyjwt(self) -> None:
        for key, message, signature in self.checks:
            assert self.library.verify(message, key, signature)

    def verified(self) -> None:
        life.verified_record(self.record, self.known)

    def received(self) -> None:
        life.received(self.history, self.record, self.known, now=self.at)


def _timed(action: Callable[[], None], calls: int) -> Callable[[], float]:
    def batch() -> float:
        started = process_time()
        for _ in range(calls):
            action()
        return (process_time() - started) / calls

    return batch


def _medians(parties: _Parties, turns: int, calls: int) -> list[float]:
    actions = (parties.bare, parties.by_pyjwt, parties.verified, parties.received)
    return [median(times) for times in side_by_side(turns, *(_timed(action, calls) for action in actions))]


def figures() -> list[Figure]:
    parties = _Parties()
    bare, by_pyjwt, verified, received = _medians(parties, _TURNS, _BATCH)
    lone = _medians(parties, _SINGLE_TURNS, 1)
    return [
        Figure("two signature checks, bare (cryptography; PyJWT)", f"{bare * _MICRO:.0f}; {by_pyjwt * _MICRO:.0f} µs"),
        _figure("record verified", verified, bare, _TARGET),
        _figure("acceptance received into a history", received, bare, None),
        Figure("the same as single calls in turns", f"{lone[2] / lone[0]:.2f} and {lone[3] / lone[0]:.2f} times"),
    ]


def _figure(name: str, seconds: float, bare: float, target: float | None) -> Figure:
    ratio = seconds / bare
    measured = f"{seconds * _MICRO:.0f} µs, {ratio:.2f} times the two checks"
    if target is None:
        return Figure(name, measured)
    return Figure(name, measured, f"under {target}", ratio < target)


if __name__ == "__main__":
    show(figures())
