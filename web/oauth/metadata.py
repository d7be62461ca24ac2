"""What this authorization server supports, and where: one table, from which both discovery documents are read.

`/.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/oauth-protected-resource` (RFC 9728). Both answer while
the vault is locked, since nothing of it is in them.
"""

from __future__ import annotations

from typing import Final

import msgspec

from terms.proof.pkce import METHOD
from vault.access.tokens import CIBA, CODE, IDENTITY, REFRESH
from vault.policy.authorization_details import TYPE
from web.server import answers
from web.server.answers import Answer
from web.server.routes import Access, Asked, Route

SERVER_PATH: Final = "/.well-known/oauth-authorization-server"
RESOURCE_PATH: Final = "/.well-known/oauth-protected-resource"
AUTHORIZE_PATH: Final = "/oauth/authorize"
PAR_PATH: Final = "/oauth/par"
ASK_PATH: Final = "/oauth/bc-authorize"
TOKEN_PATH: Final = "/oauth/token"
REVOKE_PATH: Final = "/oauth/revoke"
GRANTS_PATH: Final = "/oauth/grants"
ALGORITHMS: Final = ("EdDSA", "ES256")
_AUTHENTICATION: Final = ("private_key_jwt",)

Document = dict[str, object]

# By the names of the registry "OAuth Authorization Server Metadata"; a text that begins with `/` is an endpoint.
SERVER: Final[Document] = {
    # RFC 8414
    "authorization_endpoint": AUTHORIZE_PATH,
    "token_endpoint": TOKEN_PATH,
    "revocation_endpoint": REVOKE_PATH,
    "response_types_supported": ("code",),
    "response_modes_supported": ("query",),
    "grant_types_supported": (CODE, CIBA, REFRESH, IDENTITY),
    "code_challenge_methods_supported": (METHOD,),
    "token_endpoint_auth_methods_supported": _AUTHENTICATION,
    "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "revocation_endpoint_auth_methods_supported": _AUTHENTICATION,
    "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    # RFC 9126, RFC 9207, RFC 9396, RFC 9449
    "pushed_authorization_request_endpoint": PAR_PATH,
    "require_pushed_authorization_requests": True,
    "authorization_response_iss_parameter_supported": True,
    "authorization_details_types_supported": (TYPE,),
    "dpop_signing_alg_values_supported": ALGORITHMS,
    # OpenID Connect Client-Initiated Backchannel Authentication, 4
    "backchannel_authentication_endpoint": ASK_PATH,
    "backchannel_token_delivery_modes_supported": ("poll",),
    "backchannel_user_code_parameter_supported": False,
    # draft-ietf-oauth-client-id-metadata-document, Grant Management for OAuth 2.0
    "client_id_metadata_document_supported": True,
    "grant_management_endpoint": GRANTS_PATH,
    "grant_management_actions_supported": ("create", "query", "revoke"),
    "grant_management_action_required": False,
}
# RFC 9728, 2
RESOURCE: Final[Document] = {
    "bearer_methods_supported": ("header",),
    "dpop_bound_access_tokens_required": True,
    "dpop_signing_alg_values_supported": ALGORITHMS,
    "authorization_details_types_supported": (TYPE,),
}


def server_document(issuer: str) -> Document:
    return {"issuer": issuer, **{name: _absolute(value, issuer) for name, value in SERVER.items()}}


def resource_document(issuer: str) -> Document:
    return {"resource": issuer, "authorization_servers": (issuer,), **RESOURCE}


def _absolute(value: object, issuer: str) -> object:
    return f"{issuer}{value}" if isinstance(value, str) and value.startswith("/") else value


async def _server(asked: Asked) -> Answer:
    return answers.json(server_document(asked.serving.settings.base_url), Cache_Control="no-cache")


async def _resource(asked: Asked) -> Answer:
    return answers.json(resource_document(asked.serving.settings.base_url), Cache_Control="no-cache")


_EXAMPLE_ISSUER: Final = "https://vault.example"
_ACCESS: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)
_SHAPE: Final = dict[str, msgspec.Raw]

ROUTES = (
    Route(
        "GET", SERVER_PATH, _server, _ACCESS, "How to be let in (RFC 8414)",
        _SHAPE, server_document(_EXAMPLE_ISSUER),
    ),
    Route(
        "GET", RESOURCE_PATH, _resource, _ACCESS, "Who lets in here (RFC 9728)",
        _SHAPE, resource_document(_EXAMPLE_ISSUER),
    ),
)  # fmt: skip
