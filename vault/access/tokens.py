"""The token endpoint: a code, an `auth_req_id`, a refresh token or the client alone against tokens bound to the key of the proof.

* An access token is opaque, lives five minutes and is bound to one key (RFC 9449). What it permits is looked up at each use
  (`presenting`); nothing is read from it.
* A refresh token is bound to the same key, is not rotated, and ends with its grant. It is safe to keep, since it is worth
  nothing without the key and the client's own assertion (FAPI 2.0, 5.3.2.1).
* A token may be for less than the grant, never for more.
* A client that has shown who it is gets a token that says so and nothing more (`client_credentials`, RFC 6749, 4.4), or one
  for a grant of its own that it names by `grant_id`: so it needs to keep no secret but its key.
* A code that comes twice was stolen: whatever came of the first is revoked, the grant too (RFC 6749, 4.1.2).
* What belongs to another client is answered like what does not exist.

INVARIANT: what is refused leaves no trace but these: the time of a poll, and what a second use of a code revoked. So a
refusal is a value until the transaction has been written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terms.proof import pkce
from vault import granting
from vault.access import answering, details, ending, handles
from vault.access.clients import Client
from vault.access.parameters import Parameters, check, required
from vault.access.refusals import AccessRefused
from vault.agreements import clients as known
from vault.granting.permission import Permission
from vault.granting.standing import Grant
from vault.policy.authorization_details import Details
from vault.policy.authorization_life import Event, State, TokenState, next_state, token_state_at
from vault.session import Vault
from vault.store import access as store
from vault.store.access import RequestRow, TokenRow
from vault.times import stamp

CODE: Final = "authorization_code"
CIBA: Final = "urn:openid:params:grant-type:ciba"
REFRESH: Final = "refresh_token"
IDENTITY: Final = "client_credentials"
# A leaked token is worth little without its key; this bounds for how long it is worth even that.
ACCESS_SECONDS: Final = 300
# RFC 8628, 3.5, which CIBA follows: so much longer after each `slow_down`; a client that never listens waits an hour.
SLOWER_SECONDS: Final = 5
MAX_INTERVAL_SECONDS: Final = 3_600


class Tokens(Struct, frozen=True):
    """`granted` is what the access token is for, none where it stands for no grant; `subject` how this client knows the
    person."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    granted: Details | None
    grant_id: str | None
    subject: str

    def to_json(self) -> dict[str, object]:
        refresh = {} if self.refresh_token is None else {"refresh_token": self.refresh_token}
        granted = {} if self.granted is None else {"authorization_details": [self.granted.to_json()]}
        grant = {} if self.grant_id is None else {"grant_id": self.grant_id}
        return {
            "access_token": self.access_token,
            "token_type": "DPoP",
            "expires_in": self.expires_in,
            "sub": self.subject,
            **granted,
            **grant,
            **refresh,
        }


def token(vault: Vault, client: Client, parameters: Parameters, *, jkt: str) -> Tokens:
    """Answer a request for tokens; `jkt` is the key of the proof that came with it."""
    check(parameters)
    step = {CODE: _by_code, CIBA: _by_ciba, REFRESH: _by_refresh, IDENTITY: _by_identity}.get(
        required(parameters, "grant_type")
    )
    if step is None:
        raise AccessRefused("unsupported_grant_type")
    with vault.transaction():
        found = step(vault, client, parameters, jkt)
    if isinstance(found, AccessRefused):
        raise found
    return found


def poll(vault: Vault, client: Client, auth_req_id: str, *, jkt: str) -> Tokens:
    """The same for a request without the customer."""
    return token(vault, client, {"grant_type": CIBA, "auth_req_id": auth_req_id}, jkt=jkt)


# --- code -----------------------------------------------------------------------------------------------------------


def _by_code(vault: Vault, client: Client, parameters: Parameters, jkt: str) -> Tokens | AccessRefused:
    shown = handles.hash_of(required(parameters, "code"))
    row = store.request_by_code(vault.connection, shown)
    if row is None or row.client != client.number or not handles.is_same(row.code, shown):
        return AccessRefused("invalid_grant")
    if row.state == State.REDEEMED:
        ending.family_inside(vault, row, "a code came twice")
        return AccessRefused("invalid_grant")
    fits = pkce.fits(parameters.get("code_verifier", ""), row.challenge or "")
    if not fits or parameters.get("redirect_uri") != row.redirect_uri:
        return AccessRefused("invalid_grant", "`code_verifier` or `redirect_uri` is not that of the request")
    if row.jkt not in (None, jkt):
        return AccessRefused("invalid_dpop_proof", "the code is bound to another key")
    if answering.state(row, vault.now) is not State.APPROVED:
        return AccessRefused("invalid_grant")
    return _redeemed(vault, client, row, parameters, jkt)


# --- without the customer -------------------------------------------------------------------------------------------


def _by_ciba(vault: Vault, client: Client, parameters: Parameters, jkt: str) -> Tokens | AccessRefused:
    shown = handles.hash_of(required(parameters, "auth_req_id"))
    row = store.request_by_handle(vault.connection, shown)
    if row is None or row.client != client.number or row.kind != "ciba" or not handles.is_same(row.handle, shown):
        return AccessRefused("invalid_grant")
    if row.jkt not in (None, jkt):
        return AccessRefused("invalid_dpop_proof", "the request is bound to another key")
    state = answering.state(row, vault.now)
    if state is State.DENIED:
        return AccessRefused("access_denied", row.answer)
    if state is State.EXPIRED:
        return AccessRefused("expired_token")
    if state is State.REDEEMED:
        return AccessRefused("invalid_grant")
    return _polled(vault, client, row, parameters, jkt)


