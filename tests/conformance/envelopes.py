"""The signed envelope: JSON that readers disagree on, forms of JWS that are not ours, headers, and the canonical form."""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import Group
from tests.conformance.forging import Json

ENVELOPES = Group("envelopes")
HEADERS = Group("headers")

GOOD = f.proffer()
PARTS = f.opened(GOOD)
PAYLOAD, ENTRY = PARTS["payload"], PARTS["signatures"][0]


def _bodied(content: bytes) -> str:
    return f.signed(content, (f.FIRST, f.START))


def _with_entry(**changes: object) -> str:
    return f.closed({**PARTS, "signatures": [{**ENTRY, **changes}]})


def _json() -> None:
    text = f.canonical(f.body()).decode()
    for id, title, raw, code, why in (
        ("empty", "no bytes", "", "not-json", "Nothing is no JSON."),
        ("compact-jws", "a JWS in the compact form", "eyJhbGciOiJub25lIn0.e30.", "not-json", "One form of JWS only."),
        ("cut", "an envelope that is cut off", GOOD[:-2], "not-json", "It does not end."),
        ("twice", "two envelopes, one after the other", GOOD + GOOD, "not-json", "Something follows the value."),
        ("not-utf8", "bytes that are no UTF-8", {"base64": "eyJhIjoi/yJ9"}, "not-json", "RFC 8259, 8.1: UTF-8."),
        ("byte-order-mark", "a byte-order mark before the envelope", "\ufeff" + GOOD, "not-json", "RFC 8259, 8.1."),
        ("duplicate-payload", "two members `payload`", GOOD.replace('{"payload":', '{"payload":"e30","payload":', 1),
         "duplicate-key", "One reader takes the first, another the last."),
        ("duplicate-escaped", "a member written twice, once with an escape",
         GOOD.replace('{"payload":', '{"p\\u0061yload":"e30","payload":', 1), "duplicate-key", "Names are compared unescaped."),
        ("deep", "arrays nested 65 deep", "[" * 65 + "]" * 65, "too-deep", "Libraries fail at different depths; ours is 64."),
        ("deep-open", "a hundred thousand brackets", {"repeated": "[", "times": 50_000}, "too-deep", "Readers overflow."),
        ("nan", "NaN", '{"payload":NaN,"signatures":[]}', "not-a-number", "NaN is not JSON, and some readers take it."),
        ("surrogate", "a lone surrogate", '{"payload":"\\ud800","signatures":[]}', "lone-surrogate", "It is no Unicode text."),
        ("too-large", "65,537 bytes", {"repeated": "x", "times": 65_537}, "too-large", "A signed record has at most 65,536 bytes."),
        ("space", "a space after the envelope", GOOD + " ", "not-canonical", "RFC 8785: no white space."),
        ("line-feed", "a line feed after the envelope", GOOD + "\n", "not-canonical", "RFC 8785: no white space."),
        ("space-inside", "a space after a colon", GOOD.replace(":", ": ", 1), "not-canonical", "RFC 8785: no white space."),
        ("member-order", "members in another order",
         '{"signatures":' + GOOD.partition('"signatures":')[2][:-1] + f',"payload":"{PAYLOAD}"}}', "not-canonical",
         "RFC 8785, 3.2.3: members are sorted."),
        ("escape", "an escape where none is needed", GOOD.replace('"payload"', '"p\\u0061yload"', 1), "not-canonical",
         "RFC 8785, 3.2.2.2: one way to write a string."),
        ("body-space", "a body with a space", _bodied(text.replace(":", ": ", 1).encode()), "not-canonical",
         "What is signed is canonical too, or equal agreements would differ."),
        ("body-order", "a body with its members in another order",
         _bodied(b'{"z":1,' + text[1:].replace('"valid', '"a', 1).encode()), "not-canonical", "Members are sorted."),
        ("body-duplicate", "a body that says `answers` twice",
         _bodied(text.replace('"answers":null', '"answers":null,"answers":null', 1).encode()), "duplicate-key",
         "One party would read the first, the other the last."),
        ("body-duplicate-nested", "a body that says the terms' id twice",
         _bodied(text.replace('"id":"SD-BASE"', '"id":"SD-BASE","id":"SD-BASE-A"', 1).encode()), "duplicate-key",
         "The person reads SD-BASE, the shop SD-BASE-A."),
        ("body-double", "a body with a number written as a double", _bodied(b'{"a":1.0}'), "not-canonical",
         "RFC 8785, 3.2.2.3: ECMAScript writes 1."),
        ("body-cut", "a body that is cut off", _bodied(b"{"), "not-json", "It does not end."),
        ("body-nan", "a body with an infinity", _bodied(b'{"a":1e400}'), "not-a-number", "No double is that large."),
        ("body-surrogate", "a body with a lone surrogate", _bodied(b'{"a":"\\udead"}'), "lone-surrogate", "No Unicode text."),
        ("body-deep", "a body nested 65 deep", _bodied(b"[" * 65 + b"]" * 65), "too-deep", "The limit is 64."),
    ):  # fmt: skip
        ENVELOPES.offer(f"json/{id}", title, why, code, raw)


