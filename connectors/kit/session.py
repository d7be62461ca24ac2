"""Requests of one vendor to one vault, each with a token and a proof of possession.

* Tokens live five minutes; they are kept in memory alone, renewed shortly before, and renewed once when refused. No refresh
  token is kept: the client's own key gets another token for a grant that it holds (`client_credentials` with `grant_id`).
* The proof key is made for this session and is nowhere else. A nonce that the vault asks for is used from then on.
* Each POST has an `Idempotency-Key` of its own, which its repetitions share: whatever happens on the way, it has one effect.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from connectors.kit.clock import Clock
from connectors.kit.credentials import Credentials
from connectors.kit.discovery import Card, Metadata
from connectors.kit.errors import NotVerified, Problem
from connectors.kit.wire import Wire, problem
from terms.proof import client_assertion, dpop, own_key

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_JSON: Final = {"Content-Type": "application/json", "Accept": "application/json"}
# So long before its end a token is no longer used: a request takes time on its way.
_RENEW: Final = timedelta(seconds=30)
# A nonce asked for, a token refused: each once.
_AGAIN: Final = 3
_IN_FLIGHT: Final = "idempotency-in-flight"

Shape = TypeVar("Shape")


class TokenAnswer(msgspec.Struct, frozen=True):
    """Of RFC 6749, 5.1, RFC 9396 and Grant Management."""

    access_token: str
    expires_in: int
    token_type: str
    sub: str = ""
    grant_id: str = ""
    authorization_details: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    text: str
    until: datetime


class Session:
    """`card` and `metadata` are the vault's, verified to be of one address. `grants` is the path below which grants are."""

    def __init__(self, credentials: Credentials, wire: Wire, clock: Clock, card: Card, metadata: Metadata) -> None:
        self.credentials, self.clock, self.card, self.metadata = credentials, clock, card, metadata
        self.issuer = metadata.issuer
        self.grants = metadata.grant_management_endpoint.removeprefix(self.issuer)
        self._wire = wire
        self._key = own_key.generated()
        self._nonce = ""
        self._tokens: dict[str, _Held] = {}

    async def close(self) -> None:
        self._tokens.clear()
        await self._wire.close()

    async def pause(self, seconds: float) -> None:
        await self._wire.pause(seconds)

    # --- the authorization server ---------------------------------------------------------------------------------------

    async def form(
        self, url: str, parameters: Mapping[str, str], *, proven: bool = False, repeatable: bool = True
    ) -> bytes:
        """The answer to a form of the authorization server, or its error."""

        async def shown() -> tuple[dict[str, str], bytes]:
            return {**_FORM, **({"DPoP": self._proof("POST", url)} if proven else {})}, self._authenticated(parameters)

        for attempt in range(_AGAIN):
            answer = await self._wire.sent("POST", url, shown, repeatable=repeatable)
            wants_nonce = self._heard(answer)
            if answer.status_code < 400:
                return answer.content
            if not wants_nonce or attempt + 1 == _AGAIN:
                raise problem(answer)
        raise AssertionError("the last attempt returns or raises")

    async def token_by(self, parameters: Mapping[str, str], *, repeatable: bool = False) -> TokenAnswer:
        """Tokens for a code, a request id, or the client alone; kept for their grant."""
        content = await self.form(self.metadata.token_endpoint, parameters, proven=True, repeatable=repeatable)
        token = decoded(content, TokenAnswer)
        if token.token_type.lower() != "dpop":
            raise NotVerified("the token is not bound to a key")
        self._tokens[token.grant_id] = _Held(token.access_token, self.clock() + timedelta(seconds=token.expires_in))
        return token

    def _authenticated(self, parameters: Mapping[str, str]) -> bytes:
        """The form with a new assertion: each is taken once."""
        shown = {
            "client_assertion_type": client_assertion.ASSERTION_TYPE,
            "client_assertion": self.credentials.assertion(self.issuer, now=self.clock()),
            "client_id": self.credentials.client_id,
        }
        return urlencode({**parameters, **shown}).encode()

    # --- the vendor's API -----------------------------------------------------------------------------------------------

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        grant: str = "",
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to a request under `/v1`, with the token of `grant` or the client's own; raises for 400 and more."""
        url = f"{self.issuer}{path}"
        content = None if body is None else msgspec.json.encode(body)
        once = {"Idempotency-Key": secrets.token_urlsafe(18)} if method == "POST" else {}

        async def shown() -> tuple[dict[str, str], bytes | None]:
            token = await self._token(grant)
            proof = self._proof(method, url, token)
            kind = {} if content is None else _JSON
            fields = {"Accept": "application/json", "Authorization": f"DPoP {token}", "DPoP": proof, **kind, **once}
            return fields, content

        addressed = f"{url}?{urlencode(query)}" if query else url
        for attempt in range(_AGAIN):
            answer = await self._wire.sent(method, addressed, shown)
            wants_nonce = self._heard(answer)
            if answer.status_code < 400:
                return answer
            refusal = problem(answer)
            is_over = answer.status_code == 401 and not wants_nonce
            if attempt + 1 == _AGAIN or not (wants_nonce or is_over or refusal.code == _IN_FLIGHT):
                raise refusal
            if is_over:
                self._tokens.pop(grant, None)
            elif not wants_nonce:
                await self.pause(1 + attempt)
        raise AssertionError("the last attempt returns or raises")

    async def read(
        self, path: str, shape: type[Shape], *, grant: str = "", query: Mapping[str, str] | None = None
    ) -> Shape:
        return decoded((await self.ask("GET", path, grant=grant, query=query)).content, shape)

    async def post(self, path: str, body: object, shape: type[Shape]) -> Shape:
        return decoded((await self.ask("POST", path, body)).content, shape)

    async def put(self, path: str, body: object, shape: type[Shape]) -> Shape:
        return decoded((await self.ask("PUT", path, body)).content, shape)

    # --- tokens and proofs ----------------------------------------------------------------------------------------------

    async def _token(self, grant: str) -> str:
        held = self._tokens.get(grant)
        if held is None or self.clock() >= held.until - _RENEW:
            named = {"grant_id": grant} if grant else {}
            await self.token_by({"grant_type": "client_credentials", **named}, repeatable=True)
            held = self._tokens[grant]
        return held.text

    def _proof(self, method: str, url: str, token: str = "") -> str:
        id = secrets.token_urlsafe(24)
        return dpop.make(self._key, method, url, id=id, now=self.clock(), access_token=token, nonce=self._nonce)

    def _heard(self, answer: httpx.Response) -> bool:
        """Takes the nonce that an answer brings; whether the request was refused for want of it."""
        self._nonce = answer.headers.get("dpop-nonce", self._nonce)
        if answer.status_code == 401:
            return "use_dpop_nonce" in answer.headers.get("www-authenticate", "")
        if answer.status_code == 400:
            refusal = problem(answer)
            return isinstance(refusal, Problem) and refusal.code == "use_dpop_nonce"
        return False


def decoded(content: bytes, shape: type[Shape]) -> Shape:
    """An answer in its shape. Members that the kit does not know are passed over: a vault may be newer."""
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotVerified(f"the vault's answer is no {shape.__name__}") from None
