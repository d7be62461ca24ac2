"""Answers to an offer: acceptances that echo something else, counter-offers, and who may sign them when."""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, Group, grown
from tests.conformance.forging import Json

ANSWERS = Group("answers")
COUNTERS = Group("counter-offers")

OFFER = f.proffer()
GOOD = HISTORIES["accepted"][1]
BY_BOTH = ((f.FIRST, f.START), (f.SECOND, f.t(1)))
PERSON_ENTRY = f.opened(OFFER)["signatures"][0]


def _envelope(payload: str, *entries: Json) -> str:
    return f.closed({"payload": payload, "signatures": list(entries)})


def _echoing(**changes: object) -> str:
    """The person's old signature beside a changed text, and the shop's own over that text."""
    payload = f.b64(f.canonical(f.body(**changes)))
    return _envelope(payload, PERSON_ENTRY, f.entry(payload, f.SECOND, f.t(1), f.AGREEMENT))


def _taken() -> None:
    for id, title, raw, hours in (
        ("hours-later", "an acceptance that comes hours after it was signed", GOOD, 12),
        ("last-second", "signed in the last second of the time to answer", f.accepted(OFFER, f.SECOND, f.t(24)), 24),
        ("within-skew", "comes within the skew after the time to answer", GOOD, 24 + 60 / 3600),
        ("dated-back-a-minute", "dated a minute before the offer", f.accepted(OFFER, f.SECOND, f.t(-1 / 60)), 1),
    ):
        why = "The same bytes as offered, with the second signature, in time."
        ANSWERS.receive(f"taken/{id}", title, why, grown("proffered", raw, "accepted"), "proffered", raw, hours)
    raw = f.accepted(HISTORIES["counter-offered"][1], f.FIRST, f.t(2), first=True)
    why = "The first party's signature stands first, whoever signed first."
    expected = grown("counter-offered", raw, "accepted", "SD-BASE-A")
    ANSWERS.receive(
        "taken/counter",
        "the person accepts the counter-offer, and it comes later",
        why,
        expected,
        "counter-offered",
        raw,
        12,
    )


_ECHOES = (
    ("weaker-terms", {"terms": f.terms("SD-BASE-A")}, "weakened-echo", "Weaker terms than were offered are accepted."),
    ("other-iri", {"terms": f.terms("SD-BASE", iri=f.terms("SD-BASE-A")["iri"])}, "weakened-echo", "The IRI is of other terms."),
    ("other-hash", {"terms": f.terms("SD-BASE", hash=f.terms("SD-BASE-A")["hash"])}, "wrong-hash",
     "The id stays and the text behind it is swapped."),
    ("longer", {"valid_until": f.stamp(f.t(365 * 24 + 1 / 3600))}, "extended-expiry", "A second longer than was offered."),
    ("for-ever", {"valid_until": None}, "extended-expiry", "Without an end is longer than any end."),
    ("more-time", {"answer_by": f.stamp(f.t(24 + 1 / 3600))}, "extended-expiry", "The time to answer is the offeror's."),
    ("shorter", {"valid_until": f.stamp(f.t(300 * 24))}, "altered-echo", "Shorter is another text too."),
    ("replacing", {"replaces": "y" * 22}, "altered-echo", "It would end an agreement that the offer left alone."),
    ("answering", {"answers": "sha256:" + "0" * 64}, "altered-echo", "The offer answered nothing."),
    ("other-id", {"agreement": "y" * 22}, "wrong-agreement", "It is another agreement."),
    ("other-person", {"first": f.STRANGER.holder}, "wrong-party", "Another person."),
    ("other-vendor", {"second": "https://other.example/c.json"}, "wrong-party", "Another organisation."),
    ("later-format", {"format": "firstparty/agreement/2"}, "wrong-format", "Another version."),
    ("more-fields", {"price": 5}, "unknown-field", "A field that was not offered."),
)  # fmt: skip


