"""What came back: a status, the few headers that the vault acts on, and the body, all within limits.

Any status is an outcome, a redirect or a failure too. A body is bytes that a stranger wrote: it is for a strict reader,
never for an error or a log.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import HEADER_BYTES, HEADER_CHARACTERS, HEADERS, Limits

# `location` is not among them: nothing follows it.
KEPT: Final = frozenset(
    ["age", "cache-control", "content-type", "date", "etag", "expires", "last-modified", "retry-after"]
)
_LIST_VALUED: Final = frozenset(["cache-control"])
_PRINTABLE: Final = re.compile(rb"[\t -~]*")

RawHeaders = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer. `headers` have lower-case names, those of `KEPT` only."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = field(default=b"", repr=False)

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """Lower case, without parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


async def outcome(status: int, headers: RawHeaders, body: AsyncIterable[bytes], limits: Limits) -> Outcome:
    """Reads no byte further than it needs to know that there are too many."""
    listed = list(headers)
    if len(listed) > HEADERS or sum(len(name) + len(value) for name, value in listed) > HEADER_BYTES:
        raise OutboundError("too-large", "the answer has more headers than the vault takes")
    if not 200 <= status <= 599:
        raise OutboundError("bad-answer", "the answer has no final status")
    _refuse_encoded(listed)
    return Outcome(status, MappingProxyType(_kept(listed)), await _read(body, limits))


def _refuse_encoded(headers: RawHeaders) -> None:
    # Only `identity` is asked for. So there is nothing to inflate, and no bomb.
    if any(name.lower() == b"content-encoding" and value.strip().lower() != b"identity" for name, value in headers):
        raise OutboundError("bad-answer", "the answer is encoded, though no encoding was asked for")


def _kept(headers: RawHeaders) -> dict[str, str]:
    kept: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        if name not in KEPT:
            continue
        if len(raw_value) > HEADER_CHARACTERS or not _PRINTABLE.fullmatch(raw_value):
            raise OutboundError("bad-answer", f"the answer's `{name}` cannot be read")
        value = raw_value.decode("ascii").strip()
        if name in kept:
            if name not in _LIST_VALUED:
                raise OutboundError("bad-answer", f"the answer has `{name}` twice")
            value = f"{kept[name]}, {value}"
        kept[name] = value
    return kept


async def _read(body: AsyncIterable[bytes], limits: Limits) -> bytes:
    read = bytearray()
    if limits.cut and not limits.body_bytes:
        return b""
    async for part in body:
        read += part
        if len(read) > limits.body_bytes:
            if limits.cut:
                break
            raise OutboundError("too-large", f"the answer has more than {limits.body_bytes} bytes")
    return bytes(read[: limits.body_bytes])
