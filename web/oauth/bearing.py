"""An access token with its proof (RFC 9449, 7) as a principal: who asks, and by which grant.

The token is looked up with the grant behind it at each request, in the vault's thread. What is over is refused here, with the
challenge that says why (RFC 9449, 7.1) and where to learn how to get another (RFC 9728, 5.1).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from vault import access
from vault.access import AccessRefused, Live
from vault.session import Vault
from web.oauth import arriving
from web.oauth.metadata import ALGORITHMS, RESOURCE_PATH
from web.server.opened import BusyError
from web.server.principals import Admission, Admitted, Kind, Principal, UnauthenticatedError
from web.server.serving import Serving

if TYPE_CHECKING:
    from web.server.requests import Request


async def bearer(serving: Serving, request: Request) -> Admission:
    """The admission of a request with `Authorization: DPoP …`; the signature of its proof is verified before the vault is
    asked."""
    token = request.headers["authorization"].partition(" ")[2].strip()
    try:
        proof = arriving.proof_of(serving, request, token)
    except AccessRefused as refused:
        raise _refused(serving, refused) from None

    # With the key: who took a token, and has another, is not expected.
    shown = hashlib.sha256(f"{proof.thumbprint} {token}".encode()).digest()
    if not serving.vault.is_open:
        serving.remembered.forget()

    def admit(vault: Vault) -> Admitted:
        try:
            live = access.admit_inside(vault, token, proof)
        except AccessRefused as refused:
            serving.remembered.drop(shown)
            raise _refused(serving, refused) from None
        principal = _principal(live)
        serving.remembered.put(shown, principal)
        return Admitted(principal, live)

    return Admission(admit, serving.remembered.get(shown))


def _principal(live: Live) -> Principal:
    grant = live.grant.id if live.grant else ""
    return Principal(Kind.VENDOR, live.client_url, grant, live.client, live.permission)


def _refused(serving: Serving, refused: AccessRefused) -> Exception:
    if refused.resource_status == 429:
        return BusyError(refused.sentence, hint=refused.hint)
    return UnauthenticatedError(refused.sentence, hint=refused.hint, challenge=_challenge(serving, refused))


def _challenge(serving: Serving, refused: AccessRefused) -> str:
    where = f"{serving.settings.base_url}{RESOURCE_PATH}"
    algorithms = " ".join(ALGORITHMS)
    return (
        f'DPoP error="{refused.error}", error_description="{refused.description}", algs="{algorithms}", '
        f'resource_metadata="{where}"'
    )
