"""What the two parties sign: the body of an agreement, and the body of an event in its life.

Both are small JSON objects with a fixed set of fields; a body with a field more or less is refused, so nobody signs what
the other side does not read. Optional things are null, never absent. Times are whole seconds in UTC.

An agreement names, of the roster, an id, an IRI and a hash; `terms_hash` takes the exact text and rules into that hash, so
a text that changes later, or a second text shown beside the first, does not fit. Personal data is not part of a record:
the person is a `did:key` that this one vendor knows.

Here is form only. Who may sign what and when is `agreement`'s; whether a signature fits is `proof.jws`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from terms.proof import jcs, jws
from terms.proof.members import DIGEST, Members, stamp
from terms.refusals import CODES, Refused, quoted

AGREEMENT_FORMAT: Final = "firstparty/agreement/1"
EVENT_FORMAT: Final = "firstparty/event/1"
AGREEMENT_TYPE: Final = "firstparty-agreement+json"
EVENT_TYPE: Final = "firstparty-event+json"

# At least 128 bits in base 64, so that no two agreements meet; at most what fits in a path.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{22,128}")
_ROSTER_ID: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,63}")
# A client id is an https URL; plain http only for a vendor under development on the same machine. No fragment: key ids
# put theirs after it.
CLIENT_ID: Final = re.compile(r"(https://[^\s/#?]+|http://(localhost|127\.0\.0\.1)(:\d{1,5})?)(/[^\s#]*)?")
_DID: Final = re.compile(r"did:key:z[1-9A-HJ-NP-Za-km-z]{10,100}")
_IRI: Final = re.compile(r"https?://[\x21-\x7e]+")
_CLAUSE: Final = re.compile(r"[A-Za-z0-9:._/#-]{1,200}")

# Longer URLs are cut by intermediaries, and each record carries several.
MAX_URL: Final = 400
# A paragraph; the letter itself is evidence, named by its hash.
MAX_REASON: Final = 1_000
# Documents that a claim may name.
MAX_EVIDENCE: Final = 32
# A two-signature record inside an event has to leave room for the event.
MAX_SUCCESSOR: Final = 16_384


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement of the roster, as a record names it. `hash` is `terms_hash` of its exact text and rules."""

    id: str
    iri: str
    hash: str


