"""Who a client is: its Client ID Metadata Document, and the assertion that it signs with a key of it.

* A client is named by the URL of its document. Nobody registers; who proves to hold a key of the document is the client.
* Keys for showing who it is may be Ed25519 or P-256. Agreements are signed with Ed25519 alone, so a document without such a
  key is not taken (`vault.agreements.metadata`).
* A key is looked for among the client's own keys and nowhere else, so the `kid` of another client is an unknown key.
* Everything is verified before anything is written; then the client is known, and the assertion's `jti` is used up.

Fetching the document is done elsewhere. It is given with its keys inside, whatever way they came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from terms.proof import base64url, client_assertion, jcs, jwk
from terms.proof.jwk import VerifyingKey
from terms.proof.token_refusals import TokenRefused
from terms.refusals import Refused, quoted
from vault import agreements
from vault.access import replay
from vault.access.parameters import Parameters, required
from vault.access.refusals import AccessRefused
from vault.agreements import metadata
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store.agreements import ClientRow

# One for each environment and country of a large vendor.
MAX_REDIRECTS: Final = 50
MAX_REDIRECT: Final = 2_000
_ASYMMETRIC: Final = "private_key_jwt"

T = TypeVar("T")


class Registration(Struct, frozen=True):
    """What a client's document says, as far as it matters here. `signing` are the keys that sign agreements, by name and
    `x`."""

    url: str
    name: str
    keys: tuple[VerifyingKey, ...]
    redirect_uris: tuple[str, ...]
    signing: frozenset[tuple[str, str]]
    document: bytes


class Client(Struct, frozen=True):
    """A client that has shown who it is. `number` is its row in this vault."""

    number: int
    url: str
    name: str
    redirect_uris: tuple[str, ...]


def claimed(parameters: Parameters) -> str:
    """The URL of the document of who a request says it is from. Nothing of that is proven."""
    return _refused_as_client(lambda: client_assertion.claimed_client(_assertion(parameters)))


def _assertion(parameters: Parameters) -> str:
    if "client_secret" in parameters:
        raise AccessRefused("invalid_client", "there are no client secrets", hint=f"use {_ASYMMETRIC}")
    if parameters.get("client_assertion_type") != client_assertion.ASSERTION_TYPE:
        raise AccessRefused(
            "invalid_client",
            "`client_assertion_type` is missing or unknown",
            hint=f"it is `{client_assertion.ASSERTION_TYPE}`",
        )
    return required(parameters, "client_assertion")


# By its bytes: the document of a client that offers something comes with every offer, and says the same until it changes.
@lru_cache(maxsize=256)
def registration(document: bytes) -> Registration:
    """A document's content; `AccessRefused` (`invalid_client`) where it is not sound."""
    try:
        read = metadata.read(document)
        members = jcs.parse(document)
    except Refused as refused:
        raise AccessRefused("invalid_client", f"the client's document: {refused.sentence}", hint=refused.hint) from None
    assert isinstance(members, dict)  # `metadata.read` has seen to it
    method = members.get("token_endpoint_auth_method", _ASYMMETRIC)
    if method != _ASYMMETRIC:
        raise AccessRefused(
            "invalid_client", f"the client authenticates by {quoted(method)}", hint=f"use {_ASYMMETRIC}"
        )
    return Registration(
        url=read.url,
        name=read.name,
        keys=_keys(members["jwks"]),
        redirect_uris=_redirects(members.get("redirect_uris", [])),
        signing=frozenset((key.id.partition("#")[2], base64url.encoded(key.raw)) for key in read.keys),
        document=document,
    )


def _keys(jwks: jcs.JsonValue) -> tuple[VerifyingKey, ...]:
    assert isinstance(jwks, dict)
    listed = jwks["keys"]
    assert isinstance(listed, list)
    found = [key for one in listed if isinstance(one, dict) if (key := _key(one)) is not None]
    if len({key.name for key in found}) != len(found):
        raise AccessRefused("invalid_client", "two keys of the client's document have one `kid`")
    return tuple(found)


