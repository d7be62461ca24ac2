"""What a route answers, before it is bytes on a wire."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping

import msgspec
from msgspec import Struct, field

JSON = "application/json"
PROBLEM = "application/problem+json"
# Half of SHA-256: enough that no two states of one resource meet.
_ETAG_HEX = 32


class Answer(Struct, frozen=True):
    """`headers` are those that belong to this answer (`Location`, `ETag`), by name; the edge adds what all answers have."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Streamed(Struct, frozen=True):
    """An answer that is made while it is sent. `chunks` has to end when `Serving.stopping` is set, or is cut off."""

    chunks: AsyncIterator[bytes]
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def json(value: object, status: int = 200, **headers: str) -> Answer:
    """A struct, or what JSON can say, as an answer."""
    return Answer(
        status, msgspec.json.encode(value), JSON, {name.replace("_", "-"): one for name, one in headers.items()}
    )


def tagged(answer: Answer, if_none_match: str | None) -> Answer:
    """The answer with its `ETag`; a bare 304 when the client has it already (RFC 9110 §13.1.2)."""
    if "ETag" in answer.headers:
        tag = answer.headers["ETag"]
    else:
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:_ETAG_HEX]}"'
    headers = {**answer.headers, "ETag": tag}
    if if_none_match is not None and _names(if_none_match, tag):
        headers.pop("Content-Encoding", "")  # there is nothing that it could be of (RFC 9110, 15.4.5)
        return Answer(304, b"", answer.media_type, headers)
    return Answer(answer.status, answer.body, answer.media_type, headers)


def _names(if_none_match: str, tag: str) -> bool:
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in named or named == ["*"]
