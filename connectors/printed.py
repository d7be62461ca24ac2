"""Text and amounts as bank files print them.

Readers of every format fold and cut text the same way, so that the same payment found in two formats reads the
same. Nothing here knows a format: no dates, no field names.

- White space of any kind and length is one blank; control characters and lone surrogates are dropped, since
  neither a terminal nor the wire to the parent takes them.
- An amount is read exactly, never through a float. Where both `.` and `,` occur, the last one is the decimal
  mark. A single `,` with three digits behind it and one to three before it groups thousands (`-1,250`): no
  currency of a household has three printed decimals. A single `.` is always a decimal mark (`8.950`).
"""

from __future__ import annotations

import re

from terms.phrases import phrase
from vault.money import MAX_MINOR, AmountError, exponent, minor_of

# No amount that a bank prints is longer; a longer one would only cost time to refuse.
MAX_AMOUNT_CHARS = 60

_PLAIN = re.compile(r"([+-]?[0-9]{1,13})\.([0-9]{2})").fullmatch
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)").fullmatch
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+").fullmatch


def folded(text: str, limit: int) -> str:
    """`text` with white space folded and unprintable characters dropped, cut to `limit` characters."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join("".join(c for c in text if c.isprintable() or c == " ").split())
    return text if len(text) <= limit else text[:limit].rstrip()


def minor_printed(text: str, currency: str) -> int:
    """Minor units of the printed amount `text`; raises `AmountError` when it is none."""
    text = text.strip()
    plain = _PLAIN(text)
    if plain and exponent(currency) == 2:
        minor = int(plain[1] + plain[2])
        if abs(minor) <= MAX_MINOR:
            return minor
    return minor_of(_with_point(text), currency)


def _with_point(text: str) -> str:
    """`text` as an optional sign, digits and at most one point; raises `AmountError` when it is no number."""
    bare = "".join(text[:MAX_AMOUNT_CHARS].replace("'", "").replace("\u2019", "").split()).replace("\u2212", "-")
    if bare.endswith("-") and not bare.startswith(("-", "+")):
        bare = "-" + bare[:-1]
    if "," in bare:
        bare = _commas_resolved(bare)
    elif bare.count(".") > 1:
        bare = bare.replace(".", "")
    if len(text) > MAX_AMOUNT_CHARS or not bare.isascii() or not _NUMBER(bare):
        raise AmountError(phrase("`%(text)s` is not an amount", text=text[:40]))
    return bare


def _commas_resolved(bare: str) -> str:
    if "." in bare:
        grouping, decimal = (",", ".") if bare.rindex(".") > bare.rindex(",") else (".", ",")
        return bare.replace(grouping, "").replace(decimal, ".")
    return bare.replace(",", "") if _GROUPED(bare) or bare.count(",") > 1 else bare.replace(",", ".")
