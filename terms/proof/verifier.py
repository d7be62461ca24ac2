"""The offline verifier of a dispute bundle: what it proves, what fails, and what it cannot prove.

`verify(bundle, trust)` uses nothing but the bundle and what the reader trusts on other grounds (`Trust`). Every check is a
`Check`: verified, failed with a code, or not verified with the reason. A reader who brings the roster, the vendor's keys,
the log's key or a checkpoint of their own turns the matching "not verified" into a verdict.

Some things no file can prove, and the report always says so: who the people behind the keys are, that the times are true
(they are what the signers say), that nothing happened after the last entry, and that anybody kept to the terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from terms import agreement as life
from terms.agreement import History, Known
from terms.lifecycle import State
from terms.phrases import Phrase, phrase
from terms.proof import jcs, jws, keys, merkle, note
from terms.proof.bundle import Bundle, Extension, Log, Receipt, Release
from terms.record import Kind, Terms
from terms.refusals import CODES, Refused, quoted


class Verdict(StrEnum):
    VERIFIED = "verified"
    FAILED = "failed"
    NOT_VERIFIED = "not verified"


@dataclass(frozen=True, slots=True)
class Check:
    """`topic` is a stable word for programs; `code` is of `refusals.CODES`, and empty unless it failed."""

    verdict: Verdict
    topic: str
    words: Phrase
    code: str = ""

    @property
    def sentence(self) -> str:
        """In English."""
        return str(self.words)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader knows on other grounds; nothing of it comes from the bundle."""

    roster: Mapping[str, Terms] | None = None
    vendor: keys.KeyHistory | None = None
    log_key: bytes | None = None
    witnessed: str = ""


NO_TRUST: Final = Trust()


@dataclass(frozen=True, slots=True)
class Report:
    """`history` is none when the entries do not verify."""

    history: History | None
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Nothing failed and the entries verify; what was not verified is listed, and is the reader's to weigh."""
        return self.history is not None and not self.of(Verdict.FAILED)

    @property
    def state(self) -> State | None:
        return None if self.history is None else self.history.state

    def of(self, verdict: Verdict) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.verdict is verdict)


def verify(bundle: Bundle, trust: Trust = NO_TRUST) -> Report:
    """Everything that the bundle proves, and what it does not; never raises."""
    try:
        # INVARIANT: an empty key history that the reader trusts is still the reader's; it trusts no key.
        vendor = bundle.vendor if trust.vendor is None else trust.vendor
        history = replayed_as_named(bundle.entries, vendor)
    except Refused as refusal:
        failed = Check(
            Verdict.FAILED,
            "history",
            phrase("the entries do not verify: %(sentence)s", sentence=Phrase(refusal.sentence)),
            refusal.code,
        )
        return Report(None, (failed, *_log_checks(bundle, trust), *_limits()))
    checks = (
        *_history_checks(history),
        *_key_checks(history, bundle, trust),
        *_text_checks(history, bundle, trust),
        *_log_checks(bundle, trust),
        *_release_checks(history, bundle),
        *_limits(),
    )
    return Report(history, checks)


def _verified(topic: str, words: Phrase) -> Check:
    return Check(Verdict.VERIFIED, topic, words)


def _failed(topic: str, code: str, words: Phrase | None = None) -> Check:
    return Check(Verdict.FAILED, topic, words or Phrase(CODES[code]), code)


def _open(topic: str, words: Phrase) -> Check:
    return Check(Verdict.NOT_VERIFIED, topic, words)


def replayed_as_named(entries: Iterable[bytes], vendor: keys.KeyHistory) -> History:
    """The history of these entries, each judged against the terms that it names itself: whether the roster has them is a
    question of its own, and its texts change with time, so that one history may name two texts of one id."""
    history: History | None = None
    for raw in entries:
        named = life.terms_named(raw)
        known = Known({named.id: named} if named else {}, vendor)
        at = max(signature.at for signature in jws.parse(raw).signatures)
        history = life.began(raw, known, now=at) if history is None else life.received(history, raw, known, now=at)
    if history is None:
        raise Refused("missing-field", "a history has at least the proffer")
    return history


def _named(bundle: Bundle) -> list[Terms]:
    """The terms as the entries name them, each once."""
    named = [terms for raw in bundle.entries if (terms := life.terms_named(raw)) is not None]
    return list(dict.fromkeys(named))


