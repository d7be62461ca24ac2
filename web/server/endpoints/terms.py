"""The agreements that the person offers to everybody: what to read before asking for anything.

Each has its exact text and rules, and the hash that a signed record names: SHA-256 over the RFC 8785 form of
`{"rules": …, "text": …}`. What the person chose for a single vendor or category is told to that vendor only.
"""

from __future__ import annotations

import msgspec

from terms.effective import Effective, effective
from terms.proof import jcs
from terms.roster import agreement
from vault import choosing
from vault.agreements import present_roster
from vault.session import Vault
from web.server import answers
from web.server.answers import Answer
from web.server.routes import FOR_ANYBODY, Asked, Route, reads


class Proffered(msgspec.Struct, frozen=True):
    """An agreement as a card names it. `id` and `iri` are the roster's (IEEE 7012, in DPV terms)."""

    id: str
    iri: str
    hash: str
    preferred: bool


class Terms(msgspec.Struct, frozen=True):
    """An agreement whole: `rules` are what `hash` covers beside `text`."""

    id: str
    iri: str
    hash: str
    preferred: bool
    name: str
    text: str
    rules: msgspec.Raw


class Offered(msgspec.Struct, frozen=True):
    """In the person's order; the first is preferred, each of the others acceptable."""

    agreements: tuple[Terms, ...]


def in_general(vault: Vault) -> Effective:
    """What holds for a vendor of whom nothing is known."""
    return effective(choosing.present(vault.connection).choice)


def proffered(id: str, preferred: str) -> Proffered:
    named = present_roster()[id]
    return Proffered(named.id, named.iri, named.hash, id == preferred)


def _terms(id: str, preferred: str) -> Terms:
    one, short = agreement(id), proffered(id, preferred)
    return Terms(
        short.id, short.iri, short.hash, short.preferred, one.name, one.text, msgspec.Raw(jcs.canonical(one.rules_json))
    )


def _offered(vault: Vault, asked: Asked) -> Answer:
    found = in_general(vault)
    offered = Offered(tuple(_terms(id, found.preferred) for id in found.acceptable))
    return answers.json(offered, Cache_Control="no-cache")


def _example() -> Offered:
    return Offered((_terms("SD-BASE", "SD-BASE"),))


ROUTES = (
    Route("GET", "/v1/terms", reads(_offered), FOR_ANYBODY, "The agreements that the person offers", Offered, _example),
)
