"""The endpoints: push a request, ask without the customer, get tokens, give them back, look at a grant and give it up.

Each is `vault.access` and nothing more. A request to one is authenticated by the client's assertion in its form, but for
grants, which are asked for with an access token (Grant Management for OAuth 2.0, 6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vault import access, meeting
from vault.access import AccessRefused, Client
from vault.access.parameters import required
from vault.meeting import TurnedAwayError
from vault.session import Vault
from vault.store import agreements as agreement_store
from web.oauth import judging
from web.oauth.arriving import Arrived, arrived
from web.oauth.metadata import ASK_PATH, GRANTS_PATH, PAR_PATH, REVOKE_PATH, TOKEN_PATH
from web.oauth.speaking import spoken
from web.server import answers, bodies
from web.server.answers import Answer
from web.server.routes import LOCKED, Access, Asked, Handler, Route

Step = Callable[[Vault, Client, Arrived], Answer]
_STANDARD: Final = "RFC 8414"


def _authenticated(step: Step) -> Handler:
    """A step in the vault's thread, once the client has shown who it is there."""

    async def handler(asked: Asked) -> Answer:
        found = await arrived(asked)
        return await asked.serving.vault.write(lambda vault: step(vault, found.client(vault), found))

    return spoken(handler)


def _refuse_turned_away(vault: Vault, client: Client) -> None:
    """Whom the person turned away asks for nothing, whether the person is there or not; what it has already it keeps."""
    try:
        meeting.refuse_turned_away(vault, client.number)
    except TurnedAwayError as turned:
        raise AccessRefused("access_denied", turned.sentence, hint=turned.hint) from None


def _push(vault: Vault, client: Client, asked: Arrived) -> Answer:
    _refuse_turned_away(vault, client)
    access.settle(vault)
    pushed = access.push(vault, client, asked.parameters, jkt=asked.key(vault, client))
    return answers.json({"request_uri": pushed.request_uri, "expires_in": pushed.expires_in}, 201)


def _ask(vault: Vault, client: Client, asked: Arrived) -> Answer:
    _refuse_turned_away(vault, client)
    access.settle(vault)
    begun = access.begin_ciba(vault, client, asked.parameters, judging.judge(vault), jkt=asked.key(vault, client))
    said = {"auth_req_id": begun.auth_req_id, "expires_in": begun.expires_in, "interval": begun.interval}
    return answers.json(said)


def _token(vault: Vault, client: Client, asked: Arrived) -> Answer:
    made = access.token(vault, client, asked.parameters, jkt=asked.required_key(vault, client))
    return answers.json(made.to_json())


def _revoke(vault: Vault, client: Client, asked: Arrived) -> Answer:
    access.revoke(vault, client, required(asked.parameters, "token"))
    return Answer(200)


# --- grants ---------------------------------------------------------------------------------------------------------


def _with_token(step: Callable[[Vault, Client, str], Answer]) -> Handler:
    """A step about the grant of the path, for the client whose access token came with the request."""

    async def handler(asked: Asked) -> Answer:
        url, grant = asked.principal.client, asked.parameters["id"]
        return await asked.serving.vault.write(lambda vault: step(vault, _client(vault, url), grant))

    return spoken(handler)


def _client(vault: Vault, url: str) -> Client:
    row = agreement_store.client_by_url(vault.connection, url)
    if row is None:
        raise AccessRefused("invalid_grant_id")
    return Client(row.id, row.url, row.name, ())


def _query(vault: Vault, client: Client, grant: str) -> Answer:
    return answers.json(access.query_grant(vault, client, grant))


def _give_up(vault: Vault, client: Client, grant: str) -> Answer:
    access.revoke_grant(vault, client, grant)
    return Answer(204)


# Whoever asks shows who they are in the form; what else they show makes no difference.
_FORM: Final = Access(nobody=200, owner=200, locked=LOCKED, vendor=200, granted=200, expired=200, revoked=200)
_PUSHED: Final = Access(nobody=201, owner=201, locked=LOCKED, vendor=201, granted=201, expired=201, revoked=201)
_GRANT: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=404, granted=200, expired=401, revoked=401)
_GIVEN_UP: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=404, granted=204, expired=401, revoked=401)
_ONE_GRANT: Final = f"{GRANTS_PATH}/{{id}}"


def _posted(path: str, step: Step, row: Access, summary: str) -> Route:
    handler = _authenticated(step)
    return Route("POST", path, handler, row, summary, body_type=bodies.FORM, standard=_STANDARD)


ROUTES = (
    _posted(PAR_PATH, _push, _PUSHED, "Push an authorization request"),
    _posted(ASK_PATH, _ask, _FORM, "Ask while the customer is not there"),
    _posted(TOKEN_PATH, _token, _FORM, "Get tokens"),
    _posted(REVOKE_PATH, _revoke, _FORM, "Give a token back"),
    Route("GET", _ONE_GRANT, _with_token(_query), _GRANT, "What a grant is for", standard=_STANDARD),
    Route("DELETE", _ONE_GRANT, _with_token(_give_up), _GIVEN_UP, "Give a grant up", standard=_STANDARD),
)
