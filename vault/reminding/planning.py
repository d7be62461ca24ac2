"""What is to be told, and when: pure, from dates, wishes and what was told already.

Promises
* A date is told of so many days ahead as the owner wishes, each lead once. Its moment is the owner's clock on the wall: nine
  o'clock stays nine o'clock when the clocks change, and an hour that a change leaves out is the one after it.
* No moment lies in quiet hours, and none after the day that it is about. What quiet hours would push past that day is told
  before they begin.
* With a digest, what falls due until the next one is in the one before: nothing is told later than its lead.
* What was missed (the server was off, a date came to be known late) is told once, at the first chance: of several missed
  leads of one date the nearest, which stands for those before it. A date that is past is not told of any more.

Not done: nothing is sent, and no clock is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

Rhythm = Literal["each", "daily", "weekly"]
_DAY: Final = timedelta(days=1)
# A letter needs days; the end of a trial needs a click.
USUAL_LEADS: Final = {
    "cancel_by": (14, 3),
    "leave_until": (14, 3),
    "trial_ends": (3, 1),
    "return_by": (3,),
    "warranty_ends": (14,),
}


class Wishes(msgspec.Struct, frozen=True):
    """`zone` is an IANA name. `hour` is when reminders or digests are told, `weekday` (0 is Monday) that of a weekly digest.
    `quiet` is from and to in minutes since midnight, over midnight where the first is the later one. `leads` are days
    ahead by the kind of date; a kind without any is not told of. `short` tells also of contracts that can be left every
    month anyway."""

    zone: str = "UTC"
    rhythm: Rhythm = "daily"
    hour: int = 9
    weekday: int = 0
    quiet: tuple[int, int] | None = (22 * 60, 7 * 60)
    leads: dict[str, tuple[int, ...]] = msgspec.field(default_factory=lambda: dict(USUAL_LEADS))
    short: bool = False


class Item(msgspec.Struct, frozen=True):
    """A date to be told of. `key` names what it is of; `leads` are its own, None for those of its kind; `stake` is what
    missing it costs, in words."""

    key: str
    kind: str
    title: str
    on: date
    leads: tuple[int, ...] | None = None
    stake: str = ""


class Reminder(msgspec.Struct, frozen=True):
    """`moment` is when it is to be told, in UTC; `lead` how many days ahead it was wished."""

    item: Item
    lead: int
    moment: datetime

    @property
    def key(self) -> str:
        """Of this date and this lead: a date that moves is told of anew."""
        return f"{self.item.key} {self.item.kind} {self.item.on} {self.lead}"


def reminders(items: Iterable[Item], wishes: Wishes) -> list[Reminder]:
    """Every reminder of every date, soonest first."""
    zone = ZoneInfo(wishes.zone)
    found = [
        Reminder(item, lead, moment_of(item.on, lead, wishes, zone))
        for item in items
        for lead in sorted(_leads(item, wishes))
    ]
    return sorted(found, key=lambda one: (one.moment, one.item.on, one.key))


def _leads(item: Item, wishes: Wishes) -> set[int]:
    usual = wishes.leads.get(item.kind, ())
    return set(item.leads if item.leads is not None and usual else usual)


def moment_of(on: date, lead: int, wishes: Wishes, zone: ZoneInfo) -> datetime:
    """When a date is told of, `lead` days ahead."""
    told = on - lead * _DAY
    if wishes.rhythm == "weekly":
        told -= (told.weekday() - wishes.weekday) % 7 * _DAY
    at = _wall(told, wishes.hour * 60, zone)
    if not is_quiet(at, wishes, zone):
        return at
    after = _quiet_end(at, wishes, zone)
    return after if after.astimezone(zone).date() <= on else _before_quiet(at, wishes, zone)


def due(
    items: Iterable[Item], wishes: Wishes, told: Collection[str], now: datetime
) -> tuple[list[Reminder], list[Reminder]]:
    """What is to be told now; and with that what is settled by it: itself, and the missed leads that it stands for."""
    zone = ZoneInfo(wishes.zone)
    today = now.astimezone(zone).date()
    by_date: dict[tuple[str, str], list[Reminder]] = {}
    for one in reminders(items, wishes):
        if one.moment <= now and one.item.on >= today:
            by_date.setdefault((one.item.key, one.item.kind), []).append(one)
    open_ = [found for found in by_date.values() if _nearest(found).key not in told]
    if is_quiet(now, wishes, zone):
        end = _quiet_end(now, wishes, zone).astimezone(zone).date()
        open_ = [found for found in open_ if found[0].item.on < end]
    return [_nearest(found) for found in open_], [one for found in open_ for one in found]


def ahead(items: Iterable[Item], wishes: Wishes, told: Collection[str], now: datetime) -> list[Reminder]:
    """What is to come, soonest first."""
    return [one for one in reminders(items, wishes) if one.moment > now and one.key not in told]


def runs(coming: Sequence[Reminder], wishes: Wishes) -> list[tuple[datetime, list[Reminder]]]:
    """The same as it will be sent: a digest for all of one moment, or each by itself."""
    nearest: dict[tuple[datetime, str, str], Reminder] = {}
    for one in sorted(coming, key=lambda one: -one.lead):
        nearest[one.moment, one.item.key, one.item.kind] = one
    ordered = sorted(nearest.values(), key=lambda one: (one.moment, one.item.on, one.key))
    if wishes.rhythm == "each":
        return [(one.moment, [one]) for one in ordered]
    return [(moment, [*found]) for moment, found in groupby(ordered, key=lambda one: one.moment)]


def is_late(one: Reminder, wishes: Wishes, now: datetime) -> bool:
    """Whether its day has passed: a few hours are not worth a word."""
    zone = ZoneInfo(wishes.zone)
    return now.astimezone(zone).date() > one.moment.astimezone(zone).date()


def is_quiet(at: datetime, wishes: Wishes, zone: ZoneInfo) -> bool:
    if wishes.quiet is None:
        return False
    begin, end = wishes.quiet
    wall = at.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    return begin <= minute < end if begin < end else begin != end and (minute >= begin or minute < end)


def _nearest(found: Sequence[Reminder]) -> Reminder:
    """Of one date: the reminder that stands closest to it."""
    return min(found, key=lambda one: one.lead)


def _quiet_end(at: datetime, wishes: Wishes, zone: ZoneInfo) -> datetime:
    """When the quiet hours end in which `at` lies."""
    assert wishes.quiet is not None
    begin, end = wishes.quiet
    wall = at.astimezone(zone)
    is_next_day = begin > end and wall.hour * 60 + wall.minute >= begin
    return _wall(wall.date() + is_next_day * _DAY, end, zone)


def _before_quiet(at: datetime, wishes: Wishes, zone: ZoneInfo) -> datetime:
    """The last minute before the quiet hours begin in which `at` lies."""
    assert wishes.quiet is not None
    begin, end = wishes.quiet
    wall = at.astimezone(zone)
    is_day_before = begin > end and wall.hour * 60 + wall.minute < end
    # `fold`: where a change of clocks leaves the beginning out, the time before the change.
    return _wall(wall.date() - is_day_before * _DAY, begin, zone, fold=1) - timedelta(minutes=1)


def _wall(day: date, minute: int, zone: ZoneInfo, *, fold: Literal[0, 1] = 0) -> datetime:
    """A time on the wall as a moment. What a change of clocks leaves out becomes the hour after; what it repeats, the first."""
    hours, minutes = divmod(minute, 60)
    return datetime.combine(day, time(hours, minutes, fold=fold), tzinfo=zone).astimezone(UTC)
