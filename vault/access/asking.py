"""How a client asks: pushed and then shown to the customer who is there (RFC 9126, RFC 6749), or without one (CIBA, poll).

* Everything is checked when it is pushed: the client's own redirect address to the letter, PKCE with S256, the details
  against an agreement that binds. What the person sees later is what was checked.
* A request URI works once and for a minute: showing the page uses it up. The consent page has the time that it takes a
  person to read.
* Without the customer, the request goes through the butler like every other (`judge`): accepted, refused, or left to the
  owner. The client sees no difference but in how long it takes.

What the client asks in other words (scopes, response modes, request objects) is refused or, where OAuth says so, ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct

from terms.errors import UsageError
from terms.phrases import phrase
from terms.proof import pkce
from vault import ids
from vault.access import answering, details, handles
from vault.access.clients import Client
from vault.access.parameters import Parameters, check, optional, required
from vault.access.refusals import AccessRefused
from vault.granting.permission import Permission
from vault.policy import authorization_details
from vault.policy.authorization_details import Details
from vault.policy.authorization_life import OPEN, Event, State, next_state
from vault.policy.requests import Request
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import access as store
from vault.store.access import RequestRow
from vault.store.agreements import AgreementRow
from vault.times import stamp

URI_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
# RFC 9126, 2.2: 5 to 600 seconds; the browser goes there at once.
PUSHED_SECONDS: Final = 60
# Reading what is asked, and logging in before that.
CONSENT_SECONDS: Final = 15 * 60
# An owner answers when they look at their vault; a client may ask for less or more.
CIBA_SECONDS: Final = 24 * 3600
MAX_CIBA_SECONDS: Final = 7 * 24 * 3600
MIN_CIBA_SECONDS: Final = 30
# CIBA, 7.3: the client waits this long between polls.
INTERVAL_SECONDS: Final = 5
# Open requests of one client; whoever has more waiting should wait for answers.
MAX_OPEN: Final = 50
# RFC 6749 says nothing; a session id or a signed one of ordinary length.
MAX_STATE: Final = 1_000
# CIBA, 7.1: short, for a small screen.
MAX_MESSAGE: Final = 100
# RFC 7638 with SHA-256 in base64url.
_THUMBPRINT_CHARACTERS: Final = 43
OWNER: Final = "owner"


class Pushed(Struct, frozen=True):
    request_uri: str
    expires_in: int


class Begun(Struct, frozen=True):
    auth_req_id: str
    expires_in: int
    interval: int


class Judgement(Struct, frozen=True):
    """What the butler says; `told` is what of the reasons the client may know."""

    verdict: Verdict
    told: str = ""


# Called inside the transaction that writes the request, so that the decision and its effect are one write.
Judge = Callable[[Request, Client], Judgement]


def push(vault: Vault, client: Client, parameters: Parameters, *, jkt: str | None = None) -> Pushed:
    """Take a request for the customer who is there; `jkt` is the key that a proof came with it of, if one did."""
    check(parameters)
    _check_pushed(parameters)
    if not client.redirect_uris:
        raise AccessRefused("unauthorized_client", "the client's document has no `redirect_uris`")
    redirect = required(parameters, "redirect_uri")
    if redirect not in client.redirect_uris:
        raise AccessRefused("invalid_request", "`redirect_uri` is none of the client's document, to the letter")
    challenge = required(parameters, "code_challenge")
    if parameters.get("code_challenge_method") != pkce.METHOD or not pkce.is_challenge(challenge):
        raise AccessRefused("invalid_request", "the code challenge is not one of S256", hint="use PKCE with S256")
    wanted, permission, agreement = details.asked(vault, client, required(parameters, "authorization_details"))
    if why := details.too_much(vault, permission, agreement.id):
        raise AccessRefused("invalid_authorization_details", "; ".join(why), hint="ask for less")
    secret, handle = handles.new(URI_PREFIX)
    row = msgspec.structs.replace(
        _new(vault, client, "code", handle, wanted, agreement, PUSHED_SECONDS),
        redirect_uri=redirect,
        client_state=optional(parameters, "state", MAX_STATE),
        challenge=challenge,
        jkt=_bound_key(parameters, jkt),
    )
    with vault.transaction():
        _check_room(vault, client)
        store.add_request(vault.connection, row)
    return Pushed(secret, PUSHED_SECONDS)


def _check_pushed(parameters: Parameters) -> None:
    _check_plain(parameters)
    if "request_uri" in parameters:  # RFC 9126, 2.1
        raise AccessRefused("invalid_request", "a request URI cannot be pushed")
    if required(parameters, "response_type") != "code":
        raise AccessRefused("unsupported_response_type")
    if parameters.get("response_mode", "query") != "query":
        raise AccessRefused("invalid_request", "the only response mode is `query`")
    if parameters.get("grant_management_action", "create") != "create" or "grant_id" in parameters:
        raise AccessRefused("invalid_request", "a grant is made anew, and never merged or replaced", hint="ask again")
    if "scope" in parameters:
        raise AccessRefused("invalid_scope")


def _check_plain(parameters: Parameters) -> None:
    if "request" in parameters:
        raise AccessRefused("request_not_supported")


def _bound_key(parameters: Parameters, jkt: str | None) -> str | None:
    """The key that the code will be bound to (RFC 9449, 10)."""
    named = optional(parameters, "dpop_jkt", _THUMBPRINT_CHARACTERS)
    if named is not None and jkt is not None and named != jkt:
        raise AccessRefused("invalid_dpop_proof", "`dpop_jkt` is not the key of the proof")
    return named or jkt


def _check_room(vault: Vault, client: Client) -> None:
    if store.count_of(vault.connection, client.number, OPEN, stamp(vault.now)) >= MAX_OPEN:
        raise AccessRefused("temporarily_unavailable", f"{MAX_OPEN} requests are open already")


def _new(
    vault: Vault, client: Client, kind: str, handle: bytes, wanted: Details, agreement: AgreementRow, seconds: int
) -> RequestRow:
    at = stamp(vault.now)
    return RequestRow(
        id=ids.first_of_block(vault.now, after=store.largest(vault.connection)),
        client=client.number,
        kind=kind,
        state=State.PUSHED,
        handle=handle,
        code=None,
        agreement=agreement.id,
        asked=msgspec.json.encode(wanted.to_json()).decode(),
        redirect_uri=None,
        client_state=None,
        challenge=None,
        jkt=None,
        message=None,
        answer="",
        data_grant=None,
        interval_seconds=INTERVAL_SECONDS,
        polled_at=None,
        expires_at=stamp(vault.now + timedelta(seconds=seconds)),
        created_at=at,
        changed_at=at,
    )


# --- without the customer -------------------------------------------------------------------------------------------


def begin_ciba(vault: Vault, client: Client, parameters: Parameters, judge: Judge, *, jkt: str | None = None) -> Begun:
    """Take a request for the owner who is not there, and have it judged."""
    check(parameters)
    _check_ciba(parameters)
    seconds = _expiry(parameters)
    wanted, permission, agreement = details.asked(vault, client, required(parameters, "authorization_details"))
    secret, handle = handles.new("arq_")
    row = msgspec.structs.replace(
        _new(vault, client, "ciba", handle, wanted, agreement, seconds),
        message=_message(parameters),
        jkt=_bound_key(parameters, jkt),
    )
    with vault.transaction():
        _check_room(vault, client)
        store.add_request(vault.connection, row)
        _judged(vault, row, permission, judge(authorization_details.request(wanted, client.url), client))
    return Begun(secret, seconds, INTERVAL_SECONDS)


def _check_ciba(parameters: Parameters) -> None:
    _check_plain(parameters)
    hints = [name for name in ("login_hint", "login_hint_token", "id_token_hint") if parameters.get(name)]
    if len(hints) != 1:  # CIBA, 7.1
        raise AccessRefused("invalid_request", "there is to be one hint", hint=f"`login_hint={OWNER}`")
    if parameters.get("login_hint") != OWNER:
        raise AccessRefused("unknown_user_id", hint=f"`login_hint={OWNER}`")
    # CIBA, 7.1 requires `openid`; there are no ID tokens here, so it changes nothing.
    if parameters.get("scope", "openid") != "openid":
        raise AccessRefused("invalid_scope")


def _expiry(parameters: Parameters) -> int:
    written = parameters.get("requested_expiry") or str(CIBA_SECONDS)
    if not (written.isascii() and written.isdigit() and 0 < len(written) <= 9) or int(written) == 0:
        raise AccessRefused("invalid_request", "`requested_expiry` is not a number of seconds")
    return min(max(int(written), MIN_CIBA_SECONDS), MAX_CIBA_SECONDS)


def _message(parameters: Parameters) -> str | None:
    message = parameters.get("binding_message") or None
    if message is not None and (len(message) > MAX_MESSAGE or not message.isprintable()):
        raise AccessRefused("invalid_binding_message", hint=f"write at most {MAX_MESSAGE} printable characters")
    return message


def _judged(vault: Vault, row: RequestRow, permission: Permission, judgement: Judgement) -> None:
    """The request after the butler. What it accepts and the agreement does not allow is refused."""
    verdict, told = judgement.verdict, judgement.told
    why = details.too_much(vault, permission, row.agreement)
    if why and verdict is Verdict.ACCEPT:
        verdict, told = Verdict.REFUSE, "; ".join(why)
    if verdict is Verdict.ACCEPT:
        try:
            answering.approved_inside(vault, row, Event.ACCEPT, permission)
        except UsageError:  # as many grants live under this agreement as may
            answering.denied_inside(vault, row, Event.REFUSE, "")
    elif verdict is Verdict.REFUSE:
        answering.denied_inside(vault, row, Event.REFUSE, told)
    else:
        shown = msgspec.structs.replace(row, state=next_state(State(row.state), Event.SHOW))
        store.put_request(vault.connection, shown)


# --- with the customer ----------------------------------------------------------------------------------------------


def show(vault: Vault, request_uri: str, client_id: str) -> answering.Consent:
    """What the consent page shows; uses up the request URI. `client_id` is the one in the address of the page."""
    handle = handles.hash_of(request_uri)
    with vault.transaction():
        row = store.request_by_handle(vault.connection, handle)
        consent = _showable(vault, row, handle, client_id)
        if row is None or consent is None:
            raise AccessRefused(
                "invalid_request_uri",
                phrase("the request URI is unknown, used, or over"),
                hint=phrase("go back to where you came from and begin again"),
            )
        shown = msgspec.structs.replace(
            row,
            state=next_state(State(row.state), Event.SHOW),
            expires_at=stamp(vault.now + timedelta(seconds=CONSENT_SECONDS)),
            changed_at=stamp(vault.now),
        )
        store.put_request(vault.connection, shown)
        return answering.consent(vault, shown.id)


def _showable(vault: Vault, row: RequestRow | None, handle: bytes, client_id: str) -> answering.Consent | None:
    if row is None or row.kind != "code" or not handles.is_same(row.handle, handle):
        return None
    if answering.state(row, vault.now) is not State.PUSHED:
        return None
    found = answering.consent(vault, row.id)
    return found if found.client_url == client_id else None
