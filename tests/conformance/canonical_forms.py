"""Canonical JSON (RFC 8785): what a text's canonical form is, what is in that form already, and what is refused.

Pairs of doubles and texts are those of RFC 8785, appendix B.
"""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import Group

CANONICAL = Group("canonical")
HASHES = Group("hashes")


def _written() -> None:
    for id, text, canonical, why in (
        ("empty", " { } ", "{}", "No white space."),
        (
            "nested",
            '{"b": [1, {"d": null, "c": true}], "a": "x"}',
            '{"a":"x","b":[1,{"c":true,"d":null}]}',
            "Members are sorted.",
        ),
        ("array-order", "[3, 1, 2]", "[3,1,2]", "Arrays are not sorted."),
        ("capitals", '{"a":1,"B":2,"_":3}', '{"B":2,"_":3,"a":1}', "By code unit: capitals first."),
        ("prefix", '{"ab":1,"a":2}', '{"a":2,"ab":1}', "The shorter of two first."),
        ("empty-name", '{"a":1,"":2}', '{"":2,"a":1}', "Even an empty name has its place."),
        (
            "utf16",
            '{"\ufb33":1,"\U0001f602":2}',
            '{"\U0001f602":2,"\ufb33":1}',
            "3.2.3: UTF-16 units, not code points.",
        ),
        ("escapes", '"\\u0041\\/\\u00e9\\ud83d\\ude02"', '"A/é😂"', "3.2.2.2: no escape where none is needed."),
        (
            "control",
            '"\\u000a\\u001F\\u0008\\u007f"',
            '"\\n\\u001f\\b\x7f"',
            "Two-sign escapes where there are, small digits.",
        ),
        ("quotes", '"\\u0022\\u005c"', '"\\"\\\\"', "Quote and backslash keep theirs."),
        ("line-separator", '"\\u2028"', '"\u2028"', "Only the controls below U+0020 are escaped."),
        ("no-normalisation", '"e\\u0301"', '"e\u0301"', "3.1: text is not normalised."),
        ("integer", "1.0", "1", "ECMAScript writes no point."),
        ("minus-zero", "-0", "0", "3.2.2.3: minus zero is 0."),
        ("exponent", "1E3", "1000", "Below 1e21 in full."),
        ("1e21", "1e21", "1e+21", "From 1e21 with an exponent."),
        ("1e-7", "0.0000001", "1e-7", "Below 1e-6 with an exponent."),
        ("1e-6", "0.000001", "0.000001", "1e-6 in full."),
        ("largest-integer", "9007199254740991", "9007199254740991", "2^53 - 1."),
        ("beyond-integers", "9007199254740993", "9007199254740992", "A number is a double."),
        ("largest", "1.7976931348623157e308", "1.7976931348623157e+308", "The largest double."),
        ("smallest", "5e-324", "5e-324", "The smallest double."),
        ("shortest", "333333333.33333329", "333333333.3333333", "The shortest digits that read back the same."),
        ("appendix-b", "-0.0000033333333333333333", "-0.0000033333333333333333", "RFC 8785, appendix B."),
        ("rounding", "1424953923781206.25", "1424953923781206.2", "RFC 8785, appendix B: round to even."),
        ("depth-64", "[" * 64 + "]" * 64, "[" * 64 + "]" * 64, "64 deep is allowed."),
        ("brackets-in-text", '"' + "[{" * 100 + '"', '"' + "[{" * 100 + '"', "Brackets in a text are no depth."),
    ):
        CANONICAL.case(
            f"written/{id}", "the canonical form of a text", why, "canonical", {"canonical": canonical}, json=text
        )


