"""What the owner's additions allow beyond single terms: retention, transfers, duration and contact.

An addition that limits something asks for it: what the practice does not declare is then in doubt. A cap on a data
category counts where the practice has data of that category, or declares a broader one. Contact is to lie inside the
owner's hours and channels; a practice that names no channel at all asks for no contact.
"""

from __future__ import annotations

from collections.abc import Iterator

from terms import dpv
from terms.additions import Additions, countries, is_place
from terms.durations import length
from terms.findings import Finding, Repair, doubt, exceeds
from terms.practice import Contact, Practice


class AddedLimits:
    """The limits of one set of additions. Which cap a data category falls under is remembered for DPV's terms."""

    def __init__(self, added: Additions) -> None:
        self._added = added
        self._caps = sorted((_length(cap), category, cap) for category, cap in added.retention)
        self._cap_of: dict[str, tuple[int, str] | None] = {}

    def examine(self, practice: Practice) -> Iterator[Finding]:
        """Everything in a practice that the additions do not allow."""
        cap = self._shortest_cap(practice.data) if self._caps else None
        if cap is not None:
            yield from _longer("retention", practice.retention, cap)
        if self._added.transfers_within is not None:
            yield from _transfers(practice.transfers, self._added.transfers_within)
        if self._added.duration is not None:
            yield from _longer("duration", practice.duration, self._added.duration)
        if self._added.contact is not None:
            yield from _contact(practice.contact or Contact(), self._added.contact)

    def _shortest_cap(self, declared: tuple[str, ...] | None) -> str | None:
        if declared is None:
            return self._caps[0][2]
        caps = [cap for term in declared if (cap := self._cap(term)) is not None]
        return min(caps)[1] if caps else None

    def _cap(self, term: str) -> tuple[int, str] | None:
        try:
            return self._cap_of[term]
        except KeyError:
            pass
        data = dpv.personal_data()
        covering = (
            (size, cap) for size, category, cap in self._caps if data.is_a(term, category) or data.is_a(category, term)
        )
        found = next(covering, None)  # the caps are sorted by length
        if term in data:
            self._cap_of[term] = found
        return found


def _length(duration: str) -> int:
    return length(duration) or 0


def _longer(field: str, asked: str | None, cap: str) -> Iterator[Finding]:
    clause, repair = f"additions/{field}", Repair(field, value=cap)
    if asked is None:
        yield doubt(clause, "undeclared", cap, f"it is not declared how long the {field} is", repair)
        return
    asked_length = length(asked)
    if asked_length is None:
        yield doubt(clause, asked, cap, f"`{asked}` is no duration of days, weeks, months or years", repair)
    elif asked_length > _length(cap):
        yield exceeds(clause, asked, cap, f"{asked} is longer than {cap}", repair)


def _transfers(asked: tuple[str, ...] | None, within: tuple[str, ...]) -> Iterator[Finding]:
    clause, allowed = "additions/transfers_within", ", ".join(within) or "nowhere"
    if asked is None:
        yield doubt(clause, "undeclared", allowed, "it is not declared where data goes", Repair("transfers", value=()))
        return
    allowed_countries = countries(within)
    for place in asked:
        repair = Repair("transfers", place)
        if not is_place(place):
            yield doubt(clause, place, allowed, f"`{place}` is no country code, EU or EEA", repair)
        elif not countries((place,)) <= allowed_countries:
            yield exceeds(clause, place, allowed, f"data may not go to {place}", repair)


def _contact(asked: Contact, limit: Contact) -> Iterator[Finding]:
    if asked.channels == ():
        return
    yield from _channels(asked.channels, limit.channels)
    if limit.hours is not None:
        yield from _hours(asked.hours, limit.hours)
    if limit.per_month is not None:
        yield from _frequency(asked.per_month, limit.per_month)


def _channels(asked: tuple[str, ...] | None, limit: tuple[str, ...] | None) -> Iterator[Finding]:
    if limit is None:
        return
    clause, allowed = "additions/contact.channels", ", ".join(limit) or "none"
    if asked is None:
        why = "it is not declared how the person is contacted"
        yield doubt(clause, "undeclared", allowed, why, Repair("contact.channels", value=()))
    for channel in asked or ():
        if channel not in limit:
            yield exceeds(
                clause, channel, allowed, f"no contact by {channel} is wanted", Repair("contact.channels", channel)
            )


def _hours(asked: str | None, limit: str) -> Iterator[Finding]:
    clause = "additions/contact.hours"
    if asked is None:
        why = "it is not declared at which hours the person is contacted"
        yield doubt(clause, "undeclared", limit, why, Repair("contact.hours", value=limit))
        return
    start, end = max(asked[:5], limit[:5]), min(asked[6:], limit[6:])
    if (start, end) != (asked[:5], asked[6:]):
        inside = f"{start}-{end}" if start < end else limit
        yield exceeds(clause, asked, limit, f"{asked} is outside of {limit}", Repair("contact.hours", value=inside))


def _frequency(asked: int | None, limit: int) -> Iterator[Finding]:
    clause, repair = "additions/contact.per_month", Repair("contact.per_month", value=limit)
    if asked is None:
        yield doubt(clause, "undeclared", str(limit), "it is not declared how often the person is contacted", repair)
    elif asked > limit:
        yield exceeds(clause, str(asked), str(limit), f"{asked} times a month is more often than {limit}", repair)
