"""A vault that answers what a test tells it to, for what a real one does only when it is not well."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from connectors.kit import Credentials, Patience, Vault
from connectors.kit.clock import now
from connectors.kit.consent import TYPE
from connectors.kit.credentials import made

ISSUER = "https://vault.example"
CLIENT = "https://shop.example/client.json"
TOKEN = {"access_token": "t1", "token_type": "DPoP", "expires_in": 300, "sub": "did:key:zP"}
CARD = {"format": "firstparty/card/1", "issuer": ISSUER, "agreements": None, "categories": None, "endpoints": {}}
METADATA = {
    "issuer": ISSUER,
    "token_endpoint": f"{ISSUER}/oauth/token",
    "backchannel_authentication_endpoint": f"{ISSUER}/oauth/bc-authorize",
    "pushed_authorization_request_endpoint": f"{ISSUER}/oauth/par",
    "authorization_endpoint": f"{ISSUER}/oauth/authorize",
    "grant_management_endpoint": f"{ISSUER}/oauth/grants",
    "authorization_details_types_supported": [TYPE],
}
Answer = httpx.Response | Exception


@dataclass
class FarEnd:
    """`answers` are given in turn for each address, the last again and again. `slept` is what the kit waited."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    each: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    def __post_init__(self) -> None:
        self.says("/.well-known/firstparty.json", CARD)
        self.says("/.well-known/oauth-authorization-server", METADATA)
        self.says("/oauth/token", TOKEN)

    def says(self, path: str, *bodies: Any) -> None:
        self.answers[path] = [one if isinstance(one, Answer) else httpx.Response(200, json=one) for one in bodies]

    def requests(self, path: str) -> list[httpx.Request]:
        return [one for one in self.asked if one.url.path == path]

    async def vault(self, client: Credentials, patience: Patience | None = None, url: str = ISSUER) -> Vault:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return await Vault.connect(
            url, client=client, transport=httpx.MockTransport(self._answer), sleep=sleep, patience=patience
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        given = self.each(request)
        if given is not None:
            return given
        turn = self.answers[request.url.path]
        one = turn.pop(0) if len(turn) > 1 else turn[0]
        if isinstance(one, Exception):
            raise one
        # An answer is read once; this one may be given again.
        return httpx.Response(one.status_code, headers=one.headers, content=one.content)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"type": f"urn:firstparty:problem:{code}", "title": code, "status": status, "code": code, "hint": "do so"}
    return httpx.Response(status, content=json.dumps(body).encode(), headers=headers)


def credentials(folder: Path, **more: Any) -> Credentials:
    return made(folder / "keys", CLIENT, name="Shop", now=now(), **more)
