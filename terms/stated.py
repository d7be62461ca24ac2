"""What the owner states at one level of their choice: in general, for a category of vendors or for one vendor.

Every field may be left unstated (None), and then the next level down counts. An empty list is something else: it states
that there is nothing (no refused purposes, no channel of contact). `entries` takes a statement apart into the fields
that count one by one; the cap on each data category is a field of its own, and so is each part of contact, so that a
vendor's cap on location leaves the general cap on everything in force.

Kept in one form, so that equal statements are equal values: lists whose order says nothing are sorted, and the
agreements that are acceptable begin with the preferred one where both are stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terms.additions import ALL_DATA, Additions
from terms.comparison import NotOfferedError
from terms.nearest import hint
from terms.phrases import phrase
from terms.practice import Contact, contact_to_json
from terms.roster import OffRosterError, find, roster
from terms.shapes import Fields, ShapeError

FieldValue = str | int | tuple[str, ...]

STATED_FIELDS = frozenset({"preferred", "acceptable", "additions"})
RETENTION = "retention."
CONTACT = "contact."
_CONTACT_PARTS = ("channels", "hours", "per_month")
_LISTS = ("refused_purposes", "refused_data", "transfers_within")
# In the order in which they are shown. `retention` stands for the caps on all data categories.
FIELD_NAMES = (
    "preferred",
    "acceptable",
    "retention",
    "refused_purposes",
    "refused_data",
    "transfers_within",
    "duration",
    "contact.channels",
    "contact.hours",
    "contact.per_month",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Agreements by their ids; `retention` are (data category, longest duration)."""

    preferred: str | None = None
    acceptable: tuple[str, ...] | None = None
    retention: tuple[tuple[str, str], ...] = ()
    refused_purposes: tuple[str, ...] | None = None
    refused_data: tuple[str, ...] | None = None
    transfers_within: tuple[str, ...] | None = None
    duration: str | None = None
    contact: Contact | None = None

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "retention", tuple(sorted(self.retention)))
        for name in _LISTS:
            if (value := getattr(self, name)) is not None:
                keep(self, name, tuple(sorted(set(value))))
        if self.acceptable is not None:
            keep(self, "acceptable", tuple(dict.fromkeys((*filter(None, [self.preferred]), *self.acceptable))))
        if self.contact == Contact():
            keep(self, "contact", None)

    @classmethod
    def from_json(cls, value: object, what: str, notes: list[str]) -> Stated:
        """A statement of a JSON object; what was migrated is added to `notes`. `what` names it in messages."""
        return cls.from_fields(Fields(value, what, STATED_FIELDS), notes)

    @classmethod
    def from_fields(cls, given: Fields, notes: list[str]) -> Stated:
        preferred, acceptable = given.text("preferred"), given.texts("acceptable")
        raw = given.raw("additions")
        added = Additions() if raw is None else Additions.from_json(raw)
        named = {name for name, entry in raw.items() if entry is not None} if isinstance(raw, Mapping) else set()
        if len(dict(added.retention)) != len(added.retention):
            raise ShapeError(phrase("`retention` names a data category twice"), hint=phrase("name it once"))
        return cls(
            preferred=None if preferred is None else agreement_id(preferred, notes),
            acceptable=None if acceptable is None else tuple(agreement_id(one, notes) for one in acceptable),
            retention=added.retention,
            refused_purposes=added.refused_purposes if "refused_purposes" in named else None,
            refused_data=added.refused_data if "refused_data" in named else None,
            transfers_within=added.transfers_within,
            duration=added.duration,
            contact=added.contact,
        )

    def to_json(self) -> dict[str, object]:
        """The JSON object, with what is stated only."""
        additions: dict[str, object] = {"retention": dict(self.retention)} if self.retention else {}
        for name in _LISTS:
            if (value := getattr(self, name)) is not None:
                additions[name] = list(value)
        if self.duration is not None:
            additions["duration"] = self.duration
        if self.contact is not None:
            additions["contact"] = contact_to_json(self.contact)
        found: dict[str, object] = {}
        if self.preferred is not None:
            found["preferred"] = self.preferred
        if self.acceptable is not None:
            found["acceptable"] = list(self.acceptable)
        return {**found, "additions": additions} if additions else found

    def entries(self) -> dict[str, FieldValue]:
        """The stated fields one by one, each cap and each part of contact under a name of its own."""
        contact = self.contact or Contact()
        found: dict[str, FieldValue | None] = {"preferred": self.preferred, "acceptable": self.acceptable}
        found |= {f"{RETENTION}{category}": cap for category, cap in self.retention}
        found |= {name: getattr(self, name) for name in (*_LISTS, "duration")}
        found |= {f"{CONTACT}{part}": getattr(contact, part) for part in _CONTACT_PARTS}
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def from_entries(cls, entries: Mapping[str, FieldValue]) -> Stated:
        """The inverse of `entries`."""
        whole = {name: value for name, value in entries.items() if "." not in name}
        parts = {name.removeprefix(CONTACT): value for name, value in entries.items() if name.startswith(CONTACT)}
        caps = [(name.removeprefix(RETENTION), str(cap)) for name, cap in entries.items() if name.startswith(RETENTION)]
        contact = Contact(**parts) if parts else None  # type: ignore[arg-type]
        return cls(**whole, retention=tuple(caps), contact=contact)  # type: ignore[arg-type]

    @property
    def additions(self) -> Additions:
        """Its limits as the comparison takes them; what is unstated limits nothing."""
        return Additions(
            self.retention,
            self.refused_purposes or (),
            self.refused_data or (),
            self.transfers_within,
            self.duration,
            self.contact,
        )


NOTHING_STATED = Stated()


def agreement_id(name: str, notes: list[str]) -> str:
    """The id of an agreement for organisations; an id of the past is migrated, and `notes` says so."""
    try:
        found = find(name)
    except OffRosterError as error:
        ids = [one.id for one in roster()]
        raise OffRosterError(
            error.sentence, hint=hint(name[:200], ids, phrase("see `firstparty terms list`"))
        ) from None
    if found.agreement.offered_to != "organisation":
        raise NotOfferedError(
            phrase("`%(id)s` is between persons and not offered to organisations", id=found.agreement.id),
            hint=phrase("name one that `firstparty terms list` shows for an organisation"),
        )
    if found.note and found.note not in notes:
        notes.append(found.note)
    return found.agreement.id


def cap_field(category: str = ALL_DATA) -> str:
    """The name of the field that caps the retention of a data category."""
    return f"{RETENTION}{category}"
