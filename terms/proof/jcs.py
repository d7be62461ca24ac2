"""Canonical JSON (RFC 8785) and the strict reader that goes with it.

`canonical(value)` gives the one byte string that stands for a JSON value; `parse(raw)` reads any JSON of RFC 8259, or
refuses; `parse_canonical(raw)` takes only the canonical form, so what was signed is what was read.

The reader refuses what libraries read differently: duplicate names, nesting over `MAX_DEPTH`, NaN and infinities
(1e400 too), lone surrogates, invalid UTF-8, a byte-order mark, anything after the value. Numbers are IEEE 754 doubles as
RFC 8785 says: an integer that every double holds exactly is read as `int`, any other number as `float`.
Writing refuses integers beyond that range rather than round them; write them as strings.
"""

from __future__ import annotations

import json
import math
import re
from json.encoder import encode_basestring  # the C routine: the escapes of RFC 8785 3.2.2.2, and no others
from typing import cast

from terms.refusals import Refused

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

# The deepest thing that we sign is six deep; libraries begin to fail at about a thousand.
MAX_DEPTH = 64
# Ten times the largest dispute bundle of a long agreement; keeps a hostile body from holding the processor.
MAX_BYTES = 8 * 1024 * 1024
# Number.MAX_SAFE_INTEGER: every integer up to here has a double of its own.
MAX_INTEGER = 2**53 - 1
_INTEGER_DIGITS = 16

# A string with its closing quote left optional: otherwise an unclosed one is tried again from each of its quotes.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def parse(raw: bytes) -> JsonValue:
    """The value of a JSON text, or `Refused`."""
    text = _text(raw)
    value = _value(text, _DECODER)
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def parse_canonical(raw: bytes) -> JsonValue:
    """The value of a text that is in canonical form already, or `Refused`."""
    if raw.isascii():
        # The usual record: neither doubles nor names beyond ASCII, so the library's (C) writer gives the canonical form.
        text = _text(raw)
        try:
            # `raw_decode` passes over no white space; what follows the value makes the texts differ.
            value, _ = _PLAIN_DECODER.raw_decode(text)
        except (_DoubleFound, json.JSONDecodeError):
            pass
        else:
            if "\\u" not in text and _PLAIN_ENCODER.encode(value) == text:
                return cast(JsonValue, value)
    value = parse(raw)
    if canonical(value) != raw:
        raise Refused("not-canonical")
    return value


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise Refused("too-large", f"the JSON has more than {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not-json", "the JSON is not UTF-8") from None
    _refuse_depth(text)
    return text


def _value(text: str, decoder: json.JSONDecoder) -> JsonValue:
    try:
        value: JsonValue = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Refused("not-json", f"not JSON at character {error.pos}") from None
    return value


def canonical(value: JsonValue) -> bytes:
    """The RFC 8785 bytes of `value`; `Refused` for what JSON cannot say."""
    try:
        return _written(value, MAX_DEPTH).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("lone-surrogate") from None


def canonical_plain(value: JsonValue) -> bytes:
    """The same, several times faster, for a value that we made or that `parse` gave, without a double in it: integers, texts,
    truth values, lists and objects."""
    text = _PLAIN_ENCODER.encode(value)
    # The library orders names by code point, which is the order of UTF-16 as long as no surrogate would be written.
    is_in_order = text.isascii() or max(text) <= _LAST_BEFORE_SURROGATES
    return text.encode("utf-8") if is_in_order else canonical(value)


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        sign = found[0][0]
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Refused("too-deep")
        elif sign in "]}":
            depth -= 1


def _refuse_surrogates(value: JsonValue) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("lone-surrogate") from None


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("duplicate-key")
    return members


def _integer(digits: str) -> int | float:
    # Longer ones would be beyond MAX_INTEGER, and slow to read.
    if len(digits) <= _INTEGER_DIGITS + 1:
        number = int(digits)
        if abs(number) <= MAX_INTEGER:
            return number
    return _double(digits)


def _double(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Refused("not-a-number", "a number is larger than a double can be")
    return number


class _DoubleFound(Exception):
    """A number with a point or an exponent, which the library may write otherwise than ECMAScript. A long integer is
    a double too, but the library writes that with a point, so the comparison fails and the slow way decides."""


def _no_double(digits: str) -> float:
    raise _DoubleFound


def _constant(word: str) -> JsonValue:
    raise Refused("not-a-number", f"`{word}` is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_double, parse_constant=_constant, strict=True
)

_PLAIN_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_double, parse_constant=_constant, strict=True
)
_LAST_BEFORE_SURROGATES = "\ud7ff"
_PLAIN_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


def _written(value: JsonValue, room: int) -> str:
    # Exact types, in the order of how often they occur: a subclass (an enumeration) might print otherwise.
    kind = type(value)
    if kind is str:
        return encode_basestring(value)  # type: ignore[arg-type]
    if kind is dict or kind is list:
        if room == 0:
            raise Refused("too-deep")
        return _object_written(value, room - 1) if kind is dict else _array_written(value, room - 1)  # type: ignore[arg-type]
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is int:
        return _integer_written(value)  # type: ignore[arg-type]
    if kind is float:
        return number(value)  # type: ignore[arg-type]
    raise Refused("not-json", f"JSON has no {kind.__name__}")


def _object_written(members: dict[str, JsonValue], room: int) -> str:
    try:
        names = sorted(members) if all(map(str.isascii, members)) else sorted(members, key=_utf16)
    except (TypeError, AttributeError):
        raise Refused("not-json", "a member name is not a string") from None
    return "{" + ",".join([f"{encode_basestring(name)}:{_written(members[name], room)}" for name in names]) + "}"


def _array_written(items: list[JsonValue], room: int) -> str:
    return "[" + ",".join([_written(item, room) for item in items]) + "]"


def _utf16(name: str) -> bytes:
    # RFC 8785 3.2.3: by UTF-16 code units; beyond the basic plane that is not the order of code points.
    return name.encode("utf-16-be")


def _integer_written(value: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise Refused("not-a-number", "an integer beyond 2^53 - 1 has no exact double", hint="write it as a string")
    return str(value)


def number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it (RFC 8785 3.2.2.3); minus zero is `0`."""
    if not math.isfinite(value):
        raise Refused("not-a-number")
    if value == 0:
        return "0"
    # `repr` gives the same shortest digits as ECMAScript; only their arrangement differs.
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or "0") - (len(whole + fraction) - len(digits))
    return sign + _arranged(digits.rstrip("0"), point)


def _arranged(digits: str, point: int) -> str:
    """`digits` with the decimal point after `point` of them; ECMA-262 6.1.6.1.20 names the bounds 21 and -6."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
