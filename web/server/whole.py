"""An answer in one write: status, header fields and body go to the connection together, where ASGI has a message for each half.

The connection (`connections`) puts `offered` into the scope of a request, and `edge` uses what `of` finds there. Whatever is not
the usual case is left to the ordinary way: a connection that is to be closed or does not take more now, an answer that has
begun, a field with a line break in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

# In the extensions of a request's scope.
_NAME = "firstparty.whole"
Whole = Callable[[int, Mapping[bytes, bytes], bytes], bool]


def offered(cycle: RequestResponseCycle) -> dict[str, Any]:
    """The extensions of a request that this cycle answers."""
    return {_NAME: partial(_send, cycle)}


def of(scope: Any) -> Whole | None:
    """What sends an answer of a status, header fields and a body, and says whether it has."""
    found: Whole | None = scope.get("extensions", {}).get(_NAME)
    return found


def _send(cycle: RequestResponseCycle, status: int, fields: Mapping[bytes, bytes], body: bytes) -> bool:
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
        return False
    lines = b"".join([b"%b: %b\r\n" % field for field in fields.items()])
    if not lines.count(b"\r") == lines.count(b"\n") == len(fields) or b"\0" in lines:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    sent = b"" if cycle.scope["method"] == "HEAD" else body
    cycle.transport.write(b"".join([STATUS_LINE[status], lines, b"\r\n", sent]))
    cycle.message_event.set()
    cycle.on_response()
    return True
