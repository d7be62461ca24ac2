"""The dispute bundle: one JSON file with all that a stranger needs to check an agreement without network and without us.

    entries      the history, each entry the signed object itself, in order
    texts        the exact text and rules of each agreement of the roster that the entries name
    keys         the vendor's key history; the person's key is in the entries (did:key)
    log          the vault's log: its origin and public key, or null
    checkpoints  signed checkpoints of that log, smallest first
    extensions   consistency proofs from each checkpoint to the next
    releases     leaves of the log: what was given to the vendor, with salt and body, or the digest alone when erased
    receipts     inclusion proofs of these leaves

This is the form only: reading refuses what is malformed. What the parts prove together is `verifier`'s. The file may be
printed with line breaks; the signed entries inside are canonical whatever the file looks like.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from terms.proof import base64url, jcs, keys, leaf, merkle
from terms.proof.members import TIME, Members, stamp
from terms.record import MAX_URL, terms_hash
from terms.refusals import Refused

FORMAT: Final = "firstparty/bundle/1"
# A proof has a hash for each level, and 2^63 leaves are more than a log can number.
_MAX_PROOF: Final = 64
# A page of plain language; ten times that is no text of an agreement.
_MAX_TEXT: Final = 100_000
# A release holds the attributes given out once.
_MAX_BODY: Final = 1_000_000
# Three lines, and a signature line for each witness.
_MAX_NOTE: Final = 20_000
_EVENT: Final = re.compile(r"[a-z0-9_.-]{1,100}")
_HEX: Final = re.compile(r"([0-9a-f]{2}){0,64}")


@dataclass(frozen=True, slots=True)
class Text:
    """The exact text and rules of an agreement of the roster."""

    id: str
    iri: str
    text: str
    rules: jcs.JsonValue

    @property
    def hash(self) -> str:
        return terms_hash(self.text, self.rules)


@dataclass(frozen=True, slots=True)
class Log:
    origin: str
    public: bytes


@dataclass(frozen=True, slots=True)
class Release:
    """A leaf with its body; when the body was erased, `body` is none and only `digest` is left."""

    number: int
    at: str
    event: str
    salt: bytes
    body: str | None
    digest: bytes

    @property
    def hashed(self) -> bytes:
        return merkle.leaf_hash(leaf.leaf_bytes(self.number, self.at, self.event, self.digest))

    @property
    def has_digest_of_body(self) -> bool:
        return self.body is not None and leaf.digest_of(self.salt, self.body) == self.digest


@dataclass(frozen=True, slots=True)
class Receipt:
    """That leaf `number` is in the log as it was at `size` leaves."""

    number: int
    size: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """That the log at `new` leaves begins with the log at `old`."""

    old: int
    new: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    made_at: datetime
    entries: tuple[bytes, ...]
    vendor: keys.KeyHistory
    texts: tuple[Text, ...] = ()
    log: Log | None = None
    checkpoints: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    releases: tuple[Release, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    def encoded(self) -> bytes:
        written: dict[str, jcs.JsonValue] = {
            "checkpoints": list(self.checkpoints),
            "entries": [jcs.parse_canonical(raw) for raw in self.entries],
            "extensions": [_extension_written(found) for found in self.extensions],
            "format": FORMAT,
            "keys": _keys_written(self.vendor),
            "log": None if self.log is None else _log_written(self.log),
            "made_at": stamp(self.made_at),
            "receipts": [_receipt_written(found) for found in self.receipts],
            "releases": [_release_written(found) for found in self.releases],
            "texts": [_text_written(found) for found in self.texts],
        }
        return jcs.canonical(written)


def read(raw: bytes) -> Bundle:
    """The bundle in a file, or `Refused`."""
    value = jcs.parse(raw)
    if isinstance(value, dict) and value.get("format") != FORMAT:
        raise Refused("wrong-format", "this is no dispute bundle that we read", hint=f"its format is to be `{FORMAT}`")
    members = Members(
        value,
        frozenset(
            "checkpoints entries extensions format keys log made_at receipts releases texts".split(),
        ),
    )
    return Bundle(
        made_at=members.time("made_at"),
        entries=tuple(jcs.canonical(entry) for entry in members.items("entries")),
        vendor=_keys_read(members.raw("keys")),
        texts=tuple(map(_text_read, members.items("texts"))),
        log=None if members.raw("log") is None else _log_read(members.raw("log")),
        checkpoints=tuple(map(_note_read, members.items("checkpoints"))),
        extensions=tuple(map(_extension_read, members.items("extensions"))),
        releases=tuple(map(_release_read, members.items("releases"))),
        receipts=tuple(map(_receipt_read, members.items("receipts"))),
    )


def _keys_written(history: keys.KeyHistory) -> jcs.JsonValue:
    listed: list[jcs.JsonValue] = [
        {
            "jwk": keys.jwk_of(key),
            "since": stamp(held.since),
            "until": None if held.until is None else stamp(held.until),
        }
        for key, held in history.keys
    ]
    return {"holder": history.holder, "keys": listed}


def _keys_read(value: jcs.JsonValue) -> keys.KeyHistory:
    members = Members(value, frozenset({"holder", "keys"}))
    holder = members.text("holder", longest=MAX_URL)
    history = keys.KeyHistory(holder)
    for item in members.items("keys"):
        entry = Members(item, frozenset({"jwk", "since", "until"}))
        jwk = entry.raw("jwk")
        if not isinstance(jwk, dict):
            raise Refused("not-a-key")
        history = history.added(keys.from_jwk(holder, jwk), entry.time("since"), entry.optional_time("until"))
    return history


def _text_written(text: Text) -> jcs.JsonValue:
    return {"id": text.id, "iri": text.iri, "rules": text.rules, "text": text.text}


def _text_read(value: jcs.JsonValue) -> Text:
    members = Members(value, frozenset({"id", "iri", "rules", "text"}))
    text = members.text("text", longest=_MAX_TEXT)
    return Text(members.text("id"), members.text("iri", longest=MAX_URL), text, members.raw("rules"))


def _log_written(log: Log) -> jcs.JsonValue:
    return {"key": base64url.encoded(log.public), "origin": log.origin}


def _log_read(value: jcs.JsonValue) -> Log:
    members = Members(value, frozenset({"key", "origin"}))
    origin = members.text("origin")
    public = base64url.decoded(members.text("key"))
    return Log(origin, keys.registered(f"{origin}#log", public).raw)


def _note_read(value: jcs.JsonValue) -> str:
    if not isinstance(value, str) or len(value) > _MAX_NOTE:
        raise Refused("bad-field", "a checkpoint is a signed note")
    return value


def _release_written(release: Release) -> jcs.JsonValue:
    return {
        "at": release.at,
        "body": release.body,
        "digest": release.digest.hex(),
        "event": release.event,
        "number": release.number,
        "salt": release.salt.hex(),
    }


def _release_read(value: jcs.JsonValue) -> Release:
    members = Members(value, frozenset({"at", "body", "digest", "event", "number", "salt"}))
    return Release(
        number=members.count("number"),
        at=members.text("at", TIME),
        event=members.text("event", _EVENT),
        salt=bytes.fromhex(members.text("salt", _HEX)),
        body=None if members.raw("body") is None else members.text("body", longest=_MAX_BODY),
        digest=bytes.fromhex(members.text("digest", _HEX)),
    )


def _proof_written(proof: tuple[bytes, ...]) -> jcs.JsonValue:
    return [b64encode(node).decode() for node in proof]


def _proof_read(members: Members) -> tuple[bytes, ...]:
    nodes = members.items("proof")
    if len(nodes) > _MAX_PROOF:
        raise Refused("too-large", f"a proof has at most {_MAX_PROOF} hashes")
    return tuple(map(_hash_read, nodes))


def _hash_read(node: jcs.JsonValue) -> bytes:
    try:
        found = b64decode(node, validate=True) if isinstance(node, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != merkle.HASH_BYTES:
        raise Refused("bad-field", "a hash in a proof is 32 bytes in base 64")
    return found


def _receipt_written(receipt: Receipt) -> jcs.JsonValue:
    return {"number": receipt.number, "proof": _proof_written(receipt.proof), "size": receipt.size}


def _receipt_read(value: jcs.JsonValue) -> Receipt:
    members = Members(value, frozenset({"number", "proof", "size"}))
    return Receipt(members.count("number"), members.count("size"), _proof_read(members))


def _extension_written(extension: Extension) -> jcs.JsonValue:
    return {"new": extension.new, "old": extension.old, "proof": _proof_written(extension.proof)}


def _extension_read(value: jcs.JsonValue) -> Extension:
    members = Members(value, frozenset({"new", "old", "proof"}))
    return Extension(members.count("old"), members.count("new"), _proof_read(members))
