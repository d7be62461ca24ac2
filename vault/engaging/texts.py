"""What text may be that two sides hand each other: letters and what stands between them, no commands to a terminal.

Line breaks and tabs belong in a letter; no other control character does, and none in a line. What turns the direction of
writing is kept as it came, since languages need it, and is made visible where a table shows it (`web.output.plain`).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from terms.phrases import phrase
from vault.policy.strict import DocumentError

# About eight pages; who has more to say sends a link. A tenth of what a body on the wire may have.
MAX_BODY: Final = 20_000
# A title of two lines at most.
MAX_SUBJECT: Final = 200
# A paragraph or two: a remark, a reason.
MAX_NOTE: Final = 2_000
_IN_LETTERS: Final = "\n\t"


def check(text: str, place: str, most: int, *, lines: bool = True) -> str:
    """The text as it is; `DocumentError` names the place where it is none. `lines` allows line breaks and tabs."""
    if len(text) > most:
        raise DocumentError(
            phrase("`%(place)s` has more than %(most)s characters", place=place, most=most), hint=phrase("write less")
        )
    allowed = _IN_LETTERS if lines else ""
    for char in text:
        if char not in allowed and unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            raise DocumentError(
                phrase("`%(place)s` has the control character U+%(char)s", place=place, char=f"{ord(char):04X}"),
                hint=phrase("line breaks (\\n) and tabs are taken") if lines else phrase("write it on one line"),
            )
    return text
