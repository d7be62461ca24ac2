"""One request over HTTP, as the routes see it: what ASGI gives, looked up when it is asked for and nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NamedTuple

from litestar.types import HTTPScope, Receive

from terms.errors import FirstpartyError
from terms.phrases import phrase


class CutOffError(FirstpartyError):
    """Whoever asks has gone before all was sent."""

    code = "bad-request"


class Url(NamedTuple):
    """`path` is decoded; `query` is as it was written."""

    path: str
    query: str


class Client(NamedTuple):
    """Where the connection comes from."""

    host: str
    port: int


class Headers(Mapping[str, str]):
    """Header fields by their names in small letters, each with its first value; there are a few, so each look goes through
    them."""

    __slots__ = ("_fields",)

    def __init__(self, fields: list[tuple[bytes, bytes]]) -> None:
        self._fields = fields

    def getall(self, name: str, default: list[str] | None = None) -> list[str]:
        """Every value of a field, in the order in which they came."""
        wanted = name.encode()
        found = [value.decode("latin-1") for one, value in self._fields if one == wanted]
        return found or (default or [])

    def __getitem__(self, name: str) -> str:
        wanted = name.encode()
        for one, value in self._fields:
            if one == wanted:
                return value.decode("latin-1")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.decode("latin-1") for name, _ in self._fields))

    def __len__(self) -> int:
        return len({name for name, _ in self._fields})


class Request:
    """`scope` is ASGI's, with what the framework has found: `path_params`."""

    __slots__ = ("_receive", "headers", "method", "scope")

    def __init__(self, scope: HTTPScope, receive: Receive) -> None:
        self.scope, self._receive = scope, receive
        self.method: str = scope["method"]
        self.headers = Headers(scope["headers"])  # type: ignore[arg-type]

    @property
    def url(self) -> Url:
        return Url(self.scope["path"], self.scope["query_string"].decode("latin-1"))

    @property
    def path_params(self) -> Mapping[str, Any]:
        return self.scope["path_params"]

    @property
    def client(self) -> Client | None:
        found = self.scope["client"]
        return Client(*found) if found else None

    async def part(self) -> tuple[bytes, bool]:
        """The next part of the body as it comes, and whether there is more."""
        message = await self._receive()
        if message["type"] != "http.request":
            raise CutOffError(phrase("the request was cut off"))
        return message["body"], message["more_body"]

    async def stream(self) -> AsyncIterator[bytes]:
        """The body, as it comes."""
        more = True
        while more:
            content, more = await self.part()
            yield content