def terms_hash(text: str, rules: jcs.JsonValue) -> str:
    """`sha256:` over the canonical bytes of the exact text and the rules together."""
    return jws.digest(jcs.canonical({"rules": rules, "text": text}))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A body that one party signs as an offer, and both as the agreement.

    `id` is a random text of the person's choosing. `answers` is, in a counter-offer, the digest of the proffer it answers.
    `replaces` is the id of the agreement that this one amends. Without `valid_until` it holds until ended.
    """

    id: str
    first: str
    second: str
    terms: Terms
    answer_by: datetime
    valid_until: datetime | None = None
    answers: str | None = None
    replaces: str | None = None

    def encoded(self) -> bytes:
        terms: dict[str, jcs.JsonValue] = {"hash": self.terms.hash, "id": self.terms.id, "iri": self.terms.iri}
        return jcs.canonical(
            {
                "agreement": self.id,
                "answer_by": stamp(self.answer_by),
                "answers": self.answers,
                "first": self.first,
                "format": AGREEMENT_FORMAT,
                "replaces": self.replaces,
                "second": self.second,
                "terms": terms,
                "valid_until": None if self.valid_until is None else stamp(self.valid_until),
            }
        )


class Kind(StrEnum):
    """Everything that can happen to an agreement. The first three are agreement bodies, the others events."""

    PROFFERED = "proffered"
    COUNTERED = "counter-offered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    VIOLATED = "violated"
    EXPIRED = "expired"
    AMENDED = "amended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """`after` is the chain of all entries before this one; `details` are those of `DETAILS` for the kind."""

    kind: Kind
    agreement: str
    after: str
    details: Mapping[str, jcs.JsonValue]

    def encoded(self) -> bytes:
        return jcs.canonical(
            {
                "after": self.after,
                "agreement": self.agreement,
                "details": dict(self.details),
                "format": EVENT_FORMAT,
                "kind": self.kind.value,
            }
        )


def _reason(value: jcs.JsonValue) -> bool:
    return isinstance(value, str) and len(value) <= MAX_REASON


def _matches(pattern: re.Pattern[str]) -> Callable[[jcs.JsonValue], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _evidence(value: jcs.JsonValue) -> bool:
    return isinstance(value, list) and len(value) <= MAX_EVIDENCE and all(map(_matches(DIGEST), value))


def _code(value: jcs.JsonValue) -> bool:
    return isinstance(value, str) and value in CODES


def _successor(value: jcs.JsonValue) -> bool:
    return isinstance(value, str) and len(value) <= MAX_SUCCESSOR


# What each kind of event says, and the form of it.
DETAILS: Final[Mapping[Kind, Mapping[str, Callable[[jcs.JsonValue], bool]]]] = {
    Kind.CONFIRMED: {},
    Kind.REFUSED: {"reason": _reason},
    Kind.WITHDRAWN: {"reason": _reason},
    Kind.TERMINATED: {"reason": _reason},
    # `clause` is the clause of the agreement that was broken, `evidence` digests of documents kept elsewhere.
    Kind.VIOLATED: {"claim": _reason, "clause": _matches(_CLAUSE), "evidence": _evidence},
    Kind.EXPIRED: {},
    # The whole record that replaces this one, with both signatures, as text.
    Kind.AMENDED: {"successor": _successor},
    # What was refused: the code, and the digest of the bytes that came.
    Kind.FAILED: {"code": _code, "received": _matches(DIGEST)},
}


_AGREEMENT_FIELDS: Final = frozenset(
    {"agreement", "answer_by", "answers", "first", "format", "replaces", "second", "terms", "valid_until"}
)
_EVENT_FIELDS: Final = frozenset({"after", "agreement", "details", "format", "kind"})


def _members_of(value: jcs.JsonValue, names: frozenset[str], expected: str) -> Members:
    # The format comes first: a body of a later version has other fields, and that is not the sender's mistake.
    if isinstance(value, dict) and "format" in value and value["format"] != expected:
        raise Refused("wrong-format", f"{quoted(value['format'])} is not `{expected}`")
    return Members(value, names)


def read_agreement(body: jcs.JsonValue) -> Agreement:
    """The agreement in the value of a signed body, or `Refused`."""
    members = _members_of(body, _AGREEMENT_FIELDS, AGREEMENT_FORMAT)
    terms = Members(members.raw("terms"), frozenset({"hash", "id", "iri"}))
    return Agreement(
        id=members.text("agreement", _ID),
        first=members.text("first", _DID),
        second=members.text("second", CLIENT_ID, MAX_URL),
        terms=Terms(terms.text("id", _ROSTER_ID), terms.text("iri", _IRI, MAX_URL), terms.text("hash", DIGEST)),
        answer_by=members.time("answer_by"),
        valid_until=members.optional_time("valid_until"),
        answers=members.optional("answers", DIGEST),
        replaces=members.optional("replaces", _ID),
    )


def read_event(body: jcs.JsonValue) -> Event:
    """The event in the value of a signed body, or `Refused`."""
    members = _members_of(body, _EVENT_FIELDS, EVENT_FORMAT)
    kind = next((kind for kind in DETAILS if kind == members.raw("kind")), None)
    if kind is None:
        raise Refused("bad-field", f"{quoted(members.raw('kind'))} is no kind of event")
    forms = DETAILS[kind]
    details = Members(members.raw("details"), frozenset(forms))
    for name, is_right in forms.items():
        if not is_right(details.raw(name)):
            raise Refused("bad-field", f"{quoted(details.raw(name))} is not right for `{name}`")
    return Event(
        kind,
        members.text("agreement", _ID),
        members.text("after", DIGEST),
        {name: details.raw(name) for name in forms},
    )
