"""Who a client is, and whether it may write to the person."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from vault import meeting
from vault.policy.requests import Introduction
from vault.policy.strict import MAX_TITLE
from vault.session import Vault
from vault.store import agreements as agreement_store
from web import admission
from web.server import answers
from web.server.answers import Answer
from web.server.limits import Limit
from web.server.routes import LOCKED, Access, Asked, Route, effects, reads

PATH: Final = "/v1/introduction"
# Each may reach the person; a client needs one, and a second where the first had a bad code.
INTRODUCTIONS: Final = Limit("introductions", 20, 3600)
# A few sentences on why it writes; what it has to say comes later.
MAX_INTRO: Final = 2_000
MAX_CODE: Final = 64


class Introducing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`category` is one of docs/categories.md; `invitation` the code of one."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TITLE)]
    intro: Annotated[str, msgspec.Meta(max_length=MAX_INTRO)] = ""
    category: Annotated[str, msgspec.Meta(max_length=MAX_TITLE)] | None = None
    invitation: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CODE)] | None = None


class Introduced(msgspec.Struct, frozen=True):
    """`vendor` is the client's own name once the person knows it as a vendor of theirs, else null."""

    standing: meeting.Standing
    vendor: str | None


def _introduce(vault: Vault, asked: Asked, body: Introducing) -> Answer:
    said = Introduction(body.name, body.intro, body.category)
    client = asked.principal.number
    before = meeting.standing(vault, client)
    after = meeting.introduce(vault, client, said, meeting.butler(vault), code=body.invitation or "")
    if after is not before:
        admission.admitted(vault, [client])
    return _standing(vault, asked)


def _standing(vault: Vault, asked: Asked) -> Answer:
    client = agreement_store.client(vault.connection, asked.principal.number)
    # The person's own name for the vendor is the person's business.
    known_as = client.name if client.vendor is not None else None
    return answers.json(Introduced(meeting.standing(vault, client.id), known_as))


IDENTIFIED: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)

ROUTES = (
    Route(
        "POST",
        PATH,
        effects(_introduce, Introducing),
        IDENTIFIED,
        "Say who you are and why you write",
        Introduced,
        Introduced(meeting.Standing.WAITING, None),
        body=Introducing,
        body_example=Introducing("Example Energy", "We would like to make you an offer.", "energy.electricity"),
        errors=("unauthenticated", "forbidden", "turned-away", "invitation", "other-vendor", "unknown-category"),
        limit=INTRODUCTIONS,
    ),
    Route(
        "GET",
        PATH,
        reads(_standing),
        IDENTIFIED,
        "Whether you may write",
        Introduced,
        Introduced(meeting.Standing.YES, "Example Energy"),
        errors=("unauthenticated", "forbidden"),
    ),
)
