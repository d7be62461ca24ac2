"""The language of a page: chosen in the settings, else the first of the browser's that there is, else English.

    with speaking("de"):            everything that is worded inside is in German
        gettext("Today")            "Heute"

* English is the source: its words stand in the templates and, in code, inside `mark`. `locale/<language>.po` has the others, is read
  when a page is first shown in that language, and kept.
* What has no translation is shown in English rather than not at all; a test fails where that would happen.
* `python -m web.pages.frame.language extract` brings the catalogues up to date with the code, `check` says what they lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

# By their own names.
LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch"}
SOURCE: Final = "en"
FOLDER: Final = Path(__file__).parent / "locale"
# Thousands and decimals.
_POINTS: Final = {"en": (",", "."), "de": (".", ",")}
# A browser lists a handful.
_MAX_ASKED: Final = 20
_spoken: ContextVar[str] = ContextVar("language", default=SOURCE)


def spoken() -> str:
    """The language of what is being worded."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    before = _spoken.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _spoken.reset(before)


def preferred(accept_language: str, chosen: str = "") -> str:
    """The owner's choice, or what a browser asks for (RFC 9110 §12.5.4)."""
    if chosen in LANGUAGES:
        return chosen
    asked = []
    for place, one in enumerate(accept_language.split(",")[:_MAX_ASKED]):
        name, _, weight = one.partition(";")
        asked.append((-_weight(weight), place, name.strip().lower().partition("-")[0]))
    return next((name for weight, _, name in sorted(asked) if weight and name in LANGUAGES), SOURCE)


def _weight(written: str) -> float:
    name, _, value = written.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


def gettext(message: str, /, **values: object) -> str:
    found = _catalogue(spoken()).get(message, (message,))[0]
    return found % values if values else found


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """English and German count alike: one, and all else."""
    forms = _catalogue(spoken()).get(one, (one, many))
    return (forms[0] if n == 1 else forms[-1]) % {"num": n, **values}


def number(written: str) -> str:
    """A plain decimal (`-1234.50`) with the language's points, and a minus sign."""
    thousands, decimals = points()
    whole, point, part = written.lstrip("-").partition(".")
    grouped = f"{int(whole):,}".replace(",", thousands)
    sign = "\N{MINUS SIGN}" if written.startswith("-") else ""
    return f"{sign}{grouped}{decimals if point else ''}{part}"


def points() -> tuple[str, str]:
    """What the language puts between thousands, and before decimals."""
    return _POINTS[spoken()]


@cache
def commented(language: str, comment: str) -> tuple[str, ...]:
    """The messages of a catalogue with this comment, in English."""
    return tuple(one.id for one in _read(language) if comment in one.auto_comments and isinstance(one.id, str))


def _read(language: str) -> Catalog:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if language == SOURCE:
        return Catalog()
    with (FOLDER / f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language)


@cache
def _catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """Translations by message, the forms of the plural in their order."""
    if language == SOURCE:
        return {}
    found = {}
    for message in _read(language):
        key, forms = message.id, message.string
        if key and forms and not message.fuzzy:
            key, forms = key if isinstance(key, str) else key[0], (forms,) if isinstance(forms, str) else tuple(forms)
            if all(forms):
                found[key] = forms
    return found


if __name__ == "__main__":
    from web.pages.frame import translating

    translating.main()
