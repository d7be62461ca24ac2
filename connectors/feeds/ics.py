"""Deadlines as an iCalendar file (RFC 5545): all-day events with alarms.

Promises
* The same deadline of the same thing keeps its UID, so that importing again moves an event and never doubles it. The
  UID is a digest (UUID version 5): a calendar that is shared tells nothing of the vault's own numbers.
* An event says what its date rests on; one that rests on the law is called an assumption.
* Vendors' names come from bank statements and mail: control characters are dropped, lengths limited, and the library
  escapes the rest, so that no name can end a line or start another event.

Not done: nothing is sent anywhere, and there are no times of day but in the alarms.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from icalendar import Alarm, Calendar, Event

from terms.phrases import Phrase, Say, phrase
from vault.relationships.deadlines import Deadline

# Wide enough for any name on one line of a calendar; a longer one is cut.
MAX_SUMMARY = 200
MAX_DESCRIPTION = 2_000
# RFC 5545 §3.7.3
PRODUCT = "-//Firstparty//Deadlines//EN"
# Nine in the morning of the day, counted from its midnight.
ALARM_HOUR = timedelta(hours=9)
# A letter needs days, so the last day to cancel is announced two weeks ahead, the others two days.
_ALARM_DAYS = {"cancel_by": (14, 3), "leave_until": (14, 3), "trial_ends": (3, 1)}
_USUAL_ALARM_DAYS = (2,)
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:firstparty:deadline")
_WORDS = {
    "cancel_by": phrase("Last day to cancel: %(title)s"),
    "renews": phrase("Renews: %(title)s"),
    "trial_ends": phrase("Trial ends: %(title)s"),
    "return_by": phrase("Last day to return: %(title)s"),
    "warranty_ends": phrase("Warranty ends: %(title)s"),
    "leave_until": phrase("Last day to leave: %(title)s"),
}
_BASES = {
    "stated": phrase("Basis: stated"),
    "owner": phrase("Basis: owner"),
    "law": phrase("Basis: law (an assumption)"),
    "unknown": phrase("Basis: unknown"),
}


class CalendarEntry(msgspec.Struct, frozen=True):
    """A deadline and what it is about. `key` names the thing (vault and record id, say) and never changes."""

    key: str
    title: str
    deadline: Deadline


def calendar(entries: Iterable[CalendarEntry], now: datetime, say: Say = str) -> bytes:
    """The calendar file, events in date order. `now` is in UTC and becomes every event's time stamp; `say` words what is ours."""
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("name", "Firstparty")
    for entry in sorted(entries, key=lambda item: (item.deadline.on, item.key, item.deadline.kind)):
        feed.add_component(_event(entry, now, say))
    written: bytes = feed.to_ical()
    return written


def uid(entry: CalendarEntry) -> str:
    """The event's identity: the thing and the kind of date, not the day, which may be corrected."""
    return str(uuid.uuid5(_NAMESPACE, f"{entry.deadline.kind} {entry.key}"))


def _event(entry: CalendarEntry, now: datetime, say: Say) -> Event:
    deadline, event = entry.deadline, Event()
    event.add("uid", uid(entry))
    event.add("dtstamp", now)
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("summary", _printable(say(_headline(entry)), MAX_SUMMARY))
    event.add("description", _printable(_description(deadline, say), MAX_DESCRIPTION))
    event.add("transp", "TRANSPARENT")
    for days in _ALARM_DAYS.get(deadline.kind, _USUAL_ALARM_DAYS):
        event.add_component(_alarm(entry, days, say))
    return event


def _headline(entry: CalendarEntry) -> Phrase:
    return _WORDS[entry.deadline.kind].of(title=entry.title)


def _alarm(entry: CalendarEntry, days: int, say: Say) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    ahead = phrase("in %(num)s day", num=days) if days == 1 else phrase("in %(num)s days", num=days)
    text = phrase("%(ahead)s: %(what)s", ahead=ahead, what=_headline(entry))
    alarm.add("description", _printable(say(text), MAX_SUMMARY))
    alarm.add("trigger", ALARM_HOUR - timedelta(days=days))
    return alarm


def _description(deadline: Deadline, say: Say) -> str:
    why = deadline.why
    lines = [say(_BASES[deadline.basis]), why if isinstance(why, str) else say(why)]
    if deadline.money_at_stake:
        lines.append(say(phrase("At stake: %(money)s", money=deadline.money_at_stake)))
    if deadline.ends_on:
        lines.append(say(phrase("The contract then ends on %(day)s", day=deadline.ends_on)))
    return "\n".join(lines)


def _printable(text: str, limit: int) -> str:
    """Without control characters other than the line feed (RFC 5545 §3.1 allows none in a text value)."""
    kept = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"
