"""Receipts: that an event of this vendor's is in the vault's log, which only grows.

A receipt is checked from end to end: the leaf's bytes, its way up the tree (RFC 6962), the root in a checkpoint that the log's
key has signed. The key itself is believed the first time and has to stay the same afterwards; two trees of one size are told.
Not checked: that the log shows everybody the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import msgspec

from connectors.kit.errors import NotVerified
from terms.proof import base64url, jcs, keys, leaf, merkle, note
from terms.refusals import Refused

_MAX_PROOF: Final = 64


class _Leaf(msgspec.Struct):
    number: int
    at: str
    event: str
    digest: str


class Shown(msgspec.Struct):
    """A receipt as it comes."""

    id: str
    leaf: _Leaf
    proof: tuple[str, ...]
    checkpoint: str
    public_key: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A verified one: `event` is in the log at `number`, since `at`."""

    id: str
    number: int
    at: str
    event: str
    digest: str
    checkpoint: note.Checkpoint


class Log:
    """What is known of a vault's log. `public_key` may be given, where it is known from before."""

    def __init__(self, public_key: str = "") -> None:
        self.public_key = public_key
        self._seen: note.Checkpoint | None = None

    def verified(self, shown: Shown) -> Receipt:
        """The receipt, or `NotVerified`."""
        if self.public_key and shown.public_key != self.public_key:
            raise NotVerified("the vault's log has another key than before")
        checkpoint = note.opened(
            shown.checkpoint, origin=shown.checkpoint.partition("\n")[0], public=_key(shown.public_key)
        )
        if checkpoint is None:
            raise NotVerified("the checkpoint is not signed by the vault's log")
        self._check_grown(checkpoint)
        one = shown.leaf
        try:
            path = [bytes.fromhex(node) for node in shown.proof[:_MAX_PROOF]]
            hashed = merkle.leaf_hash(leaf.leaf_bytes(one.number, one.at, one.event, bytes.fromhex(one.digest)))
        except ValueError:
            raise NotVerified("the receipt does not read") from None
        if not merkle.includes(one.number, checkpoint.size, hashed, path, checkpoint.root):
            raise NotVerified("the receipt does not lead from its leaf to the signed checkpoint")
        self.public_key = shown.public_key
        return Receipt(shown.id, one.number, one.at, one.event, one.digest, checkpoint)

    def _check_grown(self, checkpoint: note.Checkpoint) -> None:
        seen = self._seen
        if seen is not None and seen.size == checkpoint.size and seen != checkpoint:
            raise NotVerified("the vault's log shows two trees of one size")
        if seen is None or checkpoint.size > seen.size:
            self._seen = checkpoint


def check_digest(profile: bytes) -> None:
    """Refuses a profile whose digest, which the log keeps, is not that of its attributes."""
    value = jcs.parse(profile)
    if not isinstance(value, dict):
        raise NotVerified("the vault's answer is no profile")
    salt, digest, attributes = value.get("salt"), value.get("digest"), value.get("attributes")
    try:
        reckoned = hashlib.sha256(bytes.fromhex(str(salt)) + jcs.canonical(attributes)).hexdigest()
    except ValueError:
        reckoned = ""
    if not reckoned or reckoned != digest:
        raise NotVerified("the profile is not what the vault's log says was given")


def _key(written: str) -> bytes:
    try:
        raw = bytes.fromhex(written) if len(written) == 64 else base64url.decoded(written.rstrip("="))
        return keys.registered("log#key", raw).raw
    except (Refused, ValueError):
        raise NotVerified("the key of the vault's log does not read") from None
