"""The states of an agreement as one table: what may happen, by whom, and what it is then.

The theory, in full: an agreement is in one state. For a state and a kind of entry the table gives who may make it and the
state after. What is not in the table cannot happen; asking for it raises and changes nothing. Nothing else in `terms`
decides about states. Conditions on content (the same terms, in time, signed) come on top, in `agreement`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from terms.phrases import phrase
from terms.record import Kind
from terms.refusals import Refused


class State(StrEnum):
    PROFFERED = "proffered"
    COUNTERED = "counter-offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    VIOLATED = "violated"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    EXPIRED = "expired"
    AMENDED = "amended"


class Party(StrEnum):
    FIRST = "first"
    SECOND = "second"


class Role(StrEnum):
    """Who may make an entry. The offeror made the offer that stands; the answerer is the other."""

    FIRST = "first"
    SECOND = "second"
    EITHER = "either"
    OFFEROR = "offeror"
    ANSWERER = "answerer"


ENDED: Final = (State.REFUSED, State.WITHDRAWN, State.TERMINATED, State.EXPIRED, State.AMENDED)

# The whole life. ACCEPTED has both signatures and binds; ACTIVE is ACCEPTED of which the offeror has said that it holds the
# record too. VIOLATED is a party's claim and binds as before. What has ended stays ended, but a breach found out later can
# still be put on record. A failed attempt can be recorded at any time and changes no state.
TABLE: Final[Mapping[tuple[State, Kind], tuple[Role, State]]] = {
    (State.PROFFERED, Kind.COUNTERED): (Role.SECOND, State.COUNTERED),
    (State.PROFFERED, Kind.ACCEPTED): (Role.ANSWERER, State.ACCEPTED),
    (State.PROFFERED, Kind.REFUSED): (Role.ANSWERER, State.REFUSED),
    (State.PROFFERED, Kind.WITHDRAWN): (Role.OFFEROR, State.WITHDRAWN),
    (State.PROFFERED, Kind.EXPIRED): (Role.EITHER, State.EXPIRED),
    (State.COUNTERED, Kind.ACCEPTED): (Role.ANSWERER, State.ACCEPTED),
    (State.COUNTERED, Kind.REFUSED): (Role.ANSWERER, State.REFUSED),
    (State.COUNTERED, Kind.WITHDRAWN): (Role.EITHER, State.WITHDRAWN),
    (State.COUNTERED, Kind.EXPIRED): (Role.EITHER, State.EXPIRED),
    (State.ACCEPTED, Kind.CONFIRMED): (Role.OFFEROR, State.ACTIVE),
    **{
        (state, kind): row
        for state in (State.ACCEPTED, State.ACTIVE, State.VIOLATED)
        for kind, row in {
            Kind.WITHDRAWN: (Role.FIRST, State.WITHDRAWN),
            Kind.TERMINATED: (Role.EITHER, State.TERMINATED),
            Kind.VIOLATED: (Role.EITHER, State.VIOLATED),
            Kind.EXPIRED: (Role.EITHER, State.EXPIRED),
            Kind.AMENDED: (Role.EITHER, State.AMENDED),
        }.items()
    },
    **{(state, Kind.VIOLATED): (Role.EITHER, state) for state in ENDED},
    **{(state, Kind.FAILED): (Role.EITHER, state) for state in State},
}
BINDING: Final = frozenset({State.ACCEPTED, State.ACTIVE, State.VIOLATED})
OPEN: Final = frozenset({State.PROFFERED, State.COUNTERED})


def next_state(state: State, kind: Kind, by: Party, offeror: Party) -> State:
    row = TABLE.get((state, kind))
    if row is None:
        raise Refused(
            "illegal-event", phrase("an agreement that is %(state)s cannot be %(kind)s", state=state, kind=kind)
        )
    role, after = row
    if role is not Role.EITHER and by is not party_of(role, offeror):
        raise Refused(
            "not-entitled",
            phrase("the %(by)s party cannot make it %(kind)s while it is %(state)s", by=by, kind=kind, state=state),
        )
    return after


def party_of(role: Role, offeror: Party) -> Party:
    other = Party.SECOND if offeror is Party.FIRST else Party.FIRST
    return {Role.FIRST: Party.FIRST, Role.SECOND: Party.SECOND, Role.OFFEROR: offeror}.get(role, other)