def _key(listed: dict[str, jcs.JsonValue]) -> VerifyingKey | None:
    """None for a key of another kind, which is passed over (RFC 7517, section 5)."""
    try:
        key = jwk.read(listed)
        # A key without a name is named by its thumbprint, as in the histories of `terms.proof.keys`.
        return key if key.name is not None else replace(key, name=key.thumbprint)
    except TokenRefused as refused:
        if refused.code == "not-a-key":
            return None
        raise AccessRefused("invalid_client", f"the client's document: {refused.sentence}", hint=refused.hint) from None


def _redirects(listed: jcs.JsonValue) -> tuple[str, ...]:
    if not isinstance(listed, list) or len(listed) > MAX_REDIRECTS:
        raise AccessRefused("invalid_client", f"`redirect_uris` is a list of at most {MAX_REDIRECTS} addresses")
    found = tuple(one for one in listed if isinstance(one, str) and _is_redirect(one))
    if len(found) != len(listed):
        raise AccessRefused(
            "invalid_client",
            "an entry of `redirect_uris` is not an https address without a fragment",
            hint="http is for localhost only",
        )
    return found


def _is_redirect(written: str) -> bool:
    """An https URL, or http of this very machine (RFC 8252, 7.3), without user and fragment (RFC 6749, 3.1.2)."""
    plain = written.isascii() and written.isprintable() and not set(' "<>\\^`{|}#') & set(written)
    scheme, _, rest = written.partition("://")
    place = rest.partition("/")[0].partition("?")[0]
    host = place.rpartition(":")[0] if place.rpartition(":")[2].isdigit() else place
    is_local = host in ("localhost", "127.0.0.1", "[::1]")
    return (
        plain
        and len(written) <= MAX_REDIRECT
        and bool(host)
        and "@" not in place
        and (scheme == "https" or (scheme == "http" and is_local))
    )


def authenticated(vault: Vault, parameters: Parameters, of: Registration, *, issuer: str) -> Client:
    """The client, once it has shown that it is `of`'s; its keys are brought up to date with its document."""
    if parameters.get("client_id", of.url) != of.url:
        raise AccessRefused("invalid_client", "`client_id` is not who signed the assertion")
    written = _assertion(parameters)
    shown = _refused_as_client(
        lambda: client_assertion.verify(written, of.keys, client=of.url, issuer=issuer, now=vault.now)
    )
    number = _known(vault, of)
    with vault.transaction():
        is_first = replay.spend_inside(vault, number, "assertion", shown.id, shown.until)
    if not is_first:
        raise AccessRefused("invalid_client", "this assertion was used before", hint="make one for each request")
    return Client(number, of.url, of.name, of.redirect_uris)


def _known(vault: Vault, of: Registration) -> int:
    row = agreement_store.client_by_url(vault.connection, of.url)
    if row is None or row.name != of.name or _present_keys(row) != of.signing:
        try:
            row = agreements.known_client(vault, of.document)
        except Refused as refused:
            raise AccessRefused("invalid_client", f"the client's document: {refused.sentence}") from None
    return row.id


def _present_keys(row: ClientRow) -> frozenset[tuple[str, str]]:
    """Of the keys on record those that were not retired, by name and `x`."""
    listed = msgspec.json.decode(row.keys, type=list[_KeptKey])
    return frozenset((one.jwk["kid"], one.jwk["x"]) for one in listed if one.until is None)


class _KeptKey(msgspec.Struct, frozen=True):
    """As `agreements.clients.written` keeps one."""

    jwk: dict[str, str]
    until: str | None


def _refused_as_client(step: Callable[[], T]) -> T:
    try:
        return step()
    except TokenRefused as refused:
        raise AccessRefused("invalid_client", f"the client assertion: {refused.sentence}", hint=refused.hint) from None
