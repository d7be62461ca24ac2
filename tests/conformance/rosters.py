"""The roster of IEEE 7012 as DPV 2.3 publishes it: ids and IRIs of today and of the past, and the order of protection."""

from __future__ import annotations

from tests.conformance.described import Group

ROSTER = Group("roster")
ORDER = Group("order")

LEVELS = ["SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP", "SD-BASE-ATP-S3P"]
SERVICE = [*LEVELS, *(f"{level}-DP" for level in LEVELS)]
OTHERS = ["PDC-AI", "PDC-GOOD", "PDC-INTENT", "TPR", "TPR-IDENTITY-REF"]
NOW = "https://w3id.org/dpv/standards/ieee/7012#"
THEN = "https://w3id.org/dpv/standards/p7012#"


def _find(id: str, title: str, why: str, expected: object, name: str) -> None:
    due = expected if isinstance(expected, str) else dict(zip(("agreement", "migrated_from"), expected, strict=True))  # type: ignore[call-overload]
    ROSTER.case(id, title, why, "roster", due, name=name)


def _found() -> None:
    for id in [*SERVICE, *OTHERS]:
        _find(f"id/{id}", "an id of today", "It is on the roster.", (id, None), id)
    for id in ("SD-BASE", "SD-BASE-ATP-S3P-DP", "PDC-AI", "TPR-IDENTITY-REF"):
        _find(f"iri/{id}", "an IRI of today", "The namespace of DPV 2.3.", (id, None), NOW + id)
    for id in SERVICE:
        old = id.replace("SD-BASE", "SD-BY")
        _find(f"old-id/{old}", "an id of DPV 2.1", "SD-BY became SD-BASE, and it is said.", (id, old), old)
    for id, name in (
        ("SD-BASE", f"{THEN}SD-BY"),
        ("SD-BASE", f"{THEN}SD-BASE"),
        ("SD-BASE-ATP-S3P-DP", f"{THEN}SD-BY-ATP-S3P-DP"),
        ("PDC-AI", f"{THEN}PDC-AI"),
        ("TPR", f"{THEN}TPR"),
    ):
        last = name.rpartition("#")[2]
        _find(f"old-iri/{last}", "an IRI of the past", "The namespace moved with DPV 2.3.", (id, name), name)


def _refused() -> None:
    for id, name, why in (
        ("empty", "", "Nothing is no id."),
        ("small", "sd-base", "No case is folded."),
        ("space", "SD-BASE ", "Nothing is trimmed."),
        ("line-feed", "SD-BASE\n", "Nothing is trimmed."),
        ("underscore", "SD_BASE", "Nothing is guessed."),
        ("part", "SD", "No part is matched."),
        ("no-such-level", "SD-BASE-T", "There is no such level."),
        ("order-of-letters", "SD-BASE-DP-A", "The letters have one order."),
        ("old-no-such", "SD-BY-T", "Nor was there one in the past."),
        ("kind", "PDC", "A kind of agreement is none."),
        ("pdc-dp", "PDC-AI-DP", "There is no such agreement."),
        ("tpr-dp", "TPR-DP", "There is no such agreement."),
        ("old-id-new-namespace", f"{NOW}SD-BY", "The new namespace never held the old id."),
        ("old-kind", f"{THEN}PDC", "A kind of agreement is none."),
        ("slash", "https://w3id.org/dpv/standards/ieee/7012/SD-BASE", "Another IRI."),
        ("http", "http://w3id.org/dpv/standards/ieee/7012#SD-BASE", "Another IRI."),
        ("cyrillic", "SD-ВАSE", "Letters that look alike are other letters."),
        ("own", "https://example.org/my-terms", "The roster is closed."),
        ("long", "S" * 5000, "Whatever its length."),
    ):
        _find(f"off-roster/{id}", "a name that is not on the roster", why, "off-roster", name)


def _order(a: str, b: str, holds: bool, why: str) -> None:
    title = f"whether {a} protects at least as much as {b}"
    ORDER.case(f"{a}/{b}", title, why, "order", {"protects_at_least": holds}, a=a, b=b)


def _orders() -> None:
    for place, a in enumerate(LEVELS):
        _order(a, a, True, "Each protects as much as itself.")
        _order(f"{a}-DP", a, True, "Portability is one duty more.")
        _order(a, f"{a}-DP", False, "Without portability something is missing.")
        for b in LEVELS[place + 1 :]:
            _order(a, b, True, "It permits less.")
            _order(b, a, False, "It permits more, whatever skos:broader says.")
    for a, b, holds, why in (
        ("SD-BASE-DP", "SD-BASE-ATP-S3P", True, "It permits less and owes more."),
        ("SD-BASE-A-DP", "SD-BASE", False, "It permits analytics."),
        ("SD-BASE", "SD-BASE-A-DP", False, "It owes no portability."),
        ("SD-BASE-ATP-S3P-DP", "SD-BASE-ATP", False, "It permits sharing."),
        ("PDC-AI", "SD-BASE", False, "Data is given for AI: that is no protection."),
        ("SD-BASE", "PDC-AI", False, "They are about different things."),
        ("PDC-GOOD", "PDC-AI", False, "Contributions for different ends do not compare."),
        ("TPR", "SD-BASE", False, "Agreements between persons do not compare with those of organisations."),
        ("SD-BASE", "TPR", False, "Nor the other way round."),
        ("SD-BY", "SD-BASE-A", True, "Old ids are migrated here too."),
    ):
        _order(a, b, holds, why)
    why = "Only agreements of the roster are compared."
    ORDER.case(
        "off-roster", "an agreement that is not on the roster", why, "order", "off-roster", a="SD-BASE", b="MY-OWN"
    )


_found()
_refused()
_orders()
GROUPS = [ROSTER, ORDER]
