"""`/messages`: every thread with vendors, also with those that are not in your list yet; and `/messages/{id}`, one of them.

What waits to be let in is not shown: until the owner says yes, nothing of a stranger's reaches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.engaging.threads import PERSON, reply
from vault.session import Vault
from vault.store import messages as store
from vault.store.messages import ListedRow
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_LIST: Final = "talking/threads.html"
_ONE: Final = "talking/thread.html"
# Older ones are found by `firstparty messages`.
_MESSAGES: Final = 400


class Thread(Struct, frozen=True):
    """The messages of a thread, oldest first; `who` is as the owner has the vendor, else as its client calls itself."""

    id: str
    messages: tuple[ListedRow, ...]

    @property
    def last(self) -> ListedRow:
        return self.messages[-1]

    @property
    def subject(self) -> str:
        return self.messages[0].subject

    @property
    def who(self) -> str:
        return self.last.vendor_name or self.last.client_name or self.last.client_url


def threads(vault: Vault, clients: tuple[int, ...] | None = None) -> list[Thread]:
    """Those with these clients, or all; the one that was last written in first."""
    return _in_threads(store.listed(vault.connection, clients, limit=_MESSAGES))


def _in_threads(rows: Sequence[ListedRow]) -> list[Thread]:
    found: dict[int, list[ListedRow]] = {}
    for row in rows:
        if row.party == PERSON or row.effect:
            found.setdefault(row.thread, []).append(row)
    several = [Thread(ids.text("thread", id), tuple(sorted(of, key=lambda row: row.id))) for id, of in found.items()]
    return sorted(several, key=lambda one: -one.last.id)


def _listed(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_LIST, threads=threads(vault))


def _shown(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_ONE, thread=_thread(vault, visit), typed="", wrong=None)


def _replied(vault: Vault, visit: Visit) -> Answer:
    thread = _thread(vault, visit)
    try:
        reply(vault, thread.id, visit.form.get("body", ""))
    except FirstpartyError as error:
        return visit.shows(_ONE, status=422, thread=thread, typed=visit.form.get("body", ""), wrong=error)
    return goes_to(f"/messages/{thread.id}?said=written")


def _thread(vault: Vault, visit: Visit) -> Thread:
    number = ids.number_of("thread", visit.parameters["id"])
    found = _in_threads(store.conversation(vault.connection, number))
    if not found:
        raise NotFoundError(phrase("there is no such thread"), hint=phrase("look at your messages"))
    return found[0]


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/messages", _listed, "What vendors and you write to each other"),
    guarded("GET", "/messages/{id}", _shown, "One thread of messages"),
    guarded("POST", "/messages/{id}", _replied, "Answer in a thread"),
)
