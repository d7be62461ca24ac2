"""What the library's reader of TOML finds wrong, as phrases: its own sentences, each with its place for what it quotes.

A sentence that is not here (another version of the library) stays as the library says it.
"""

from __future__ import annotations

import re
from typing import Final

from terms.phrases import Phrase, phrase

_LITERAL: Final = (
    phrase("invalid statement"),
    phrase("expected newline or end of document after a statement"),
    phrase("cannot overwrite a value"),
    phrase("expected ']' at the end of a table declaration"),
    phrase("expected ']]' at the end of an array declaration"),
    phrase("expected '=' after a key in a key/value pair"),
    phrase("invalid initial character for a key part"),
    phrase("unclosed array"),
    phrase("unclosed inline table"),
    phrase("unescaped '\\' in a string"),
    phrase("invalid hex value"),
    phrase("escaped character is not a Unicode scalar value"),
    phrase("unterminated string"),
    phrase("invalid date or datetime"),
    phrase("invalid value"),
)
_QUOTING: Final = (
    phrase("expected %(what)s"),
    phrase("found invalid character %(what)s"),
    phrase("illegal character %(what)s"),
    phrase("cannot declare %(what)s twice"),
    phrase("cannot mutate immutable namespace %(what)s"),
    phrase("cannot redefine namespace %(what)s"),
    phrase("duplicate inline table key %(what)s"),
)
_BY_SENTENCE: Final = {one.form: one for one in _LITERAL}
_PATTERNS: Final = tuple((re.compile(re.escape(one.form).replace(r"%\(what\)s", "(.+)")), one) for one in _QUOTING)


def said(sentence: str) -> Phrase | str:
    """`sentence` begins with a small letter, as ours do."""
    if sentence in _BY_SENTENCE:
        return _BY_SENTENCE[sentence]
    fitting = ((pattern.fullmatch(sentence), one) for pattern, one in _PATTERNS)
    return next((one.of(what=match[1]) for match, one in fitting if match), sentence)