def _echoes() -> None:
    for id, change, code, why in _ECHOES:
        title = f"an acceptance with another `{next(iter(change))}` beside the old signature"
        ANSWERS.receive(f"echo/{id}", title, why, code, "proffered", _echoing(**change))
    other = f.opened(f.proffer(terms=f.terms("SD-BASE-A")))["payload"]
    swapped = _envelope(other, *f.opened(GOOD)["signatures"])
    why = "Both signatures are of the old text; the terms are looked at before them."
    ANSWERS.receive(
        "echo/swapped-text", "another text beside both old signatures", why, "weakened-echo", "proffered", swapped
    )
    resigned = f.signed(f.body(), (f.FIRST, f.t(1)), (f.SECOND, f.t(1)))
    why = "The offeror's signature is part of what was offered."
    ANSWERS.receive("echo/resigned", "the offer signed anew by both", why, "altered-echo", "proffered", resigned)


def _signatures() -> None:
    both = f.opened(GOOD)
    payload, (person, shop) = both["payload"], both["signatures"]

    def entry(signer: f.Signer, hours: float = 1, typ: str = f.AGREEMENT) -> Json:
        return f.entry(payload, signer, f.t(hours), typ)

    for id, title, raw, code, why in (
        ("replayed-offer", "the offer itself comes back", OFFER, "replay", "An entry is in a history once."),
        ("first-removed", "the person's signature taken away", _envelope(payload, shop), "missing-signature",
         "A JWS with one signature removed still verifies in common libraries."),
        ("none", "both signatures taken away", _envelope(payload), "missing-signature", "Nobody signed it."),
        ("reversed", "the signatures the other way round", _envelope(payload, shop, person), "wrong-key-order",
         "One order, so that both sides hold the same bytes."),
        ("three", "a third signature", _envelope(payload, person, shop, entry(f.STRANGER)), "extra-signature",
         "Nobody but the two parties signs."),
        ("person-twice", "the person's signature twice", _envelope(payload, person, person), "wrong-key",
         "Two signatures are one by each party."),
        ("shop-twice", "the shop's signature twice", _envelope(payload, shop, shop), "wrong-key",
         "Two signatures are one by each party."),
        ("stranger", "signed by a stranger in the shop's place", _envelope(payload, person, entry(f.STRANGER)), "wrong-party",
         "Nobody but the two parties signs."),
        ("stranger-as-shop", "a stranger's signature under the shop's key id",
         _envelope(payload, person, entry(f.Signer(f.SECOND.key_id, f.private(3)))), "bad-signature",
         "The key id is a claim; the signature decides."),
        ("unknown-key", "a key id that the shop never published", _envelope(payload, person, entry(f.SECOND_NEW)),
         "unknown-key", "Keys come from the vendor's published history, never from the message."),
        ("event-type", "the second signature typed as an event",
         _envelope(payload, person, entry(f.SECOND, typ=f.EVENT)), "wrong-type", "A signature is over a type too."),
        ("damaged", "the shop's signature with one byte changed",
         _envelope(payload, person, {**shop, "signature": _damaged(shop["signature"])}), "bad-signature", "It does not fit."),
        ("damaged-old", "the person's signature with one byte changed",
         _envelope(payload, {**person, "signature": _damaged(person["signature"])}, shop), "bad-signature",
         "Every signature is checked, also the one that was checked before."),
        ("added-order", "a signature whose S has the group order added",
         _envelope(payload, person, {**shop, "signature": _order_added(shop["signature"])}), "bad-signature",
         "RFC 8032, 5.1.7: S below the order, or signatures can be changed by anybody."),
    ):  # fmt: skip
        ANSWERS.receive(f"signatures/{id}", title, why, code, "proffered", raw)
    why = "The same acceptance comes a second time."
    ANSWERS.receive("signatures/replayed", "an acceptance played again", why, "replay", "accepted", GOOD, 2)


def _damaged(signature: str) -> str:
    content = bytearray(f.unb64(signature))
    content[40] ^= 1
    return f.b64(bytes(content))


def _order_added(signature: str) -> str:
    content = f.unb64(signature)
    order = 2**252 + 27742317777372353535851937790883648493
    return f.b64(content[:32] + (int.from_bytes(content[32:], "little") + order).to_bytes(32, "little"))


