"""The shop as an ASGI application: five pages, its client document, and the address that vaults tell changes to.

Customers are kept in memory, by a cookie; a shop that is not an example keeps the vault's address and the grant's id.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import pages
from customers import Customer, arrived, connected

from connectors.kit import Credentials, Event, Hook, KitError, answered

Message = MutableMapping[str, Any]
Answer = tuple[int, dict[str, str], bytes]
_HTML = {"content-type": "text/html; charset=utf-8"}
_JSON = {"content-type": "application/json"}
_COOKIE = "shop"
# A webhook has some hundred bytes, an address two thousand.
MAX_BODY = 20_000


class Shop:
    def __init__(self, base_url: str, client: Credentials) -> None:
        self._base, self._client = base_url, client
        self._customers: dict[str, Customer] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        session = _session(headers)
        status, fields, body = await self._answer(scope, headers, session, await _body(receive))
        fields.setdefault("set-cookie", f"{_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax")
        raw = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Message, headers: dict[str, str], session: str, body: bytes) -> Answer:
        asked = (scope["method"], scope["path"])
        customer = self._customers.get(session)
        if asked == ("GET", "/client.json"):
            return 200, dict(_JSON), self._client.document
        if asked[0] == "POST" and asked[1].startswith("/hook/"):
            return self._told(asked[1], headers, body)
        if asked[0] == "POST" and headers.get("origin", self._base) != self._base:
            return 403, {}, b""  # a form of another site
        if asked == ("GET", "/connect"):
            return 200, dict(_HTML), pages.connect()
        if asked == ("POST", "/connect"):
            return await self._connect(session, parse_qs(body.decode("utf-8", "replace")).get("vault", [""])[0])
        if asked == ("GET", "/callback") and customer and customer.pushed:
            return await self._back(customer, scope["query_string"].decode("latin-1"))
        if asked == ("GET", "/account") and customer:
            return 200, dict(_HTML), pages.account(customer)
        if asked == ("POST", "/order") and customer and customer.grant:
            await customer.buy()
            return _see("/account")
        return 200, dict(_HTML), pages.front()

    async def _connect(self, session: str, address: str) -> Answer:
        """The button: from the vault's address to the vault's own page of consent."""
        try:
            customer = await connected(address.strip().rstrip("/"), self._client, f"{self._base}/callback")
        except KitError as error:
            return 200, dict(_HTML), pages.connect(str(error))
        assert customer.pushed
        self._customers[session] = customer
        return _see(customer.pushed.url)

    async def _back(self, customer: Customer, query: str) -> Answer:
        hook = f"{self._base}/hook/{customer.name}"
        try:
            await arrived(customer, f"{self._base}/callback?{query}", hook, self._client)
        except KitError as error:
            return 200, dict(_HTML), pages.connect(str(error))
        return _see("/account")

    def _told(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """A vault tells something. It is answered at once, and seen to afterwards."""
        name = path.removeprefix("/hook/")
        customer = next((one for one in self._customers.values() if one.name == name), None)
        if customer is None:
            return 404, {}, b""
        hook = customer.hook or Hook(self._client.client_id, f"{self._base}{path}")
        return answered(headers, body, hook, lambda event: self._begin(customer, event), now=customer.vault.now)

    def _begin(self, customer: Customer, event: Event) -> None:
        task = asyncio.ensure_future(customer.heard(event))
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            print(
                json.dumps({"fault": type(task.exception()).__name__, "said": str(task.exception())[:200]}), flush=True
            )


def _see(url: str) -> Answer:
    return 303, {"location": url}, b""


def _session(headers: dict[str, str]) -> str:
    found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    return found.value if found and len(found.value) == 43 else secrets.token_urlsafe(32)


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes:
    found = b""
    while len(found) <= MAX_BODY:
        part = await receive()
        found += part.get("body", b"")
        if not part.get("more_body"):
            return found
    return b""
