"""What a name or a line that a person types may be made of: signs that are seen where they stand.

    is_plain(text)      of every name and line that is taken from the owner
    plain(text)         the same with a space for each sign that is none, where a text is cut to fit and not refused

Refused is what is not seen or moves what is: controls, the overrides and isolates of the bidirectional algorithm, spaces without
width, fillers, signs that no Unicode of this program has. Some signs that are not seen belong to writing, where they stand right:

* U+200D and U+200C, the joiners, where a script needs them: by the rules of RFC 5892, appendix A.1 and A.2 (after a virama, and the
  non-joiner between letters that would join, as in Persian), which is the profile of UAX #31, 2.3;
* U+200D between two pictures that make one, and U+FE0F or U+FE0E right after a picture that has both forms (UTS #51, 1.4);
* a variation of a Han ideograph (UTS #37) or of a Mongolian letter, right after it;
* the tags that make a region's flag of a black one (UTS #51, 1.4.9).

Not done: whether a sequence of pictures is one that fonts have, and whether two names look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_JOINERS: Final = "\u200c\u200d"
_FORMS: Final = "\ufe0e\ufe0f"
# Signs that count as printable and are not seen (Default_Ignorable_Code_Point, and the blank of Braille), or only after their base.
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001bca0-\U0001bca3\U000e0000-\U000e0fff]"
)
# Pictures of which one is made by joining: all of the later blocks, also those that a later Unicode fills; of the older what is used so.
_PICTURE: Final = re.compile("[\u2194\u2195\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff]")
# Besides those: what has a form as text and one as a picture; the digits are of keycaps.
_TWO_FORMS: Final = re.compile(
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u25ff\u2934\u2935\u3030\u303d\u3297\u3299]"
)
_LATER: Final = re.compile("[\U0001f000-\U0001faff]")
_FLAG: Final = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HAN_FORMS: Final = re.compile("[\ufe00-\ufe02\U000e0100-\U000e01ef]")
_MONGOLIAN_FORMS: Final = "\u180b\u180c\u180d\u180f"
# As far around a joiner as letters of one word reach; the library that knows how letters join takes no longer texts.
_AROUND: Final = 40


def is_plain(text: str) -> bool:
    return (text.isprintable() and not _UNSEEN.search(text)) or next(_misplaced(text), None) is None


def plain(text: str) -> str:
    while not is_plain(text):  # a sign that stood right beside one that is gone may stand right no more
        bad = {*_misplaced(text)}
        text = "".join(" " if place in bad else sign for place, sign in enumerate(text))
    return text


def _misplaced(text: str) -> Iterator[int]:
    """The places of the signs that may not stand there."""
    tags = {place for flag in _FLAG.finditer(text) for place in range(flag.start() + 1, flag.end())}
    for place, sign in enumerate(text):
        if place not in tags and not _stands(text, place, sign):
            yield place


def _stands(text: str, place: int, sign: str) -> bool:
    before = text[place - 1 : place]
    if sign in _JOINERS:
        return (sign == "\u200d" and _joins_pictures(text, place)) or _joins_letters(text, place)
    if sign in _FORMS:
        return bool(_PICTURE.match(before) or _TWO_FORMS.match(before))
    if _HAN_FORMS.match(sign):
        return bool(_HAN.match(before))
    if sign in _MONGOLIAN_FORMS:
        return unicodedata.name(before or " ").startswith("MONGOLIAN LETTER")
    return bool(_LATER.match(sign)) or (sign.isprintable() and not _UNSEEN.match(sign))


def _joins_pictures(text: str, place: int) -> bool:
    before = text[:place].rstrip("\ufe0f")[-1:]
    return bool(_PICTURE.match(before) and _PICTURE.match(text[place + 1 : place + 2]))


def _joins_letters(text: str, place: int) -> bool:
    from idna.core import valid_contextj  # tens of milliseconds, which few names need

    first = max(0, place - _AROUND)
    around = text[first : place + _AROUND]
    # The library names what has no name an error.
    named = "".join(sign if unicodedata.name(sign, "") else " " for sign in around)
    return valid_contextj(named, place - first)
