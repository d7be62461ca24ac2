"""The life cycle, row by row: what may happen in each state, by whom, and everything that may not.

The two tables are the whole of it, written by hand from docs/conformance.md.
"""

from __future__ import annotations

from tests.conformance import forging as f
from tests.conformance.described import HISTORIES, SHOP, YEAR, Group, grown
from tests.conformance.forging import Json

LIFE = Group("life")

# In the histories here the person proffers and the shop counter-offers, so `offeror` and `answerer` are written out.
ROWS = """
proffered        counter-offered  second  counter-offered
proffered        accepted         second  accepted
proffered        refused          second  refused
proffered        withdrawn        first   withdrawn
proffered        expired          either  expired
counter-offered  accepted         first   accepted
counter-offered  refused          first   refused
counter-offered  withdrawn        either  withdrawn
counter-offered  expired          either  expired
accepted         confirmed        first   active
accepted         withdrawn        first   withdrawn
accepted         terminated       either  terminated
accepted         violated         either  violated
accepted         expired          either  expired
accepted         amended          either  amended
active           withdrawn        first   withdrawn
active           terminated       either  terminated
active           violated         either  violated
active           expired          either  expired
active           amended          either  amended
violated         withdrawn        first   withdrawn
violated         terminated       either  terminated
violated         violated         either  violated
violated         expired          either  expired
violated         amended          either  amended
refused          violated         either  refused
withdrawn        violated         either  withdrawn
terminated       violated         either  terminated
expired          violated         either  expired
amended          violated         either  amended
proffered        failed           either  proffered
counter-offered  failed           either  counter-offered
accepted         failed           either  accepted
active           failed           either  active
violated         failed           either  violated
refused          failed           either  refused
withdrawn        failed           either  withdrawn
terminated       failed           either  terminated
expired          failed           either  expired
amended          failed           either  amended
"""

ILLEGAL = """
proffered        confirmed terminated violated amended
counter-offered  counter-offered confirmed terminated violated amended
accepted         counter-offered accepted refused
active           counter-offered accepted confirmed refused
violated         counter-offered accepted confirmed refused
refused          counter-offered accepted confirmed refused withdrawn terminated expired amended
withdrawn        counter-offered accepted confirmed refused withdrawn terminated expired amended
terminated       counter-offered accepted confirmed refused withdrawn terminated expired amended
expired          counter-offered accepted confirmed refused withdrawn terminated expired amended
amended          counter-offered accepted confirmed refused withdrawn terminated expired amended
"""

_SIGNERS = {"first": f.FIRST, "second": f.SECOND}
# Hours after the proffer at which the next thing happens, by state.
_NEXT = {"proffered": 1, "counter-offered": 2, "accepted": 2, "active": 3, "expired": YEAR + 1}
_ENDS = {"proffered": 24, "counter-offered": 24}


def _hours(state: str, kind: str) -> float:
    return _ENDS.get(state, YEAR) if kind == "expired" and state != "expired" else _NEXT.get(state, 4)


def _made(state: str, kind: str, by: str) -> str:
    """The entry of `kind` that a party would make in that state."""
    entries, when = HISTORIES[state], f.t(_hours(state, kind))
    if kind == "counter-offered":
        other = "SD-BASE-DP" if state == "counter-offered" else "SD-BASE-A"
        return f.counter(entries[0], _SIGNERS[by], when, terms=f.terms(other))
    if kind == "accepted":
        offer = entries[1] if state == "counter-offered" else entries[0]
        return f.accepted(offer, _SIGNERS[by], when, first=by == "first")
    details = {"successor": f.successor()} if kind == "amended" else None
    return f.event(entries, kind, _SIGNERS[by], when, details)


def _terms_after(state: str, kind: str) -> str:
    return "SD-BASE-A" if "counter-offered" in (state, kind) else "SD-BASE"


def _case(name: str, state: str, kind: str, by: str, expected: str | Json, why: str) -> None:
    raw = _made(state, kind, by)
    title = f"{state}: {kind} by the {by} party"
    LIFE.receive(f"{name}/{state}/{kind}/{by}", title, why, expected, state, raw, _hours(state, kind))


def _rows() -> None:
    for line in ROWS.split("\n")[1:-1]:
        state, kind, role, after = line.split()
        for by in ("first", "second") if role == "either" else (role,):
            expected = grown(state, _made(state, kind, by), after, _terms_after(state, kind))
            _case("row", state, kind, by, expected, f"The table: {state}, {kind} by {role} -> {after}.")


