"""The person's card, `/.well-known/firstparty.json`: where this vault is, what it speaks and what its person offers.

Nothing in it says who the person is. The categories of open intentions are there only when the owner shows them
(`serve --show-categories`). While the vault is locked, what lies inside it is null and the rest is there.
"""

from __future__ import annotations

import msgspec

from vault.session import Vault
from web.server import answers
from web.server.answers import Answer
from web.server.endpoints.terms import Proffered, in_general, proffered
from web.server.routes import Access, Asked, Route

PATH = "/.well-known/firstparty.json"
FORMAT = "firstparty/card/1"


class Endpoints(msgspec.Struct, frozen=True):
    """Absolute addresses."""

    terms: str
    openapi: str


class Card(msgspec.Struct, frozen=True):
    """`agreements` are those of `/v1/terms`, in its order; `categories` those of open intentions, null when not shown."""

    format: str
    issuer: str
    agreements: tuple[Proffered, ...] | None
    categories: tuple[str, ...] | None
    endpoints: Endpoints


async def card(asked: Asked) -> Answer:
    settings, vault = asked.serving.settings, asked.serving.vault
    agreements, categories = None, None
    if vault.is_open:
        agreements, categories = await vault.run(lambda opened: _inside(opened, settings.shows_categories))
    issuer = settings.base_url
    endpoints = Endpoints(f"{issuer}/v1/terms", f"{issuer}/openapi.json")
    return answers.json(Card(FORMAT, issuer, agreements, categories, endpoints), Cache_Control="no-cache")


def _inside(vault: Vault, shows_categories: bool) -> tuple[tuple[Proffered, ...], tuple[str, ...] | None]:
    found = in_general(vault)
    agreements = tuple(proffered(id, found.preferred) for id in found.acceptable)
    return agreements, _categories(vault) if shows_categories else None


def _categories(vault: Vault) -> tuple[str, ...]:
    # Imported here: the butler is half of what the server would load at its start.
    from vault.butler import market
    from vault.policy.intention_life import State

    wanted = {one.intention.category for one in market.wants(vault) if one.row.state == State.OPEN}
    return tuple(sorted(wanted))


def _example() -> Card:
    return Card(
        FORMAT,
        "https://vault.example",
        (proffered("SD-BASE", "SD-BASE"),),
        ("utilities.electricity",),
        Endpoints("https://vault.example/v1/terms", "https://vault.example/openapi.json"),
    )


_ACCESS = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)

ROUTES = (Route("GET", PATH, card, _ACCESS, "Where this vault is and what its person offers", Card, _example),)
