"""A vendor's declared practice: what it says it does, or wants to do, with a person's data.

Every field may be undeclared (None), which is not the same as empty: `recipients=()` says "nobody". The declaration
is taken at its word; whether it is true shows elsewhere. `operations` (DPV processing terms) are optional detail: the
purposes already tell what tracking and profiling are for, so that undeclared operations raise no question.

JSON: `{"purposes": ["dpv:…"], "data": ["pd:…"], "recipients": [name | dpv role | {"name", "role"}], "retention": "P30D",
"ai_training": false, "anonymised": false, "portability": true}` and, where they matter, `processing` (operations),
`transfers` (country codes, or EU or EEA), `duration` (how long the agreement is to run) and `contact`
(`{"channels": […], "hours": "08:00-20:00", "per_month": 2}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from terms.shapes import Fields, text

_PRACTICE = frozenset(
    """purposes processing data recipients retention ai_training anonymised portability transfers duration contact""".split()
)
_ROLE_STARTS = ("dpv:", "ieee-7012:", "https://w3id.org/dpv")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets data: a name, a DPV role, or a name with its role. A name without a role is a third party."""

    name: str = ""
    role: str = ""

    def __str__(self) -> str:
        return self.name or self.role


@dataclass(frozen=True, slots=True)
class Contact:
    """How the person is to be contacted, or may be: channels, a span of hours in the person's time, times a month."""

    channels: tuple[str, ...] | None = None
    hours: str | None = None
    per_month: int | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """What is declared; None where it is not. `anonymised` says whether what third parties get is fully anonymised."""

    purposes: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    recipients: tuple[Recipient, ...] | None = None
    retention: str | None = None
    ai_training: bool | None = None
    anonymised: bool | None = None
    portability: bool | None = None
    processing: tuple[str, ...] | None = None
    transfers: tuple[str, ...] | None = None
    duration: str | None = None
    contact: Contact | None = None

    @classmethod
    def from_json(cls, value: object) -> Practice:
        """A practice of a JSON object; `ShapeError` where it has another shape."""
        given = Fields(value, "a practice", _PRACTICE)
        return cls(
            purposes=given.texts("purposes"),
            data=given.texts("data"),
            recipients=given.entries("recipients", _recipient),
            retention=given.text("retention"),
            ai_training=given.flag("ai_training"),
            anonymised=given.flag("anonymised"),
            portability=given.flag("portability"),
            processing=given.texts("processing"),
            transfers=given.texts("transfers"),
            duration=given.text("duration"),
            contact=read_contact(given.raw("contact")),
        )

    def to_json(self) -> dict[str, object]:
        """The JSON object, with the declared fields only."""
        return {field.name: _plain(value) for field in fields(self) if (value := getattr(self, field.name)) is not None}


def read_contact(value: object) -> Contact | None:
    """Contact of a JSON object, or None for None."""
    if value is None:
        return None
    given = Fields(value, "`contact`", frozenset({"channels", "hours", "per_month"}))
    return Contact(given.texts("channels"), given.hours("hours"), given.count("per_month"))


def contact_to_json(contact: Contact) -> dict[str, object]:
    values = {"channels": contact.channels, "hours": contact.hours, "per_month": contact.per_month}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _recipient(value: object, where: str) -> Recipient:
    if isinstance(value, Mapping):
        given = Fields(value, where, frozenset({"name", "role"}))
        return Recipient(given.text("name") or "", text(given.raw("role"), f"`role` of {where}"))
    found = text(value, where)
    return Recipient(role=found) if found.startswith(_ROLE_STARTS) else Recipient(found)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Recipient):
        return {"name": value.name, "role": value.role} if value.name and value.role else str(value)
    return contact_to_json(value) if isinstance(value, Contact) else value
