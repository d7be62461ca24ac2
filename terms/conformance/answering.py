"""This project as a subject of the corpus: a case's operation and input in, the answer out.

Every operation takes the way that the rest of the program takes; nothing is decided here. `Refused` and the other refusals
of `terms` become answers. An input that is not as `docs/conformance.md` describes it is the asker's mistake: `CaseError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from terms import agreement as life
from terms import order, roster
from terms.additions import Additions
from terms.agreement import History, Known
from terms.comparison import NotOfferedError, Unknown, Within, compare
from terms.conformance.inputs import CaseError, Input
from terms.practice import Practice
from terms.proof import base64url, bundle, jcs, jws, keys, verifier
from terms.proof.jcs import JsonValue
from terms.record import Terms, terms_hash
from terms.refusals import Refused, quoted
from terms.roster import OffRosterError
from terms.shapes import ShapeError

Answer = dict[str, JsonValue]


def answer(operation: str, given: Mapping[str, JsonValue]) -> Answer:
    """`{"outcome": "taken", …}`, `{"outcome": "refused", "code": …}` or `{"outcome": "unsupported"}`."""
    asked = _OPERATIONS.get(operation)
    if asked is None:
        return {"outcome": "unsupported"}
    try:
        return {"outcome": "taken", **asked(Input(given))}
    except (Refused, OffRosterError, NotOfferedError, ShapeError) as refusal:
        return {"code": refusal.code, "outcome": "refused"}


def _terms(item: Input) -> Terms:
    return Terms(item.text("id"), item.text("iri"), item.text("hash"))


def _roster(items: list[Input]) -> dict[str, Terms]:
    return {terms.id: terms for terms in map(_terms, items)}


def _history_of_keys(given: Input) -> keys.KeyHistory:
    history = keys.KeyHistory(given.text("holder"))
    for item in given.parts("keys"):
        key = keys.from_jwk(history.holder, _jwk(item.value("jwk")))
        history = history.added(key, item.time("since"), item.optional_time("until"))
    return history


def _jwk(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise CaseError(f"{quoted(value)} is no JWK")
    return value


def _known(given: Input) -> Known:
    stale = frozenset(map(str, given.items("stale")))
    return Known(_roster(given.parts("roster")), _history_of_keys(given.part("vendor")), stale)


def _standing(history: History) -> Answer:
    return {"head": history.head, "state": history.state.value, "terms": history.agreement.terms.id}


def _offer(given: Input) -> Answer:
    used = frozenset(map(str, given.items("used")))
    known, now = _known(given.part("known")), given.time("now")
    return _standing(life.began(given.content("raw"), known, now=now, used=used))


def _receive(given: Input) -> Answer:
    known = _known(given.part("known"))
    history = life.replayed(given.contents("history"), known)
    return _standing(life.received(history, given.content("raw"), known, now=given.time("now")))


def _replay(given: Input) -> Answer:
    history = life.replayed(given.contents("history"), _known(given.part("known")))
    now = given.optional_time("now")
    if now is None:
        return _standing(history)
    return {**_standing(history), "binds": history.binds(now), "state_now": history.state_at(now).value}


def _record(given: Input) -> Answer:
    raw = given.content("raw")
    agreement = life.verified_record(raw, _known(given.part("known")))
    return {"digest": jws.digest(raw), "terms": agreement.terms.id}


def _key(given: Input) -> Answer:
    if given.has("did"):
        key = keys.did_key(given.text("did"))
    else:
        key = keys.from_jwk(given.text("holder"), _jwk(given.value("jwk")))
    return {"key_id": key.id, "x": base64url.encoded(key.raw)}


def _keys(given: Input) -> Answer:
    key = _history_of_keys(given).at(given.text("key_id"), given.time("when"))
    return {"key_id": key.id, "x": base64url.encoded(key.raw)}


def _canonical(given: Input) -> Answer:
    raw = given.content("json")
    value = jcs.parse_canonical(raw) if given.flag("signed") else jcs.parse(raw)
    return {"canonical": jcs.canonical(value).decode()}


def _hash(given: Input) -> Answer:
    return {"hash": terms_hash(given.text("text"), given.value("rules"))}


def _found(given: Input) -> Answer:
    found = roster.find(given.text("name"))
    return {"agreement": found.agreement.id, "migrated_from": found.migrated_from or None}


def _order(given: Input) -> Answer:
    a, b = (roster.agreement(given.text(name)) for name in "ab")
    return {"protects_at_least": order.protects_at_least(a, b)}


def _compare(given: Input) -> Answer:
    practice = Practice.from_json(given.value("practice"))
    additions = Additions.from_json(given.value("additions") if given.has("additions") else {})
    found = compare(practice, roster.agreement(given.text("agreement")), additions)
    if isinstance(found, Within):
        return {"doubtful": [], "exceeding": [], "result": found.result, "smallest_change": None}
    if isinstance(found, Unknown):
        doubtful: list[JsonValue] = [*sorted({one.clause for one in found.why})]
        return {"doubtful": doubtful, "exceeding": [], "result": found.result, "smallest_change": None}
    return {
        "doubtful": [*sorted({one.clause for one in found.doubts})],
        "exceeding": [*sorted({one.clause for one in found.clauses})],
        "result": found.result,
        "smallest_change": _plain(found.smallest_change.to_json()),
    }


def _plain(value: object) -> JsonValue:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    assert value is None or isinstance(value, bool | int | str), value
    return value


def _bundle(given: Input) -> Answer:
    trust = _trust(given)
    report = verifier.verify(bundle.read(given.content("file")), trust)
    for failed in report.of(verifier.Verdict.FAILED):
        raise Refused(failed.code)
    open_topics: list[JsonValue] = [*sorted({check.topic for check in report.of(verifier.Verdict.NOT_VERIFIED)})]
    return {"not_verified": open_topics, "state": None if report.state is None else report.state.value}


def _trust(given: Input) -> verifier.Trust:
    if not given.has("trust"):
        return verifier.NO_TRUST
    trust = given.part("trust")
    return verifier.Trust(
        roster=_roster(trust.parts("roster")) if trust.has("roster") else None,
        vendor=_history_of_keys(trust.part("vendor")) if trust.has("vendor") else None,
        log_key=base64url.decoded(trust.text("log_key")) if trust.has("log_key") else None,
        witnessed=trust.text("witnessed") if trust.has("witnessed") else "",
    )


_OPERATIONS: Final[Mapping[str, Callable[[Input], Answer]]] = {
    "offer": _offer,
    "receive": _receive,
    "replay": _replay,
    "record": _record,
    "key": _key,
    "keys": _keys,
    "canonical": _canonical,
    "hash": _hash,
    "roster": _found,
    "order": _order,
    "compare": _compare,
    "bundle": _bundle,
}
