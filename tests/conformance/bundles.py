"""Dispute bundles: one that holds, and each part of it changed.

The tree is RFC 6962's, written here from its recursive definitions (2.1, 2.1.1, 2.1.2).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, NAMED, Group
from tests.conformance.forging import Json

BUNDLES = Group("bundles")
ORIGIN, LOG_SEED = "vault.example/log", 3
AT = f.stamp(f.t(5))


def _sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _release(number: int) -> Json:
    body = json.dumps({"agreement": f.ID, "given": ["name", number]})
    salt = bytes([number]) * 16
    return {"at": AT, "body": body, "digest": _sha(salt + body.encode()).hex(), "event": "release.made", "number": number,
            "salt": salt.hex()}  # fmt: skip


RELEASES = [_release(number) for number in range(5)]
LEAVES = [f"firstparty-leaf-1\n{r['number']}\n{r['at']}\n{r['event']}\n{r['digest']}\n".encode() for r in RELEASES]


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return _sha(b"\x00" + leaves[0])
    left = _split(len(leaves))
    return _sha(b"\x01" + _root(leaves[:left]) + _root(leaves[left:]))


def _path(place: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    left = _split(len(leaves))
    if place < left:
        return [*_path(place, leaves[:left]), _root(leaves[left:])]
    return [*_path(place - left, leaves[left:]), _root(leaves[:left])]


def _consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [_root(leaves)]
    left = _split(len(leaves))
    if old <= left:
        return [*_consistency(old, leaves[:left], whole), _root(leaves[left:])]
    return [*_consistency(old - left, leaves[left:], False), _root(leaves[:left])]


def _written(nodes: list[bytes]) -> list[str]:
    return [b64encode(node).decode() for node in nodes]


def _checkpoint(size: int, root: bytes | None = None, seed: int = LOG_SEED) -> str:
    text = f"{ORIGIN}\n{size}\n{b64encode(root or _root(LEAVES[:size])).decode()}\n"
    name = _sha(ORIGIN.encode() + b"\n\x01" + f.public(seed))[:4]
    return f"{text}\n— {ORIGIN} {b64encode(name + f.private(seed).sign(text.encode())).decode()}\n"


def _text(name: str = "SD-BASE", **changes: Any) -> Json:
    text, rules = f.TEXTS[name]
    return {"id": name, "iri": f.terms(name)["iri"], "rules": rules, "text": text, **changes}


def _receipt(place: int, **changes: Any) -> Json:
    return {"number": place, "proof": _written(_path(place, LEAVES)), "size": 5, **changes}


def _bundle(**changes: Any) -> Json:
    return {
        "checkpoints": [_checkpoint(3), _checkpoint(5)],
        "entries": [json.loads(raw) for raw in HISTORIES["violated"]],
        "extensions": [{"new": 5, "old": 3, "proof": _written(_consistency(3, LEAVES))}],
        "format": "firstparty/bundle/1",
        "keys": f.SHOP_KEYS,
        "log": {"key": f.b64(f.public(LOG_SEED)), "origin": ORIGIN},
        "made_at": f.stamp(f.t(24)),
        "receipts": [_receipt(0), _receipt(1)],
        "releases": RELEASES[:2],
        "texts": [_text()],
        **changes,
    }


def _file(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


NAMED["bundle"] = _file(_bundle())
NAMED["trust"] = {
    "log_key": f.b64(f.public(LOG_SEED)), "roster": f.ROSTER, "vendor": f.SHOP_KEYS, "witnessed": _checkpoint(5),
}  # fmt: skip
ALWAYS_OPEN = ["conduct", "later", "people", "times", "violation"]


def _taken() -> None:
    without = sorted([*ALWAYS_OPEN, "log-key", "roster", "second-key", "witness"])
    why = "What a bundle cannot prove by itself is named: keys, roster, log and everything that no file proves."
    BUNDLES.case("taken/alone", "a whole bundle, nothing trusted", why, "bundle",
                 {"not_verified": without, "state": "violated"}, file={"named": "bundle"})  # fmt: skip
    why = "What the reader brings turns into verdicts; what no file can prove stays open."
    BUNDLES.case("taken/trusted", "a whole bundle, with all that a reader can bring", why, "bundle",
                 {"not_verified": ALWAYS_OPEN, "state": "violated"}, file={"named": "bundle"}, trust={"named": "trust"})  # fmt: skip
    why = "The file may be printed; the entries inside are canonical."
    BUNDLES.case("taken/printed", "the same with line breaks", why, "bundle", {"not_verified": without, "state": "violated"},
                 file=json.dumps(_bundle(), indent=1))  # fmt: skip
    refused = _bundle(entries=[json.loads(raw) for raw in HISTORIES["refused"]], log=None, checkpoints=[], extensions=[],
                      receipts=[], releases=[])  # fmt: skip
    why = "A refusal is a record too."
    BUNDLES.case("taken/refusal", "the bundle of a refusal", why, "bundle", {"state": "refused"}, file=_file(refused))
    erased = _bundle(releases=[{**RELEASES[0], "body": None, "salt": ""}, RELEASES[1]])
    why = "An erased body leaves the tree as it is."
    BUNDLES.case("taken/erased", "a release whose body was erased", why, "bundle",
                 {"not_verified": sorted([*without, "release"]), "state": "violated"}, file=_file(erased))  # fmt: skip


def _failing() -> None:
    entries = _bundle()["entries"]
    swapped_path = [*_written(_path(1, LEAVES))[:-1], b64encode(bytes(32)).decode()]
    other_body = {**RELEASES[0], "body": json.dumps({"agreement": f.ID, "given": []})}
    for id, title, change, code, why in (
        ("text", "another text beside the old signatures", {"texts": [_text(text="You may share everything.")]}, "wrong-text",
         "The hash in the agreement is of the old text."),
        ("rules", "other rules beside the old text", {"texts": [_text(rules=[])]}, "wrong-text", "Rules are hashed too."),
        ("iri", "a text under another IRI", {"texts": [_text(iri="https://example.org/own")]}, "wrong-text", "It is named wrongly."),
        ("body", "another body under the old leaf", {"releases": [other_body, RELEASES[1]]}, "wrong-receipt",
         "The leaf has the digest of the old one."),
        ("leaf-time", "a leaf with another time", {"releases": [{**RELEASES[0], "at": f.stamp(f.t(0))}, RELEASES[1]]},
         "wrong-receipt", "The tree has the old leaf."),
        ("proof", "a proof with another hash", {"receipts": [_receipt(0), _receipt(1, proof=swapped_path)]}, "wrong-receipt",
         "It leads to another root."),
        ("proof-long", "a proof with a hash more",
         {"receipts": [_receipt(0), _receipt(1, proof=[*_receipt(1)["proof"], swapped_path[-1]])]}, "wrong-receipt",
         "A proof has a hash for each level."),
        ("stray-receipt", "a receipt for a release that is not there", {"releases": RELEASES[:1]}, "wrong-receipt",
         "Something was left out of the bundle."),
        ("checkpoint", "a checkpoint with another size", {"checkpoints": [_checkpoint(3).replace("\n3\n", "\n4\n"),
         _checkpoint(5)]}, "wrong-checkpoint", "The signature is over the old size."),
        ("checkpoint-forged", "a checkpoint under another key", {"checkpoints": [_checkpoint(3, seed=4), _checkpoint(5)]},
         "wrong-checkpoint", "It is not the log's signature."),
        ("rewritten", "a log that was rewritten", {"checkpoints": [_checkpoint(3, bytes([5]) * 32), _checkpoint(5)]},
         "wrong-checkpoint", "The log at five leaves does not begin with the log at three."),
        ("no-keys", "no key of the vendor", {"keys": {"holder": f.SHOP, "keys": []}}, "unknown-key", "Nothing to verify with."),
        ("other-keys", "another key under the vendor's id", {"keys": {"holder": f.SHOP, "keys": [
            f.listed_key(4, "k1", f.t(-720))]}}, "bad-signature", "The signatures do not fit."),
        ("no-entries", "no entries", {"entries": []}, "missing-field", "A history has at least the proffer."),
        ("no-proffer", "the proffer left out", {"entries": entries[1:]}, "extra-signature", "It begins with one signature."),
        ("entry-left-out", "an event left out", {"entries": [*entries[:2], entries[3]]}, "wrong-place",
         "The chain stands for all entries before."),
        ("entry-twice", "an event twice", {"entries": [*entries, entries[-1]]}, "replay", "An entry is in a history once."),
        ("entry-empty", "an entry that is no record", {"entries": [{}]}, "not-jws", "Entries are signed things."),
    ):  # fmt: skip
        BUNDLES.case(f"failing/{id}", title, why, "bundle", code, file=_file(_bundle(**change)))


def _distrusted() -> None:
    full = NAMED["trust"]
    for id, change, code, why in (
        ("empty-roster", {"roster": []}, "off-roster", "The reader's roster has no such agreement."),
        ("other-text", {"roster": [f.terms("SD-BASE", hash=f.terms("SD-BASE-A")["hash"])]}, "wrong-hash",
         "The reader's roster has another text."),
        ("no-keys", {"vendor": {"holder": f.SHOP, "keys": []}}, "unknown-key", "A reader who trusts no key trusts no key."),
        ("other-keys", {"vendor": {"holder": f.SHOP, "keys": [f.listed_key(4, "k1", f.t(-720))]}}, "bad-signature",
         "The reader's keys prevail over the bundle's."),
        ("log-key", {"log_key": f.b64(f.public(4))}, "wrong-checkpoint", "Another log."),
        ("witness", {"witnessed": _checkpoint(5, bytes([5]) * 32)}, "wrong-checkpoint", "The log shows people different things."),
        ("witness-nonsense", {"witnessed": "nonsense"}, "wrong-checkpoint", "It is no checkpoint of this log."),
    ):  # fmt: skip
        title = "a whole bundle against what the reader knows better"
        trust = {**full, **change}
        BUNDLES.case(f"distrusted/{id}", title, why, "bundle", code, file={"named": "bundle"}, trust=trust)


def _malformed() -> None:
    keys = {"holder": f.SHOP, "keys": [{"jwk": {**f.jwk(2, "k1"), "d": f.b64(bytes(32))}, "since": AT, "until": None}]}
    for id, change, code, why in (
        ("format", {"format": "firstparty/bundle/2"}, "wrong-format", "Another version."),
        ("field-more", {"extra": 1}, "unknown-field", "A part that nobody checked."),
        ("made-at", {"made_at": "yesterday"}, "bad-field", "A time."),
        ("entries-object", {"entries": {}}, "bad-field", "An array."),
        ("weak-log-key", {"log": {"key": "AQ" + "A" * 41, "origin": ORIGIN}}, "weak-key", "The identity point signs anything."),
        ("short-log-key", {"log": {"key": "AA", "origin": ORIGIN}}, "not-a-key", "32 bytes."),
        ("jwk-number", {"keys": {"holder": f.SHOP, "keys": [{"jwk": 5, "since": AT, "until": None}]}}, "not-a-key", "No JWK."),
        ("private-key", {"keys": keys}, "private-key", "The key is public now."),
        ("key-reused", {"keys": {"holder": f.SHOP, "keys": [*f.SHOP_KEYS["keys"], f.listed_key(4, "k1", f.t(0))]}},
         "key-reused", "An id names one key for ever."),
        ("checkpoint-number", {"checkpoints": [5]}, "bad-field", "A signed note."),
        ("checkpoint-long", {"checkpoints": ["x" * 20_001]}, "bad-field", "At most 20,000 characters."),
        ("receipt-negative", {"receipts": [_receipt(0, number=-1)]}, "bad-field", "Leaves are counted from zero."),
        ("receipt-flag", {"receipts": [_receipt(0, number=True)]}, "bad-field", "A flag is no number."),
        ("proof-short", {"receipts": [_receipt(0, proof=["AAAA"])]}, "bad-field", "A hash has 32 bytes."),
        ("proof-many", {"receipts": [_receipt(0, proof=["AAAA"] * 65)]}, "too-large", "At most 64 hashes."),
    ):  # fmt: skip
        BUNDLES.case(f"malformed/{id}", "a bundle of wrong form", why, "bundle", code, file=_file(_bundle(**change)))
    why = "A part that is not there is null or empty, never absent."
    BUNDLES.case("malformed/missing", "a bundle without its texts", why, "bundle", "missing-field",
                 file=_file(f.without(_bundle(), "texts")))  # fmt: skip
    why = "One reader takes the first log, another the last."
    twice = _file(_bundle()).replace('"log":', '"log":null,"log":', 1)
    BUNDLES.case("malformed/duplicate", "a bundle with two logs", why, "bundle", "duplicate-key", file=twice)


_taken()
_failing()
_distrusted()
_malformed()
GROUPS = [BUNDLES]
