"""At which line of a file something stands, which the readers of TOML and JSON do not tell.

Every text that is a value is replaced by the number of its line, and the result is read again: it has the same shape as
the file, with lines in place of texts. A place is then the first line found under the same path. Wherever that fails the
line is 0, which is said as no line.
"""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final

Path = tuple[str | int, ...]

# Strings of several lines first. No group of alternatives is possessive: Python 3.11.2 loses matches of those, and they exclude
# each other, so that little is tried twice.
_TOML: Final = re.compile(
    r"(?P<rule>^[ \t]*+\[\[[ \t]*+rule[ \t]*+\]\](?=[ \t]*+(?:\#|\r?$)))"
    r"|^[ \t]*+\[[^\n]*+"
    r'|(?P<text>"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*+\')(?![ \t]*+[=.])'
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*+\'|\#[^\n]*+',
    re.MULTILINE | re.DOTALL,
)
_JSON: Final = re.compile(r'(?P<rule>(?!))|(?P<text>"(?:[^"\\]|\\.)*")(?!\s*+:)|"(?:[^"\\]|\\.)*"', re.DOTALL)
_MARK: Final = re.compile(r"@([0-9]{1,9})")


class Lines:
    """The lines of one text; worked out when first asked for."""

    def __init__(self, text: str, strings: re.Pattern[str], load: Callable[[str], object]) -> None:
        self._text = text
        self._strings = strings
        self._load = load

    @classmethod
    def of_toml(cls, text: str) -> Lines:
        return cls(text, _TOML, tomllib.loads)

    @classmethod
    def of_json(cls, text: str) -> Lines:
        return cls(text, _JSON, json.loads)

    def at(self, path: Path) -> int:
        """The first line of what stands under `path`, or of the nearest thing above it that has one; 0 for none."""
        above = [self._marked]
        for step in path:
            try:
                above.append(above[-1][step])  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                break
        return next((line for here in reversed(above) for line in _marks(here)), 0)

    @cached_property
    def _marked(self) -> object:
        starts = [match.start() for match in re.finditer("\n", self._text)]

        def mark(match: re.Match[str]) -> str:
            line = bisect_right(starts, match.start() + len(match[0]) - len(match[0].lstrip())) + 1
            if match["rule"]:
                return f'{match[0]}\n"@" = "@{line}"'
            return f'"@{line}"' if match["text"] else match[0]

        try:
            return self._load(self._strings.sub(mark, self._text))
        except (ValueError, RecursionError):
            return None


def _marks(value: object) -> Iterator[int]:
    """The lines under `value`. What is nested deeper than a rule file is has been refused before."""
    if isinstance(value, str):
        match = _MARK.fullmatch(value)
        if match:
            yield int(match[1])
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _marks(part)
    elif isinstance(value, list):
        for part in value:
            yield from _marks(part)
