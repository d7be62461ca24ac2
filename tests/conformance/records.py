"""The record by itself: one set of bytes with both signatures, and what is no such thing."""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, SHOP, Group
from tests.conformance.forging import Json

RECORDS = Group("records")
GOOD = HISTORIES["accepted"][1]
PARTS = f.opened(GOOD)
BOTH = ((f.FIRST, f.START), (f.SECOND, f.t(1)))


def _record(id: str, title: str, why: str, expected: str | Json, raw: str, known: object = SHOP) -> None:
    RECORDS.case(id, title, why, "record", expected, raw=raw, known=known)


def _with(*signatures: Json) -> str:
    return f.closed({**PARTS, "signatures": list(signatures)})


def _taken() -> None:
    countered = f.accepted(HISTORIES["counter-offered"][1], f.FIRST, f.t(2), first=True)
    same_second = f.signed(f.body(), (f.FIRST, f.START), (f.SECOND, f.START))
    for id, title, raw, terms in (
        ("accepted", "an accepted proffer", GOOD, "SD-BASE"),
        ("countered", "an accepted counter-offer", countered, "SD-BASE-A"),
        ("without-end", "a record without an end", f.signed(f.body(valid_until=None), *BOTH), "SD-BASE"),
        ("same-second", "both signed in the same second", same_second, "SD-BASE"),
        ("replacing", "a record that replaces another", f.successor(), "SD-BASE"),
    ):
        why = "Form, terms, both keys and both signatures are right."
        _record(f"taken/{id}", title, why, {"digest": f.digest(raw), "terms": terms}, raw)
    ended = {**f.KNOWN, "vendor": {"holder": f.SHOP, "keys": [f.listed_key(2, "k1", f.t(-720), f.t(2))]}}
    why = "Key history is kept so that old records stay verifiable."
    taken = {"digest": f.digest(GOOD), "terms": "SD-BASE"}
    _record("taken/retired-key", "a record signed with a key that has been retired since", why, taken, GOOD, ended)


def _refused() -> None:
    person, shop = PARTS["signatures"]
    for id, title, raw, code, why in (
        ("offer", "an offer alone", HISTORIES["proffered"][0], "missing-signature", "One signature makes no agreement."),
        ("person-removed", "the person's signature taken away", _with(shop), "missing-signature",
         "It still verifies in common libraries."),
        ("none", "no signature", _with(), "missing-signature", "None is not two."),
        ("reversed", "the signatures reversed", _with(shop, person), "wrong-key-order", "First party first."),
        ("person-twice", "the person's signature twice", _with(person, person), "wrong-key", "Two of one party are not both."),
        ("third", "a third signature", _with(person, shop, shop), "extra-signature", "Two parties, two signatures."),
        ("stranger", "a stranger in the shop's place", f.signed(f.body(), (f.FIRST, f.START), (f.STRANGER, f.t(1))),
         "wrong-party", "No party of it."),
        ("forged-person", "a forged signature of the person",
         f.signed(f.body(), (f.Signer(f.FIRST.key_id, f.private(3)), f.START), (f.SECOND, f.t(1))), "bad-signature",
         "Both are checked."),
        ("forged-shop", "a forged signature of the shop",
         f.signed(f.body(), (f.FIRST, f.START), (f.Signer(f.SECOND.key_id, f.private(3)), f.t(1))), "bad-signature",
         "Both are checked."),
        ("text-swapped", "another text beside both signatures",
         f.closed({**PARTS, "payload": f.b64(f.canonical(f.body(terms=f.terms("SD-BASE-A"))))}), "bad-signature",
         "They are over the old text."),
        ("event", "an event instead of a record", HISTORIES["active"][-1], "wrong-type", "A record is an agreement body."),
        ("mixed-types", "the second signature typed as an event", _with(
            person, f.entry(PARTS["payload"], f.SECOND, f.t(1), f.EVENT)), "wrong-type", "Both sign as an agreement."),
        ("off-roster", "terms of somebody's own", f.signed(
            f.body(terms=f.terms("OWN", iri="https://example.org/own")), *BOTH), "off-roster", "The roster is closed."),
        ("stale-id", "an old id", f.signed(f.body(terms=f.terms("SD-BY")), *BOTH), "stale-id", "Old ids are not signed."),
        ("wrong-hash", "the hash of another text",
         f.signed(f.body(terms=f.terms("SD-BASE", hash=f.terms("SD-BASE-A")["hash"])), *BOTH), "wrong-hash", "Text is pinned."),
        ("another-shop", "a record with another organisation",
         f.signed(f.body(second="https://other.example/c.json"), *BOTH), "wrong-party", "Not with this one."),
        ("unknown-key", "the shop's signature by a key that it never published",
         f.signed(f.body(), (f.FIRST, f.START), (f.SECOND_NEW, f.t(1))), "unknown-key", "Keys come from its history."),
        ("before-the-key", "signed before the shop's key was valid",
         f.signed(f.body(), (f.FIRST, f.t(-800)), (f.SECOND, f.t(-800))), "key-not-valid", "The interval counts."),
        ("late", "accepted after the time to answer", f.signed(f.body(), (f.FIRST, f.START), (f.SECOND, f.t(25))), "too-late",
         "The offer had lapsed."),
        ("ends-first", "it would end before the time to answer does",
         f.signed(f.body(valid_until=f.stamp(f.t(2))), *BOTH), "bad-field", "An agreement lasts longer than its offer."),
        ("field-more", "a field more, well signed by both", f.signed(f.body(price=5), *BOTH), "unknown-field",
         "Nobody signs what the other side does not read."),
        ("not-canonical", "a space after the record", GOOD + " ", "not-canonical", "Identical records are identical bytes."),
    ):  # fmt: skip
        _record(f"refused/{id}", title, why, code, raw)


_taken()
_refused()
GROUPS = [RECORDS]
