"""What a reminder says, in plain text: it goes through mail and chat services, so it says no more than it has to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from terms.phrases import Phrase, Say, phrase
from vault.reminding.planning import Reminder

TEST: Final = (
    phrase("Firstparty: a test"),
    phrase("This is how reminders of your vault arrive. Nothing needs you."),
)
# More lines than this are a list to open, not a message to read.
MAX_LINES: Final = 30
_KINDS: Final = {
    "cancel_by": phrase("last day to cancel"),
    "renews": phrase("renews"),
    "trial_ends": phrase("trial ends"),
    "return_by": phrase("last day to return"),
    "warranty_ends": phrase("warranty ends"),
    "leave_until": phrase("last day to leave by a special right"),
}
_WEEKDAYS: Final = (
    phrase("Mon"), phrase("Tue"), phrase("Wed"), phrase("Thu"), phrase("Fri"), phrase("Sat"), phrase("Sun"),
)  # fmt: skip
_MONTHS: Final = (
    phrase("Jan"), phrase("Feb"), phrase("Mar"), phrase("Apr"), phrase("May"), phrase("Jun"),
    phrase("Jul"), phrase("Aug"), phrase("Sep"), phrase("Oct"), phrase("Nov"), phrase("Dec"),
)  # fmt: skip


def trial(say: Say = str) -> tuple[str, str]:
    """Title and body of a message that says that it is none."""
    title, body = TEST
    return say(title), say(body)


def message(
    told: Sequence[Reminder], late: Sequence[Reminder], today: date, address: str, say: Say = str
) -> tuple[str, str]:
    """Title and body."""
    ordered = sorted(told, key=lambda one: (one.item.on, one.item.title))
    lines = [f"- {say(_line(one, one in late, today))}" for one in ordered[:MAX_LINES]]
    if len(ordered) > MAX_LINES:
        lines.append(say(phrase("and %(n)s more", n=len(ordered) - MAX_LINES)))
    if late:
        lines.append("\n" + say(phrase("Late: the vault was not running or locked when this was due.")))
    if address:
        lines.append(f"\n{address}/renewals")
    first = ordered[0]
    many = phrase("%(n)s dates coming up", n=len(ordered))
    return say(_headline(first, today) if len(ordered) == 1 else many), "\n".join(lines)


def kind(name: str) -> Phrase:
    return _KINDS.get(name, Phrase(name))


def _headline(one: Reminder, today: date) -> Phrase:
    item = one.item
    return phrase(
        "%(title)s: %(kind)s %(ahead)s", title=_plain(item.title), kind=kind(item.kind), ahead=_in_days(item.on, today)
    )


def _line(one: Reminder, is_late: bool, today: date) -> Phrase:
    item = one.item
    said = phrase(
        "%(title)s: %(kind)s %(day)s (%(ahead)s)",
        title=_plain(item.title),
        kind=kind(item.kind),
        day=_day(item.on),
        ahead=_in_days(item.on, today),
    )
    if item.stake and item.kind == "cancel_by":
        said = phrase("%(line)s, or it runs on for %(money)s", line=said, money=item.stake)
    return phrase("%(line)s [late]", line=said) if is_late else said


def _day(on: date) -> Phrase:
    """`Mon 14 Dec 2026`."""
    return phrase(
        "%(weekday)s %(day)s %(month)s %(year)s",
        weekday=_WEEKDAYS[on.weekday()],
        day=on.day,
        month=_MONTHS[on.month - 1],
        year=on.year,
    )


def _in_days(on: date, today: date) -> Phrase:
    days = (on - today).days
    if days == 0:
        return phrase("today")
    return phrase("tomorrow") if days == 1 else phrase("in %(num)s days", num=days)


def _plain(title: str) -> str:
    """One line: titles come from bank statements and vendors."""
    return " ".join("".join(one if one.isprintable() else " " for one in title).split())[:120]
