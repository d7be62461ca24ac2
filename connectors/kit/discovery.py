"""What a vault says of itself: its card, and the metadata of its authorization server (RFC 8414).

The address that was connected to has to be the issuer that both name, sign by sign (RFC 8414, 3.3): else a vault could send a
vendor's assertions to another. Every endpoint has to lie under it, by https but on this machine.
"""

from __future__ import annotations

from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from connectors.kit.clock import is_loopback
from connectors.kit.errors import NotVerified
from connectors.kit.wire import Wire, problem

CARD: Final = "/.well-known/firstparty.json"
METADATA: Final = "/.well-known/oauth-authorization-server"
_FORMAT: Final = "firstparty/card/"
Shape = TypeVar("Shape")


class Proffered(msgspec.Struct, frozen=True):
    """An agreement that the person offers."""

    id: str
    iri: str = ""
    hash: str = ""
    preferred: bool = False


class Card(msgspec.Struct, frozen=True):
    """The person's card; none of `agreements` and `categories` while the vault is locked, or where they are not shown."""

    format: str
    issuer: str
    agreements: tuple[Proffered, ...] | None = None
    categories: tuple[str, ...] | None = None


class Metadata(msgspec.Struct, frozen=True):
    """Of RFC 8414, what the kit uses."""

    issuer: str
    token_endpoint: str
    backchannel_authentication_endpoint: str
    pushed_authorization_request_endpoint: str
    authorization_endpoint: str
    grant_management_endpoint: str
    authorization_details_types_supported: tuple[str, ...]


async def discovered(wire: Wire, url: str) -> tuple[Card, Metadata]:
    """Card and metadata of the vault at `url`."""
    issuer = url.rstrip("/")
    check_address(issuer)
    card = await _read(wire, issuer + CARD, Card)
    metadata = await _read(wire, issuer + METADATA, Metadata)
    if not card.format.startswith(_FORMAT):
        raise NotVerified(f"`{issuer}` is no vault that this kit knows")
    if not card.issuer == metadata.issuer == issuer:
        raise NotVerified("the vault names another address as its own", hint=f"connect to {card.issuer[:200]}")
    endpoints = [value for name, value in msgspec.structs.asdict(metadata).items() if name.endswith("_endpoint")]
    if not all(value.startswith(f"{issuer}/") for value in endpoints):
        raise NotVerified("an endpoint of the vault lies at another address than the vault")
    return card, metadata


def check_address(issuer: str) -> None:
    parts = urlsplit(issuer)
    plain = parts.scheme == "http" and is_loopback(issuer)
    if not (parts.scheme == "https" or plain) or not parts.hostname or "@" in parts.netloc or parts.path or parts.query:
        raise NotVerified(
            f"`{issuer[:200]}` is not the address of a vault",
            hint="write https://vault.example; http is for 127.0.0.1 alone",
        )


async def _nothing() -> tuple[dict[str, str], None]:
    return {"Accept": "application/json"}, None


async def _read(wire: Wire, url: str, shape: type[Shape]) -> Shape:
    answer = await wire.sent("GET", url, _nothing)
    if answer.status_code != 200:
        raise problem(answer)
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except msgspec.DecodeError:
        raise NotVerified(f"`{url[:200]}` does not answer as a vault does") from None
