"""What holds for a client, and for how long it is offered: the owner's choice of terms, read for an agreement to be made."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from terms.durations import INDEFINITE
from terms.effective import Effective, effective
from vault import choosing, periods
from vault.meeting import linking
from vault.session import Vault
from vault.store.agreements import ClientRow

# As `firstparty agreement proffer` has it: two weeks to read terms that are the same for everybody.
ANSWER_WITHIN: Final = "P14D"


def chosen(vault: Vault, client: ClientRow) -> Effective:
    """What the owner has chosen for the vendor of this client."""
    row = linking.vendor_of(vault, client)
    if row is not None:
        return choosing.effective_for(vault.connection, row)
    return effective(choosing.present(vault.connection).choice)


def after(now: datetime, period: str) -> datetime:
    """The same time of day, a period later."""
    end = periods.add(now.date(), periods.parse(period))
    return datetime.combine(end, time(now.hour, now.minute, now.second), now.tzinfo)


def until(now: datetime, lasting: str | None, choice: Effective) -> datetime | None:
    """The end of a period; where none is named, of the longest that the owner has chosen, if there is one."""
    period = lasting or choice.additions.duration
    return None if period in (None, INDEFINITE) else after(now, period)


def answer_by(now: datetime, ends: datetime | None) -> datetime:
    """Until when it may be answered; of what ends sooner than that, in the first half of its time."""
    usual = after(now, ANSWER_WITHIN)
    return usual if ends is None or usual < ends else now + (ends - now) / 2
