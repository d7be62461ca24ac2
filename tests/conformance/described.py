"""How a case is described in this folder, and the histories that many cases begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.conformance import forging as f
from tests.conformance.forging import Json

# Values that stand in `named.json` once: what the subject knows, and histories by the state that they are in.
NAMED: dict[str, Any] = {"shop": f.KNOWN}
SHOP = {"named": "shop"}


@dataclass
class Group:
    """A class of cases, in a file of its own."""

    name: str
    cases: list[Json] = field(default_factory=list)

    def case(self, id: str, title: str, why: str, operation: str, expected: str | Json, **given: Any) -> None:
        """`expected` is the code of a refusal, or what the answer holds when it is taken."""
        refused = isinstance(expected, str)
        outcome = {"code": expected, "outcome": "refused"} if refused else {**dict(expected), "outcome": "taken"}
        self.cases.append(
            {
                "class": self.name,
                "expected": outcome,
                "id": f"{self.name}/{id}",
                "input": given,
                "operation": operation,
                "title": title,
                "why": why,
            }
        )

    def offer(
        self, id: str, title: str, why: str, expected: str | Json, raw: Any, hours: float = 0, **more: Any
    ) -> None:
        now = f.stamp(f.t(hours))
        self.case(id, title, why, "offer", expected, raw=raw, known=more.pop("known", SHOP), now=now, **more)

    def receive(
        self, id: str, title: str, why: str, expected: str | Json, state: str, raw: Any, hours: float = 1, **more: Any
    ) -> None:
        """`raw` comes to a history in `state`, so many hours after the proffer."""
        known, now = more.pop("known", SHOP), f.stamp(f.t(hours))
        history = {"named": f"history/{state}"}
        self.case(id, title, why, "receive", expected, history=history, raw=raw, known=known, now=now)


YEAR = 365 * 24


def _histories() -> dict[str, list[str]]:
    """One history for each state, by the shortest way there that a person and a shop would go."""
    offer = f.proffer()
    proffered = [offer]
    countered = [offer, f.counter(offer)]
    accepted = [offer, f.accepted(offer, f.SECOND, f.t(1))]
    active = [*accepted, f.event(accepted, "confirmed", f.FIRST, f.t(2))]

    def then(before: list[str], kind: str, by: f.Signer, hours: float, details: Json | None = None) -> list[str]:
        return [*before, f.event(before, kind, by, f.t(hours), details)]

    return {
        "proffered": proffered,
        "counter-offered": countered,
        "accepted": accepted,
        "active": active,
        "violated": then(active, "violated", f.FIRST, 3),
        "refused": then(proffered, "refused", f.SECOND, 1),
        "withdrawn": then(active, "withdrawn", f.FIRST, 3),
        "terminated": then(active, "terminated", f.SECOND, 3),
        "expired": then(active, "expired", f.SECOND, YEAR),
        "amended": then(active, "amended", f.SECOND, 3, {"successor": f.successor()}),
    }


HISTORIES = _histories()
NAMED |= {f"history/{state}": entries for state, entries in HISTORIES.items()}


def grown(state: str, raw: str, after: str, terms: str = "SD-BASE") -> Json:
    """What is expected when `raw` is taken into the history of `state`: the state after it, by hand, and the chain."""
    return {"head": f.head([*HISTORIES[state], raw]), "state": after, "terms": terms}
