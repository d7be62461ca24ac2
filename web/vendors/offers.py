"""Signed offers, what was decided of them, and what came of an award.

The signature is verified before the vault's thread is asked, by the keys of the client's document. A refusal of it is the effect's
answer, so that the same request is refused alike again; a document that cannot be read is not, so that it may be tried again.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Struct

from terms.proof import offer_signature
from terms.proof.offer_signature import SignedOffer
from terms.proof.token_refusals import TokenRefused
from vault import ids, meeting, trading
from vault.access import AccessRefused
from vault.session import Vault
from vault.store import trading as store
from vault.trading import OfferRefusedError, Shown
from vault.trading.showing import Told
from web.server import answers, client_documents
from web.server.answers import Answer
from web.server.problems import ClientDocumentError
from web.server.routes import LOCKED, Access, Asked, Route, effects, prepared, reads
from web.vendors import intents, paging

PATH: Final = "/v1/offers"


class Offering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A compact JWS, see docs/vendors."""

    offer: Annotated[str, msgspec.Meta(min_length=1, max_length=offer_signature.MAX_CHARACTERS)]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Offers(msgspec.Struct, frozen=True):
    """Yours, oldest first. `next` is null when there are no more now."""

    offers: list[Shown]
    next: str | None


class Brought(Struct, frozen=True):
    """An offer as it came: verified, or why not."""

    sha256: str
    found: SignedOffer | OfferRefusedError


async def _verified(asked: Asked, body: Offering) -> Brought:
    from connectors.client_metadata import ClientMetadataError

    serving, client = asked.serving, asked.principal.client
    try:
        read = offer_signature.read(body.offer)
        keys = (await client_documents.registration(serving, client, read.key_name)).keys
        found = offer_signature.verified(read, keys, client=client, issuer=serving.settings.base_url)
        return Brought(found.sha256, found)
    except TokenRefused as refused:
        return Brought(offer_signature.digest(body.offer), trading.refused_offer(refused))
    except (ClientMetadataError, AccessRefused) as error:
        raise ClientDocumentError(error.sentence, hint=error.hint) from None


def _taken(vault: Vault, asked: Asked, brought: Brought) -> Answer:
    client, intent = asked.principal.number, asked.parameters.get("id")
    known = trading.known(vault, client, brought.sha256)
    if known is not None:
        return answers.json(trading.shown(vault, known))
    signed = brought.found
    if isinstance(signed, OfferRefusedError):
        raise signed
    if signed.intent != intent:
        raise OfferRefusedError(
            "`intent` in the signed payload is not the intention of the address",
            hint="send it to /v1/intents/{intent}/offers, or to /v1/offers without `intent`",
        )
    butler = meeting.butler_at_first(vault)
    shown = trading.shown_at_first(vault, butler, trading.take(vault, butler, client, signed))
    return answers.json(shown, 201, Location=f"{PATH}/{shown.id}")


def _listed(vault: Vault, asked: Asked) -> Answer:
    after, most = 0, paging.limit(asked.query)
    if "after" in asked.query:
        try:
            after = ids.number_of("request", asked.query["after"])
        except ids.IdError as error:
            raise paging.no_cursor(error) from None
    rows = store.signed_of(vault.connection, asked.principal.number, after=after, limit=most + 1)
    cursor = ids.text("request", rows[most - 1].request) if len(rows) > most else None
    return answers.json(Offers([trading.shown(vault, row) for row in rows[:most]], cursor))


def _one(vault: Vault, asked: Asked) -> Answer:
    return answers.json(trading.shown(vault, trading.own(vault, asked.principal.number, asked.parameters["id"])))


def _withdrawn(vault: Vault, asked: Asked, _: Nothing) -> Answer:
    row = trading.withdraw(vault, asked.principal.number, asked.parameters["id"])
    return answers.json(trading.shown(vault, row))


_EXAMPLE: Final = Shown(
    id="req_06h2m1x9k3v7q",
    intent="itn_0m5k2v9c7r1x8q3e6t4w0y2z1a",
    state="stands",
    answer=Told("refuse", ("owner-rule",)),
    order=None,
    sha256="2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    receipt="rcp_0m5k2v9c7r1x8q3e6t4w0y2z1a",
    received_at="2027-01-10T09:30:00Z",
)
_BODY: Final = Offering(
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoib2ZmZXIrandzIn0.eyJhdWQiOiJodHRwczovL3YuLi4ifQ.c2ln"
)
_READ: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)
_MADE: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=201, granted=201, expired=401, revoked=401)
_SHOWN: Final = ("unauthenticated", "forbidden")
_TAKEN: Final = (
    *_SHOWN, "offer-signature", "client-document", "unknown-category", "two-currencies", "shape", "amount", "period",
)  # fmt: skip

ROUTES: tuple[Route, ...] = (
    Route(
        "POST", PATH, prepared(_verified, _taken, Offering), _MADE, "Make an offer that nobody asked for", Shown, _EXAMPLE,
        Offering, _BODY, errors=(*_TAKEN, "turned-away", "held-full"), also=(200,),
    ),
    Route(
        "POST", f"{intents.PATH}/{{id}}/offers", prepared(_verified, _taken, Offering), _MADE, "Make an offer for an intention",
        Shown, _EXAMPLE, Offering, _BODY, errors=(*_TAKEN, "not-found", "id", "market"), also=(200,),
    ),
    Route(
        "GET", PATH, reads(_listed), _READ, "Your offers", Offers, Offers([_EXAMPLE], None), errors=_SHOWN, query=paging.QUERY,
    ),
    Route(
        "GET", f"{PATH}/{{id}}", reads(_one), _READ, "One offer of yours", Shown, _EXAMPLE, errors=(*_SHOWN, "not-found"),
    ),
    Route(
        "POST", f"{PATH}/{{id}}/withdraw", effects(_withdrawn, Nothing), _READ, "Take an offer back", Shown, _EXAMPLE,
        Nothing, Nothing(), errors=(*_SHOWN, "not-found", "market"),
    ),
)  # fmt: skip
