"""Keys at registration: the two written forms, keys under which signatures prove nothing, and the vendor's history.

The points of small order, and how each can be written, are published facts: RFC 8032, section 5.1; the table in
C2SP's CCTV (`ed25519`); and for the two keys with a small-order part, test vectors 3 and 4 of K. Chalkias, F. Garillot and
V. Nikolaenko, "Taming the many EdDSAs" (2020). The did:key examples are those of the method's document; the JWK is RFC
8037's, appendix A.2.
"""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import Group
from tests.conformance.forging import Json

KEYS = Group("keys")
P = 2**255 - 19
ORDER_EIGHT = (
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
)
# By y: the identity (1), order two (-1), order four (0), order eight; y + p are second encodings of the first two.
SMALL_ORDER = {
    "identity": 1, "order-2": P - 1, "order-4": 0, "order-8-a": ORDER_EIGHT[0], "order-8-b": ORDER_EIGHT[1],
    "order-4-again": P, "identity-again": P + 1,
}  # fmt: skip
MIXED_ORDER = (
    "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
    "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
)
RFC_8037 = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def _jwk(id: str, title: str, why: str, expected: str | Json, jwk: Json) -> None:
    KEYS.case(f"jwk/{id}", title, why, "key", expected, holder=f.SHOP, jwk=jwk)


def _did(id: str, title: str, why: str, expected: str | Json, did: str) -> None:
    KEYS.case(f"did/{id}", title, why, "key", expected, did=did)


def _weak() -> None:
    for name, y in SMALL_ORDER.items():
        for sign in (0, 1):
            raw = (y | sign << 255).to_bytes(32, "little")
            why = "A point of small order: under it anybody makes signatures that some libraries accept."
            title = f"{name} with the sign bit {'set' if sign else 'clear'}"
            _jwk(f"small-order/{name}-{sign}", title, why, "weak-key", {**RFC_8037, "kid": "k", "x": f.b64(raw)})
    for at, written in enumerate(MIXED_ORDER):
        why = "A small-order part: its owner makes signatures that some libraries accept and others do not."
        jwk = {**RFC_8037, "kid": "k", "x": f.b64(bytes.fromhex(written))}
        _jwk(f"mixed-order/{at}", "a key with a small-order part", why, "weak-key", jwk)
    for id, number, why in (
        ("no-point", 2, "No point of the curve has this y."),
        ("all-ones", 2**256 - 1, "Not below p."),
        ("second-encoding", P + 18, "RFC 8032, 5.1.3: y is below p; several libraries take more."),
    ):
        jwk = {**RFC_8037, "kid": "k", "x": f.b64(number.to_bytes(32, "little"))}
        _jwk(f"no-key/{id}", "32 bytes that are no key", why, "weak-key", jwk)
    why = "The identity point, as a person's pairwise key."
    _did("identity", "a did:key of the identity point", why, "weak-key", f.did_of((1).to_bytes(32, "little")))
    why = "A key with a small-order part, as a person's pairwise key."
    _did("mixed-order", "a did:key of mixed order", why, "weak-key", f.did_of(bytes.fromhex(MIXED_ORDER[1])))


