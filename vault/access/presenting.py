"""How a token is used: looked up at each request, with the grant behind it as it is at that very moment.

    live = admit(vault, token, proof, method="GET", url=url)     inside the caller's transaction, where there is one
    live.permission                                              what may be done, never more than the grant has now

Nothing about the liveness of a grant is remembered: revoked, expired, narrowed, or ended with its agreement, it counts from
the next look on. A release (`granting.release_inside`) is given the grant of a look inside its own write, so that nothing is
released after a revocation was acknowledged.

A proof is used up only when its token is good: whoever has no token cannot fill the table of used ids.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from terms.proof import dpop
from terms.proof.dpop import Proof
from terms.proof.token_refusals import TokenRefused
from vault import granting
from vault.access import details, handles, replay, tokens
from vault.access.clients import Client
from vault.access.refusals import AccessRefused
from vault.granting.permission import Permission, decoded
from vault.granting.standing import Grant
from vault.policy.authorization_life import TokenState
from vault.session import Vault
from vault.store import access as store
from vault.store import agreements as agreement_store
from vault.store.access import TokenRow


class Live(Struct, frozen=True):
    """A token that is good now. `permission` is what it is for: pass `permission.data` on to a release. One that stands for
    no grant says who the client is, and has neither."""

    client: int
    client_url: str
    grant: Grant | None = None
    permission: Permission | None = None


def introspect(vault: Vault, token: str, jkt: str) -> Live | None:
    """What a token is good for at this moment, shown with the key it is bound to; None if it is good for nothing."""
    shown = handles.hash_of(token)
    held, row = store.presented(vault.connection, shown) or (None, None)
    if held is None or held.kind != "access" or not handles.is_same(held.hash, shown):
        return None
    if not handles.is_same(held.jkt.encode(), jkt.encode()):
        return None
    grant = None if row is None else granting.as_of(vault.connection, row, vault.now)
    if tokens.token_state(held, grant, vault.now) is not TokenState.LIVE:
        return None
    if grant is None:
        client = agreement_store.client(vault.connection, held.client)
        return Live(held.client, client.url)
    permission = _permission(held, grant)
    return None if permission is None else Live(held.client, grant.row.client_url, grant, permission)


def _permission(held: TokenRow, grant: Grant) -> Permission | None:
    if held.permission is None:
        return grant.permission
    return details.common(decoded(held.permission), grant.permission)


def verified(
    proof: str | None,
    *,
    now: datetime,
    method: str,
    url: str,
    access_token: str = "",
    nonces: Collection[str] | None = None,
) -> Proof:
    """The proof of a request, its id not used up yet; `url` is the address that the server is reached by. It needs no vault."""
    if not proof:
        raise AccessRefused("invalid_dpop_proof", "the header `DPoP` is missing")
    try:
        return dpop.verify(proof, method=method, url=url, now=now, access_token=access_token, nonces=nonces)
    except TokenRefused as refused:
        error = "use_dpop_nonce" if refused.code == "wrong-nonce" else "invalid_dpop_proof"
        raise AccessRefused(error, f"the proof: {refused.sentence}", hint=refused.hint) from None


def used(vault: Vault, client: Client, proof: Proof) -> str:
    """The key (`jkt`) of a verified proof that came with a client's own request, its id used up."""
    with vault.transaction():
        is_first = replay.spend_inside(vault, client.number, "proof", proof.id, proof.until)
    if not is_first:
        raise AccessRefused("invalid_dpop_proof", "this proof was used before", hint="make one for each request")
    return proof.thumbprint


def admit(
    vault: Vault, token: str, proof: str | None, *, method: str, url: str, nonces: Collection[str] | None = None
) -> Live:
    """A token that is good now, with a proof that was made for this request and never used."""
    return admit_verified(
        vault, token, verified(proof, now=vault.now, method=method, url=url, access_token=token, nonces=nonces)
    )


def admit_verified(vault: Vault, token: str, proof: Proof) -> Live:
    """The same with a proof that was verified before, with `token` as its access token; its signature need not be checked by
    who holds the vault."""
    with vault.transaction():
        return admit_inside(vault, token, proof)


def admit_inside(vault: Vault, token: str, proof: Proof) -> Live:
    """The same inside a write of the caller, for whom the grant holds until that ends. Nothing is to be taken back: an id that
    was used up stays so, whatever is refused after it."""
    live = introspect(vault, token, proof.thumbprint)
    if live is None:
        raise AccessRefused("invalid_token")
    if not replay.spend_inside(vault, live.client, "proof", proof.id, proof.until):
        raise AccessRefused("invalid_dpop_proof", "this proof was used before", hint="make one for each request")
    return live
