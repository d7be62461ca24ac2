"""Errors as RFC 9457 problems: `application/problem+json` with `type`, `title`, `status`, `code` and, where it helps, `detail`
and `hint`. The one place that turns an exception into an answer; what it says is `catalogue`'s.

What is broken here is told as `internal` and nothing else; `access_log` keeps where it was.
"""

from __future__ import annotations

import msgspec

from terms.errors import FirstpartyError
from web.server.answers import PROBLEM, Answer
from web.server.catalogue import INTERNAL, Row, row_of
from web.server.limits import TooManyError
from web.server.opened import BusyError, VaultLockedError
from web.server.principals import UnauthenticatedError

# How soon to ask again: a person has to come and unlock; a queue is over in a moment.
LOCKED_SECONDS = 30
BUSY_SECONDS = 1


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 §3; `code` is the last part of `type`, for programs that switch on it."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    hint: str = ""


class NotFoundError(FirstpartyError):
    code = "not-found"


class ClientDocumentError(FirstpartyError):
    """A client's document cannot be read now; nothing is kept of the request, so it may be tried again."""

    code = "client-document"


class HostError(FirstpartyError):
    code = "host"


class MethodError(FirstpartyError):
    code = "method"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__("this address does not take this method")
        self.allowed = allowed


def answer(error: BaseException) -> Answer:
    """The answer to any exception."""
    if not isinstance(error, FirstpartyError):
        return of_row(row_of(INTERNAL))
    row = row_of(error.code)
    if row.code == INTERNAL:
        return of_row(row)
    detail, hint = (error.sentence, error.hint) if row.shows_detail else ("", "")
    return of_row(row, detail, hint, _fields(error))


def of_row(row: Row, detail: str = "", hint: str = "", headers: dict[str, str] | None = None) -> Answer:
    body = msgspec.json.encode(Problem(row.type, row.title, row.status, row.code, detail, hint))
    return Answer(row.status, body, PROBLEM, headers or {})


def _fields(error: FirstpartyError) -> dict[str, str]:
    """Header fields that belong to an error."""
    if isinstance(error, VaultLockedError):
        return {"Retry-After": str(LOCKED_SECONDS)}
    if isinstance(error, BusyError):
        return {"Retry-After": str(BUSY_SECONDS)}
    if isinstance(error, UnauthenticatedError):
        return {"WWW-Authenticate": error.challenge}
    if isinstance(error, MethodError):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, TooManyError):
        return {name.decode().title(): value.decode() for name, value in error.room.fields}
    return {}
