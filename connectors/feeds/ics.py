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
    "cancel_by": "Last day to cancel",
    "renews": "Renews",
    "trial_ends": "Trial ends",
    "return_by": "Last day to return",
    "warranty_ends": "Warranty ends",
    "leave_until": "Last day to leave",
}


class CalendarEntry(msgspec.Struct, frozen=True):
    """A deadline and what it is about. `key` names the thing (vault and record id, say) and never changes."""

    key: str
    title: str
    deadline: Deadline


def calendar(entries: Iterable[CalendarEntry], now: datetime) -> bytes:
    """The calendar file, events in date order. `now` is in UTC and becomes every event's time stamp."""
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("name", "Firstparty")
    for entry in sorted(entries, key=lambda item: (item.deadline.on, item.key, item.deadline.kind)):
        feed.add_component(_event(entry, now))
    written: bytes = feed.to_ical()
    return written


def uid(entry: CalendarEntry) -> str:
    """The event's identity: the thing and the kind of date, not the day, which may be corrected."""
    return str(uuid.uuid5(_NAMESPACE, f"{entry.deadline.kind} {entry.key}"))


def _event(entry: CalendarEntry, now: datetime) -> Event:
    deadline, event = entry.deadline, Event()
    event.add("uid", uid(entry))
    event.add("dtstamp", now)
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("summary", _printable(f"{_WORDS[deadline.kind]}: {entry.title}", MAX_SUMMARY))
    event.add("description", _printable(_description(deadline), MAX_DESCRIPTION))
    event.add("transp", "TRANSPARENT")
    for days in _ALARM_DAYS.get(deadline.kind, _USUAL_ALARM_DAYS):
        event.add_component(_alarm(entry, days))
    return event


def _alarm(entry: CalendarEntry, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    text = f"{_WORDS[entry.deadline.kind]} in {days} day{'' if days == 1 else 's'}: {entry.title}"
    alarm.add("description", _printable(text, MAX_SUMMARY))
    alarm.add("trigger", ALARM_HOUR - timedelta(days=days))
    return alarm


def _description(deadline: Deadline) -> str:
    lines = [f"Basis: {deadline.basis}{' (an assumption)' if deadline.basis == 'law' else ''}", deadline.source]
    if deadline.money_at_stake:
        lines.append(f"At stake: {deadline.money_at_stake}")
    if deadline.ends_on:
        lines.append(f"The contract then ends on {deadline.ends_on}")
    return "\n".join(lines)


def _printable(text: str, limit: int) -> str:
    """Without control characters other than the line feed (RFC 5545 §3.1 allows none in a text value)."""
    kept = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"
