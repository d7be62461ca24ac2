"""A language in which every word of ours stands between marks, so that a page tells which of its words no catalogue can reach.

⟦Today⟧                                   a message
⟦Cancel ⟧Nordhoster⟦ by ⟧3 ⟦March⟧ 2026   one with values: those are not between its marks, but may have marks of their own
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import html

_PLACE: Final = re.compile(r"%\(\w+\)s")
# A message, and its parts before and after an element that stands within it.
_OURS: Final = re.compile(r"⟦[^⟦⟧]*⟧|⟦[^⟦⟧]*$|^[^⟦⟧]*⟧")
# A sentence of ours that has no translation says so of itself, in a span.
_SOURCE: Final = "en"
_SHOWN: Final = ("aria-label", "title", "placeholder", "alt")
# What a program reads or writes, and what the owner wrote.
_NOT_WORDS: Final = ("code", "pre", "script", "style", "textarea")


class Marked(dict[str, tuple[str, ...]]):
    """Instead of a catalogue: has every message."""

    def get(self, message: str, default: object = None) -> tuple[str, ...]:
        forms = default if isinstance(default, tuple) else (message,)
        return tuple(f"⟦{_PLACE.sub(lambda place: f'⟧{place[0]}⟦', form)}⟧" for form in forms)


def install() -> None:
    """In a process that is to serve pages, before it does."""
    from web.pages.frame import language

    language._catalogue = lambda _: Marked()  # type: ignore[assignment]


def unmarked(page: bytes) -> Iterator[str]:
    """The pieces of a page's text that stand outside of all marks; none of what says of itself that it is in another language."""
    for words in _texts(html.document_fromstring(page)):
        for piece in _OURS.sub("\n", words).split("\n"):
            if piece.strip():
                yield " ".join(piece.split())


def links(page: bytes) -> Iterator[str]:
    """Addresses of our own that it leads to."""
    for element in html.document_fromstring(page).iter("a"):
        link = element.get("href", "")
        if link.startswith("/"):
            yield link.partition("#")[0]


def _texts(element: html.HtmlElement) -> Iterator[str]:
    is_ours = element.tag == "span" and element.attrib.get("lang") == _SOURCE
    is_foreign = element.tag != "html" and "lang" in element.attrib and not is_ours
    if not isinstance(element.tag, str) or element.tag in _NOT_WORDS or is_foreign:
        return
    yield from (str(element.attrib[name]) for name in _SHOWN if name in element.attrib)
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
