"""The intentions that a vendor may see, as far as they are told."""

from __future__ import annotations

from typing import Final

import msgspec

from vault import categories, pairwise, trading
from vault.ids import IdError
from vault.policy.revealing import Between, Revealed
from vault.session import Vault
from vault.trading import Projection
from web.server import answers
from web.server.answers import Answer
from web.server.bodies import QueryError
from web.server.problems import NotFoundError
from web.server.routes import LOCKED, Access, Asked, Route, reads
from web.vendors import paging

PATH: Final = "/v1/intents"


class Intents(msgspec.Struct, frozen=True):
    """Open ones, oldest first. `next` is null when there are no more now."""

    intents: list[Projection]
    next: str | None


def _listed(vault: Vault, asked: Asked) -> Answer:
    number, query = asked.principal.number, asked.query
    category = query.get("category")
    if category is not None and categories.category(category) is None:
        raise QueryError("there is no such category", hint="see docs/categories.md")
    after = _number(vault, number, query["after"]) if "after" in query else 0
    found, last = trading.listed(
        vault, trading.viewer(vault, number), after=after, category=category, limit=paging.limit(query)
    )
    cursor = None if last is None else pairwise.name(vault, number, "intention", last)
    return answers.json(Intents(found, cursor))


def _number(vault: Vault, client: int, written: str) -> int:
    try:
        return pairwise.number_of(vault, client, "intention", written)
    except IdError as error:
        raise paging.no_cursor(error) from None


def _seen(vault: Vault, asked: Asked) -> Answer:
    client = asked.principal.number
    try:
        number = pairwise.number_of(vault, client, "intention", asked.parameters["id"])
    except IdError:
        raise NotFoundError("there is no such intention") from None
    who = trading.viewer(vault, client)
    return answers.json(trading.projected(vault, who, trading.seen(vault, who, number)))


_EXAMPLE: Final = Projection(
    id="itn_0m5k2v9c7r1x8q3e6t4w0y2z1a",
    title="Electricity for the flat",
    category="energy.electricity",
    closes=None,
    terms="SD-BASE",
    data=("pd:EmailAddress", "pd:PhysicalAddress"),
    requirements=(
        Revealed("must", "offer.contract.minimum_term", "<=", "offer.contract.minimum_term <= 12 months"),
        Revealed("should", "offer.price.per_month", "<=", between=("50.00 EUR", "100.00 EUR")),
    ),
    use={"use": Between(("2000", "5000"))},
    state="open",
    offers_left=3,
    pseudonym="did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
)
_ROW: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET", PATH, reads(_listed), _ROW, "Intentions that you may see", Intents, Intents([_EXAMPLE], None),
        errors=("unauthenticated", "forbidden"),
        query={**paging.QUERY, "category": "only those of this category and what stands under it"},
    ),
    Route(
        "GET", f"{PATH}/{{id}}", reads(_seen), _ROW, "One intention, open or over", Projection, _EXAMPLE,
        errors=("unauthenticated", "forbidden", "not-found"),
    ),
)  # fmt: skip
