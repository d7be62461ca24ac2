"""The owner's additions around the roster: limits of their own that bind beside any agreement.

They make no new agreement: the roster stays closed. Additions only take away: caps on retention (for all data or a
category), purposes and data categories refused with all that stands under them, countries that data may go to, how
long an agreement may run, and how the owner may be contacted. Since they are the owner's own rules, a term that DPV
does not know is refused here instead of being judged unknown for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terms import dpv
from terms.durations import length
from terms.nearest import hint
from terms.phrases import Phrase, phrase
from terms.practice import Contact, contact_to_json, read_contact
from terms.shapes import Fields, ShapeError, text

_FIELDS = frozenset("retention refused_purposes refused_data transfers_within duration contact".split())
ALL_DATA = "dpv:Data"
_NO_PURPOSE = phrase("`%(term)s` is no purpose of DPV %(version)s")
_NO_DATA = phrase("`%(term)s` is no data category of DPV %(version)s")

_EEA = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split())
_REGIONS = {"EEA": _EEA, "EU": _EEA - {"IS", "LI", "NO"}}


@dataclass(frozen=True, slots=True)
class Additions:
    """`retention` are (data category, longest duration); None means no limit, and an empty tuple of countries none."""

    retention: tuple[tuple[str, str], ...] = ()
    refused_purposes: tuple[str, ...] = ()
    refused_data: tuple[str, ...] = ()
    transfers_within: tuple[str, ...] | None = None
    duration: str | None = None
    contact: Contact | None = None

    @classmethod
    def from_json(cls, value: object) -> Additions:
        """Additions of a JSON object: fields as above, `retention` a duration or `{category: duration}`."""
        given = Fields(value, "an addition", _FIELDS)
        return cls(
            retention=_caps(given.raw("retention")),
            refused_purposes=_known(given.texts("refused_purposes"), dpv.purposes(), _NO_PURPOSE),
            refused_data=_known(given.texts("refused_data"), dpv.personal_data(), _NO_DATA),
            transfers_within=_places(given.texts("transfers_within")),
            duration=_duration(given.text("duration")),
            contact=read_contact(given.raw("contact")),
        )

    def to_json(self) -> dict[str, object]:
        """The JSON object, without the fields that add nothing."""
        found: dict[str, object] = {
            "retention": dict(self.retention),
            "refused_purposes": list(self.refused_purposes),
            "refused_data": list(self.refused_data),
        }
        found = {name: value for name, value in found.items() if value}
        if self.transfers_within is not None:
            found["transfers_within"] = list(self.transfers_within)
        if self.duration is not None:
            found["duration"] = self.duration
        if self.contact is not None:
            found["contact"] = contact_to_json(self.contact)
        return found


NO_ADDITIONS = Additions()


def is_place(text: str) -> bool:
    """Whether a text is a country code (two capital letters), EU or EEA."""
    return text in _REGIONS or (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper())


def countries(places: tuple[str, ...]) -> frozenset[str]:
    """The country codes of some places, regions taken apart."""
    return frozenset[str]().union(*(_REGIONS.get(place, {place}) for place in places))


def _caps(value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    caps = value if isinstance(value, Mapping) else {ALL_DATA: value}
    names = _known(tuple(text(name, "a data category") for name in caps), dpv.personal_data(), _NO_DATA)
    return tuple((name, _cap(cap)) for name, cap in zip(names, caps.values(), strict=True))


def _cap(value: object) -> str:
    return _duration(text(value, "a longest retention")) or ""


def _places(places: tuple[str, ...] | None) -> tuple[str, ...] | None:
    wrong = [place for place in places or () if not is_place(place)]
    if wrong:
        raise ShapeError(
            phrase("`%(wrong)s` is no country code", wrong=wrong[0]),
            hint=phrase("write two capital letters, EU or EEA"),
        )
    return places


def _duration(value: str | None) -> str | None:
    if value is not None and length(value) is None:
        raise ShapeError(phrase("`%(value)s` is no duration", value=value), hint=phrase("write P30D, P6M or P1Y"))
    return value


def _known(terms: tuple[str, ...] | None, taxonomy: dpv.Taxonomy, unknown: Phrase) -> tuple[str, ...]:
    found = []
    for term in terms or ():
        known = taxonomy.known(term)
        if known is None:
            where = hint(term, taxonomy.terms(), phrase("write it like `dpv:Marketing`"))
            raise ShapeError(unknown.of(term=term, version=dpv.VERSION), hint=where)
        found.append(known)
    return tuple(found)
