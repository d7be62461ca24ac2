"""Suggestions: the known name that was probably meant, and letters that only look like others.

A name with a Cyrillic `е` looks right on the page and is wrong; that is said as such, with the letter's name. The table
of look-alikes holds what Cyrillic, Greek and full-width letters share with the letters that our names are made of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from terms.phrases import Phrase, phrase
from vault.policy.language.limits import MAX_GUESSED

_ALIKE: Final = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕһԁԛԝү", "abekmhopctyxijshdqwy", strict=True)),
        **dict(zip("АВЕЗКМНОРСТУХІЈЅ", "abe3kmhopctyxijs", strict=True)),
        **dict(zip("αβεικνορτυχγ", "abeikvoptuxy", strict=True)),
        **dict(zip("ıɡɑ‐‑–−․", "iga----.", strict=True)),
    }
)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is nearest to `name`, or an empty text."""
    if len(name) > MAX_GUESSED:
        return ""
    by_letters = {one.lower(): one for one in known}
    found = get_close_matches(plain_letters(name), by_letters, n=1, cutoff=0.6)
    return by_letters[found[0]] if found else ""


def meant(name: str, known: Iterable[str], otherwise: Phrase) -> Phrase:
    """A hint: the nearest name, or else what `otherwise` says."""
    near = nearest(name, known)
    return phrase("did you mean `%(near)s`?", near=near) if near else otherwise


def plain_letters(name: str) -> str:
    """`name` with look-alikes and invisible signs replaced, in small letters."""
    folded = unicodedata.normalize("NFKC", name).translate(_ALIKE)
    return "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Mn")).lower()


def foreign_letter(name: str) -> Phrase | None:
    """Says which sign of `name` is not ASCII."""
    for sign in name:
        if not sign.isascii():
            called = unicodedata.name(sign, f"U+{ord(sign):04X}")
            if sign.isprintable():
                return phrase("its `%(sign)s` is %(called)s", sign=sign, called=called)
            return phrase("it holds %(called)s, which cannot be seen", called=called)
    return None
