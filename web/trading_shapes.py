"""The JSON of `firstparty intent`, `intents` and `offer` where vendors come into it; docs/butler.md has it in words. Fields are only
ever added."""

from __future__ import annotations

from typing import TypedDict

import msgspec

from terms.proof import offer_signature
from vault import ids, trading
from vault.butler.market import Want
from vault.policy.ranking import Place
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import trading as store
from vault.store.trading import SignedRow
from web import butler_shapes

Shape = dict[str, object]


class Order(TypedDict):
    id: str
    offer: str
    grant: str | None
    data: list[str]
    state: str
    made: str


class Evidence(TypedDict):
    """`jws` is what the vendor signed, byte for byte; `key` the thumbprint of the key that it verified with."""

    id: str
    client: str
    state: str
    received: str
    sha256: str
    key: str
    jws: str


class Held(TypedDict):
    id: str
    client: str
    title: str
    received: str


def intention(vault: Vault, one: Want, standing: int) -> Shape:
    """With since when vendors see it (null where they do not), the offer that is proposed, and the order."""
    row = store.publication(vault.connection, one.row.id)
    proposed = trading.proposed(vault, one.row.id)
    return {
        **butler_shapes.intention(one, standing),
        "published": row.published_at if row else None,
        "proposed": ids.text("request", proposed) if proposed else None,
        "order": order(vault, one.row.awarded) if one.row.awarded else None,
    }


def whole_intention(vault: Vault, one: Want, standing: int, places: list[Place]) -> Shape:
    return {**butler_shapes.whole_intention(one, standing, places), **intention(vault, one, standing)}


def order(vault: Vault, offer: int) -> Order | None:
    row = store.order_of(vault.connection, offer)
    if row is None:
        return None
    return {
        "id": ids.text("order", row.id),
        "offer": ids.text("request", row.offer),
        "grant": ids.text("grant", row.data_grant) if row.data_grant is not None else None,
        "data": msgspec.json.decode(row.data, type=list[str]),
        "state": row.state,
        "made": row.made_at,
    }


def evidence(vault: Vault, row: SignedRow) -> Evidence:
    return {
        "id": ids.text("request", row.request),
        "client": agreement_store.client(vault.connection, row.client).url,
        "state": row.state,
        "received": row.received_at,
        "sha256": row.sha256,
        "key": row.signed_by,
        "jws": row.jws,
    }


def held(vault: Vault, row: SignedRow) -> Held:
    title = offer_signature.kept(row.jws, key=row.signed_by).offer.get("title", "")
    client = agreement_store.client(vault.connection, row.client)
    return {
        "id": ids.text("request", row.request),
        "client": client.url,
        "title": str(title),
        "received": row.received_at,
    }
