"""Proffers: what begins an agreement, and what does not."""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, SHOP, YEAR, Group

OFFERS = Group("offers")
FIELDS = Group("fields")


def _taken(raw: str, terms: str = "SD-BASE") -> f.Json:
    return {"head": f.head([raw]), "state": "proffered", "terms": terms}


def _taken_ones() -> None:
    for id, title, raw, hours in (
        ("taken/a-year", "a proffer for a year", f.proffer(), 0),
        ("taken/without-end", "a proffer without an end", f.proffer(valid_until=None), 0),
        (
            "taken/last-moment",
            "a proffer that comes when the time to answer is over by less than the skew",
            f.proffer(),
            24,
        ),
        ("taken/a-minute-ahead", "a proffer signed a minute ahead of the receiver's clock", f.proffer(f.t(1 / 60)), 0),
        ("taken/replacing", "a proffer that is to replace an earlier agreement", f.proffer(replaces=f.OTHER_ID), 0),
        ("taken/longest-id", "an id of 128 characters", f.proffer(agreement="x" * 128), 0),
    ):
        why = "Form, parties, terms, key, signature and times are right."
        OFFERS.offer(id, title, why, _taken(raw), raw, hours)
    local = "http://localhost:8080/client.json"
    raw = f.proffer(second=local)
    keys = {"holder": local, "keys": [f.listed_key(2, "k1", f.t(-720))]}
    why = "A vendor under development on the same machine has plain http."
    OFFERS.offer(
        "taken/localhost", "a vendor on the same machine", why, _taken(raw), raw, known={**f.KNOWN, "vendor": keys}
    )


def _terms() -> None:
    old_iri = "https://w3id.org/dpv/standards/p7012#"
    for id, title, terms, code, why in (
        ("off-roster", "terms of somebody's own", f.terms("MY-OWN", iri="https://example.org/own"), "off-roster",
         "The roster is closed: nothing off it is agreed to."),
        ("off-roster-similar", "an id that looks like one", f.terms("SD-BASE-T"), "off-roster",
         "Ids are taken whole; nothing is guessed."),
        ("stale-id", "an id that the roster has given up", f.terms("SD-BY", iri=f"{old_iri}SD-BY"), "stale-id",
         "SD-BY became SD-BASE: whoever signs names today's id."),
        ("stale-id-today-iri", "an old id with today's IRI", f.terms("SD-BY-A", iri=f.terms("SD-BASE-A")["iri"]), "stale-id",
         "The id decides, and this one was given up."),
        ("wrong-iri-old-namespace", "today's id with the IRI of the old namespace", f.terms("SD-BASE", iri=f"{old_iri}SD-BASE"),
         "wrong-iri", "The namespace moved; the old IRI is not the roster's."),
        ("wrong-iri-other", "the IRI of another agreement", f.terms("SD-BASE", iri=f.terms("SD-BASE-A")["iri"]), "wrong-iri",
         "Id and IRI name the same agreement."),
        ("wrong-hash", "the hash of another agreement's text", f.terms("SD-BASE", hash=f.terms("SD-BASE-A")["hash"]),
         "wrong-hash", "The hash is that of the exact text and rules."),
        ("wrong-hash-text-alone", "the hash of the text without the rules",
         f.terms("SD-BASE", hash=f.digest(f.TEXTS["SD-BASE"][0])), "wrong-hash", "Text and rules are hashed together."),
    ):  # fmt: skip
        OFFERS.offer(f"terms/{id}", title, why, code, f.proffer(terms=terms))


