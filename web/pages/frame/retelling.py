"""Sentences of ours that are kept as English text, said in the language of the page.

What a reader finds wrong with a file is kept beside it, as a text, and what a service said when a reminder was sent. Each is found
again among the messages of the catalogue that have the comment `KEPT`: its form, and what stood in its places. What is not found (a
stranger's words, an older program's) stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from web.pages.frame.language import SOURCE, commented, gettext, spoken

KEPT: Final = "kept"
_PLACE: Final = re.compile(r"%\\\((\w+)\\\)s")
# A form that is nearly all places would be found in anything.
_LEAST_LETTERS: Final = 4
# A sentence in a place of another, and one more in its place: deeper is nothing that we say.
_DEEPEST: Final = 2


def retold(kept: str, depth: int = 0) -> str:
    """Two sentences side by side (`what is wrong; what helps`) are two."""
    if spoken() == SOURCE or not kept:
        return kept
    found = _form(kept, depth)
    if found is None and "; " in kept:
        sentence, _, hint = kept.partition("; ")
        found = f"{retold(sentence, depth)}; {retold(hint, depth)}"
    return kept if found is None else found


def _form(kept: str, depth: int) -> str | None:
    said = gettext(kept)
    if said != kept:
        return said
    for form, pattern in _patterns(spoken()) if depth <= _DEEPEST else ():
        match = pattern.fullmatch(kept)
        if match:
            return gettext(form, **{name: retold(value, depth + 1) for name, value in match.groupdict().items()})
    return None


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those with the most letters of their own first."""
    forms = [form for form in commented(language, KEPT) if "%(" in form and _letters(form) >= _LEAST_LETTERS]
    return tuple((form, _pattern(form)) for form in sorted(forms, key=_letters, reverse=True))


def _letters(form: str) -> int:
    return len(re.sub(r"%\(\w+\)s", "", form))


def _pattern(form: str) -> re.Pattern[str]:
    met: set[str] = set()

    def place(found: re.Match[str]) -> str:
        name = found[1]
        again = name in met
        met.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.*?)"

    return re.compile(_PLACE.sub(place, re.escape(form.replace("%%", "%"))), re.DOTALL)
