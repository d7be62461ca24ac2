"""Routes, and who may call them: the one place by which a route comes to be.

A module of routes ends in `ROUTES`, a tuple of `Route`; `application.COLLECTIONS` names the modules. Every route states its
row of the table *route × principal* in an `Access`: the status that each principal is answered with when all else is well.
The row is the rule: a principal whose status is 401, 403 or 404 is refused with it before the route's own code runs, and one
that is refused while the vault is locked gets 503. A test asks every route as every principal and compares.

To add a principal that does not exist yet, take its name out of `NOT_YET`: from then on no route can be made without it.

Four kinds of handlers, each given an `Asked`:
* an `async` function;
* `reads(f)`: `f(vault, asked)` runs in the vault's thread;
* `joined(f)`: `f(vault, asked)` runs in the vault's thread, in the very write that admits who asks, so that nothing can come
  between (a revocation), and one commit is paid for both;
* `effects(f, Body)`: `f(vault, asked, body)` runs in the vault's thread inside a transaction, once for each `Idempotency-Key`.
  Every POST under `/v1` has to be one. What needs the network or much reckoning before is done by `prepared(g, f, Body)`:
  `await g(asked, body)` gives what `f` gets in the place of the body. Without a limit it is admitted in the same write, as
  soon as it is known whom to expect: `g` is then given the principal that the same credentials had before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from msgspec import Struct, field

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.session import Vault
from web.server import bodies, idempotency
from web.server.answers import Answer, Streamed
from web.server.limits import Limit
from web.server.principals import ForbiddenError, Kind, Principal, UnauthenticatedError
from web.server.problems import NotFoundError
from web.server.serving import Serving

if TYPE_CHECKING:
    from vault.access import Live
    from web.server.requests import Request

T = TypeVar("T")
P = TypeVar("P")
Method = Literal["GET", "POST", "PUT", "DELETE"]

# Columns of the table whose principals nobody can be yet, and why.
NOT_YET: Final[Mapping[str, str]] = {}
LOCKED: Final = 503


class RouteError(FirstpartyError):
    """A route that was not stated as it must be; the server does not start."""

    code = "routes"


class Access(Struct, frozen=True):
    """One row of the table: the status for each principal. `locked` is for one who may call it, while the vault is locked.
    `vendor` has a token without a grant, `granted` with one, `expired` and `revoked` with one that is over."""

    nobody: int
    owner: int
    locked: int
    vendor: int | None = None
    granted: int | None = None
    expired: int | None = None
    revoked: int | None = None

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            if getattr(self, name) is None and name not in NOT_YET:
                raise RouteError(f"a route says nothing about `{name}`", hint="give its status in `Access`")

    @property
    def is_alike_for_strangers(self) -> bool:
        """Whether it makes no difference what somebody shows who is not the owner."""
        return {self.nobody} == {self.vendor, self.granted, self.expired, self.revoked} - {None}

    def of(self, principal: Principal) -> int | None:
        """The column of a principal. Whether a grant is over is not known here: a scheme refuses its token."""
        if principal.kind is Kind.VENDOR:
            return self.granted if principal.grant else self.vendor
        return self.owner if principal.kind is Kind.OWNER else self.nobody


# What anybody may read while the vault is open; and what only the owner may call, whose routes nobody else learns of.
FOR_ANYBODY: Final = Access(nobody=200, owner=200, locked=LOCKED, vendor=200, granted=200, expired=200, revoked=200)
FOR_OWNER: Final = Access(nobody=404, owner=200, locked=LOCKED, vendor=404, granted=404, expired=404, revoked=404)


class Asked(Struct, frozen=True):
    """One request, as a handler sees it. `parameters` are those of the path, `query` those that the route takes. `live` is what
    was found of the token in the very write that a handler is part of; only `joined` ones have it."""

    serving: Serving
    principal: Principal
    request: Request
    query: Mapping[str, str] = field(default_factory=dict)
    live: Live | None = None

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.request.path_params


Handler = Callable[[Asked], Awaitable[Answer | Streamed]]


class Route(Struct, frozen=True):
    """`path` as OpenAPI writes it (`/v1/agreements/{id}`). `answer` and `body` are the structs that it speaks, with an example
    of each (of the answer maybe a function that makes it, where that means reading files), `body_type` the content type of the
    body; `errors` are the codes of the catalogue that it may answer, beside those that any route may;
    `also` are the statuses of success beside that of its row (200 where what was asked to be made is there already);
    `standard` is the one that describes a route which does not speak as ours do, and is left out of our description."""

    method: Method
    path: str
    handler: Handler
    access: Access
    summary: str
    answer: type | None = None
    example: object = None
    body: type | None = None
    body_example: object = None
    body_type: str = bodies.JSON
    errors: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    limit: Limit | None = None
    standard: str = ""
    also: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        needs_key = self.method == "POST" and self.path.startswith("/v1/")
        if needs_key and not isinstance(self.handler, Effect):
            raise RouteError(
                f"`POST {self.path}` has an effect and no key to repeat it by", hint="make it with `effects`"
            )

        if isinstance(self.handler, Joined) and self.limit is not None:
            # Limits are counted where requests arrive, and who asks is found in the vault's thread.
            raise RouteError(f"`{self.method} {self.path}` cannot be limited", hint="make it with `reads`")

    @property
    def answer_example(self) -> object:
        return self.example() if callable(self.example) else self.example

    @property
    def is_public(self) -> bool:
        """Whether the published description has it: what anybody but the owner may call, and no standard describes."""
        return not self.standard and (self.access.nobody != 404 or self.access.vendor not in (404, None))

    def refuse_unless_open_to(self, principal: Principal) -> None:
        status = self.access.of(principal)
        if status == 401:
            raise UnauthenticatedError(phrase("credentials are needed here"))
        if status == 404:
            raise NotFoundError(phrase("there is nothing here"))
        if status is None or status == 403:
            raise ForbiddenError(phrase("these credentials do not allow this"))


def reads(action: Callable[[Vault, Asked], Answer]) -> Handler:
    """A handler that runs in the vault's thread and writes nothing. What it reads is one state, whatever a command beside the
    server writes meanwhile."""

    def read(vault: Vault, asked: Asked) -> Answer:
        with vault.snapshot():
            return action(vault, asked)

    async def handler(asked: Asked) -> Answer:
        return await asked.serving.vault.run(lambda vault: read(vault, asked))

    return handler


class Joined(Struct, frozen=True):
    """A handler that does its part in the write that admits who asks; writes only inside `vault.transaction()`."""

    action: Callable[[Vault, Asked], Answer]

    async def __call__(self, asked: Asked) -> Answer:
        """For one who was admitted before."""
        return await asked.serving.vault.write(lambda vault: self.action(vault, asked))


def joined(action: Callable[[Vault, Asked], Answer]) -> Handler:
    return Joined(action)


class Effect(Struct, frozen=True):
    """A handler whose effect happens once for each key, and is answered again when it is asked again."""

    action: Callable[[Vault, Asked, Any], Answer]
    body: type
    prepare: Callable[[Asked, Any], Awaitable[Any]] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """For one who was admitted before."""
        once, given = await self.ready(asked)
        return await asked.serving.once(once, lambda vault: self.action(vault, asked, given))

    async def ready(self, asked: Asked) -> tuple[idempotency.Once, Any]:
        """All that comes before the vault: what the effect happens once for, and what the action is given."""
        request = asked.request
        key = idempotency.key_of(request.headers.getall("idempotency-key", []))
        raw = await bodies.read(request, bodies.JSON)
        body: object = bodies.json(raw, self.body)
        given = body if self.prepare is None else await self.prepare(asked, body)
        once = idempotency.Once(asked.principal.name, key, idempotency.digest_of(request.method, request.url.path, raw))
        return once, given


def effects(action: Callable[[Vault, Asked, T], Answer], body: type[T]) -> Handler:
    """`body` is a struct that forbids unknown fields: what is not understood is not agreed to."""
    _check_body(body)
    return Effect(action, body)


def prepared(
    prepare: Callable[[Asked, T], Awaitable[P]], action: Callable[[Vault, Asked, P], Answer], body: type[T]
) -> Handler:
    """As `effects`, with a step before it that is not in the vault's thread. It is done again when the request is repeated, so a
    refusal that is to be repeated too is the action's to raise."""
    _check_body(body)
    return Effect(action, body, prepare)


def _check_body(body: type) -> None:
    if not (issubclass(body, Struct) and body.__struct_config__.forbid_unknown_fields):
        raise RouteError(f"`{body.__name__}` takes fields that it does not know", hint="forbid_unknown_fields=True")


def table(routes: tuple[Route, ...]) -> dict[tuple[str, str], Access]:
    """The whole table; refuses a route that is there twice."""
    found: dict[tuple[str, str], Access] = {}
    for route in routes:
        if (route.method, route.path) in found:
            raise RouteError(f"`{route.method} {route.path}` is there twice", hint="leave one out")
        found[route.method, route.path] = route.access
    return found
