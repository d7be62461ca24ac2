"""What comes in with a request: bodies and queries, read strictly or refused.

Promises
* A body has the content type that the route takes, and at most `MAX_BYTES`, arrives within `MAX_SECONDS`, and is not
  compressed. (A page of another site can send `text/plain` without asking; it cannot send `application/json`.)
* JSON is RFC 8259 in UTF-8 without duplicate names, nested at most 64 deep (`terms.proof.jcs`), and every field is one that
  the route's struct has, of its type: nothing is converted (`vault.policy.strict`).
* A form has at most `MAX_FIELDS` fields, each at most once, in UTF-8.
* A query has only the names that the route takes, each at most once.

The framework's own readers are not used: they take JSON of any content type, keep the last of duplicate names, and answer
500 for deep nesting and for bytes that are not UTF-8.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

from terms.errors import FirstpartyError
from terms.phrases import Phrase, phrase
from terms.proof.jcs import MAX_INTEGER, JsonValue
from vault.policy import strict

if TYPE_CHECKING:
    from web.server.requests import Request

T = TypeVar("T")

# The largest thing that vendors send: a contract with its annexes as text. Files go another way.
MAX_BYTES = strict.MAX_BYTES
# A megabyte over a slow phone line; whoever sends a byte a second to hold a place does not keep it.
MAX_SECONDS = 30
# The largest form is an authorization request with some fifteen; 200,000 would be read at leisure otherwise.
MAX_FIELDS = 64
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class MediaTypeError(FirstpartyError):
    code = "media-type"


class TooLargeError(FirstpartyError):
    code = "too-large"


class TooSlowError(FirstpartyError):
    code = "too-slow"


class QueryError(FirstpartyError):
    code = "query"


class FormError(FirstpartyError):
    code = "form"


async def read(request: Request, media_type: str) -> bytes:
    """The bytes of a body of this content type."""
    _check_type(request, media_type)
    read_bytes, more, parts = 0, True, list[bytes]()
    try:
        async with asyncio.timeout(MAX_SECONDS):
            while more:
                content, more = await request.part()
                read_bytes += len(content)
                if read_bytes > MAX_BYTES:
                    raise TooLargeError(phrase("a body has at most %(most_bytes)s bytes", most_bytes=MAX_BYTES))
                parts.append(content)
    except TimeoutError:
        raise TooSlowError(phrase("the body took too long")) from None
    return b"".join(parts)


def json(raw: bytes, type: type[T]) -> T:
    """The struct that a JSON body says."""
    return strict.convert(_whole(strict.parse(raw, "the body")), type, "the body")


def form(raw: bytes) -> dict[str, str]:
    """The fields of a form (`application/x-www-form-urlencoded`)."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:  # not ASCII, not UTF-8, a field without `=`, or too many
        raise FormError(
            phrase("the body is not a form"),
            hint=phrase("send at most %(most_fields)s fields, percent-encoded UTF-8", most_fields=MAX_FIELDS),
        ) from None
    return _once(pairs, FormError)


def query(raw: bytes, allowed: tuple[str, ...]) -> Mapping[str, str]:
    """The parameters of a query string."""
    if not raw:
        return {}
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=len(allowed) + 1
        )
    except ValueError:
        raise QueryError(phrase("the query does not read"), hint=_known(allowed)) from None
    found = _once(pairs, QueryError)
    if not found.keys() <= set(allowed):
        raise QueryError(phrase("the query has a parameter that is not taken here"), hint=_known(allowed))
    return found


def _check_type(request: Request, wanted: str) -> None:
    given = request.headers.getall("content-type", [])
    name, _, parameter = (given[0] if len(given) == 1 else "").partition(";")
    charset = parameter.strip().lower().replace('"', "")
    if name.strip().lower() != wanted or charset not in ("", "charset=utf-8"):
        raise MediaTypeError(
            phrase("the body has another content type"), hint=phrase("send `%(wanted)s`", wanted=wanted)
        )
    if request.headers.get("content-encoding", "identity") != "identity":
        raise MediaTypeError(phrase("the body is compressed"), hint=phrase("send it as it is"))


def _whole(value: JsonValue) -> JsonValue:
    """The value with `4.0` as 4: they are one number in JSON Schema, in which the description is, and in RFC 8785."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INTEGER:
        return int(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {name: _whole(one) for name, one in value.items()} if isinstance(value, dict) else value


def _once(pairs: list[tuple[str, str]], error: type[FirstpartyError]) -> dict[str, str]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise error("a name is there twice", hint="send each once")
    return found


def _known(allowed: tuple[str, ...]) -> Phrase:
    return phrase("it takes %(allowed)s", allowed=allowed) if allowed else phrase("this takes none")
