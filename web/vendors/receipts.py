"""Proof that something stands in the vault's log.

A receipt id is made for one client (`vault.pairwise`), for a leaf that the client has been told of; any other client's is as
unknown as one that does not exist. The proof is that of RFC 6962 against the first checkpoint that was signed with the leaf.
Salt and body of a leaf are given where the body says nothing but what the client was given itself: a release.
"""

from __future__ import annotations

from typing import Final

import msgspec

from terms.proof import base64url
from vault import pairwise
from vault.session import Vault
from vault.store import receipts as store
from vault.store.audit import OWN_LOG
from web.server import answers
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import LOCKED, Access, Asked, Route, reads

_RELEASE: Final = "release.made"


class Leaf(msgspec.Struct, frozen=True):
    """What is hashed of a leaf: the lines `firstparty-leaf-1`, number, time, event and digest (hex), each with a line feed. The
    digest is SHA-256 over salt and body."""

    number: int
    at: str
    event: str
    digest: str


class Receipt(msgspec.Struct, frozen=True):
    """`proof` is in hex, `public_key` the Ed25519 key of the log in base64url. `salt` (hex) and `body` (JSON, as it was hashed)
    are null where they are not for the client, or were erased: the leaf is proved all the same."""

    id: str
    leaf: Leaf
    size: int
    proof: tuple[str, ...]
    checkpoint: str
    public_key: str
    salt: str | None
    body: str | None


def _receipt(vault: Vault, asked: Asked) -> Answer:
    written = asked.parameters["id"]
    number = pairwise.number_of(vault, asked.principal.number, "receipt", written)
    row = store.leaf(vault.connection, OWN_LOG, number)
    if row is None:
        raise NotFoundError("there is no such receipt")
    size, note = store.checkpoint_after(vault.connection, OWN_LOG, number)
    is_told = row.event == _RELEASE and row.body is not None
    receipt = Receipt(
        id=written,
        leaf=Leaf(row.n, row.at, row.event, row.digest.hex()),
        size=size,
        proof=tuple(node.hex() for node in store.inclusion(vault.connection, OWN_LOG, number, size)),
        checkpoint=note,
        public_key=base64url.encoded(vault.keys.signer.public),
        salt=row.salt.hex() if is_told else None,
        body=row.body if is_told else None,
    )
    return answers.json(receipt)


_EXAMPLE = Receipt(
    "rcp_06f3mzk8v2c4d06f3mzk8v2c4d",
    Leaf(2, "2026-03-31T12:00:00Z", _RELEASE, "9d1c" * 16),
    3,
    ("5b7e" * 16,),
    "firstparty/vault\n3\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n\n— firstparty/vault AAAA…\n",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    None,
    None,
)
_ROW: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/receipts/{id}",
        reads(_receipt),
        _ROW,
        "Proof that a leaf is in the vault's log",
        Receipt,
        _EXAMPLE,
        errors=("unauthenticated", "forbidden", "not-found", "id"),
    ),
)