def _signed() -> None:
    for id, text, why in (
        ("record", f.proffer(), "A record is in canonical form."),
        ("utf16", '{"\U0001f602":2,"\ufb33":1}', "Sorted by UTF-16 units."),
        ("double", "1e+21", "As ECMAScript writes it."),
    ):
        CANONICAL.case(f"already/{id}", "a text that is canonical already", why, "canonical", {"canonical": text},
                       json=text, signed=True)  # fmt: skip
    for id, text, why in (
        ("member-order", '{"b":1,"a":2}', "Members are sorted."),
        ("space", '{"a": 1}', "No white space."),
        ("line-feed", "1\n", "Not at the end either."),
        ("escape", '"\\u0041"', "No escape where none is needed."),
        ("capital-escape", '"\\u000A"', "A line feed has a short escape."),
        ("slash", '"\\/"', "A slash needs none."),
        ("minus-zero", "-0", "Minus zero is 0."),
        ("double", "1.0", "No point without digits behind it."),
        ("exponent", "1E3", "No exponent below 1e21."),
        ("exponent-digits", "1e-07", "No leading zeros in an exponent."),
        ("beyond-integers", "9007199254740993", "Another number is read than written."),
        ("code-points", '{"\ufb33":1,"\U0001f602":2}', "By code points, which is not the order."),
    ):
        title = "a text that says the same in another form, where signed bytes are due"
        CANONICAL.case(f"not-canonical/{id}", title, why, "canonical", "not-canonical", json=text, signed=True)


def _refused() -> None:
    for id, given, code, why in (
        ("duplicate", '{"a":1,"a":1}', "duplicate-key", "Even with the same value: readers differ."),
        ("duplicate-escaped", '{"a":1,"\\u0061":2}', "duplicate-key", "Names are compared unescaped."),
        ("duplicate-deep", '[{"x":{"a":1,"a":2}}]', "duplicate-key", "At any depth."),
        ("depth-65", "[" * 65 + "]" * 65, "too-deep", "64 is the limit."),
        ("depth-mixed", '[{"a":' * 33 + "1" + "}]" * 33, "too-deep", "Objects count too."),
        ("nan", "NaN", "not-a-number", "Not JSON."),
        ("infinity", "-Infinity", "not-a-number", "Not JSON."),
        ("overflow", "1e400", "not-a-number", "No double is that large."),
        ("long-integer", "9" * 400, "not-a-number", "No double is that large."),
        ("surrogate", '"\\ud800"', "lone-surrogate", "No Unicode text."),
        ("surrogate-name", '{"\\udc00":1}', "lone-surrogate", "In a name neither."),
        ("surrogates-reversed", '"\\udc00\\ud800"', "lone-surrogate", "The wrong way round is two lone ones."),
        ("surrogate-bytes", {"base64": "Iu2ggCI="}, "not-json", "RFC 3629: no surrogates in UTF-8."),
        ("byte", {"base64": "Iv8i"}, "not-json", "No UTF-8."),
        ("two", "{}{}", "not-json", "Something follows the value."),
        ("nothing", "", "not-json", "No value."),
        ("leading-zero", "01", "not-json", "RFC 8259, section 6."),
        ("plus", "+1", "not-json", "RFC 8259, section 6."),
        ("quotes", "{'a':1}", "not-json", "RFC 8259, section 7."),
        ("trailing-comma", "[1,]", "not-json", "RFC 8259, section 5."),
        ("comment", "[1/*one*/]", "not-json", "JSON has no comments."),
        ("control", '"\x01"', "not-json", "RFC 8259, section 7: controls are escaped."),
        ("byte-order-mark", "\ufeff{}", "not-json", "RFC 8259, 8.1."),
    ):
        CANONICAL.case(f"refused/{id}", "a text that readers disagree on", why, "canonical", code, json=given)


def _hashes() -> None:
    text, rules = f.TEXTS["SD-BASE"]
    hashed = f.digest(f.canonical({"rules": rules, "text": text}))
    why = "SHA-256 over the canonical form of an object with `rules` and `text`."
    HASHES.case(
        "terms/sd-base", "text and rules of an agreement", why, "hash", {"hash": hashed}, text=text, rules=rules
    )
    for id, text, rules in (("empty", "", []), ("text-alone", "You may share everything.", [])):
        hashed = f.digest(f.canonical({"rules": rules, "text": text}))
        why = "Another text is another hash."
        HASHES.case(f"terms/{id}", "another text", why, "hash", {"hash": hashed}, text=text, rules=rules)


_written()
_signed()
_refused()
_hashes()
GROUPS = [CANONICAL, HASHES]