def _parties() -> None:
    weak = f.did_of((1).to_bytes(32, "little"))
    forger = f.Signer(f.did_key_id(weak), f.private(3), forged=(1).to_bytes(32, "little") + bytes(32))
    wrong_kid = f.Signer(f"{f.PERSON}#key-1", f.private(1))
    for id, title, raw, code, why in (
        ("by-the-vendor", "a proffer signed by the vendor", f.signed(f.body(), (f.SECOND, f.START)), "not-entitled",
         "The person proffers; the organisation answers."),
        ("by-a-stranger", "a proffer signed by somebody else", f.signed(f.body(), (f.STRANGER, f.START)), "wrong-party",
         "Nobody but the two parties signs."),
        ("to-another-vendor", "a proffer to another organisation", f.proffer(second="https://other.example/c.json"),
         "wrong-party", "It is not for this receiver."),
        ("two-signatures", "a first entry with both signatures", HISTORIES["accepted"][1], "extra-signature",
         "A proffer has one signature: nothing was offered before it."),
        ("answering", "a proffer that answers something", f.proffer(answers="sha256:" + "0" * 64), "wrong-place",
         "Only a counter-offer answers."),
        ("event-first", "an event instead of a proffer",
         f.event([f.proffer()], "refused", f.SECOND, f.START), "wrong-type", "A history begins with an agreement body."),
        ("weak-person", "a person whose key is the identity point, with the signature that fits every message",
         f.signed(f.body(first=weak), (forger, f.START)), "weak-key",
         "Under the identity point anybody can sign; RFC 8032 libraries accept this signature."),
        ("no-key-person", "a person whose did:key is no Ed25519 key",
         f.signed(f.body(first="did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"),
                  (f.Signer("did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169#k", f.private(1)), f.START)),
         "not-a-key", "The example DID of a P-256 key (did:key, section 3.2): another curve."),
        ("person-key-name", "the person's key under another fragment", f.signed(f.body(), (wrong_kid, f.START)), "unknown-key",
         "A did:key has one key id (did:key, 3.1.3)."),
        ("forged", "a stranger's signature under the person's key id",
         f.signed(f.body(), (f.Signer(f.FIRST.key_id, f.private(3)), f.START)), "bad-signature",
         "The key id is a claim; the signature decides."),
    ):  # fmt: skip
        OFFERS.offer(f"parties/{id}", title, why, code, raw)


def _times() -> None:
    early_end = f.proffer(valid_until=f.stamp(f.t(1)))
    for id, title, raw, hours, code, why in (
        ("ahead", "signed an hour ahead", f.proffer(f.t(1)), 0, "clock-skew", "More than a minute ahead is no clock's mistake."),
        ("ahead-61s", "signed 61 seconds ahead", f.proffer(f.t(61 / 3600)), 0, "clock-skew", "The skew is 60 seconds."),
        ("late", "comes when the time to answer is long over", f.proffer(), 48, "too-late", "Nobody can answer it any more."),
        ("late-61s", "comes 61 seconds after the time to answer", f.proffer(), 24 + 61 / 3600, "too-late",
         "The skew is 60 seconds."),
        ("signed-late", "signed after its own time to answer", f.proffer(f.t(25)), 25, "too-late", "It was over when made."),
        ("ends-first", "ends before the time to answer does", early_end, 0, "bad-field", "It could be accepted when over."),
        ("ends-with", "ends when the time to answer does", f.proffer(valid_until=f.stamp(f.t(24))), 0, "bad-field",
         "An agreement lasts longer than its offer."),
    ):  # fmt: skip
        OFFERS.offer(f"times/{id}", title, why, code, raw, hours)


def _used() -> None:
    raw, why = f.proffer(), "An id names one agreement for ever."
    OFFERS.offer("used/again", "an id that there has been", why, "replay", raw, used=[f.OTHER_ID, f.ID])
    OFFERS.offer("used/others", "ids of other agreements have been used", why, _taken(raw), raw, used=[f.OTHER_ID])
    used, later = [f.ID], f.stamp(f.t(YEAR))
    again = f.proffer(f.t(YEAR), answer_by=f.stamp(f.t(YEAR + 24)), valid_until=None)
    OFFERS.case(
        "used/a-year-later", "the same id a year later, with another end", why, "offer", "replay",
        raw=again, known=SHOP, now=later, used=used,
    )  # fmt: skip


