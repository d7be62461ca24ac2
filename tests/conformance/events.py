"""Events of an active agreement: their form, place, signer and time; and the record that replaces an agreement."""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, NAMED, YEAR, Group, grown
from tests.conformance.forging import Json

EVENTS = Group("events")
ACTIVE = HISTORIES["active"]


def _withdrawal(**changes: object) -> Json:
    return {**f.event_body(ACTIVE, "withdrawn"), **changes}


def _signed(content: Json | bytes, *by: f.Signer, at: float = 3, typ: str = f.EVENT) -> str:
    return f.signed(content, *[(signer, f.t(at)) for signer in by or (f.FIRST,)], typ=typ)


_WRONG = (
    ("other-agreement", {"agreement": "y" * 22}, "wrong-agreement", "It belongs to another agreement."),
    (
        "after-entry",
        {"after": f.digest(ACTIVE[-1])},
        "wrong-place",
        "The chain stands for all entries, not for the last.",
    ),
    ("after-earlier", {"after": f.head(ACTIVE[:2])}, "wrong-place", "An entry between would be left out."),
    ("after-nothing", {"after": "sha256:" + "0" * 64}, "wrong-place", "It follows nothing of this history."),
    ("after-form", {"after": "0" * 64}, "bad-field", "A digest says how it was made."),
    ("kind-accepted", {"kind": "accepted"}, "bad-field", "An acceptance is an agreement body, no event."),
    ("kind-unknown", {"kind": "sold"}, "bad-field", "There is no such kind."),
    ("kind-number", {"kind": 5}, "bad-field", "A kind is a string."),
    ("details-missing", {"details": {}}, "missing-field", "A withdrawal has a reason, empty perhaps."),
    ("details-more", {"details": {"reason": "", "until": 5}}, "unknown-field", "Unread members are not signed."),
    ("details-array", {"details": []}, "wrong-format", "Details are an object."),
    ("reason-number", {"details": {"reason": 5}}, "bad-field", "A reason is a string."),
    ("reason-long", {"details": {"reason": "x" * 1001}}, "bad-field", "A reason has at most 1,000 characters."),
    ("more-fields", {"note": "more"}, "unknown-field", "A field that the format does not have."),
    ("later-format", {"format": "firstparty/event/2"}, "wrong-format", "Another version."),
)


def _wrong_bodies() -> None:
    for id, change, code, why in _WRONG:
        title = f"an event with another `{next(iter(change))}`"
        EVENTS.receive(f"body/{id}", title, why, code, "active", _signed(_withdrawal(**change)), 3)
    for name in ("after", "agreement", "details", "format", "kind"):
        raw = _signed(f.without(_withdrawal(), name))
        why = "Every field is there, always."
        EVENTS.receive(f"body/missing-{name}", f"an event without `{name}`", why, "missing-field", "active", raw, 3)
    longest = f.event(ACTIVE, "withdrawn", f.FIRST, f.t(3), {"reason": "x" * 1000})
    why = "1,000 characters are allowed."
    EVENTS.receive("body/reason-longest", "a reason of 1,000 characters", why, grown("active", longest, "withdrawn"),
                   "active", longest, 3)  # fmt: skip


def _signers() -> None:
    retired = {**f.KNOWN, "vendor": {"holder": f.SHOP, "keys": [f.listed_key(2, "k1", f.t(-720), f.t(2.5))]}}
    ending = f.event(ACTIVE, "terminated", f.SECOND, f.t(2.25))
    for id, title, raw, code, why in (
        ("both", "an event with two signatures", _signed(_withdrawal(), f.FIRST, f.SECOND), "extra-signature",
         "An event is one party's."),
        ("stranger", "an event by a stranger", _signed(_withdrawal(), f.STRANGER), "wrong-party", "No party of it."),
        ("forged", "a stranger's signature under the person's key id",
         _signed(_withdrawal(), f.Signer(f.FIRST.key_id, f.private(3))), "bad-signature", "The signature decides."),
        ("as-agreement", "an event's body signed as an agreement", _signed(_withdrawal(), typ=f.AGREEMENT), "wrong-format",
         "The type says what the body has to be."),
        ("agreement-as-event", "an agreement's body signed as an event", _signed(f.body(), typ=f.EVENT), "wrong-format",
         "The type says what the body has to be."),
        ("other-type", "an event of another type", _signed(_withdrawal(), typ="JWT"), "wrong-type", "No type of ours."),
        ("replayed", "the confirmation played again", ACTIVE[-1], "replay", "An entry is in a history once."),
        ("unknown-key", "an event with a key that was never published",
         f.event(ACTIVE, "terminated", f.SECOND_NEW, f.t(3)), "unknown-key", "Keys come from the published history."),
    ):  # fmt: skip
        EVENTS.receive(f"signer/{id}", title, why, code, "active", raw, 3)
    why = "Whoever holds a retired key could date anything back."
    EVENTS.receive("signer/retired-key", "an event dated back into a retired key's interval", why, "key-not-valid",
                   "active", ending, 3, known=retired)  # fmt: skip