def _times() -> None:
    late = f.accepted(OFFER, f.SECOND, f.t(24 + 1 / 3600))
    for id, title, raw, hours, code, why in (
        ("comes-late", "comes a day late", GOOD, 48, "too-late", "The time to answer is over."),
        ("comes-61s-late", "comes 61 seconds late", GOOD, 24 + 61 / 3600, "too-late", "The skew is 60 seconds."),
        ("signed-late", "signed a second late", late, 24 + 1 / 3600, "too-late", "A late answer does not pass for one in time."),
        ("dated-ahead", "dated an hour ahead", GOOD, 0, "clock-skew", "More than a minute ahead is no clock's mistake."),
        ("dated-back", "dated an hour before the offer", f.accepted(OFFER, f.SECOND, f.t(-1)), 1, "clock-skew",
         "It answers what had not been said."),
    ):  # fmt: skip
        ANSWERS.receive(f"times/{id}", title, why, code, "proffered", raw, hours)


def _keys() -> None:
    def vendor(*listed: Json) -> Json:
        return {**f.KNOWN, "vendor": {"holder": f.SHOP, "keys": list(listed)}}

    first, new = f.listed_key(2, "k1", f.t(-720), f.t(2)), f.listed_key(4, "k2", f.t(2))
    why = "What was signed in the key's interval and comes in it is taken."
    rotated = vendor(first, new)
    taken = grown("proffered", GOOD, "accepted")
    ANSWERS.receive("keys/before-the-end", "a key that ends later", why, taken, "proffered", GOOD, 1, known=rotated)
    by_new = f.accepted(OFFER, f.SECOND_NEW, f.t(3))
    expected = grown("proffered", by_new, "accepted")
    why = "The agreement goes on with the vendor's next key."
    ANSWERS.receive("keys/next", "the next key of the vendor", why, expected, "proffered", by_new, 3, known=rotated)
    why = "Whoever holds a retired key could date anything back."
    ANSWERS.receive("keys/dated-back", "signed with a key that is retired when it comes", why, "key-not-valid",
                    "proffered", GOOD, 3, known=rotated)  # fmt: skip
    why = "It was not valid when it signed."
    after = f.accepted(OFFER, f.SECOND, f.t(3))
    ANSWERS.receive("keys/after-its-end", "signed after the key's end", why, "key-not-valid",
                    "proffered", after, 3, known=rotated)  # fmt: skip
    before = f.accepted(OFFER, f.SECOND_NEW, f.t(1))
    ANSWERS.receive("keys/before-its-beginning", "signed before the key's beginning", why, "key-not-valid",
                    "proffered", before, 3, known=rotated)  # fmt: skip
    why = "Key history is kept so that old records stay verifiable."
    ANSWERS.case(
        "keys/old-history", "a history signed with a key that is retired now", why, "replay",
        {"head": f.head(HISTORIES["terminated"]), "state": "terminated", "terms": "SD-BASE"},
        history={"named": "history/terminated"}, known=vendor(f.listed_key(2, "k1", f.t(-720), f.t(4)), new),
    )  # fmt: skip


_COUNTERS = (
    ("same-terms", {"terms": f.terms("SD-BASE")}, "same-terms", "To take the same terms is to accept."),
    ("off-roster", {"terms": f.terms("OUR-OWN", iri="https://shop.example/terms")}, "off-roster",
     "One counter-offer, and of the roster."),
    ("stale-id", {"terms": f.terms("SD-BY-A")}, "stale-id", "Old ids are not signed."),
    ("wrong-iri", {"terms": f.terms("SD-BASE-A", iri="https://w3id.org/dpv/standards/p7012#SD-BASE-A")}, "wrong-iri",
     "The old namespace."),
    ("wrong-hash", {"terms": f.terms("SD-BASE-A", hash=f.terms("SD-BASE")["hash"])}, "wrong-hash", "Another text."),
    ("for-ever", {"valid_until": None}, "extended-expiry", "A counter-offer is for no longer than was proffered."),
    ("longer", {"valid_until": f.stamp(f.t(365 * 24 + 1 / 3600))}, "extended-expiry", "A second longer."),
    ("other-proffer", {"answers": "sha256:" + "0" * 64}, "wrong-place", "It answers another proffer."),
    ("answering-nothing", {"answers": None}, "wrong-place", "It says which proffer it answers."),
    ("replacing", {"replaces": "y" * 22}, "altered-echo", "What is replaced is the person's to say."),
    ("other-id", {"agreement": "y" * 22}, "wrong-agreement", "It is another agreement."),
    ("other-person", {"first": f.STRANGER.holder}, "wrong-party", "It is for another person."),
    ("ends-first", {"answer_by": f.stamp(f.t(365 * 24))}, "bad-field", "An agreement lasts longer than its offer."),
    ("no-time", {"answer_by": f.stamp(f.t(0.5))}, "too-late", "Its time to answer was over when it was signed."),
)  # fmt: skip