def _jws() -> None:
    for id, title, raw, code, why in (
        ("null", "null", "null", "not-jws", "An envelope is an object."),
        ("array", "an array", "[]", "not-jws", "An envelope is an object."),
        ("no-signatures", "no signatures", '{"payload":"e30"}', "not-jws", "Exactly two members."),
        ("flattened", "the flattened form", '{"payload":"e30","protected":"","signature":""}', "not-jws",
         "RFC 7515, 7.2.2 is another form."),
        ("more-members", "a member more", f.closed({**PARTS, "note": 1}), "not-jws", "Exactly two members."),
        ("signatures-object", "signatures as an object", f.closed({**PARTS, "signatures": {}}), "not-jws", "An array."),
        ("payload-number", "a payload that is a number", f.closed({**PARTS, "payload": 5}), "not-jws", "A string."),
        ("entry-number", "a signature that is a number", f.closed({**PARTS, "signatures": [5]}), "not-jws", "An object."),
        ("unprotected", "an unprotected header", _with_entry(header={}), "not-jws", "What is not signed is not said."),
        ("protected-number", "a protected header that is a number", _with_entry(protected=5), "not-jws", "A string."),
        ("empty", "no signature in the list", f.closed({**PARTS, "signatures": []}), "missing-signature",
         "An unsigned agreement is none."),
        ("three", "three signatures", f.closed({**PARTS, "signatures": [ENTRY] * 3}), "extra-signature", "At most two sign."),
        ("short", "a signature of 63 bytes", _with_entry(signature=f.b64(bytes(63))), "bad-signature", "64 bytes."),
        ("long", "a signature of 65 bytes", _with_entry(signature=f.b64(bytes(65))), "bad-signature", "64 bytes."),
        ("empty-signature", "an empty signature", _with_entry(signature=""), "bad-signature", "64 bytes."),
        ("zero", "a signature of zeros", _with_entry(signature=f.b64(bytes(64))), "bad-signature", "It does not fit."),
        ("padding", "base64url with padding", _with_entry(signature=ENTRY["signature"] + "=="), "not-base64url",
         "RFC 7515, section 2: no padding."),
        ("standard-alphabet", "a sign of the other alphabet", _with_entry(signature="+" + ENTRY["signature"][1:]),
         "not-base64url", "RFC 4648, section 5 has - and _."),
        ("loose-bits", "loose bits set in the last sign", _with_entry(signature=_loosened(ENTRY["signature"])),
         "not-base64url", "Several texts would be one signature, and a changed byte unseen."),
        ("line-feed", "a line feed in the base64url", _with_entry(protected=ENTRY["protected"] + "\n"), "not-base64url",
         "Lenient decoders skip it."),
        ("payload-padding", "a payload with padding", f.closed({**PARTS, "payload": PAYLOAD + "="}), "not-base64url",
         "RFC 7515, section 2: no padding."),
        ("payload-swapped", "another text beside the old signature",
         f.closed({**PARTS, "payload": f.b64(f.canonical(f.body(valid_until=None)))}), "bad-signature",
         "The signature is over the old text."),
        ("header-swapped", "another header beside the old signature",
         _with_entry(protected=f.entry(PAYLOAD, f.FIRST, f.t(1 / 3600), f.AGREEMENT)["protected"]), "bad-signature",
         "The header is signed too."),
    ):  # fmt: skip
        ENVELOPES.offer(f"jws/{id}", title, why, code, raw)


def _loosened(text: str) -> str:
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + signs[signs.index(text[-1]) | 1]