def _times() -> None:
    why_ahead, why_back = "More than a minute ahead is no clock's mistake.", "It follows what had not been said."
    for id, title, state, kind, by, at, now, expected, why in (
        ("ahead", "dated an hour ahead", "active", "terminated", f.SECOND, 4, 3, "clock-skew", why_ahead),
        ("back", "dated an hour before the last entry", "active", "terminated", f.SECOND, 1, 3, "clock-skew", why_back),
        ("back-61s", "dated 61 seconds before the last entry", "active", "terminated", f.SECOND, 2 - 61 / 3600, 3,
         "clock-skew", "The skew is 60 seconds."),
        ("back-60s", "dated 60 seconds before the last entry", "active", "terminated", f.SECOND, 2 - 60 / 3600, 3,
         "terminated", "Clocks may differ by a minute."),
        ("expired-early", "said to have expired an hour before its end", "active", "expired", f.SECOND, YEAR - 1, YEAR,
         "too-early", "It binds to its last second."),
        ("lapsed-early", "a proffer said to have lapsed before its time", "proffered", "expired", f.FIRST, 23, 24,
         "too-early", "The other side may still answer."),
        ("confirmed-late", "confirmed after the agreement's end", "accepted", "confirmed", f.FIRST, YEAR, YEAR,
         "too-late", "Nothing becomes active that is over."),
        ("late-claim", "a breach told after the end", "expired", "violated", f.FIRST, YEAR + 48, YEAR + 48,
         "expired", "A breach that is found later is still put on record, and the end stays."),
    ):  # fmt: skip
        raw = f.event(HISTORIES[state], kind, by, f.t(at))
        refused = expected in ("clock-skew", "too-early", "too-late")
        due = expected if refused else grown(state, raw, expected)
        EVENTS.receive(f"times/{id}", title, why, due, state, raw, now)
    endless = [f.proffer(valid_until=None)]
    endless.append(f.accepted(endless[0], f.SECOND, f.t(1)))
    raw = f.event(endless, "expired", f.FIRST, f.t(10 * YEAR))
    EVENTS.case(
        "times/never", "an agreement without an end said to have expired", "It has no end to come to.", "receive",
        "too-early", history=endless, raw=raw, known={"named": "shop"}, now=f.stamp(f.t(10 * YEAR)),
    )  # fmt: skip