def _history_checks(history: History) -> Iterator[Check]:
    terms = history.agreement.terms
    yield _verified(
        "history",
        phrase("%(entries)s entries, each signed by its party and in its place", entries=len(history.entries)),
    )
    if history.record is not None:
        yield _verified(
            "record",
            phrase(
                "both parties signed the same bytes: `%(id)s`, %(digest)s",
                id=terms.id,
                digest=jws.digest(history.record),
            ),
        )
    else:
        yield _verified(
            "record",
            phrase(
                "no agreement was made; the last offer was `%(id)s` and is %(state)s",
                id=terms.id,
                state=Phrase(str(history.state)),
            ),
        )
    failures = [entry for entry in history.entries if entry.kind is Kind.FAILED]
    if failures:
        yield _verified(
            "failed-attempts",
            phrase(
                "%(failures)s failed attempts are recorded, as the party that saw them says", failures=len(failures)
            ),
        )
    for entry in history.entries:
        if entry.kind is Kind.VIOLATED:
            yield _open(
                "violation",
                phrase(
                    "the %(by)s party says that the terms were violated; whether so is not shown here",
                    by=Phrase(str(entry.by)),
                ),
            )
    yield _open("later", phrase("that nothing happened after the last entry; ask the other side for its record"))


def _key_checks(history: History, bundle: Bundle, trust: Trust) -> Iterator[Check]:
    yield _verified(
        "first-key", phrase("the person's key is the one in its name %(first)s", first=quoted(history.agreement.first))
    )
    if trust.vendor is not None:
        yield _verified("second-key", phrase("the organisation's keys are the ones that the reader trusts"))
        return
    yield _open(
        "second-key",
        phrase(
            "that the %(keys)s keys in the bundle were published by %(second)s",
            keys=len(bundle.vendor.keys),
            second=quoted(history.agreement.second),
        ),
    )


def _text_checks(history: History, bundle: Bundle, trust: Trust) -> Iterator[Check]:
    named = _named(bundle)
    fitting = {(text.id, text.hash, text.iri) for text in bundle.texts} & {(one.id, one.hash, one.iri) for one in named}
    strays = {text.id for text in bundle.texts if (text.id, text.hash, text.iri) not in fitting}
    for terms in named:
        name = terms.id
        if (name, terms.hash, terms.iri) in fitting:
            yield _verified("text", phrase("the text and rules of `%(name)s` are the ones that were signed", name=name))
        elif name in strays:
            yield _failed(
                "text", "wrong-text", phrase("the text of `%(name)s` is not the one that was signed", name=name)
            )
        else:
            yield _open("text", phrase("the text of `%(name)s` is not in the bundle", name=name))
        yield _roster_check(terms, trust)


def _roster_check(terms: Terms, trust: Trust) -> Check:
    if trust.roster is None:
        return _open("roster", phrase("that `%(id)s` is on the roster", id=terms.id))
    if trust.roster.get(terms.id) == terms:
        return _verified("roster", phrase("`%(id)s` is on the reader's roster with this text", id=terms.id))
    return _failed("roster", "wrong-hash" if terms.id in trust.roster else "off-roster")


def _log_checks(bundle: Bundle, trust: Trust) -> Iterator[Check]:
    if bundle.log is None:
        yield _open("log", phrase("there is no log in the bundle, so releases are the word of whoever made it"))
        return
    opened = _opened(bundle, bundle.log)
    for place, point in enumerate(opened):
        if point is None:
            yield _failed(
                "checkpoint",
                "wrong-checkpoint",
                phrase("checkpoint %(place)s is not signed by the log", place=place + 1),
            )
    points = {point.size: point for point in opened if point is not None}
    if points:
        yield _verified(
            "checkpoint",
            phrase(
                "%(points)s checkpoints are signed by the log %(origin)s",
                points=len(points),
                origin=quoted(bundle.log.origin),
            ),
        )
    yield from _extension_checks(points, {(found.old, found.new): found for found in bundle.extensions})
    yield _log_key_check(bundle.log, trust)
    yield _witness_check(bundle.log, points, trust)


def _opened(bundle: Bundle, log: Log) -> list[note.Checkpoint | None]:
    return [note.opened(text, origin=log.origin, public=log.public) for text in bundle.checkpoints]