def _illegal() -> None:
    for line in ILLEGAL.split("\n")[1:-1]:
        state, *kinds = line.split()
        for kind in kinds:
            by = "second" if kind in ("counter-offered", "accepted") else "first"
            code = "second-counter" if state == kind == "counter-offered" else "illegal-event"
            _case("illegal", state, kind, by, code, f"The table has no {kind} for {state}; nothing changes.")


def _not_entitled() -> None:
    for state, kind, by, why in (
        ("proffered", "counter-offered", "first", "Only the organisation makes a counter-offer."),
        ("proffered", "refused", "first", "Who made the offer withdraws it; the other refuses."),
        ("proffered", "withdrawn", "second", "Only who made the offer withdraws it."),
        ("counter-offered", "refused", "second", "The counter-offer is the organisation's: the person refuses it."),
        ("accepted", "confirmed", "second", "Who made the offer confirms; the other's signature is the news."),
        ("accepted", "withdrawn", "second", "Withdrawing is the person's right; the organisation terminates."),
        ("active", "withdrawn", "second", "Withdrawing is the person's right; the organisation terminates."),
        ("violated", "withdrawn", "second", "Withdrawing is the person's right; the organisation terminates."),
    ):
        _case("not-entitled", state, kind, by, "not-entitled", why)


def _replays() -> None:
    for state, now, state_now, binds in (
        ("proffered", 1, "proffered", False),
        ("proffered", 24, "expired", False),
        ("counter-offered", 2, "counter-offered", False),
        ("accepted", 2, "accepted", True),
        ("active", 3, "active", True),
        ("active", YEAR - 1, "active", True),
        ("active", YEAR, "expired", False),
        ("violated", 4, "violated", True),
        ("refused", 2, "refused", False),
        ("withdrawn", 4, "withdrawn", False),
        ("withdrawn", YEAR, "withdrawn", False),
        ("terminated", 4, "terminated", False),
        ("expired", YEAR + 1, "expired", False),
        ("amended", 4, "amended", False),
    ):
        terms = "SD-BASE-A" if state == "counter-offered" else "SD-BASE"
        expected = {
            "binds": binds,
            "head": f.head(HISTORIES[state]),
            "state": state,
            "state_now": state_now,
            "terms": terms,
        }
        why = "An agreement binds from the second signature to its end, whether or not anybody says that it ended."
        LIFE.case(
            f"replay/{state}/{now}h",
            f"the whole history of a {state} agreement, seen {now} hours after the proffer",
            why,
            "replay",
            expected,
            history={"named": f"history/{state}"},
            known=SHOP,
            now=f.stamp(f.t(now)),
        )


def _paths() -> None:
    entries = list(HISTORIES["counter-offered"])
    entries.append(f.accepted(entries[1], f.FIRST, f.t(2), first=True))
    entries.append(f.event(entries, "confirmed", f.SECOND, f.t(3)))
    _path(
        "countered",
        "one counter-offer, accepted by the person and confirmed by the shop",
        entries,
        "active",
        "SD-BASE-A",
    )
    failed = f.event(HISTORIES["active"], "failed", f.FIRST, f.t(3))
    entries = [*HISTORIES["active"], failed]
    entries.append(f.event(entries, "violated", f.SECOND, f.t(4)))
    entries.append(f.event(entries, "withdrawn", f.FIRST, f.t(5)))
    entries.append(f.event(entries, "violated", f.FIRST, f.t(6)))
    _path("long", "a failed attempt, a claim, a withdrawal and a breach found later", entries, "withdrawn", "SD-BASE")


def _path(name: str, title: str, entries: list[str], state: str, terms: str) -> None:
    why = "Both parties hold the same entries and so the same chain of digests."
    expected = {"head": f.head(entries), "state": state, "terms": terms}
    LIFE.case(f"replay/{name}", title, why, "replay", expected, history=entries, known=SHOP)


def _broken_histories() -> None:
    active = HISTORIES["active"]
    violated = HISTORIES["violated"]
    for name, entries, code, why in (
        ("empty", [], "missing-field", "A history has at least the proffer."),
        ("no-proffer", active[1:], "extra-signature", "It begins with a proffer, which has one signature."),
        ("left-out", [*violated[:2], violated[3]], "wrong-place", "Every event names all entries before it."),
        ("swapped", [active[0], active[2], active[1]], "illegal-event", "A confirmation confirms an acceptance."),
        ("twice", [*active, active[-1]], "replay", "An entry is in a history once."),
    ):
        LIFE.case(
            f"history/{name}", "a history with its entries changed", why, "replay", code, history=entries, known=SHOP
        )


_rows()
_illegal()
_not_entitled()
_replays()
_paths()
_broken_histories()
GROUPS = [LIFE]
