"""A sentence of ours that still knows what it is made of, so that whoever shows it can say it in another language.

    phrase("notice of %(period)s", period=…)        str() of it is the English sentence

* `form` is English, a constant of the code, and is what a catalogue of translations is looked up by; `values` go into its places
  as they are: numbers, dates, money, other phrases. Text of a stranger is a value, never part of a form.
* `str()` is the sentence as the command line and the API have it. Pages word it themselves, values included.
* A form that is shown never changes its meaning with its values: where one and many differ, they are two forms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class Term(str):
    """As a value of a phrase, a term of a vocabulary (`pd:EmailAddress`), which pages know by a name."""

    __slots__ = ()


class Length(str):
    """A duration (ISO 8601)."""

    __slots__ = ()


class AgreementId(str):
    """An agreement of the roster."""

    __slots__ = ()


class CategoryId(str):
    """A category of the market."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    form: str
    values: Mapping[str, object] = field(default_factory=dict)

    def of(self, **values: object) -> Phrase:
        """With these values in its places; for forms that stand in a table."""
        return Phrase(self.form, values)

    def __str__(self) -> str:
        return self.form % {name: plain(value) for name, value in self.values.items()} if self.values else self.form


# Words a phrase; `str` does so in English.
Say = Callable[[Phrase], str]


def phrase(form: str, /, **values: object) -> Phrase:
    return Phrase(form, values)


def plain(value: object) -> str:
    """A value in English; several are listed."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