_FORMS = (
    ("id-short", {"agreement": "short"}, "An id has at least 128 bits: 22 signs of base 64."),
    ("id-long", {"agreement": "x" * 129}, "An id has at most 128 signs."),
    ("id-signs", {"agreement": "with spaces and more!!!"}, "An id is of the base64url alphabet."),
    ("id-number", {"agreement": 5}, "An id is a string."),
    ("first-web", {"first": "did:web:example.com"}, "The person is a did:key, which names nobody."),
    ("first-number", {"first": 5}, "The person is a string."),
    ("second-http", {"second": "http://shop.example/client.json"}, "A client id is an https URL."),
    ("second-fragment", {"second": "https://shop.example/c#k"}, "Key ids put theirs after the fragment sign."),
    ("second-long", {"second": "https://shop.example/" + "x" * 400}, "A URL has at most 400 characters."),
    ("second-script", {"second": "javascript:alert(1)"}, "A client id is an https URL."),
    ("time-day", {"answer_by": "2026-03-02"}, "Times are to the second."),
    ("time-month", {"answer_by": "2026-13-02T12:00:00Z"}, "There is no thirteenth month."),
    ("time-zone", {"answer_by": "2026-03-02T12:00:00+00:00"}, "Times have one form: UTC with Z."),
    ("time-fraction", {"answer_by": "2026-03-02T12:00:00.5Z"}, "Times are whole seconds."),
    ("time-year", {"answer_by": "0000-03-02T12:00:00Z"}, "There is no year 0 in RFC 3339's calendars here."),
    ("time-null", {"answer_by": None}, "The time to answer is never left open."),
    ("until-number", {"valid_until": 5}, "A time is a string, or null."),
    ("answers-form", {"answers": "sha256:" + "A" * 64}, "Digests are written in small letters."),
    ("replaces-empty", {"replaces": ""}, "Nothing is null, not empty."),
    ("terms-id", {"terms": f.terms("sd-base")}, "Roster ids are capitals; no case is folded."),
    ("terms-id-number", {"terms": f.terms("SD-BASE", id=7)}, "A roster id is a string."),
    ("terms-iri", {"terms": f.terms("SD-BASE", iri="urn:SD-BASE")}, "The IRI is one of http or https."),
    ("terms-iri-break", {"terms": f.terms("SD-BASE", iri=f.terms("SD-BASE")["iri"] + "\n")},
     "An IRI holds no line break (one that the vocabulary publishes does)."),
    ("terms-iri-long", {"terms": f.terms("SD-BASE", iri="https://w3id.org/" + "x" * 400)}, "At most 400 characters."),
    ("terms-hash", {"terms": f.terms("SD-BASE", hash="0" * 64)}, "A digest says how it was made."),
)  # fmt: skip


def _fields() -> None:
    for id, change, why in _FORMS:
        raw = f.signed(f.body(**change), (f.FIRST, f.START))
        FIELDS.offer(f"form/{id}", f"a field of wrong form: {next(iter(change))}", why, "bad-field", raw)
    for name in f.body():
        raw = f.signed(f.without(f.body(), name), (f.FIRST, f.START))
        FIELDS.offer(
            f"missing/{name}",
            f"a body without `{name}`",
            "Optional things are null, never absent.",
            "missing-field",
            raw,
        )
    nested = f.without(f.terms("SD-BASE"), "hash")
    for id, title, content, code, why in (
        ("missing/terms.hash", "terms without their hash", f.body(terms=nested), "missing-field", "Text and rules are pinned."),
        ("unknown/price", "a field that the format does not have", f.body(price=5), "unknown-field",
         "Nobody signs what the other side does not read."),
        ("unknown/terms.note", "a field inside the terms", f.body(terms=f.terms("SD-BASE", note="x")), "unknown-field",
         "The same inside."),
        ("unknown/empty-name", "a field without a name", f.body(**{"": None}), "unknown-field", "Even an empty one."),
        ("format/later", "a body of a later version", f.body(format="firstparty/agreement/2"), "wrong-format",
         "Another version is another format, whatever its fields."),
        ("format/later-fields", "a later version with other fields", {"format": "firstparty/agreement/2", "more": 1},
         "wrong-format", "The format is looked at first."),
        ("format/event", "an event's format under an agreement's type", f.body(format="firstparty/event/1"), "wrong-format",
         "Type and format belong together."),
        ("format/terms-text", "terms that are a string", f.body(terms="SD-BASE"), "wrong-format", "Terms are an object."),
        ("format/terms-null", "terms that are null", f.body(terms=None), "wrong-format", "Terms are an object."),
    ):  # fmt: skip
        FIELDS.offer(id, title, why, code, f.signed(content, (f.FIRST, f.START)))
    listed = f.signed(b"[]", (f.FIRST, f.START))
    FIELDS.offer("format/array", "a body that is an array", "A body is an object.", "wrong-format", listed)


_taken_ones()
_terms()
_parties()
_times()
_used()
_fields()
GROUPS = [OFFERS, FIELDS]
