"""Who wants to be let in, and whom the owner has answered before: one word each, and another word at any time."""

from __future__ import annotations

import unicodedata
from typing import Final

from msgspec import Struct

from terms.phrases import phrase
from vault import meeting
from vault.butler.market import NotFoundError
from vault.meeting import Standing, introducing
from vault.relationships.domains import registrable
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store.agreements import ClientRow
from vault.store.trading import signed_of
from vault.trading.taking import HELD
from web import admission
from web.pages.frame.guard import Visit
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer

WORDS: Final = {Standing.YES: mark("Yes"), Standing.NOT_NOW: mark("Not now"), Standing.NEVER: mark("Never")}
SAYS: Final = {
    Standing.YES: mark("may write to you"),
    Standing.NOT_NOW: mark("not now"),
    Standing.NEVER: mark("never"),
}
_ANSWERED: Final = 100
# Three lines of a card; whoever writes more is read on by who wants to. A few words more are no reason to fold.
_OPENING: Final = 140
_FEW: Final = 60
# Categories of signs that are drawn with the one before: marks, joiners, tones of skin.
_JOINED: Final = frozenset(("Mn", "Mc", "Me", "Cf", "Sk"))


class Knocking(Struct, frozen=True):
    """`of` is the vendor of the vault that it is of, or whose domain it has; `held` how many offers wait with it. `rest` is how its
    introduction goes on, where that is long."""

    client: ClientRow
    domain: str
    intro: str
    rest: str
    category: str
    of: str
    held: int
    since: str


class Answered(Struct, frozen=True):
    client: ClientRow
    domain: str
    standing: Standing
    since: str


def opening(text: str) -> tuple[str, str]:
    """The first lines of what somebody wrote, and how it goes on; cut between words where there are any."""
    if len(text) <= _OPENING + _FEW:
        return text, ""
    cut = text.rfind(" ", _OPENING - _FEW, _OPENING)
    if cut < 0:
        cut = next(at for at in range(_OPENING, len(text)) if not _goes_on(text, at))
    return text[:cut].rstrip(), text[cut:].lstrip()


def _goes_on(text: str, at: int) -> bool:
    """Whether the sign at a place is drawn with the one before it."""
    return at + 1 < len(text) and (unicodedata.category(text[at]) in _JOINED or text[at - 1] == "\u200d")


def knocking(vault: Vault) -> list[Knocking]:
    """Oldest first."""
    return [
        Knocking(
            client=one.client,
            domain=registrable(one.client.url),
            intro=intro,
            rest=rest,
            category=one.said.category or "",
            of=one.linked or one.proposed,
            held=len(signed_of(vault.connection, one.client.id, state=HELD)),
            since=one.said.at,
        )
        for one in introducing.waiting(vault)
        for intro, rest in (opening(one.said.intro),)
    ]


def answered(vault: Vault) -> list[Answered]:
    """The last word first."""
    rows = [row for row in store.introductions(vault.connection) if row.standing in WORDS]
    latest = sorted(rows, key=lambda row: row.changed_at, reverse=True)[:_ANSWERED]
    clients = [(agreement_store.client(vault.connection, row.client), row) for row in latest]
    return [Answered(one, registrable(one.url), Standing(row.standing), row.changed_at) for one, row in clients]


def screen(vault: Vault, visit: Visit) -> Answer:
    written, word = visit.form.get("client", ""), visit.form.get("word", "")
    number = int(written) if written.isdecimal() and len(written) < len(str(2**63)) else -1
    if word not in set(WORDS) or store.introduction(vault.connection, number) is None:
        raise NotFoundError(phrase("nobody of this name waits"), hint=phrase("look at the page again"))
    client, said = agreement_store.client(vault.connection, number), Standing(word)
    with vault.transaction():
        proposed = meeting.proposed(vault, client)
        changed = meeting.screen(vault, [number], said)
        if said is Standing.YES and proposed is not None:  # it was shown beside the question
            meeting.link(vault, number, proposed.id)
        admission.admitted(vault, changed)
    return goes_to("/offers?said=screened")
