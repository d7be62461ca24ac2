"""Record ids: 63-bit integers, sortable by creation and random within a millisecond.

The upper 42 bits are milliseconds since 1970 (enough until 2109), the lower 21 random. The integer is the primary key,
so that no second index is needed; people and programs see it as a kind and thirteen digits of Crockford's base 32:
`con_06h2m1x9k3v7q`. Ids name things inside one vault; they are no secrets and grant nothing. What two parties name alike,
such as an agreement, has a longer random id (`unguessable`).
"""

from __future__ import annotations

import secrets
from datetime import datetime
from random import getrandbits

from terms.errors import FirstpartyError
from terms.phrases import phrase

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_RANDOM_BITS = 21
# Numbers are drawn from the lower half, so that a block of a million never reaches far into the next milliseconds.
_DRAWN_BITS = 20
_LENGTH = 13
_UNGUESSABLE_LENGTH = 26
MAX = 2**63 - 1

PREFIXES = {
    "vendor": "ven",
    "account": "acc",
    "contract": "con",
    "charge": "chg",
    "order": "ord",
    "interaction": "int",
    "contact": "cnt",
    "batch": "bat",
    "file": "fil",
    "usage": "use",
    "payee": "pay",
    "bank_account": "bac",
    "request": "req",
    "decision": "dec",
    "intention": "itn",
    "grant": "grt",
    "attribute": "atr",
    "authorization": "aut",
    "thread": "thr",
    "message": "mes",
    "right": "rgt",
    "feedback": "fbk",
    "invitation": "inv",
    "record": "rec",
}
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


class IdError(FirstpartyError):
    code = "id"


def first_of_block(now: datetime, *, after: int = 0) -> int:
    """The first number of a block made at `now`, larger than `after`; the caller counts upwards from it."""
    number = (int(now.timestamp() * 1000) << _RANDOM_BITS) | getrandbits(_DRAWN_BITS)
    return max(number, after + 1)


def text(kind: str, number: int) -> str:
    """`con_06h2m1x9k3v7q` for a contract's number."""
    return f"{PREFIXES[kind]}_{digits_of(number, _LENGTH)}"


def digits_of(number: int, length: int) -> str:
    """A number in so many digits of base 32."""
    pairs = []
    for _ in range((length + 1) // 2):
        number, pair = divmod(number, 1024)
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))[-length:]


def value_of(digits: str) -> int | None:
    """The number that digits stand for, or none where one of them is no digit."""
    number = 0
    for digit in digits:
        if digit not in _VALUE:
            return None
        number = number * 32 + _VALUE[digit]
    return number


def parse(written: str) -> tuple[str, int] | None:
    """(kind, number) of an id as written, or none when it is not one."""
    prefix, _, digits = written.strip().lower().partition("_")
    number = value_of(digits) if prefix in _KINDS and len(digits) == _LENGTH else None
    return (_KINDS[prefix], number) if number is not None and number <= MAX else None


def number_of(kind: str, written: str) -> int:
    """The number of an id of `kind`; `IdError` for anything else."""
    parsed = parse(written)
    if parsed is None or parsed[0] != kind:
        raise IdError(
            phrase("`%(written)s` is not the id of a %(kind)s", written=written[:40], kind=kind),
            hint=phrase("such ids begin with %(prefixes)s_", prefixes=PREFIXES[kind]),
        )
    return parsed[1]


def unguessable(prefix: str) -> str:
    """`agr_` and 26 random digits: 130 bits, for what others name too and nobody may meet by chance."""
    return f"{prefix}_{''.join(secrets.choice(_DIGITS) for _ in range(_UNGUESSABLE_LENGTH))}"