_HEADERS: tuple[tuple[str, Json, str, str], ...] = (
    ("alg-none", {"alg": "none"}, "wrong-algorithm", "Unsigned tokens have passed for signed ones."),
    ("alg-none-capital", {"alg": "None"}, "wrong-algorithm", "Filters of `none` have missed it."),
    ("alg-hs256", {"alg": "HS256"}, "wrong-algorithm", "A public key has been taken for a shared secret."),
    ("alg-ed25519", {"alg": "Ed25519"}, "wrong-algorithm", "RFC 9864's newer name: one name, so that bytes are equal."),
    ("alg-small", {"alg": "eddsa"}, "wrong-algorithm", "Names are compared exactly."),
    ("alg-array", {"alg": ["EdDSA"]}, "wrong-algorithm", "A name is a string."),
    ("alg-missing", {"alg": "left out"}, "wrong-algorithm", "Nothing is assumed."),
    ("crit", {"crit": ["exp"], "exp": 1}, "critical-header", "RFC 7515, 4.1.11: not understood, so refused."),
    ("crit-empty", {"crit": []}, "critical-header", "Not even an empty list."),
    ("b64", {"b64": False, "crit": ["b64"]}, "critical-header", "RFC 7797 signs other bytes."),
    ("b64-alone", {"b64": True}, "critical-header", "Not even its default."),
    ("kid-missing", {"kid": "left out"}, "wrong-header", "Both key ids are required."),
    ("kid-number", {"kid": 5}, "wrong-header", "A key id is a string."),
    ("kid-long", {"kid": "k" * 513}, "wrong-header", "A key id has at most 512 characters."),
    ("typ-missing", {"typ": "left out"}, "wrong-header", "Without a type an event passes for an agreement."),
    ("iat-missing", {"iat": "left out"}, "wrong-header", "The second of signing is part of it."),
    ("iat-text", {"iat": "now"}, "wrong-header", "A second is an integer."),
    ("iat-flag", {"iat": True}, "wrong-header", "In some languages true is one."),
    ("iat-negative", {"iat": -1}, "wrong-header", "Seconds since 1970."),
    ("iat-fraction", {"iat": 1.5}, "wrong-header", "Whole seconds."),
    ("iat-far", {"iat": 10**15}, "wrong-header", "No year of four digits."),
    ("jwk", {"jwk": f.jwk(3, "k")}, "wrong-header", "A key inside the message is the sender's word for himself."),
    ("jku", {"jku": "https://evil.example/keys"}, "wrong-header", "Nor is a key fetched from where the message says."),
    ("typ-event", {"typ": f.EVENT}, "wrong-type", "An event's type over an agreement's body."),
    ("typ-jwt", {"typ": "JWT"}, "wrong-type", "Tokens for other things do not pass."),
    ("typ-capitals", {"typ": f.AGREEMENT.upper()}, "wrong-type", "Types are compared exactly."),
)


def _headers() -> None:
    for id, change, code, why in _HEADERS:
        raw = f.signed(f.body(), (f.FIRST, f.START), header=change)
        title = "a well-signed header with " + ", ".join(f"`{name}`" for name in change) + " like this"
        HEADERS.offer(f"wrong/{id}", title, why, code, raw)
    usual = f.unb64(ENTRY["protected"])
    for id, title, header, code, why in (
        ("space", "a header with a space", usual.replace(b":", b": ", 1), "not-canonical", "One form only."),
        ("order", "a header in another order", b'{"typ":"x",' + usual[1:-1] + b"}", "duplicate-key", "A name stands twice."),
        ("reversed", "a header with its members reversed", _reversed_header(), "not-canonical", "Members are sorted."),
        ("duplicate", "a header with `alg` twice", usual.replace(b"{", b'{"alg":"none",', 1), "duplicate-key",
         "One reader sees none, the other EdDSA."),
        ("array", "a header that is an array", b"[]", "wrong-header", "A header is an object."),
        ("cut", "a header that is cut off", usual[:-1], "not-json", "It does not end."),
    ):  # fmt: skip
        HEADERS.offer(f"form/{id}", title, why, code, f.signed(f.body(), (f.FIRST, f.START), header=header))


def _reversed_header() -> bytes:
    return f'{{"typ":"{f.AGREEMENT}","kid":"{f.FIRST.key_id}","iat":{int(f.START.timestamp())},"alg":"EdDSA"}}'.encode()


_json()
_jws()
_headers()
GROUPS = [ENVELOPES, HEADERS]