def _polled(vault: Vault, client: Client, row: RequestRow, parameters: Parameters, jkt: str) -> Tokens | AccessRefused:
    # The interval is the client's to keep from the first answer on; the poll right after that is not held against it.
    earliest = _later(row.polled_at, row.interval_seconds) if row.polled_at else vault.now
    polled = msgspec.structs.replace(row, polled_at=stamp(vault.now))
    if vault.now < earliest:
        slower = min(row.interval_seconds + SLOWER_SECONDS, MAX_INTERVAL_SECONDS)
        store.put_request(vault.connection, msgspec.structs.replace(polled, interval_seconds=slower))
        return AccessRefused("slow_down", hint=f"wait {slower} seconds between polls")
    if row.state != State.APPROVED:
        store.put_request(vault.connection, polled)
        return AccessRefused("authorization_pending")
    return _redeemed(vault, client, row, parameters, jkt)


def _later(at: str, seconds: int) -> datetime:
    return datetime.fromisoformat(at) + timedelta(seconds=seconds)


# --- refresh --------------------------------------------------------------------------------------------------------


def _by_refresh(vault: Vault, client: Client, parameters: Parameters, jkt: str) -> Tokens | AccessRefused:
    shown = handles.hash_of(required(parameters, "refresh_token"))
    held = store.token(vault.connection, shown)
    if held is None or held.client != client.number or not handles.is_same(held.hash, shown):
        return AccessRefused("invalid_grant")
    if held.kind != REFRESH or held.data_grant is None or held.request is None:
        return AccessRefused("invalid_grant")
    grant = granting.held(vault.connection, held.data_grant, vault.now)
    if token_state(held, grant, vault.now) is not TokenState.LIVE:
        return AccessRefused("invalid_grant")
    if held.jkt != jkt:
        return AccessRefused("invalid_dpop_proof", "the refresh token is bound to another key")
    if "scope" in parameters:
        return AccessRefused("invalid_scope")
    row = store.request(vault.connection, held.request)
    assert row is not None  # the engine keeps what is referred to
    return _issued(vault, client, row.id, grant, parameters, jkt)


# --- the client alone -----------------------------------------------------------------------------------------------


def _by_identity(vault: Vault, client: Client, parameters: Parameters, jkt: str) -> Tokens | AccessRefused:
    if "scope" in parameters:
        return AccessRefused("invalid_scope")
    if grant_id := parameters.get("grant_id"):
        grant = ending.grant_of(vault, client, grant_id)
        if not grant.is_live:
            return AccessRefused("invalid_grant", "the grant is over")
        return _issued(vault, client, None, grant, parameters, jkt)
    if "authorization_details" in parameters:
        return AccessRefused("invalid_request", "a token of the client alone is for nothing", hint="name a `grant_id`")
    secret = _access(vault, client, None, None, None, jkt)
    return Tokens(secret, None, ACCESS_SECONDS, None, None, known.did(vault, client.number))


def token_state(held: TokenRow, grant: Grant | None, now: datetime) -> TokenState:
    """The state of a token at a moment; `grant` is the one that it stands for."""
    expires = held.expires_at
    is_up = expires is not None and expires <= stamp(now)
    return token_state_at(TokenState(held.state), time_is_up=is_up, grant_lives=grant is None or grant.is_live)


# --- issuing --------------------------------------------------------------------------------------------------------


def _redeemed(
    vault: Vault, client: Client, row: RequestRow, parameters: Parameters, jkt: str
) -> Tokens | AccessRefused:
    assert row.data_grant is not None  # an approval makes it
    grant = granting.held(vault.connection, row.data_grant, vault.now)
    if not grant.is_live:
        return AccessRefused("invalid_grant", "the grant is over")
    issued = _issued(vault, client, row.id, grant, parameters, jkt)
    redeemed = msgspec.structs.replace(
        row, state=next_state(State(row.state), Event.REDEEM), changed_at=stamp(vault.now)
    )
    store.put_request(vault.connection, redeemed)
    secret, kept = handles.new("rft_")
    store.add_token(vault.connection, _row(vault, client, row.id, grant, REFRESH, kept, jkt))
    return replace(issued, refresh_token=secret)


def _issued(
    vault: Vault, client: Client, request: int | None, grant: Grant, parameters: Parameters, jkt: str
) -> Tokens:
    """An access token, for all of the grant or for the part that is asked for."""
    part: Permission | None = None
    if wanted := parameters.get("authorization_details"):
        part = details.narrowed(vault, grant.permission, wanted, grant.row.agreement)
    return Tokens(
        access_token=_access(vault, client, request, grant, part, jkt),
        refresh_token=None,
        expires_in=ACCESS_SECONDS,
        granted=details.granted(part or grant.permission, grant.row.agreement),
        grant_id=grant.id,
        subject=known.did(vault, client.number),
    )


def _access(
    vault: Vault, client: Client, request: int | None, grant: Grant | None, part: Permission | None, jkt: str
) -> str:
    """A new access token, kept."""
    secret, kept = handles.new("act_")
    new = _row(vault, client, request, grant, "access", kept, jkt)
    expires = stamp(vault.now + timedelta(seconds=ACCESS_SECONDS))
    permission = part.encoded() if part else None
    store.add_token(vault.connection, msgspec.structs.replace(new, permission=permission, expires_at=expires))
    return secret


def _row(
    vault: Vault, client: Client, request: int | None, grant: Grant | None, kind: str, hash: bytes, jkt: str
) -> TokenRow:
    return TokenRow(
        hash=hash,
        kind=kind,
        client=client.number,
        request=request,
        data_grant=grant.row.id if grant else None,
        state=TokenState.LIVE,
        jkt=jkt,
        permission=None,
        expires_at=None,
        created_at=stamp(vault.now),
    )
