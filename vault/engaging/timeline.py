"""One timeline for a vendor, over everything: what was paid, written, decided, agreed, granted, read, asked and brought.

    page(vault, to, limit=…, before=…)  -> Page(entries, next)
    lines(vault, to, limit=…, before=…) -> the same as it is stored, for whoever words it otherwise, and `next`

Newest first, in pages: `next` is the place to go on from. Every entry has one line of words; a word of the vendor's in it is
text of a stranger, to be shown as such. Of a message its subject is told, of a record its kind and name, no content.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from terms.errors import UsageError
from terms.phrases import phrase
from vault import ids
from vault.engaging.addressees import Addressee
from vault.money import Money
from vault.session import Vault
from vault.store import timeline as store
from vault.store.timeline import Line

# A screen or two.
PAGE: Final = 50
# Parts of a place: time, kind, key, part.
_PARTS: Final = 4
# Of what a vendor wrote, enough to know it again.
_TEXT: Final = 120


class Entry(msgspec.Struct, frozen=True):
    """`who` is you, vendor or vault; `id` names what it is about, for the command of that kind."""

    at: str
    kind: str
    who: str
    id: str
    line: str


class Page(msgspec.Struct, frozen=True):
    entries: tuple[Entry, ...]
    next: str | None


def page(vault: Vault, to: Addressee, *, limit: int = PAGE, before: str | None = None) -> Page:
    """What passed with a vendor, from the newest, or from before a place."""
    found, onward = lines(vault, to, limit=limit, before=before)
    return Page(tuple(_entry(one) for one in found), onward)


def lines(
    vault: Vault, to: Addressee, *, limit: int = PAGE, before: str | None = None
) -> tuple[tuple[Line, ...], str | None]:
    vendor = to.vendor.id if to.vendor else None
    clients = [one.id for one in to.clients]
    place = _place(before) if before else None
    found = store.lines(vault.connection, vendor, clients, limit=limit + 1, before=place)
    return tuple(found[:limit]), _written(found[limit - 1]) if len(found) > limit else None


def _entry(one: Line) -> Entry:
    prefix = _PREFIXES.get(one.kind)
    name = one.key if prefix is None else ids.text(prefix, int(one.key))
    return Entry(one.at, one.kind, one.who, name, _WORDS[one.kind](one))


def _written(one: Line) -> str:
    return f"{one.at}/{one.kind}/{one.key}/{one.part}"


def _place(written: str) -> tuple[str, str, str, int]:
    parts = written.split("/")
    if len(parts) != _PARTS or not (parts[3].isascii() and parts[3].isdigit() and len(parts[3]) < len(str(ids.MAX))):
        raise UsageError(
            phrase("`%(written)s` is no place in a timeline", written=written[:60]),
            hint=phrase("take `next` of the page before"),
        )
    return parts[0], parts[1], parts[2], int(parts[3])


# --- the words of each kind ------------------------------------------------------------------------------------------------


def _charge(one: Line) -> str:
    minor = int(one.a)
    said = "paid" if minor < 0 else "got back"
    return f"{said} {Money(abs(minor), one.b)}: {one.c[:_TEXT]}"


def _message(one: Line) -> str:
    subject = one.b[:_TEXT]
    return f"{one.a} “{subject}”" + (f": {one.c}" if one.c else "")


def _decision(one: Line) -> str:
    return f"{one.a} “{one.b[:_TEXT]}”: {one.c}" if one.b else f"{one.a}: {one.c}"


def _override(one: Line) -> str:
    return f"{one.a}, said otherwise: {one.b}: {one.c[:_TEXT]}"


def _offer(one: Line) -> str:
    return f"an offer, {one.a}"


def _order(one: Line) -> str:
    return f"an order, {one.a}; it needs {_list(one.b) or 'no data'}"


def _agreement(one: Line) -> str:
    return f"{one.b}: {one.a}"


def _grant(one: Line) -> str:
    return f"{one.a}: may read {', '.join(_granted(one.b.encode()).data)}"


def _release(one: Line) -> str:
    return f"read {_list(one.a) or 'nothing that there was'}"


def _right(one: Line) -> str:
    said = f"{one.a}: {one.c.removeprefix('be ')}" if one.c else f"asked for {one.a}"
    return f"{said}: {one.b[:_TEXT]}" if one.b else said


def _feedback(one: Line) -> str:
    parts = [f"{one.a} of 5" if one.a else "", one.b[:_TEXT], one.c]
    return ", ".join(part for part in parts if part) or "how to reach you"


def _record(one: Line) -> str:
    return f"{one.a} “{one.b[:_TEXT]}”" + (f", disputed: {one.c[:_TEXT]}" if one.who == "you" else "")


class _Granted(msgspec.Struct, frozen=True):
    data: tuple[str, ...] = ()


_granted = msgspec.json.Decoder(_Granted).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode


def _list(written: str) -> str:
    return ", ".join(_texts(written))


_WORDS: Final[dict[str, Callable[[Line], str]]] = {
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
# What a key is the number of; the others are ids as they stand.
_PREFIXES: Final = {
    "charge": "charge",
    "message": "message",
    "decision": "decision",
    "override": "decision",
    "offer": "request",
    "order": "order",
    "grant": "grant",
    "release": "grant",
    "right": "right",
    "feedback": "feedback",
    "record": "record",
}
