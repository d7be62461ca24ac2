"""What a contract's charges say about today: whether it goes on, and when the next charge is due."""

from __future__ import annotations

from datetime import date

from vault.periods import add
from vault.relationships.rhythm import BY_PERIOD, Rhythm, due_date, month_of
from vault.relationships.streams import Status, Stream

# A contract that was silent for this many rhythms is not expected to charge again.
SILENT_RHYTHMS = 3


def status_of(stream: Stream, *, today: date, seen_until: date) -> Status:
    """`ended` when a charge was due well before the end of what is known (today, or the last day that the bank
    account's records cover) and did not come; `trial` until the first full charge; else `active`."""
    if stream.trial_until and stream.trial_until > today:
        return "trial"
    rhythm = BY_PERIOD[stream.period]
    known = min(today, seen_until)
    overdue = known.toordinal() - _due_after(stream, rhythm, 1).toordinal()
    return "ended" if overdue > rhythm.grace_days else "active"


def next_charge(stream: Stream, *, today: date) -> date | None:
    """The first due date after the last charge that is not past; none when the contract has been silent for more
    than three rhythms."""
    rhythm = BY_PERIOD[stream.period]
    for times in range(1, SILENT_RHYTHMS + 1):
        due = _due_after(stream, rhythm, times)
        if due >= today:
            return due
    return None


def _due_after(stream: Stream, rhythm: Rhythm, times: int) -> date:
    """The due date `times` rhythms after the last charge's own."""
    if not rhythm.monthly:
        return add(stream.last, stream.period, times)
    months = stream.period.count * (12 if stream.period.unit == "Y" else 1)
    anchor = stream.anchor_day or stream.last.day
    return due_date(month_of(stream.last, anchor) + months * times, anchor)
