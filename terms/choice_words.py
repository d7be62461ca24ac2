"""The fields of a choice in words: what they say, how they changed, and what holds where nothing is stated."""

from __future__ import annotations

from collections.abc import Sequence

from terms.additions import ALL_DATA
from terms.stated import RETENTION, FieldValue

# (nothing in the list, something in it); `{}` takes the entries.
_LISTS = {
    "acceptable": ("accepts nothing", "accepts {}"),
    "refused_purposes": ("refuses no purposes", "refuses the purposes {}"),
    "refused_data": ("refuses no data", "refuses data such as {}"),
    "transfers_within": ("data goes to no country", "data stays within {}"),
    "contact.channels": ("no contact at all", "contact only by {}"),
}
_REFUSED = {"refused_purposes": "the purposes", "refused_data": "data such as"}
_SINGLE = {
    "preferred": "prefers {}",
    "duration": "agreements run at most {}",
    "contact.hours": "contact only at {}",
    "contact.per_month": "contact at most {} times a month",
}
_UNSTATED = {
    "retention": "no limit on how long data is kept",
    "refused_purposes": "no purposes refused beyond the agreement",
    "refused_data": "no data refused beyond the agreement",
    "transfers_within": "no limit on where data goes",
    "duration": "no limit on how long an agreement runs",
    "contact.channels": "contact by any channel",
    "contact.hours": "contact at any hour",
    "contact.per_month": "no limit on how often there is contact",
}


def says(field: str, value: FieldValue) -> str:
    """What a field says: `data kept at most P30D`."""
    if field.startswith(RETENTION):
        category = field.removeprefix(RETENTION)
        return f"{'data' if category == ALL_DATA else category} kept at most {value}"
    if field == "acceptable" and isinstance(value, tuple) and len(value) == 1:
        return f"accepts only {value[0]}"
    if isinstance(value, tuple):
        nothing, something = _LISTS[field]
        return something.format(listed(field, value)) if value else nothing
    return _SINGLE[field].format(value)


def unstated(field: str) -> str:
    """What holds where nobody stated a field."""
    return _UNSTATED[field]


def change(field: str, before: FieldValue | None, after: FieldValue | None) -> str:
    """How a field changed: `prefers SD-BASE-DP instead of SD-BASE`."""
    if after is None:
        return f"no longer said: {says(field, before)}" if before is not None else ""
    if before is None:
        return says(field, after)
    if field in _REFUSED and isinstance(before, tuple) and isinstance(after, tuple):
        return _refusals(field, before, after)
    return f"{says(field, after)} instead of {_plain(field, before)}"


def listed(field: str, values: Sequence[str]) -> str:
    """Entries of a list; the order of agreements means something."""
    return (", then " if field == "acceptable" else ", ").join(values)


def _refusals(field: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    more = [term for term in after if term not in before]
    less = [term for term in before if term not in after]
    parts = [f"also refuses {_REFUSED[field]} {', '.join(more)}" if more else ""]
    parts.append(f"no longer refuses {_REFUSED[field]} {', '.join(less)}" if less else "")
    return "; ".join(filter(None, parts))


def _plain(field: str, value: FieldValue) -> str:
    if isinstance(value, tuple):
        return listed(field, value) or "none"
    return str(value)