def _extension_checks(
    points: Mapping[int, note.Checkpoint], extensions: Mapping[tuple[int, int], Extension]
) -> Iterator[Check]:
    sizes = sorted(points)
    for old, new in pairwise(sizes):
        found = extensions.get((old, new))
        if found is None:
            yield _open(
                "extension", phrase("that the log at %(new)s leaves begins with the log at %(old)s", new=new, old=old)
            )
        elif merkle.extends(old, new, points[old].root, points[new].root, found.proof):
            yield _verified(
                "extension", phrase("the log at %(new)s leaves begins with the log at %(old)s", new=new, old=old)
            )
        else:
            yield _failed(
                "extension",
                "wrong-checkpoint",
                phrase("the log was rewritten between %(old)s and %(new)s leaves", old=old, new=new),
            )


def _log_key_check(log: Log, trust: Trust) -> Check:
    if trust.log_key is None:
        return _open("log-key", phrase("that the log's key is the one of %(origin)s", origin=quoted(log.origin)))
    if trust.log_key == log.public:
        return _verified("log-key", phrase("the log's key is the one that the reader trusts"))
    return _failed("log-key", "wrong-checkpoint", phrase("the log's key is not the one that the reader trusts"))


def _witness_check(log: Log, points: Mapping[int, note.Checkpoint], trust: Trust) -> Check:
    if not trust.witnessed:
        return _open(
            "witness", phrase("that the log is the same for everybody; compare with a checkpoint that somebody kept")
        )
    kept = note.opened(trust.witnessed, origin=log.origin, public=log.public)
    if kept is None:
        return _failed("witness", "wrong-checkpoint", phrase("the reader's checkpoint is not signed by this log"))
    if kept.size not in points:
        return _open(
            "witness",
            phrase("the bundle has no checkpoint at %(size)s leaves to compare with the reader's", size=kept.size),
        )
    if kept != points[kept.size]:
        return _failed(
            "witness",
            "wrong-checkpoint",
            phrase("at %(size)s leaves the log differs from the reader's checkpoint", size=kept.size),
        )
    return _verified(
        "witness", phrase("at %(size)s leaves the log is the one of the reader's checkpoint", size=kept.size)
    )


def _release_checks(history: History, bundle: Bundle) -> Iterator[Check]:
    points = {} if bundle.log is None else {p.size: p for p in _opened(bundle, bundle.log) if p is not None}
    receipts = {receipt.number: receipt for receipt in bundle.receipts}
    for release in bundle.releases:
        yield _body_check(release)
        yield _receipt_check(release, receipts.pop(release.number, None), points)
        if not _names(release, history.agreement.id):
            yield _open(
                "release",
                phrase(
                    "that release %(number)s was made under this agreement: it does not name it", number=release.number
                ),
            )
    for number in receipts:
        yield _failed(
            "receipt",
            "wrong-receipt",
            phrase("a receipt is for leaf %(number)s, which is not in the bundle", number=number),
        )


def _body_check(release: Release) -> Check:
    if release.body is None:
        return _open("release", phrase("what release %(number)s held: its body was erased", number=release.number))
    if release.has_digest_of_body:
        return _verified(
            "release",
            phrase(
                "release %(number)s (%(event)s) holds what its leaf says", number=release.number, event=release.event
            ),
        )
    return _failed(
        "release",
        "wrong-receipt",
        phrase("the body of release %(number)s is not the one of its leaf", number=release.number),
    )


def _receipt_check(release: Release, receipt: Receipt | None, points: Mapping[int, note.Checkpoint]) -> Check:
    if receipt is None:
        return _open(
            "receipt", phrase("that release %(number)s is in the log: it has no receipt", number=release.number)
        )
    point = points.get(receipt.size)
    if point is None:
        return _open(
            "receipt",
            phrase(
                "that release %(number)s is in the log: no checkpoint at %(size)s leaves",
                number=release.number,
                size=receipt.size,
            ),
        )
    if merkle.includes(release.number, receipt.size, release.hashed, receipt.proof, point.root):
        return _verified(
            "receipt",
            phrase("release %(number)s is in the log at %(size)s leaves", number=release.number, size=receipt.size),
        )
    return _failed("receipt", "wrong-receipt")


def _names(release: Release, agreement_id: str) -> bool:
    try:
        body = None if release.body is None else jcs.parse(release.body.encode("utf-8"))
    except (Refused, UnicodeEncodeError):
        return False
    return isinstance(body, dict) and body.get("agreement") == agreement_id


def _limits() -> Iterator[Check]:
    yield _open("people", phrase("who the person and the organisation behind the keys are"))
    yield _open("times", phrase("that the times are true: they are what the signers say"))
    yield _open("conduct", phrase("that either party kept to the terms"))
