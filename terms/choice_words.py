"""The fields of a choice in words: what they say, how they changed, and what holds where nothing is stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from terms.additions import ALL_DATA
from terms.phrases import AgreementId, Length, Phrase, Term, phrase
from terms.stated import RETENTION, FieldValue

# (nothing in the list, something in it)
_LISTS: Mapping[str, tuple[Phrase, Phrase]] = {
    "acceptable": (phrase("accepts nothing"), phrase("accepts %(entries)s")),
    "refused_purposes": (phrase("refuses no purposes"), phrase("refuses the purposes %(entries)s")),
    "refused_data": (phrase("refuses no data"), phrase("refuses data such as %(entries)s")),
    "transfers_within": (phrase("data goes to no country"), phrase("data stays within %(entries)s")),
    "contact.channels": (phrase("no contact at all"), phrase("contact only by %(entries)s")),
}
# (more, less)
_REFUSED: Mapping[str, tuple[Phrase, Phrase]] = {
    "refused_purposes": (
        phrase("also refuses the purposes %(entries)s"),
        phrase("no longer refuses the purposes %(entries)s"),
    ),
    "refused_data": (
        phrase("also refuses data such as %(entries)s"),
        phrase("no longer refuses data such as %(entries)s"),
    ),
}
_SINGLE: Mapping[str, Phrase] = {
    "preferred": phrase("prefers %(value)s"),
    "duration": phrase("agreements run at most %(value)s"),
    "contact.hours": phrase("contact only at %(value)s"),
    "contact.per_month": phrase("contact at most %(value)s times a month"),
}
_UNSTATED: Mapping[str, Phrase] = {
    "retention": phrase("no limit on how long data is kept"),
    "refused_purposes": phrase("no purposes refused beyond the agreement"),
    "refused_data": phrase("no data refused beyond the agreement"),
    "transfers_within": phrase("no limit on where data goes"),
    "duration": phrase("no limit on how long an agreement runs"),
    "contact.channels": phrase("contact by any channel"),
    "contact.hours": phrase("contact at any hour"),
    "contact.per_month": phrase("no limit on how often there is contact"),
}
# What an entry of a field is.
_ENTRIES: Mapping[str, Callable[[str], object]] = {
    "acceptable": AgreementId,
    "preferred": AgreementId,
    "refused_purposes": Term,
    "refused_data": Term,
    "duration": Length,
    "contact.channels": Phrase,
}


def says(field: str, value: FieldValue) -> Phrase:
    """What a field says: `data kept at most P30D`."""
    if field.startswith(RETENTION):
        category, kept = field.removeprefix(RETENTION), Length(value)
        if category == ALL_DATA:
            return phrase("data kept at most %(kept)s", kept=kept)
        return phrase("%(data)s kept at most %(kept)s", data=Term(category), kept=kept)
    if field == "acceptable" and isinstance(value, tuple) and len(value) == 1:
        return phrase("accepts only %(entries)s", entries=AgreementId(value[0]))
    if isinstance(value, tuple):
        nothing, something = _LISTS[field]
        return something.of(entries=listed(field, value)) if value else nothing
    return _SINGLE[field].of(value=_entry(field, value))


def unstated(field: str) -> Phrase:
    """What holds where nobody stated a field."""
    return _UNSTATED[field]


def change(field: str, before: FieldValue | None, after: FieldValue | None) -> Phrase:
    """How a field changed: `prefers SD-BASE-DP instead of SD-BASE`."""
    if after is None:
        return phrase("no longer said: %(says)s", says=says(field, before)) if before is not None else Phrase("")
    if before is None:
        return says(field, after)
    if field in _REFUSED and isinstance(before, tuple) and isinstance(after, tuple):
        return _refusals(field, before, after)
    return phrase("%(after)s instead of %(before)s", after=says(field, after), before=_plain(field, before))


def listed(field: str, values: Sequence[str]) -> object:
    """Entries of a list; the order of agreements means something."""
    entries = [_entry(field, one) for one in values]
    if field != "acceptable":
        return tuple(entries)
    found, *others = entries
    for one in others:
        found = phrase("%(first)s, then %(second)s", first=found, second=one)
    return found


def _entry(field: str, value: FieldValue) -> object:
    return _ENTRIES.get(field, str)(str(value))


def _refusals(field: str, before: tuple[str, ...], after: tuple[str, ...]) -> Phrase:
    more, less = _REFUSED[field]
    added = [term for term in after if term not in before]
    gone = [term for term in before if term not in after]
    parts = [more.of(entries=listed(field, added))] if added else []
    parts += [less.of(entries=listed(field, gone))] if gone else []
    return phrase("%(one)s; %(other)s", one=parts[0], other=parts[1]) if len(parts) > 1 else parts[0]


def _plain(field: str, value: FieldValue) -> object:
    if isinstance(value, tuple):
        return listed(field, value) if value else phrase("none")
    return Length(value) if field.startswith(RETENTION) else _entry(field, value)
