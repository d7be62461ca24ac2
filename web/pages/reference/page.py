"""The reference of the API as a page: what `/openapi.json` says, for people, from local files alone.

Anybody may read it, as anybody may read the description. Its routes are made of all the others, so `application` adds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from web.pages.frame import language
from web.pages.frame.guard import public
from web.pages.frame.responses import page
from web.pages.frame.wording import mark
from web.server import openapi
from web.server.answers import Answer
from web.server.catalogue import CATALOGUE, Row
from web.server.routes import Access, Asked, Route

# None of its own: `application` adds the page with `routes`.
ROUTES: tuple[Route, ...] = ()
PATH: Final = "/developers/api"
_TEMPLATE: Final = "reference/page.html"
# What the sections are called, by the first word of their paths; the others are called by that word.
NAMES: Final[Mapping[str, str]] = {
    "agreements": mark("Agreements"),
    "events": mark("Events"),
    "feedback": mark("Feedback"),
    "health": mark("Is it alive?"),
    "holdings": mark("What you hold"),
    "intents": mark("Intentions"),
    "introduction": mark("Introduction"),
    "invite": mark("Invitations"),
    "messages": mark("Messages"),
    "offers": mark("Offers"),
    "openapi.json": mark("This description as OpenAPI"),
    "profile": mark("Profile"),
    "ready": mark("Is it open?"),
    "receipts": mark("Receipts"),
    "relationship": mark("Contracts, invoices, readings"),
    "rights": mark("Rights"),
    "terms": mark("Terms"),
    "webhook": mark("Webhook"),
    "well-known": mark("Where to find what"),
}
_ACCESS: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)


class Operation(Struct, frozen=True):
    """One route, as the page shows it. Examples are JSON texts, empty where there is none."""

    id: str
    method: str
    path: str
    summary: str
    needs: str
    parameters: tuple[tuple[str, str, str], ...]
    body: str
    answer: str
    status: int
    problems: tuple[Row, ...]


class Section(Struct, frozen=True):
    """`name` is the first word of the paths, `title` what it is called."""

    name: str
    title: str
    operations: tuple[Operation, ...]


def sections(routes: Iterable[Route]) -> tuple[Section, ...]:
    """The public routes by the first word of their path."""
    found: dict[str, list[Operation]] = {}
    for one in sorted((one for one in routes if one.is_public), key=lambda one: (one.path, one.method)):
        words = [word for word in one.path.split("/") if word]
        name = words[1] if words[0] == "v1" and len(words) > 1 else words[0].lstrip(".")
        found.setdefault(name, []).append(_operation(one))
    return tuple(Section(name, NAMES.get(name, name), tuple(listed)) for name, listed in sorted(found.items()))


def _operation(one: Route) -> Operation:
    codes = [code for code in openapi.codes(one) if code in CATALOGUE]
    return Operation(
        id=openapi.operation_id(one),
        method=one.method,
        path=one.path,
        summary=one.summary,
        needs=_needs(one.access),
        parameters=(
            *((name, "path", "") for name in openapi.names_in(one.path)),
            *((name, "query", meaning) for name, meaning in one.query.items()),
        ),
        body=_example(one.body_example),
        answer=_example(one.answer_example),
        status=openapi.success(one),
        problems=tuple(sorted({CATALOGUE[code] for code in codes}, key=lambda row: (row.status, row.code))),
    )


def _needs(access: Access) -> str:
    if access.nobody < 300:
        return mark("nothing")
    return mark("a token of a grant") if access.vendor not in (access.granted, None) else mark("a token")


def _example(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(json.loads(msgspec.json.encode(value)), indent=2, ensure_ascii=False)


def routes(others: tuple[Route, ...]) -> tuple[Route, ...]:
    """The pages about these routes."""

    @cache
    def shown(spoken: str) -> Answer:
        return page(_TEMPLATE, {"sections": sections(others), "rows": sorted(CATALOGUE.values())})

    async def handler(asked: Asked) -> Answer:
        return shown(language.spoken())

    return (public("GET", PATH, handler, "The reference of the API", access=_ACCESS),)