def _counter_offers() -> None:
    for id, change, code, why in _COUNTERS:
        title = f"a counter-offer with such `{next(iter(change))}`"
        COUNTERS.receive(f"refused/{id}", title, why, code, "proffered", f.counter(OFFER, **change))
    for id, title, raw, hours, code, why in (
        ("late", "a counter-offer a day late", f.counter(OFFER, at=f.t(25), answer_by=f.stamp(f.t(48))), 25, "too-late",
         "The time to answer is over for any answer."),
        ("forged", "a stranger's counter-offer under the shop's key id",
         f.counter(OFFER, f.Signer(f.SECOND.key_id, f.private(3))), 1, "bad-signature", "The signature decides."),
        ("stranger", "a stranger's counter-offer", f.counter(OFFER, f.STRANGER), 1, "wrong-party", "No party of it."),
        ("the-offer-resigned", "the very offer, signed by the shop alone", f.signed(f.body(), (f.SECOND, f.t(0.5))), 1,
         "missing-signature", "An acceptance has both signatures."),
        ("weaker-echo", "weaker terms, signed by the shop alone, answering nothing",
         f.signed(f.body(valid_until=None), (f.SECOND, f.t(1))), 1, "extended-expiry",
         "It passes itself off as the offer and changes its end."),
    ):  # fmt: skip
        COUNTERS.receive(f"refused/{id}", title, why, code, "proffered", raw, hours)
    for id, title, change in (
        ("shorter", "a counter-offer for a shorter time", {"valid_until": f.stamp(f.t(100 * 24))}),
        ("more-time", "a counter-offer with more time to answer it", {"answer_by": f.stamp(f.t(48))}),
        ("more-protective", "a counter-offer of terms that protect more", {"terms": f.terms("SD-BASE-DP")}),
    ):
        raw = f.counter(OFFER, **change)
        named = change["terms"]["id"] if isinstance(change.get("terms"), dict) else "SD-BASE-A"
        expected = grown("proffered", raw, "counter-offered", named)
        why = "Another agreement of the roster, for no longer than was proffered."
        COUNTERS.receive(f"taken/{id}", title, why, expected, "proffered", raw)
    made = HISTORIES["counter-offered"][1]
    back = f.accepted(OFFER, f.SECOND, f.t(2))
    why = "The counter-offer stands now; the proffer is answered."
    COUNTERS.receive("after/accepting-the-proffer", "the shop accepts the proffer after all", why, "weakened-echo",
                     "counter-offered", back, 2)  # fmt: skip
    own = f.accepted(made, f.SECOND, f.t(2), first=True)
    why = "Nobody accepts an offer of their own."
    COUNTERS.receive("after/accepting-its-own", "the shop accepts its own counter-offer", why, "wrong-key",
                     "counter-offered", own, 2)  # fmt: skip
    why = "There was one already, whoever makes the next."
    again = f.counter(OFFER, f.FIRST, f.t(2), terms=f.terms("SD-BASE-DP"))
    COUNTERS.receive("after/by-the-person", "the person answers with a counter-offer", why, "second-counter",
                     "counter-offered", again, 2)  # fmt: skip


_taken()
_echoes()
_signatures()
_times()
_keys()
_counter_offers()
GROUPS = [ANSWERS, COUNTERS]
