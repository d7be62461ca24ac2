"""The routes put together as one application. Adding routes is adding a module to `COLLECTIONS`.

The framework finds the path; everything else it could do (reading bodies, errors, documentation pages, cookies) is left to
the modules of this package, because of what it lets through (see `bodies`). What it finds is an ASGI application of ours
(`_Answering`), so that nothing of that is even prepared. It is the same one for every path and method: to prepare one for each
took a fifth of a start.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from litestar import HttpMethod, Litestar, Response
from litestar import Request as LitestarRequest
from litestar import route as litestar_route
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from msgspec.structs import replace

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.session import Vault
from web.oauth.bearing import bearer
from web.pages.frame import language
from web.pages.frame.guard import told
from web.pages.reference import page as reference
from web.server import answers, bodies, compressing, edge, metrics, openapi, problems, routes
from web.server.answers import Answer, Streamed
from web.server.edge import Edge
from web.server.opened import BusyError, locked
from web.server.principals import Admission, Principal, Schemes, anyone, presented, resolved
from web.server.requests import Request
from web.server.routes import LOCKED, Asked, Effect, Joined, Route
from web.server.serving import Serving

COLLECTIONS: tuple[str, ...] = (
    "web.server.endpoints.health",
    "web.server.endpoints.card",
    "web.server.endpoints.terms",
    "web.server.endpoints.unlocking",
    "web.server.endpoints.lending",
    "web.server.metrics",
    "web.oauth.metadata",
    "web.oauth.endpoints",
    "web.oauth.owners",
    "web.vendors.introduction",
    "web.vendors.agreements",
    "web.vendors.intents",
    "web.vendors.offers",
    "web.vendors.profile",
    "web.vendors.receipts",
    "web.vendors.relationship",
    "web.vendors.messages",
    "web.vendors.rights",
    "web.vendors.feedback",
    "web.vendors.events",
    "web.vendors.webhooks",
    "web.pages.collected",
)
# Authentication schemes by their lower-case name; see `principals`.
SCHEMES: Schemes = {"dpop": bearer, "bearer": metrics.token}
# Those that routes have, and the one that asks for them. Any other is refused (`_Failures`).
_ALL_METHODS = [HttpMethod(name) for name in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")]
# Routes by their path and method; what answers GET answers HEAD.
ByPath = dict[str, dict[str, Route]]


class BadRequestError(FirstpartyError):
    code = "bad-request"


def collected(also: tuple[str, ...] = ()) -> tuple[Route, ...]:
    """Every route of every collection, and of those that this server has beside them."""
    found: list[Route] = []
    for name in (*COLLECTIONS, *also):
        found += importlib.import_module(name).ROUTES
    return tuple(found)


def with_description(all_routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """The routes with those that describe them."""
    return (*all_routes, openapi.route(all_routes), *reference.routes(all_routes))


def application(serving: Serving, all_routes: tuple[Route, ...], schemes: Schemes = SCHEMES) -> Edge:
    """The ASGI application. `all_routes` are those of `collected`."""
    described = with_description(all_routes)
    routes.table(described)
    by_path: ByPath = {}
    for one in described:
        by_path.setdefault(one.path, {})[one.method] = one
        if one.method == "GET":
            by_path[one.path]["HEAD"] = one
    inner = Litestar(
        [_handler(by_path, serving, schemes)],
        exception_handlers={Exception: _Failures(by_path)},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # `bodies` has its own
    )
    return Edge(inner, serving)


def _handler(by_path: ByPath, serving: Serving, schemes: Schemes) -> HTTPRouteHandler:
    async def handle() -> None:
        raise AssertionError("it is answered before")

    # The answer has its own status; the one given here only keeps the framework from asking for another type for DELETE.
    return litestar_route(
        [re.sub(r"\{(\w+)\}", r"{\1:str}", path) for path in by_path],
        http_method=_ALL_METHODS,
        status_code=200,
        middleware=[DefineMiddleware(_Answering, by_path=by_path, serving=serving, schemes=schemes)],
    )(handle)


class _Answering:
    """The routes of every path as an ASGI application. To the framework it is a middleware, which asks nothing of what is behind
    it."""

    def __init__(self, app: ASGIApp, by_path: ByPath, serving: Serving, schemes: Schemes) -> None:
        self._by_path, self._serving, self._schemes = by_path, serving, schemes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == ScopeType.HTTP
        request = Request(scope, receive)
        try:
            answer = await self._answer(self._by_path[scope["path_template"]], request)
        except FirstpartyError as error:
            _note(scope, error)
            answer = _refused(request, error)
        if isinstance(answer, Streamed):
            await _stream(answer, scope["method"])(scope, receive, send)
        else:
            await edge.exchange_of(scope).answer(answer)

    async def _answer(self, by_method: Mapping[str, Route], request: Request) -> Answer | Streamed:
        one = by_method.get(request.method)
        if one is None and request.method == "OPTIONS":
            return Answer(204, headers={"Allow": ", ".join(_methods(by_method))})
        if one is None:
            raise problems.MethodError(_methods(by_method))
        edge.exchange_of(request.scope).route = one.path
        return await _answered(one, self._serving, self._schemes, request)


async def _answered(one: Route, serving: Serving, schemes: Schemes, request: Request) -> Answer | Streamed:
    # Where it makes no difference what a stranger shows, nothing is refused for a credential that does not hold: whoever
    # renews it may need to read this, and whoever tries one on the owner's routes learns of none.
    if one.access.is_alike_for_strangers:
        found: Principal | Admission = anyone(request.scope)
    elif isinstance(one.handler, Joined | Effect) and one.limit is None:
        found = await presented(serving, request, schemes)
    else:
        found = await resolved(serving, request, schemes)
    if isinstance(found, Principal):
        answer = await _handled(one, serving, request, found)
    elif isinstance(one.handler, Joined):
        answer = await _joined(one, one.handler, serving, request, found)
    elif isinstance(one.handler, Effect):
        answer = await _effected(one, one.handler, serving, request, found)
    else:
        raise AssertionError("only these two are given an admission")
    if request.method in ("GET", "HEAD") and isinstance(answer, Answer) and answer.status == 200:
        if one.standard == "HTML":
            answer = compressing.compressed(answer, request.headers)
        return answers.tagged(answer, request.headers.get("if-none-match"))
    return answer


async def _handled(one: Route, serving: Serving, request: Request, principal: Principal) -> Answer | Streamed:
    """The answer to a principal that is known."""
    one.refuse_unless_open_to(principal)
    if one.limit is not None:
        serving.limits.charge(one.limit, principal.name)
    if one.access.locked == LOCKED and not serving.vault.is_open:
        raise locked()
    query = bodies.query(request.scope["query_string"], tuple(one.query))
    return await one.handler(Asked(serving, principal, request, query))


async def _joined(
    one: Route, handler: Joined, serving: Serving, request: Request, admission: Admission
) -> Answer | Streamed:
    """The answer to a principal that is found in the same write."""
    query = bodies.query(request.scope["query_string"], tuple(one.query))

    def act(vault: Vault) -> Answer:
        principal, live = admission.admit(vault)
        one.refuse_unless_open_to(principal)
        return handler.action(vault, Asked(serving, principal, request, query, live))

    return await serving.vault.write(act, is_repeatable=True)


async def _effected(
    one: Route, handler: Effect, serving: Serving, request: Request, admission: Admission
) -> Answer | Streamed:
    """The answer of an effect to a principal that is found in the same write, where it is known whom to expect: what is
    prepared before is prepared for that one. Whatever is wrong with the request is told only to who is admitted."""
    likely = admission.likely
    if likely is None:
        admitted = await serving.vault.write(admission.admit)
        return await _handled(one, serving, request, admitted.principal)
    asked = Asked(serving, likely, request)

    def admit(vault: Vault) -> None:
        nonlocal asked
        principal = admission.admit(vault).principal
        one.refuse_unless_open_to(principal)
        if principal.name != likely.name:
            raise BusyError(
                phrase("the client of this token is another by now"), hint=phrase("try again with a new proof")
            )
        asked = replace(asked, principal=principal)

    try:
        asked = replace(asked, query=bodies.query(request.scope["query_string"], tuple(one.query)))
        once, given = await handler.ready(asked)
        serving.in_flight.check(once)
    except FirstpartyError:
        await serving.vault.write(admit)
        raise
    return await serving.once(once, lambda vault: handler.action(vault, asked, given), admit)


def _stream(answer: Streamed, method: str) -> ASGIStreamingResponse:
    """One that ends when whoever asked has gone."""
    return ASGIStreamingResponse(
        iterator=answer.chunks,
        status_code=answer.status,
        media_type=answer.media_type,
        headers=dict(answer.headers),
        is_head_response=method == "HEAD",
    )


def _response(answer: Answer) -> Response[bytes]:
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type, headers=dict(answer.headers))


AnyRequest = LitestarRequest[Any, Any, Any]


class _Failures:
    """Answers to what is raised outside the routes' own code: by the framework, or by a fault of ours."""

    def __init__(self, by_path: ByPath) -> None:
        self._by_path = by_path

    def __call__(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        said = self._ours(request, error)
        _note(request.scope, said)
        return _response(_refused(Request(request.scope, request.receive), said))

    def _ours(self, request: AnyRequest, error: Exception) -> Exception:
        if isinstance(error, MethodNotAllowedException):  # one that no route has
            path = request.scope["path"]
            return problems.MethodError(
                next((_methods(found) for template, found in self._by_path.items() if _fits(template, path)), ())
            )
        if isinstance(error, NotFoundException):
            return problems.NotFoundError(phrase("there is nothing here"))
        if isinstance(error, HTTPException) and error.status_code < 500:
            return BadRequestError(phrase("the request does not read"))
        return error


def _refused(request: Request, error: Exception) -> Answer:
    """A page in the language of the browser, or a problem."""
    if not _is_for_people(request):
        return problems.answer(error)
    with language.speaking(language.preferred(request.headers.get("accept-language", ""))):
        return told(error)


def _is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page where there is none: the API answers programs alike, whatever they accept."""
    is_api = request.scope["path"].startswith(("/v1/", "/oauth/", "/owner/", "/.well-known/"))
    return not is_api and "text/html" in request.headers.get("accept", "")


def _fits(template: str, path: str) -> bool:
    wanted, given = ([word for word in one.split("/") if word] for one in (template, path))
    return len(wanted) == len(given) and all(
        one == other or one.startswith("{") for one, other in zip(wanted, given, strict=True)
    )


def _methods(by_method: Mapping[str, Route]) -> tuple[str, ...]:
    return tuple(sorted({*by_method, "OPTIONS"}))


def _note(scope: HTTPScope, error: BaseException) -> None:
    """For the log: what went wrong."""
    scope["state"]["firstparty.error"] = error
