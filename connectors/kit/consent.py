"""Asking for data: while the person is elsewhere (CIBA, by polling), or in a browser (a pushed request, a code, PKCE).

What is asked is one entry of `authorization_details` (RFC 9396) under an agreement; what is granted may be less.
A grant is its id: that is all to keep, as the client's key gets tokens for it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from connectors.kit.errors import Denied, NotVerified, OAuthError, Waiting
from connectors.kit.session import Session, TokenAnswer, decoded
from terms.proof import pkce

TYPE: Final = "https://w3id.org/firstparty/rar/relationship/v1"
_CIBA: Final = "urn:openid:params:grant-type:ciba"
# CIBA 7.3: where the server says nothing. RFC 8628, 3.5: added with each `slow_down`.
_INTERVAL: Final = 5
_SLOWER: Final = 5


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted, which may be less than what was asked."""

    id: str
    datatypes: tuple[str, ...]
    purpose: str
    retention: str | None
    subject: str

    @classmethod
    def of(cls, token: TokenAnswer) -> Grant:
        if not token.grant_id or len(token.authorization_details) != 1:
            raise NotVerified("the vault gives a token without saying for what")
        given = token.authorization_details[0]
        datatypes, retention = given.get("datatypes"), given.get("retention")
        named = tuple(str(one) for one in datatypes) if isinstance(datatypes, list) else ()
        return cls(
            token.grant_id, named, str(given.get("purpose", "")), str(retention) if retention else None, token.sub
        )


@dataclass(frozen=True, slots=True)
class Pushed:
    """A request that a browser takes on: send it to `url`. Keep this for the browser's session, it comes back to `finish`."""

    url: str
    state: str
    redirect_uri: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    datatypes: Sequence[str]
    purpose: str
    retention: str | None
    recipients: Sequence[object]
    ai_training: bool


class _Begun(msgspec.Struct):
    auth_req_id: str
    interval: int = _INTERVAL


class _Took(msgspec.Struct):
    request_uri: str


def details(session: Session, agreement: str, wanted: Wanted) -> str:
    """`authorization_details`, as the parameter is written."""
    if TYPE not in session.metadata.authorization_details_types_supported:
        raise NotVerified("the vault does not take requests of the type that this kit makes")
    entry = {
        "type": TYPE,
        "actions": ["read"],
        "datatypes": list(wanted.datatypes),
        "purpose": wanted.purpose,
        "recipients": list(wanted.recipients),
        "ai_training": wanted.ai_training,
        "agreement": agreement,
        **({"retention": wanted.retention} if wanted.retention else {}),
    }
    return json.dumps([entry])


@contextmanager
def _denied() -> Iterator[None]:
    """A no is the same wherever it is said: to a request, or at once to whom the person turned away."""
    try:
        yield
    except OAuthError as error:
        if error.code != "access_denied":
            raise
        raise Denied(error.sentence) from None


# --- the person is elsewhere ----------------------------------------------------------------------------------------


async def begun(session: Session, asked: str, message: str) -> tuple[str, int]:
    """The request's id, and how many seconds to wait between polls."""
    said = {"binding_message": message} if message else {}
    url = session.metadata.backchannel_authentication_endpoint
    parameters = {"login_hint": "owner", "authorization_details": asked, **said}
    with _denied():
        content = await session.form(url, parameters, repeatable=False)
    made = decoded(content, _Begun)
    return made.auth_req_id, made.interval


async def polled(session: Session, auth_req_id: str, patience: timedelta, interval: float = _INTERVAL) -> Grant:
    """The grant, once there is one. `Denied` after a no, `Waiting` when `patience` is over: poll on with its `reference`."""
    until: datetime = session.clock() + patience
    while True:
        try:
            with _denied():
                return Grant.of(await session.token_by({"grant_type": _CIBA, "auth_req_id": auth_req_id}))
        except OAuthError as error:
            if error.code not in ("authorization_pending", "slow_down"):
                raise
            interval += _SLOWER if error.code == "slow_down" else 0
        if session.clock() + timedelta(seconds=interval) > until:
            raise Waiting("the person has not answered yet", reference=auth_req_id, hint="ask again with its reference")
        await session.pause(interval)


# --- the person is in a browser -------------------------------------------------------------------------------------


async def pushed(session: Session, asked: str, redirect_uri: str) -> Pushed:
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    parameters = {
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "state": state,
        "code_challenge": pkce.challenge(verifier),
        "code_challenge_method": pkce.METHOD,
        "authorization_details": asked,
    }
    with _denied():
        content = await session.form(session.metadata.pushed_authorization_request_endpoint, parameters)
    sent = {"client_id": session.credentials.client_id, "request_uri": decoded(content, _Took).request_uri}
    url = f"{session.metadata.authorization_endpoint}?{urlencode(sent)}"
    return Pushed(url, state, redirect_uri, verifier)


async def finished(session: Session, callback: str, kept: Pushed) -> Grant:
    """The grant that the browser brought back. Checks that the answer is to this request and from this vault (RFC 9207)."""
    answer = dict(parse_qsl(urlsplit(callback).query))
    if not hmac.compare_digest(answer.get("state", "").encode(), kept.state.encode()):
        raise NotVerified("the answer is to another request", hint="`state` is not the one that was sent")
    if answer.get("iss") != session.issuer:
        raise NotVerified("the answer is from another vault", hint="`iss` is not the vault that was asked")
    if "error" in answer:
        raise Denied(answer.get("error_description", "") or f"the request was answered `{answer['error'][:40]}`")
    parameters = {
        "grant_type": "authorization_code",
        "code": answer.get("code", ""),
        "redirect_uri": kept.redirect_uri,
        "code_verifier": kept.verifier,
    }
    return Grant.of(await session.token_by(parameters))
