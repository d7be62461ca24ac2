"""Who asks an endpoint: the client named by an assertion, with its document fetched, and the proof that came along.

Nothing of this needs the vault, so it is done before the vault's thread is asked. There, `Arrived.client` verifies the
assertion by the keys of the document and uses it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from terms.proof import compact
from terms.proof.dpop import Proof
from vault import access
from vault.access import AccessRefused, Client, Registration
from vault.session import Vault
from web.oauth import speaking
from web.server import client_documents
from web.server.limits import OAUTH
from web.server.principals import COMES_FROM
from web.server.routes import Asked
from web.server.serving import Serving

if TYPE_CHECKING:
    from vault.access.parameters import Parameters
    from web.server.requests import Request


class Arrived(Struct, frozen=True):
    """A request whose client is named and not yet proven. `proof` is verified and not yet used up."""

    issuer: str
    parameters: Parameters
    registration: Registration
    proof: Proof | None

    def client(self, vault: Vault) -> Client:
        """In the vault's thread: the client, once it has shown that it is the one named."""
        return access.authenticated(vault, self.parameters, self.registration, issuer=self.issuer)

    def key(self, vault: Vault, client: Client) -> str | None:
        """In the vault's thread: the key of the proof, which is used up by that; None where none came."""
        return None if self.proof is None else access.used(vault, client, self.proof)

    def required_key(self, vault: Vault, client: Client) -> str:
        key = self.key(vault, client)
        if key is None:
            raise AccessRefused("invalid_dpop_proof", "the header `DPoP` is missing")
        return key


async def arrived(asked: Asked) -> Arrived:
    parameters = await speaking.form(asked)
    named = access.claimed(parameters)
    request = asked.request
    # By address too, as the client is not proven yet: nobody uses up what is another's by its name.
    asked.serving.limits.charge(OAUTH, f"{named}@{request.scope['state'].get(COMES_FROM, '')}")
    found = proof_of(asked.serving, request) if request.headers.getall("dpop", []) else None
    wanted = compact.key_name(compact.parse(parameters["client_assertion"]))
    document = await client_documents.registration(asked.serving, named, wanted)
    return Arrived(asked.serving.settings.base_url, parameters, document, found)


def proof_of(serving: Serving, request: Request, access_token: str = "") -> Proof:
    """The verified proof of a request; there has to be exactly one."""
    shown = request.headers.getall("dpop", [])
    if len(shown) > 1:
        raise AccessRefused("invalid_dpop_proof", "the header `DPoP` is there twice")
    return access.verified(
        shown[0] if shown else None,
        now=serving.clock(),
        method=request.method,
        url=f"{serving.settings.base_url}{request.scope['raw_path'].decode('latin-1')}",
        access_token=access_token,
    )
