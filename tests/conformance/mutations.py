"""Defects planted in our own code, one at a time, to see that the corpus notices each.

A plant changes a line of one function (its source is compiled anew with the change) or replaces one value. The change
has to be in the source as it stands: a plant that no longer fits fails loudly. While a defect is in place the whole corpus is
answered in this process; the cases that do not pass are the evidence. `python -m tests.conformance.mutations` prints them.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from types import FunctionType
from typing import Any

from terms import comparison, roster
from terms.conformance import answering, corpus
from terms.conformance.verdicts import Verdict, judged
from terms.lifecycle import Role, State
from terms.proof import curve, jcs, jws, keys
from terms.record import Kind
from terms.roster.clauses import Act


@dataclass(frozen=True)
class Line:
    """In the function `name` of `module`, `before` becomes `after`."""

    module: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Value:
    """The value `name` of `module` becomes what `change` makes of it."""

    module: str
    name: str
    change: Callable[[Any], Any]


@dataclass(frozen=True)
class Mutation:
    """`defect` is the class of it, `planted` what was changed in words."""

    defect: str
    planted: str
    plants: tuple[Line | Value, ...]


def _m(defect: str, planted: str, *plants: Line | Value) -> Mutation:
    return Mutation(defect, planted, plants)


# Not planted, since nothing can tell: that y may be p or more. None of the 19 values of y that fit twice belongs to a point
# of prime order, so `is_sound` refuses each of those keys in its other encoding too.


def _last_wins(double: Callable[[str], Any]) -> Callable[[Any], json.JSONDecoder]:
    return lambda _: json.JSONDecoder(parse_int=jcs._integer, parse_float=double, parse_constant=jcs._constant)


def _without_portability(every: Callable[[], Any]) -> Callable[[], Any]:
    def changed(one: Any) -> Any:
        kept = frozenset(act for act in one.rules.requires if act.activity != "portability")
        return replace(one, rules=replace(one.rules, requires=kept)) if one.id.endswith("-DP") else one

    return lambda: tuple(map(changed, every()))


def _no_training(every: Callable[[], Any]) -> Callable[[], Any]:
    ban = frozenset(Act("ai-training", "second", kind) for kind in ("anonymised", "identifiable"))

    def changed(one: Any) -> Any:
        return replace(one, rules=replace(one.rules, permits=frozenset(), forbids=ban)) if one.id == "PDC-AI" else one

    return lambda: tuple(map(changed, every()))


LIFE, JWS, JCS, KEYS, RECORD = (
    "terms.agreement",
    "terms.proof.jws",
    "terms.proof.jcs",
    "terms.proof.keys",
    "terms.record",
)
CURVE, LIMITS, VERIFIER = "terms.proof.curve", "terms.limits", "terms.proof.verifier"

MUTATIONS = (
    _m("duplicate keys", "the last of two members of one name wins",
       Value(JCS, "_DECODER", _last_wins(jcs._double)), Value(JCS, "_PLAIN_DECODER", _last_wins(jcs._no_double))),
    _m("wrong canonical form", "signed bytes need not be canonical",
       Line(JCS, "parse_canonical", "if canonical(value) != raw:", "if False:")),
    _m("member order", "members are sorted by code points",
       Line(JCS, "_object_written", "sorted(members, key=_utf16)", "sorted(members)")),
    _m("nesting", "any depth is read", Value(JCS, "_refuse_depth", lambda _: lambda text: None)),
    _m("lone surrogates", "text that is no Unicode is read and written",
       Value(JCS, "_refuse_surrogates", lambda _: lambda value: None),
       Line(JCS, "canonical", '.encode("utf-8")', '.encode("utf-8", "replace")')),
    _m("over-large input", "any size is read", Value(JWS, "MAX_BYTES", lambda _: 10**9)),
    _m("loose base64url", "loose bits are dropped",
       Line("terms.proof.base64url", "decoded", "if over and", "if False and")),
    _m("unknown fields", "members that nobody knows are passed over",
       Line("terms.proof.members", "Members.__init__", "for name in value.keys() - names:", "for name in ():")),
    _m("over-long fields", "reasons of any length", Value(RECORD, "MAX_REASON", lambda _: 10**9)),
    _m("over-long fields", "addresses of any length", Value(RECORD, "MAX_URL", lambda _: 10**9)),
    _m("later formats", "the format of a body is not looked at",
       Line(RECORD, "_members_of", 'value["format"] != expected', "False")),
    _m("missing signature", "one signature makes a record",
       Line(LIFE, "_check_signatures", "if both and len(signed.signatures) < 2:", "if False:")),
    _m("missing signature", "the offer sent back counts as a counter-offer",
       Line(LIFE, "_counter_offer", "if offered == history.agreement:", "if False:")),
    _m("extra signature", "a proffer with two signatures begins a history",
       Line(LIFE, "began", "if len(signed.signatures) > 1:", "if False:")),
    _m("extra signature", "an event with two signatures is taken",
       Line(LIFE, "_event_received", "if len(signed.signatures) > 1:", "if False:")),
    _m("order of signatures", "the parties sign in any order",
       Line(LIFE, "_check_signatures", "if len(holders) == 2 and holders != [agreement.first, agreement.second]:", "if False:")),
    _m("forged signature", "no signature is checked",
       Line(JWS, "fits", "return _eddsa().verify(message, key.loaded, signature)", "return True")),
    _m("forged signature", "only the last signature is checked",
       Line(JWS, "verify", "zip(signed.signatures, keys, strict=True):", "list(zip(signed.signatures, keys))[-1:]:")),
    _m("algorithm", "the algorithm is not looked at", Line(JWS, "_of_header", 'header.get("alg") != ALGORITHM', "False")),
    _m("header members", "header members that nobody knows are passed over",
       Line(JWS, "_of_header", "header.keys() != _HEADER or", "")),
    _m("critical header", "`crit` and `b64` are not looked at",
       Line(JWS, "_of_header", '"crit" in header or "b64" in header', "False")),
    _m("signed type", "the type of a signature is not looked at",
       Line(JWS, "verify", "if entry.typ != typ:", "if False:"),
       Value(LIFE, "_expect_type", lambda _: lambda signed, typ: None)),
    _m("small-order keys", "any point is a key",
       Line(CURVE, "is_sound", "and not _is_identity(point) and _is_identity(_times(_ORDER, point))", "")),
    _m("small-order keys", "only the identity point is refused",
       Line(CURVE, "is_sound", "and _is_identity(_times(_ORDER, point))", "")),
    _m("mixed-order keys", "only the points of small order are refused",
       Line(CURVE, "is_sound", "and not _is_identity(point) and _is_identity(_times(_ORDER, point))",
            "and not _is_identity(_times(8, point))")),
    _m("second texts of a key", "any text that decodes is a did:key",
       Line(KEYS, "did_key", "or did_of(raw) != did", "")),
    _m("private keys", "a JWK with its private part is registered", Line(KEYS, "from_jwk", 'if "d" in jwk:', "if False:")),
    _m("key intervals", "a key signs at any time", Line(KEYS, "Interval.holds", "return self.since", "return True or self.since")),
    _m("retired keys", "a retired key may date back",
       Value(LIFE, "_check_key_still_valid", lambda _: lambda *arguments: None)),
    _m("reused key ids", "a key id may be given again",
       Line(KEYS, "KeyHistory.added", "if known[0].raw != key.raw:", "return replace(self, keys=((key, known[1]),))\n        if False:")),
    _m("off-roster id", "terms off the roster are taken",
       Line(LIFE, "_check_terms", "if listed is None:", "if listed is None:\n        return\n    if False:")),
    _m("stale id", "an old id is read as today's",
       Line(LIFE, "_check_terms", "known.roster.get(terms.id)", 'known.roster.get(terms.id.replace("SD-BY", "SD-BASE"))')),
    _m("wrong IRI", "the IRI of terms is not looked at", Line(LIFE, "_check_terms", "if terms.iri != listed.iri:", "if False:")),
    _m("wrong hash", "the hash of terms is not looked at",
       Line(LIFE, "_check_terms", "if terms.hash != listed.hash:", "if False:")),
    _m("wrong hash", "the hash is of the text alone",
       Line(RECORD, "terms_hash", '{"rules": rules, "text": text}', '{"text": text}')),
    _m("wrong party", "another person or organisation may answer", Value(LIFE, "_check_same", lambda _: lambda a, b: None)),
    _m("weakened echo", "the terms of an answer are not compared with the offer's",
       Line(LIFE, "_check_echo", "!= (standing.terms.id, standing.terms.iri)", "== ()")),
    _m("extended expiry", "an answer may be for longer", Value(LIFE, "_is_longer", lambda _: lambda until, than: False)),
    _m("text swapped beside an old signature", "the answer is not compared with the offer",
       Value(LIFE, "_check_echo", lambda _: lambda standing, echoed: None)),
    _m("altered echo", "the offeror's signature may be another than the offer's",
       Line(LIFE, "_acceptance", "if kept != standing_offer(history).signatures[0]:", "if False:")),
    _m("replay", "entries are taken twice",
       Line(LIFE, "received", "if any(entry.digest == digest for entry in history.entries):", "if False:")),
    _m("replay", "an agreement is begun twice", Line(LIFE, "began", "if agreement.id in used:", "if False:")),
    _m("second counter-offer", "there may be more than one",
       Line(LIFE, "_counter_offer", "if any(entry.kind is Kind.COUNTERED for entry in history.entries):", "if False:")),
    _m("place in the history", "an event follows anything",
       Line(LIFE, "_event_received", "if event.after != history.head:", "if False:")),
    _m("place in the history", "the chain is the last entry alone", Value(LIFE, "chained", lambda _: lambda head, digest: digest)),
    _m("clock skew", "no time is compared with the clock", Value(LIFE, "_check_clock", lambda _: lambda *arguments: None)),
    _m("clock skew", "an hour is no skew", Value(LIFE, "CLOCK_SKEW", lambda _: timedelta(hours=1))),
    _m("late answers", "an answer may come at any time",
       Value(LIFE, "_check_answer_time", lambda _: lambda *arguments: None)),
    _m("expiry", "nothing ends until somebody says so",
       Line(LIFE, "History.state_at", "return State.EXPIRED", "return self.state")),
    _m("entitlement", "either party may do everything",
       Line("terms.lifecycle", "next_state", "role is not Role.EITHER and", "False and")),
    _m("illegal events", "a refused proffer may be accepted after all",
       Value("terms.lifecycle", "TABLE",
             lambda table: {**table, (State.REFUSED, Kind.ACCEPTED): (Role.ANSWERER, State.ACCEPTED)})),
    _m("illegal events", "an ended agreement may be confirmed again",
       Value("terms.lifecycle", "TABLE",
             lambda table: {**table, (State.WITHDRAWN, Kind.CONFIRMED): (Role.OFFEROR, State.ACTIVE)})),
    _m("states", "a violated agreement ends",
       Value("terms.lifecycle", "TABLE",
             lambda table: {**table, (State.ACTIVE, Kind.VIOLATED): (Role.EITHER, State.TERMINATED)})),
    _m("successors", "what replaces an agreement is not looked at",
       Value(LIFE, "_check_successor", lambda _: lambda *arguments: None)),
    _m("filled histories", "a party may add without end", Value(LIFE, "MAX_REPEATED", lambda _: 10**9)),
    _m("guessed ids", "ids are trimmed and their case is folded",
       Line("terms.roster", "find", "_index().get(name)", "_index().get(name) or _index().get(name.strip().upper())")),
    _m("DP misread", "DP does not require portability", Value("terms.roster", "_all", _without_portability)),
    _m("PDC-AI misread", "PDC-AI forbids training", Value("terms.roster", "_all", _no_training)),
    _m("order of protection", "ids that continue another are below it, as skos:broader has it",
       Value("terms.order", "protects_at_least", lambda _: lambda a, b: b.id.startswith(a.id))),
    _m("several parents", "one ancestor that is allowed is enough",
       Line(LIMITS, "Limits._activities", "for group in sorted(groups):", "for group in sorted(groups)[:1]:")),
    _m("undeclared", "what is not declared is allowed",
       Line(LIMITS, "Limits._terms", "found.append(_undeclared", "[].append(_undeclared")),
    _m("unrecognised", "what the vocabulary does not know is allowed",
       Line(LIMITS, "Limits._judge", "return _unrecognised(column.field, term, column.kind)", "return None")),
    _m("third parties", "a name without a role works for the organisation",
       Line(LIMITS, "Limits._recipient", 'frozenset({"dpv:ThirdParty"})', 'frozenset({"dpv:DataProcessor"})')),
    _m("swapped text in a bundle", "texts are not compared with what was signed",
       Value(VERIFIER, "_text_checks",
             lambda checks: lambda *given: (check for check in checks(*given) if check.code != "wrong-text"))),
    _m("receipts", "no inclusion proof is checked", Value("terms.proof.merkle", "includes", lambda _: lambda *arguments: True)),
    _m("rewritten logs", "no consistency proof is checked",
       Value("terms.proof.merkle", "extends", lambda _: lambda *arguments: True)),
    _m("forged checkpoints", "a checkpoint's signature is not checked",
       Line("terms.proof.note", "_verdict", "return False", "return True")),
    _m("readers without trust", "an empty key history is as none",
       Line(VERIFIER, "verify", "bundle.vendor if trust.vendor is None else trust.vendor",
            "trust.vendor if trust.vendor and trust.vendor.keys else bundle.vendor")),
)  # fmt: skip


def _owner(module: str, name: str) -> tuple[Any, str]:
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    return owner, last


def _changed(plant: Line | Value, owner: Any, last: str) -> Any:
    old = getattr(owner, last)
    if isinstance(plant, Value):
        return plant.change(old)
    source = textwrap.dedent(inspect.getsource(old))
    assert plant.before in source, f"{plant.module}.{plant.name} has no line `{plant.before}`"
    made: dict[str, Any] = {}
    module = importlib.import_module(plant.module)
    exec(source.replace(plant.before, plant.after, 1), vars(module) | {}, made)  # the same names, seen as they are now
    function = inspect.unwrap(made[last])  # a cache would not see what is planted below it
    changed = FunctionType(function.__code__, vars(module), last, function.__defaults__)
    changed.__kwdefaults__ = function.__kwdefaults__
    return changed


@contextmanager
def _planted(plant: Line | Value) -> Iterator[None]:
    """The plant in place, also where a module has imported the thing by name."""
    owner, last = _owner(plant.module, plant.name)
    old = getattr(owner, last)
    new = _changed(plant, owner, last)
    places = [owner]
    if "." not in plant.name:
        ours = [module for name, module in sys.modules.items() if name.startswith("terms")]
        places += [module for module in ours if module is not owner and vars(module).get(last) is old]
    for place in places:
        setattr(place, last, new)
    try:
        yield
    finally:
        for place in places:
            setattr(place, last, old)


def _forget() -> None:
    """Everything that is remembered across calls."""
    for cached in (keys.pairwise, comparison._limits, roster._index):
        cached.cache_clear()


@contextmanager
def remembering() -> Iterator[None]:
    """Arithmetic that the plants leave alone is done once for the whole run."""
    old = curve.is_sound, jws.fits
    curve.is_sound, jws.fits = lru_cache(None)(curve.is_sound), lru_cache(None)(jws.fits)  # type: ignore[assignment]
    try:
        yield
    finally:
        curve.is_sound, jws.fits = old


def failing(mutation: Mutation | None) -> list[str]:
    """The ids of the cases that do not pass with the defect in place; without one, of those that fail anyway."""
    with ExitStack() as stack:
        for plant in mutation.plants if mutation else ():
            stack.enter_context(_planted(plant))
        _forget()
        stack.callback(_forget)
        return [case.id for case in corpus.cases() if not _passes(case)]


def _passes(case: corpus.Case) -> bool:
    try:
        return judged(case, answering.answer(case.operation, case.input)).verdict is Verdict.PASSED
    except Exception:  # a crash of the defective program is no pass
        return False


def rows() -> list[tuple[Mutation, list[str]]]:
    """Every mutation with the cases that notice it."""
    with remembering():
        return [(mutation, failing(mutation)) for mutation in MUTATIONS]


if __name__ == "__main__":
    for mutation, failed in rows():
        print(f"{len(failed):4}  {mutation.defect}: {mutation.planted}  {', '.join(failed[:3])}")
