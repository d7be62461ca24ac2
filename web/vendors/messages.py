"""Messages in threads, both ways."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from vault import ids, meeting
from vault.engaging import messages
from vault.engaging.messages import Written
from vault.session import Vault
from vault.store.messages import MessageRow
from web.server import answers
from web.server.answers import Answer
from web.server.routes import LOCKED, Access, Asked, Route, effects, reads
from web.vendors import paging

PATH: Final = "/v1/messages"


class Answered(msgspec.Struct, frozen=True):
    """The word of the person's rules (accept, ask or refuse), with codes of the reasons as far as the person lets vendors know."""

    verdict: str
    codes: tuple[str, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """Where it went: delivered, in the digest, filed away, asks you (the person is asked), or held until you are let in; then
    `answer` is null."""

    id: str
    thread: str
    state: str
    answer: Answered | None


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """`thread` is what an answer to it names."""

    id: str
    thread: str
    sender: Literal["vendor", "person"]
    kind: str
    subject: str
    body: str
    at: str


class Messages(msgspec.Struct, frozen=True):
    """Oldest first; `next` is where to go on from, also when nothing is new."""

    messages: tuple[Message, ...]
    next: str | None


def _send(vault: Vault, asked: Asked, said: Written) -> Answer:
    taken = messages.receive(vault, asked.principal.number, said, meeting.butler(vault))
    told = taken.answer
    answer = None if told is None else Answered(told.verdict, told.codes)
    return answers.json(Taken(taken.id, taken.thread, taken.state, answer), 201)


def _messages(vault: Vault, asked: Asked) -> Answer:
    after, thread, limit = asked.query.get("after"), asked.query.get("thread"), paging.limit(asked.query)
    try:
        place = 0 if after is None else ids.number_of("message", after)
    except ids.IdError as error:
        raise paging.no_cursor(error) from None
    found = messages.page(vault, asked.principal.number, place, limit, thread)
    told = tuple(map(_message, found))
    return answers.json(Messages(told, told[-1].id if told else after))


def _message(row: MessageRow) -> Message:
    sender: Literal["vendor", "person"] = "vendor" if row.party == "vendor" else "person"
    thread = ids.text("thread", row.thread)
    return Message(ids.text("message", row.id), thread, sender, row.kind, row.subject, row.body, row.at)


def _access(status: int) -> Access:
    return Access(nobody=401, owner=403, locked=LOCKED, vendor=status, granted=status, expired=401, revoked=401)


_THREAD: Final = "thr_06h2m1x9k3v7q"
_EXAMPLE: Final = Message(
    "mes_06h2m1x9k3v7q", _THREAD, "person", "reply", "Your delivery", "After six, please.", "2026-03-31T12:00:00Z"
)
ROUTES = (
    Route(
        "POST",
        PATH,
        effects(_send, Written),
        _access(201),
        "Write to the person; judged at once by the rules that the person made",
        Taken,
        Taken("mes_06h2m1x9k3v7q", _THREAD, "delivered", Answered("accept")),
        Written,
        Written("delivery", "We come on Tuesday between nine and twelve.", "Your delivery"),
        errors=(
            "unauthenticated",
            "forbidden",
            "turned-away",
            "not-found",
            "too-many-messages",
            "two-currencies",
            "period",
        ),
    ),
    Route(
        "GET",
        PATH,
        reads(_messages),
        _access(200),
        "What you and the person wrote to each other, oldest first",
        Messages,
        Messages((_EXAMPLE,), _EXAMPLE.id),
        errors=("unauthenticated", "forbidden", "not-found"),
        query={**paging.QUERY, "thread": "the id of a thread, for what was written in it alone"},
    ),
)
