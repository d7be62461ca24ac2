"""The life of one agreement between a person (first party) and an organisation (second party).

IEEE 7012 has the person point to an agreement of a closed roster; the organisation accepts it, makes *one* counter-offer
naming another of the roster, or declines; both sign, and both keep identical records, refusals and failed attempts included.

A history is the list of signed entries, each exactly the bytes that were received; two parties with the same entries have
the same history to the byte (`History.encoded`). An offer is an agreement body with one signature; the agreement is the
same body with two, so nobody can accept another text than the one offered. Everything else is an event with one signature
that names all entries before it by one hash (`chained`): nothing is left out before it, moved or played again. What comes
after the last event can be left out by whoever shows the history; that nothing more happened is never proven by it.

`received` is the only way a history grows, for what came in and for what we made ourselves (`signing`). It looks, in this
order, at: form, replay, body, agreement and parties, state and role (`lifecycle`), content, keys and signatures, times.
An entry that fails raises `Refused` and changes nothing; `signing.admitted` also records the failed attempt, signed.

Not here: whose key a key id is (`KeyHistory` comes in), what the terms mean, whether they are kept, and the clock.
Times are what the signers say, checked against `now` where `now` is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from terms import record
from terms.lifecycle import BINDING, OPEN, Party, Role, State, next_state, party_of
from terms.phrases import phrase
from terms.proof import jcs, jws, keys
from terms.record import Agreement, Event, Kind, Terms
from terms.refusals import Refused, quoted

# RFC 7523 implementations allow a minute; more would let a late answer pass for one in time.
CLOCK_SKEW: Final = timedelta(seconds=60)
# Failed attempts and claims of violation that one party may put into a history. All other kinds lead on to another state,
# so this bounds the whole, and neither party can fill a history so that the other cannot end it.
MAX_REPEATED: Final = 100
HISTORY_FORMAT: Final = "firstparty/history/1"


@dataclass(frozen=True, slots=True)
class Known:
    """What a party knows when it judges an entry: the roster (present ids), the ids it has given up, the vendor's keys."""

    roster: Mapping[str, Terms]
    vendor: keys.KeyHistory
    stale: Collection[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed thing of a history, with the exact bytes. `chain` stands for it and all entries before it."""

    raw: bytes
    kind: Kind
    by: Party
    at: datetime
    digest: str
    chain: str
    signatures: tuple[jws.Signature, ...]


@dataclass(frozen=True, slots=True)
class History:
    """`agreement` is the offer that stands, or what was agreed; `offeror` made it."""

    agreement: Agreement
    state: State
    offeror: Party
    entries: tuple[Entry, ...]

    @property
    def last(self) -> Entry:
        return self.entries[-1]

    @property
    def head(self) -> str:
        """What the next event names as the place it follows."""
        return self.last.chain

    @property
    def record(self) -> bytes | None:
        """The bytes with both signatures, the same for both parties; none before there are two."""
        return next((entry.raw for entry in self.entries if entry.kind is Kind.ACCEPTED), None)

    def ends_at(self) -> datetime | None:
        """When the offer that stands lapses, or the agreement ends."""
        return self.agreement.answer_by if self.state in OPEN else self.agreement.valid_until

    def state_at(self, now: datetime) -> State:
        """The state, or `expired` where time has run out and nobody has said so yet."""
        ends = self.ends_at()
        if (self.state in OPEN or self.state in BINDING) and ends is not None and now >= ends:
            return State.EXPIRED
        return self.state

    def binds(self, now: datetime) -> bool:
        return self.state_at(now) in BINDING

    def encoded(self) -> bytes:
        """Canonical bytes of the whole; equal for two parties that hold the same entries."""
        written: list[jcs.JsonValue] = [jcs.parse_canonical(entry.raw) for entry in self.entries]
        return jcs.canonical({"entries": written, "format": HISTORY_FORMAT})


def began(raw: bytes, known: Known, *, now: datetime, used: Collection[str] = ()) -> History:
    """The history that a person's proffer begins. `used` are the ids of agreements there have been."""
    signed = jws.parse(raw)
    _expect_type(signed, record.AGREEMENT_TYPE)
    agreement = record.read_agreement(signed.value)
    if agreement.id in used:
        raise Refused("replay", phrase("there is an agreement %(id)s already", id=quoted(agreement.id)))
    if len(signed.signatures) > 1:
        raise Refused("extra-signature", phrase("a proffer has one signature, the person's"))
    _check_vendor(agreement, known)
    if _party(agreement, signed.signatures[0].key_id) is not Party.FIRST:
        raise Refused("not-entitled", phrase("the person proffers, the organisation answers"))
    if agreement.answers is not None:
        raise Refused("wrong-place", phrase("a proffer answers nothing"))
    _check_terms(agreement.terms, known)
    _check_signatures(signed, agreement, known, record.AGREEMENT_TYPE)
    at = signed.signatures[0].at
    _check_clock(at, now, None)
    _check_answer_time(agreement, at, now)
    _check_lasting(agreement)
    digest = jws.digest(raw)
    entry = Entry(raw, Kind.PROFFERED, Party.FIRST, at, digest, digest, signed.signatures)
    return History(agreement, State.PROFFERED, Party.FIRST, (entry,))


def received(history: History, raw: bytes, known: Known, *, now: datetime) -> History:
    """The history with one entry more, or `Refused`."""
    signed = jws.parse(raw)
    digest = jws.digest(raw)
    if any(entry.digest == digest for entry in history.entries):
        raise Refused("replay")
    typ = signed.signatures[0].typ
    if typ == record.AGREEMENT_TYPE:
        step = _agreement_received(history, signed, known)
    else:
        _expect_type(signed, record.EVENT_TYPE)
        step = _event_received(history, signed, known)
    kind, at = step.kind, step.signature.at
    _check_clock(at, now, history.last.at)
    _check_key_still_valid(history.agreement, step.signature, known, now)
    if kind in (Kind.ACCEPTED, Kind.COUNTERED):
        _check_answer_time(history.agreement, at, now)
    if kind is Kind.CONFIRMED and _has_ended(step.agreement, at):
        raise Refused("too-late", phrase("the agreement has ended"))
    by = _party(history.agreement, step.signature.key_id)
    entry = Entry(raw, kind, by, at, digest, chained(history.head, digest), signed.signatures)
    return History(step.agreement, step.state, step.offeror, (*history.entries, entry))


def chained(head: str, digest: str) -> str:
    """The chain of entries with one more: SHA-256 over the two digests as written, a line feed between them."""
    return jws.digest(f"{head}\n{digest}".encode())


def verified_record(raw: bytes, known: Known) -> Agreement:
    """The agreement in a record with both signatures, or `Refused`. What became of it is in the history alone."""
    signed = jws.parse(raw)
    _expect_type(signed, record.AGREEMENT_TYPE)
    agreement = record.read_agreement(signed.value)
    _check_vendor(agreement, known)
    _check_terms(agreement.terms, known)
    _check_signatures(signed, agreement, known, record.AGREEMENT_TYPE, both=True)
    last = max(signature.at for signature in signed.signatures)
    _check_answer_time(agreement, last, last)
    _check_lasting(agreement)
    return agreement


def replayed(entries: Iterable[bytes], known: Known) -> History:
    """The history of these entries, judged as if each had come when it says that it was signed."""
    history: History | None = None
    for raw in entries:
        at = max(signature.at for signature in jws.parse(raw).signatures)
        history = began(raw, known, now=at) if history is None else received(history, raw, known, now=at)
    if history is None:
        raise Refused("missing-field", phrase("a history has at least the proffer"))
    return history


class _Step(NamedTuple):
    """What one entry does to a history, and the signature that is new with it."""

    kind: Kind
    signature: jws.Signature
    state: State
    agreement: Agreement
    offeror: Party


def _has_ended(agreement: Agreement, when: datetime) -> bool:
    return agreement.valid_until is not None and when >= agreement.valid_until


def _next(history: History, kind: Kind, by: Party) -> State:
    return next_state(history.state, kind, by, history.offeror)


def _agreement_received(history: History, signed: jws.Signed, known: Known) -> _Step:
    offered = record.read_agreement(signed.value)
    _check_same(history.agreement, offered)
    if len(signed.signatures) == 2:
        return _acceptance(history, signed, offered, known)
    return _counter_offer(history, signed, offered, known)


def _acceptance(history: History, signed: jws.Signed, offered: Agreement, known: Known) -> _Step:
    # The answerer's signature is the one that is not in the offer: first party's first, second party's second.
    place = 1 if history.offeror is Party.FIRST else 0
    answer, kept = signed.signatures[place], signed.signatures[1 - place]
    state = _next(history, Kind.ACCEPTED, party_of(Role.ANSWERER, history.offeror))
    _check_echo(history.agreement, offered)
    _check_signatures(signed, offered, known, record.AGREEMENT_TYPE)
    if kept != standing_offer(history).signatures[0]:
        raise Refused("altered-echo", phrase("the offeror's signature is not the one of the offer"))
    return _Step(Kind.ACCEPTED, answer, state, history.agreement, history.offeror)


def standing_offer(history: History) -> Entry:
    """The entry whose offer stands, or was accepted: the proffer, or the counter-offer if there is one."""
    return next(entry for entry in reversed(history.entries) if entry.kind in (Kind.PROFFERED, Kind.COUNTERED))


def _counter_offer(history: History, signed: jws.Signed, offered: Agreement, known: Known) -> _Step:
    signature = signed.signatures[0]
    by = _party(history.agreement, signature.key_id)
    if offered == history.agreement:
        raise Refused("missing-signature", phrase("the offer comes back with one signature; an acceptance has both"))
    if any(entry.kind is Kind.COUNTERED for entry in history.entries):
        raise Refused("second-counter")
    state = _next(history, Kind.COUNTERED, by)
    if offered.answers is None and offered.terms == history.agreement.terms:
        _check_echo(history.agreement, offered)
    if offered.answers != history.entries[0].digest:
        raise Refused("wrong-place", phrase("the counter-offer does not answer this proffer"))
    _check_terms(offered.terms, known)
    _check_counter(history.agreement, offered)
    _check_signatures(signed, offered, known, record.AGREEMENT_TYPE)
    _check_answer_time(offered, signature.at, signature.at)
    return _Step(Kind.COUNTERED, signature, state, offered, by)


def _check_counter(proffer: Agreement, offered: Agreement) -> None:
    if offered.terms == proffer.terms:
        raise Refused("same-terms", hint=phrase("accept the proffer instead"))
    if _is_longer(offered.valid_until, proffer.valid_until):
        raise Refused("extended-expiry")
    if offered.replaces != proffer.replaces:
        raise Refused("altered-echo", phrase("the counter-offer replaces another agreement than the proffer does"))
    _check_lasting(offered)


def _event_received(history: History, signed: jws.Signed, known: Known) -> _Step:
    event = record.read_event(signed.value)
    signature = signed.signatures[0]
    if event.agreement != history.agreement.id:
        raise Refused("wrong-agreement")
    if len(signed.signatures) > 1:
        raise Refused("extra-signature", phrase("an event has one signature"))
    by = _party(history.agreement, signature.key_id)
    state = _next(history, event.kind, by)
    if event.after != history.head:
        raise Refused("wrong-place", hint=phrase("fetch the history and sign again"))
    _check_signatures(signed, history.agreement, known, record.EVENT_TYPE)
    _check_event(history, event, by, signature.at, known)
    return _Step(event.kind, signature, state, history.agreement, history.offeror)


def _check_event(history: History, event: Event, by: Party, at: datetime, known: Known) -> None:
    ends = history.ends_at()
    if event.kind is Kind.EXPIRED and (ends is None or at < ends):
        raise Refused("too-early", phrase("the agreement has not come to its end"))
    if event.kind in (Kind.FAILED, Kind.VIOLATED):
        _check_room(history, event.kind, by)
    if event.kind is Kind.AMENDED:
        _check_successor(history.agreement, str(event.details["successor"]).encode(), known)


def _check_room(history: History, kind: Kind, by: Party) -> None:
    if sum(entry.kind is kind and entry.by is by for entry in history.entries) >= MAX_REPEATED:
        raise Refused(
            "too-large",
            phrase(
                "one party puts %(kind)s into a history at most %(most_repeated)s times",
                kind=kind,
                most_repeated=MAX_REPEATED,
            ),
        )


def _check_successor(agreement: Agreement, raw: bytes, known: Known) -> None:
    try:
        successor = verified_record(raw, known)
    except Refused as refusal:
        raise Refused(
            "wrong-successor", phrase("the record that replaces this one: %(sentence)s", sentence=refusal.sentence)
        ) from None
    parties = (successor.first, successor.second)
    if successor.replaces != agreement.id or parties != (agreement.first, agreement.second):
        raise Refused("wrong-successor")


def terms_named(raw: bytes) -> Terms | None:
    """The terms that an entry names: an agreement's own, an amendment's new ones; none in other events."""
    signed = jws.parse(raw)
    if signed.signatures[0].typ == record.AGREEMENT_TYPE:
        return record.read_agreement(signed.value).terms
    event = record.read_event(signed.value)
    if event.kind is Kind.AMENDED:
        return record.read_agreement(jws.parse(str(event.details["successor"]).encode()).value).terms
    return None


def _expect_type(signed: jws.Signed, typ: str) -> None:
    for signature in signed.signatures:
        if signature.typ != typ:
            raise Refused("wrong-type", phrase("%(typ)s is not `%(typ2)s`", typ=quoted(signature.typ), typ2=typ))


def _party(agreement: Agreement, key_id: str) -> Party:
    holder = key_id.partition("#")[0]
    if holder == agreement.first:
        return Party.FIRST
    if holder == agreement.second:
        return Party.SECOND
    raise Refused("wrong-party", phrase("%(holder)s is no party of this agreement", holder=quoted(holder)))


def _check_vendor(agreement: Agreement, known: Known) -> None:
    if agreement.second != known.vendor.holder:
        raise Refused("wrong-party", phrase("the second party is %(second)s", second=quoted(agreement.second)))


def _check_same(standing: Agreement, offered: Agreement) -> None:
    if offered.id != standing.id:
        raise Refused("wrong-agreement")
    if (offered.first, offered.second) != (standing.first, standing.second):
        raise Refused("wrong-party")


def _check_terms(terms: Terms, known: Known) -> None:
    listed = known.roster.get(terms.id)
    if listed is None:
        code = "stale-id" if terms.id in known.stale else "off-roster"
        raise Refused(code, phrase("%(id)s is not on the roster", id=quoted(terms.id)), hint=phrase("name one that is"))
    if terms.iri != listed.iri:
        raise Refused("wrong-iri", phrase("the roster does not know %(id)s by that IRI", id=quoted(terms.id)))
    if terms.hash != listed.hash:
        raise Refused("wrong-hash")


def _check_echo(standing: Agreement, echoed: Agreement) -> None:
    if (echoed.terms.id, echoed.terms.iri) != (standing.terms.id, standing.terms.iri):
        raise Refused(
            "weakened-echo",
            phrase("%(id)s was accepted, `%(id2)s` was offered", id=quoted(echoed.terms.id), id2=standing.terms.id),
        )
    if echoed.terms.hash != standing.terms.hash:
        raise Refused("wrong-hash")
    if _is_longer(echoed.valid_until, standing.valid_until) or echoed.answer_by > standing.answer_by:
        raise Refused("extended-expiry")
    if echoed != standing:
        raise Refused("altered-echo")


def _is_longer(until: datetime | None, than: datetime | None) -> bool:
    return than is not None and (until is None or until > than)


def _check_signatures(signed: jws.Signed, agreement: Agreement, known: Known, typ: str, *, both: bool = False) -> None:
    """Those that are there fit, each by a key of a party that was valid then; with `both`, two are required."""
    if both and len(signed.signatures) < 2:
        raise Refused("missing-signature")
    required = [_key(agreement, signature, known) for signature in signed.signatures]
    holders = [key.holder for key in required]
    if len(holders) == 2 and holders != [agreement.first, agreement.second]:
        raise Refused("wrong-key-order" if holders == [agreement.second, agreement.first] else "wrong-key")
    jws.verify(signed, required, typ=typ)


def _key(agreement: Agreement, signature: jws.Signature, known: Known) -> keys.PublicKey:
    if _party(agreement, signature.key_id) is Party.FIRST:
        return keys.pairwise(agreement.first).at(signature.key_id, signature.at)
    return known.vendor.at(signature.key_id, signature.at)


def _check_clock(at: datetime, now: datetime, previous: datetime | None) -> None:
    # Subtracting: the last second of the year 9999 has none after it.
    if at - CLOCK_SKEW > now:
        raise Refused("clock-skew", phrase("signed at a time that has not come"), hint=phrase("set the signer's clock"))
    if previous is not None and at < previous - CLOCK_SKEW:
        raise Refused("clock-skew", phrase("signed before the entry that it follows"))


def _check_key_still_valid(agreement: Agreement, signature: jws.Signature, known: Known, now: datetime) -> None:
    # Whoever holds a retired key can date a signature back into its interval, but cannot make us receive it then.
    if _party(agreement, signature.key_id) is Party.SECOND:
        known.vendor.at(signature.key_id, max(now, signature.at))


def _check_answer_time(offer: Agreement, at: datetime, now: datetime) -> None:
    if at > offer.answer_by or now - CLOCK_SKEW > offer.answer_by:
        raise Refused("too-late", phrase("the time to answer this offer is over"), hint=phrase("ask for a new one"))


def _check_lasting(offer: Agreement) -> None:
    if offer.valid_until is not None and offer.valid_until <= offer.answer_by:
        raise Refused("bad-field", phrase("the agreement would end before the time to answer does"))