def _claims() -> None:
    good = f.VIOLATION
    for id, change, why in (
        ("clause-spaces", {"clause": "with spaces"}, "A clause is named by its id."),
        ("clause-empty", {"clause": ""}, "A claim says which clause was broken."),
        ("clause-long", {"clause": "x" * 201}, "A clause's id has at most 200 characters."),
        ("evidence-form", {"evidence": ["sha256:short"]}, "Evidence is named by digests."),
        ("evidence-many", {"evidence": ["sha256:" + "0" * 64] * 33}, "At most 32 documents."),
        ("evidence-text", {"evidence": "sha256:" + "0" * 64}, "Evidence is an array."),
        ("claim-null", {"claim": None}, "A claim says something."),
        ("claim-long", {"claim": "x" * 1001}, "At most 1,000 characters; the letter itself is evidence."),
    ):
        raw = f.event(ACTIVE, "violated", f.FIRST, f.t(3), {**good, **change})
        EVENTS.receive(f"claim/{id}", "a claim of violation of wrong form", why, "bad-field", "active", raw, 3)
    full = {**good, "evidence": ["sha256:" + "0" * 64] * 32}
    raw = f.event(ACTIVE, "violated", f.FIRST, f.t(3), full)
    why = "32 documents are allowed."
    EVENTS.receive(
        "claim/most-evidence", "a claim with 32 documents", why, grown("active", raw, "violated"), "active", raw, 3
    )
    for id, change, why in (
        ("unknown-code", {"code": "because"}, "A failed attempt is recorded under a code of the list."),
        ("no-digest", {"received": "something"}, "What came is named by its digest."),
    ):
        raw = f.event(ACTIVE, "failed", f.FIRST, f.t(3), {**f.FAILED, **change})
        EVENTS.receive(f"failed/{id}", "a failed attempt of wrong form", why, "bad-field", "active", raw, 3)
    entries = list(ACTIVE)
    for place in range(100):
        entries.append(f.event(entries, "failed", f.FIRST, f.t(3), {**f.FAILED, "received": f.digest(str(place))}))
    for id, signer, expected, why in (
        ("too-many", f.FIRST, "too-large", "One party puts at most 100 failed attempts into a history."),
        ("room-of-the-other", f.SECOND, "active", "One party cannot fill the other's room."),
    ):
        raw = f.event(entries, "failed", signer, f.t(4))
        due = expected if expected == "too-large" else {"head": f.head([*entries, raw]), "state": expected}
        EVENTS.case(
            f"failed/{id}", "a failed attempt after a hundred by the person", why, "receive", due,
            history={"named": "history/full"}, raw=raw, known={"named": "shop"}, now=f.stamp(f.t(4)),
        )  # fmt: skip
    NAMED["history/full"] = entries


def _successors() -> None:
    good = f.successor()
    one = f.closed({**f.opened(good), "signatures": f.opened(good)["signatures"][:1]})
    forged = f.opened(good)
    forged["signatures"][1]["signature"] = f.b64(f.private(3).sign(b"something else"))
    stranger = f.accepted(
        f.signed({**f.body_of(good), "first": f.STRANGER.holder}, (f.STRANGER, f.t(2))), f.SECOND, f.t(2)
    )
    late = f.accepted(f.closed({**f.opened(good), "signatures": f.opened(good)["signatures"][:1]}), f.SECOND, f.t(49))
    for id, title, text, why in (
        ("one-signature", "a successor with one signature", one, "Both sign what replaces an agreement."),
        ("replaces-nothing", "a successor that replaces nothing", f.successor(replaces=None), "It says what it replaces."),
        ("replaces-another", "a successor that replaces another agreement", f.successor(replaces="y" * 22), "It is not this one."),
        ("another-person", "a successor with another person", stranger, "The parties stay the same."),
        ("forged", "a successor with a forged signature", f.closed(forged), "Its signatures are checked too."),
        ("off-roster", "a successor with terms of somebody's own",
         f.successor(terms=f.terms("MY-OWN", iri="https://example.org/own")), "The roster is closed here too."),
        ("wrong-hash", "a successor with another text",
         f.successor(terms=f.terms("SD-BASE", hash=f.terms("SD-BASE-A")["hash"])), "The text is pinned here too."),
        ("late", "a successor that was accepted late", late, "Its time to answer was over."),
        ("nothing", "a successor that is no record", "{}", "It is no signed record."),
        ("empty", "a successor that is empty", "", "It is no signed record."),
    ):  # fmt: skip
        raw = f.event(ACTIVE, "amended", f.SECOND, f.t(3), {"successor": text})
        EVENTS.receive(f"successor/{id}", title, why, "wrong-successor", "active", raw, 50 if id == "late" else 3)
    weaker = f.event(ACTIVE, "amended", f.FIRST, f.t(3), {"successor": f.successor(terms=f.terms("SD-BASE-A"))})
    why = "Both have signed other terms of the roster."
    EVENTS.receive("successor/other-terms", "a successor with other terms", why, grown("active", weaker, "amended"),
                   "active", weaker, 3)  # fmt: skip
    long = f.event(ACTIVE, "amended", f.FIRST, f.t(3), {"successor": "x" * 16_385})
    why = "A record inside an event has at most 16,384 characters."
    EVENTS.receive("successor/long", "a successor that is over-long", why, "bad-field", "active", long, 3)


_wrong_bodies()
_signers()
_times()
_claims()
_successors()
GROUPS = [EVENTS]
