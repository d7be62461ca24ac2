"""What a reminder says, in plain text: it goes through mail and chat services, so it says no more than it has to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from vault.reminding.planning import Reminder

TEST: Final = ("Firstparty: a test", "This is how reminders of your vault arrive. Nothing needs you.")
# More lines than this are a list to open, not a message to read.
MAX_LINES: Final = 30
_KINDS: Final = {
    "cancel_by": "last day to cancel",
    "renews": "renews",
    "trial_ends": "trial ends",
    "return_by": "last day to return",
    "warranty_ends": "warranty ends",
    "leave_until": "last day to leave by a special right",
}


def message(told: Sequence[Reminder], late: Sequence[Reminder], today: date, address: str) -> tuple[str, str]:
    """Title and body."""
    ordered = sorted(told, key=lambda one: (one.item.on, one.item.title))
    lines = [_line(one, one in late, today) for one in ordered[:MAX_LINES]]
    if len(ordered) > MAX_LINES:
        lines.append(f"and {len(ordered) - MAX_LINES} more")
    if late:
        lines.append("\nLate: the vault was not running or locked when this was due.")
    if address:
        lines.append(f"\n{address}/renewals")
    first = ordered[0]
    title = _headline(first, today) if len(ordered) == 1 else f"{len(ordered)} dates coming up"
    return title, "\n".join(lines)


def kind(name: str) -> str:
    return _KINDS.get(name, name)


def _headline(one: Reminder, today: date) -> str:
    return f"{_plain(one.item.title)}: {kind(one.item.kind)} {_in_days(one.item.on, today)}"


def _line(one: Reminder, is_late: bool, today: date) -> str:
    stake = f", or it runs on for {one.item.stake}" if one.item.stake and one.item.kind == "cancel_by" else ""
    late = " [late]" if is_late else ""
    when = f"{one.item.on:%a} {one.item.on.day} {one.item.on:%b %Y}"
    return f"- {_plain(one.item.title)}: {kind(one.item.kind)} {when} ({_in_days(one.item.on, today)}){stake}{late}"


def _in_days(on: date, today: date) -> str:
    days = (on - today).days
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def _plain(title: str) -> str:
    """One line: titles come from bank statements and vendors."""
    return " ".join("".join(one if one.isprintable() else " " for one in title).split())[:120]