_SPOILED: tuple[tuple[str, Json, str, str], ...] = (
    (
        "private",
        {"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
        "private-key",
        "The key is public now, and no key.",
    ),
    ("private-empty", {"d": ""}, "private-key", "A private part is refused, whatever it holds."),
    ("ec", {"kty": "EC"}, "not-a-key", "Another key type."),
    ("ed448", {"crv": "Ed448"}, "not-a-key", "Another curve."),
    ("x25519", {"crv": "X25519"}, "not-a-key", "A key for agreement on secrets, not for signatures."),
    ("x-number", {"x": 5}, "not-a-key", "A key is a string."),
    ("x-short", {"x": "AAAA"}, "not-a-key", "A key has 32 bytes."),
    ("x-long", {"x": f.b64(bytes(33))}, "not-a-key", "A key has 32 bytes."),
    ("x-padding", {"x": RFC_8037["x"] + "="}, "not-base64url", "No padding."),
    ("x-alphabet", {"x": RFC_8037["x"].replace("_", "/")}, "not-base64url", "RFC 4648, section 5."),
    ("x-loose-bits", {"x": RFC_8037["x"][:-1] + "p"}, "not-base64url", "One key, one text."),
    ("use-enc", {"use": "enc"}, "not-a-key", "Published for encryption."),
    ("alg-es256", {"alg": "ES256"}, "not-a-key", "Published for another algorithm."),
    ("ops-sign", {"key_ops": ["sign"]}, "not-a-key", "Not for verifying."),
    ("kid-number", {"kid": 5}, "bad-field", "A name is a string."),
    ("kid-empty", {"kid": ""}, "bad-field", "A key id is holder#name."),
    ("kid-hash", {"kid": "a#b"}, "bad-field", "One fragment sign in a key id."),
    ("kid-line-feed", {"kid": "a\nb"}, "bad-field", "Key ids are shown to people."),
    ("kid-long", {"kid": "k" * 600}, "bad-field", "A whole key id has at most 512 characters."),
)


def _forms() -> None:
    x = RFC_8037["x"]
    why = "RFC 7638 with RFC 8037's members names a key that its holder has not named."
    thumbprint = {"key_id": f"{f.SHOP}#kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "x": x}
    _jwk("taken/unnamed", "the key of RFC 8037 without a name", why, thumbprint, RFC_8037)
    named = {"key_id": f"{f.SHOP}#k", "x": x}
    for id, more, why in (
        ("named", {}, "A key id is the holder, # and the holder's name for the key."),
        ("all-members", {"alg": "EdDSA", "key_ops": ["verify"], "use": "sig"}, "For verifying EdDSA signatures."),
        ("newer-name", {"alg": "Ed25519"}, "RFC 9864's name for the algorithm of a key."),
        ("foreign-members", {"x5t": "…", "expires": 5}, "RFC 7517, section 4: unknown members are passed over."),
    ):
        _jwk(f"taken/{id}", "the key of RFC 8037", why, named, {**RFC_8037, "kid": "k", **more})
    for id, change, code, why in _SPOILED:
        _jwk(f"refused/{id}", f"a JWK with such `{next(iter(change))}`", why, code, {**RFC_8037, "kid": "k", **change})
    spelled = {"key_id": f"{DID}#{DID.removeprefix('did:key:')}", "x": "Lm_M42cB3HkUiODQsXRcweM6TByfzEHGO9ND274JcOY"}
    _did(
        "taken",
        "the first example of the did:key method",
        "did:key, 3.1.3: its key id repeats its last part.",
        spelled,
        DID,
    )
    for id, did, why in (
        ("empty", "", "It names nothing."),
        ("no-digits", "did:key:z", "It names nothing."),
        ("cut", "did:key:z6Mk", "Too short for a key."),
        ("web", "did:web:example.com", "Another method: it has to be asked for."),
        ("no-base58", "did:key:z0OIl", "Base 58 has no 0, O, I and l."),
        ("leading-one", "did:key:z1" + DID.removeprefix("did:key:z"), "A second text for the same key."),
        ("longer", DID + "1", "Another number."),
        ("space", DID + " ", "A space is no digit."),
        ("x25519", "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "A key for agreement on secrets."),
        ("p256", "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169", "Another curve."),
    ):
        _did(f"refused/{id}", "a did:key that is none of an Ed25519 key", why, "not-a-key", did)


def _intervals() -> None:
    one, two = f.listed_key(2, "one", f.t(0), f.t(24)), f.listed_key(4, "two", f.t(24))
    taken = {
        name: {"key_id": f"{f.SHOP}#{name}", "x": f.b64(f.public(seed))} for name, seed in (("one", 2), ("two", 4))
    }
    for id, listed, name, hours, expected, why in (
        ("first-second", [one, two], "one", 0, taken["one"], "The beginning belongs to the interval."),
        ("last-second", [one, two], "one", 24 - 1 / 3600, taken["one"], "Up to its end."),
        ("end", [one, two], "one", 24, "key-not-valid", "The end does not belong to it."),
        ("before", [one, two], "one", -1, "key-not-valid", "It was not valid yet."),
        ("next", [one, two], "two", 1000, taken["two"], "Without an end it signs until retired."),
        ("unknown", [one, two], "three", 1, "unknown-key", "There is no such key."),
        ("none", [], "one", 1, "unknown-key", "There is no key at all."),
        ("same-again", [one, one], "one", 1, taken["one"], "The same key again changes nothing."),
        ("reused", [one, f.listed_key(4, "one", f.t(24))], "one", 1, "key-reused", "An id names one key for ever."),
        ("ends-first", [f.listed_key(2, "one", f.t(24), f.t(0))], "one", 1, "bad-field", "It ends before it begins."),
        ("weak", [one, {**two, "jwk": {**RFC_8037, "kid": "w", "x": "AQ" + "A" * 41}}], "one", 1, "weak-key",
         "A weak key spoils the history."),
    ):  # fmt: skip
        KEYS.case(
            f"history/{id}", "a vendor's key at a time", why, "keys", expected,
            holder=f.SHOP, keys=listed, key_id=f"{f.SHOP}#{name}", when=f.stamp(f.t(hours)),
        )  # fmt: skip


_weak()
_forms()
_intervals()
GROUPS = [KEYS]
