"""The nearest valid name for one that was misspelled: only ever for a hint, never to guess what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from terms.phrases import Phrase, phrase

# Less alike than this is rather another word than a misspelling; terms of DPV share their first four letters.
_ALIKE = 0.75


def nearest(written: str, valid: Iterable[str]) -> str:
    """The valid name most like the written one, letter case aside, or an empty string where none is alike."""
    folded = {name.casefold(): name for name in valid}
    found = difflib.get_close_matches(written.casefold(), folded, n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else ""


def hint(written: str, valid: Iterable[str], otherwise: str | Phrase) -> str | Phrase:
    """What to say to somebody who wrote an unknown name: the nearest one, or else where to find the valid ones."""
    near = nearest(written, valid)
    return phrase("did you mean `%(near)s`?", near=near) if near else otherwise
