"""How tokens and grants end: given back by the client, revoked with all that came of a request, or forgotten when over.

A client that gives back its refresh token gives up the grant: nothing could be done with it any more, and the owner's list
of grants says what is true.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from vault import granting, ids
from vault.access import details, handles, replay
from vault.access.clients import Client
from vault.access.refusals import AccessRefused
from vault.granting.standing import Grant
from vault.policy.authorization_life import OPEN, Event, State, TokenEvent, TokenState, next_state, token_after
from vault.session import Vault
from vault.store import access as store
from vault.store import grants as grant_store
from vault.store.access import RequestRow
from vault.times import stamp

# Requests that came to nothing are of use for a complaint, for a while.
KEPT_DAYS: Final = 30


def family_inside(vault: Vault, row: RequestRow, because: str) -> None:
    """Inside a transaction: revoke every token that came of a request, and its grant."""
    live = store.tokens_of(vault.connection, row.id, TokenState.LIVE)
    for token in live:
        after = token_after(TokenState(token.state), TokenEvent.REVOKE)
        store.set_token(vault.connection, token.hash, after)
    if live:
        body = {"authorization": ids.text("authorization", row.id), "because": because, "tokens": len(live)}
        vault.log("tokens.revoked", {"agreement": row.agreement, **body})
    if row.data_grant is not None and granting.held(vault.connection, row.data_grant, vault.now).is_live:
        granting.revoke(vault, row.data_grant, because)


def revoke(vault: Vault, client: Client, token: str) -> None:
    """Give a token back (RFC 7009). What is not the client's, or nothing, is answered alike: it is not valid any more."""
    shown = handles.hash_of(token)
    with vault.transaction():
        held = store.token(vault.connection, shown)
        if held is None or held.client != client.number or held.state != TokenState.LIVE:
            return
        if held.kind == "access" or held.request is None:
            store.set_token(vault.connection, shown, token_after(TokenState.LIVE, TokenEvent.REVOKE))
            return
        row = store.request(vault.connection, held.request)
        assert row is not None  # the engine keeps what is referred to
        family_inside(vault, row, "given back by the client")


# --- grant management -----------------------------------------------------------------------------------------------


def grant_of(vault: Vault, client: Client, grant_id: str) -> Grant:
    """A grant of this client's; any other is as unknown as one that does not exist."""
    parsed = ids.parse(grant_id)
    row = grant_store.grant(vault.connection, parsed[1]) if parsed and parsed[0] == "grant" else None
    if row is None or row.client != client.number:
        raise AccessRefused("invalid_grant_id")
    return granting.held(vault.connection, row.id, vault.now)


def query_grant(vault: Vault, client: Client, grant_id: str) -> dict[str, object]:
    """What a grant is for (Grant Management, 6.3), with its state and when it runs out."""
    grant = grant_of(vault, client, grant_id)
    listed = [details.granted(grant.permission, grant.row.agreement).to_json()] if grant.is_live else []
    return {"grant_id": grant.id, "state": grant.state, "expires": grant.expires, "authorization_details": listed}


def revoke_grant(vault: Vault, client: Client, grant_id: str) -> None:
    """Give up a grant with all its tokens; one that is over already stays over."""
    with vault.transaction():
        grant = grant_of(vault, client, grant_id)
        for row in store.requests_of_grant(vault.connection, grant.row.id):
            family_inside(vault, row, "given up by the client")
        if granting.held(vault.connection, grant.row.id, vault.now).is_live:
            granting.revoke(vault, grant.row.id, "given up by the client")


# --- time -----------------------------------------------------------------------------------------------------------


def settle(vault: Vault) -> int:
    """Put on record what time has ended, and forget what nobody needs; gives the number of requests that expired. A grant
    that nobody came for is revoked."""
    at = stamp(vault.now)
    with vault.transaction():
        overdue = store.overdue(vault.connection, OPEN, at)
        for row in overdue:
            state = next_state(State(row.state), Event.EXPIRE)
            store.put_request(vault.connection, msgspec.structs.replace(row, state=state, changed_at=at))
            family_inside(vault, row, "nobody came for it")
        store.remove_expired_tokens(vault.connection, at)
        replay.forget_inside(vault)
        oldest = stamp(vault.now - timedelta(days=KEPT_DAYS))
        store.remove_older(vault.connection, (State.DENIED, State.EXPIRED), oldest)
    return len(overdue)
