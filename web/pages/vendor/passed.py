"""What passed between the owner and a vendor, in sentences; a vendor's own words stand beside as text.

passed(line) -> Passed(at, sentence, text)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from terms.roster import OffRosterError, find
from vault.money import Money
from vault.store.timeline import Line
from web.pages.frame.language import gettext
from web.pages.frame.right_words import RIGHTS
from web.pages.frame.rule_words import KIND
from web.pages.frame.wording import mark, money, term

YOU: Final = "you"
# Of what somebody wrote, enough to know it again.
_TEXT: Final = 160
_ANSWERS: Final[Mapping[str, str]] = {
    "be acknowledged": mark("They took note that you asked for %(what)s"),
    "be fulfilled": mark("They did what you asked for: %(what)s"),
    "be extended": mark("They need two months more for what you asked for: %(what)s"),
    "be refused": mark("They refused %(what)s"),
    "withdrawn": mark("You took back that you asked for %(what)s"),
}
_VERDICTS: Final[Mapping[str, str]] = {
    "accept": mark("accepted"),
    "ask": mark("left to you"),
    "refuse": mark("declined"),
}
_MESSAGES: Final[Mapping[str, str]] = {
    "in the digest": mark("They wrote to you; it waits in your digest"),
    "filed away": mark("They wrote to you; it was put aside"),
    "held": mark("They wrote to you; it waits to be let in"),
}
_AGREEMENT: Final[Mapping[str, tuple[str, str]]] = {
    "proffered": (mark("You offered your terms: %(terms)s"), mark("They offered terms: %(terms)s")),
    "counter-offered": (mark("You offered other terms"), mark("They offered other terms")),
    "accepted": (mark("You accepted the terms: %(terms)s"), mark("They accepted the terms: %(terms)s")),
    "confirmed": (mark("You hold the signed agreement"), mark("They hold the signed agreement")),
    "refused": (mark("You declined the terms"), mark("They declined the terms")),
    "withdrawn": (mark("You took the terms back"), mark("They took the terms back")),
    "terminated": (mark("You ended the agreement"), mark("They ended the agreement")),
    "violated": (mark("You put on record that they broke the agreement"), mark("They say the agreement was broken")),
}
_SHARING: Final[Mapping[str, str]] = {
    "given": mark("You let them see your %(list)s"),
    "revoked": mark("You stopped sharing your %(list)s"),
}

_RECORDS: Final[Mapping[str, str]] = {
    "contract": mark("They gave you a contract"),
    "invoice": mark("They gave you an invoice"),
    "usage": mark("They gave you readings of use"),
    "holdings": mark("They said what they hold of you"),
}

# Of what is in none of the tables.
_RECORD: Final = mark("They gave you a record")
_WROTE: Final = mark("They wrote to you")
_CHANGED: Final = mark("The terms changed")
_SHARING_ENDED: Final = mark("Sharing your %(list)s ended")
_ASKED: Final = mark("You asked for %(what)s")


class Passed(Struct, frozen=True):
    """`text` is a vendor's, or the owner's own, and may be empty."""

    at: str
    sentence: str
    text: str = ""


def passed(one: Line) -> Passed:
    sentence, text = _WORDS[one.kind](one)
    return Passed(one.at, sentence, text[:_TEXT])


Worded = tuple[str, str]


def _charge(one: Line) -> Worded:
    minor = int(one.a)
    words = mark("You paid %(money)s") if minor < 0 else mark("You got %(money)s back")
    return gettext(words, money=money(Money(abs(minor), one.b))), one.c


def _message(one: Line) -> Worded:
    if one.who == YOU:
        return gettext("You wrote to them"), one.b
    return gettext(_MESSAGES.get(one.c, _WROTE)), one.b


def _decision(one: Line) -> Worded:
    return gettext("Your butler on the %(what)s: %(how)s", what=_kind(one.a), how=_verdict(one.c)), one.b


def _override(one: Line) -> Worded:
    return gettext("You decided on the %(what)s: %(how)s", what=_kind(one.a), how=_verdict(one.b)), one.c


def _kind(kind: str) -> str:
    return gettext(KIND.get(kind, kind))


def _verdict(written: str) -> str:
    """Of `accept, eligible`."""
    word = written.partition(",")[0]
    return gettext(_VERDICTS.get(word, word))


def _offer(one: Line) -> Worded:
    return gettext("They sent an offer; it waits to be let in"), ""


def _order(one: Line) -> Worded:
    return gettext("You took an offer of theirs"), _list(one.b)


def _agreement(one: Line) -> Worded:
    yours, theirs = _AGREEMENT.get(one.a, (_CHANGED, _CHANGED))
    return gettext(yours if one.who == YOU else theirs, terms=_terms(one.b)), ""


def _terms(id: str) -> str:
    try:
        return find(id).agreement.name
    except OffRosterError:
        return id


def _grant(one: Line) -> Worded:
    seen = ", ".join(term(id) for id in _granted(one.b.encode()).data)
    return gettext(_SHARING.get(one.a, _SHARING_ENDED), list=seen), ""


def _release(one: Line) -> Worded:
    return gettext("They read your %(list)s", list=_list(one.a) or gettext("details, of which there were none")), ""


def _right(one: Line) -> Worded:
    what = gettext(RIGHTS.get(one.a, one.a))
    return gettext(_ANSWERS.get(one.c, _ASKED), what=what), one.b


def _feedback(one: Line) -> Worded:
    said = (
        gettext("You gave them %(stars)s of 5", stars=one.a) if one.a else gettext("You noted what you think of them")
    )
    return said, one.b


def _record(one: Line) -> Worded:
    if one.who == YOU:
        return gettext("You disputed a record of theirs"), one.c or one.b
    return gettext(_RECORDS.get(one.a, _RECORD)), one.b if one.a in ("contract", "invoice") else ""


class _Granted(msgspec.Struct, frozen=True):
    data: tuple[str, ...] = ()


_granted = msgspec.json.Decoder(_Granted).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode


def _list(written: str) -> str:
    return ", ".join(term(id) for id in _texts(written))


_WORDS: Final[Mapping[str, Callable[[Line], Worded]]] = {
    "charge": _charge,
    "message": _message,
    "decision": _decision,
    "override": _override,
    "offer": _offer,
    "order": _order,
    "agreement": _agreement,
    "grant": _grant,
    "release": _release,
    "right": _right,
    "feedback": _feedback,
    "record": _record,
}
