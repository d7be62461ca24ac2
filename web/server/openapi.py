"""The description of the API, OpenAPI 3.1, made of the routes and of the structs that they speak.

Described are the routes that are for anybody but the owner. Each has its answer with an example, and the problems that it
may answer, by status, with an example for each code.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import msgspec

from web.server.answers import PROBLEM, Answer
from web.server.bodies import JSON
from web.server.catalogue import CATALOGUE, Row
from web.server.idempotency import KEY_PATTERN
from web.server.problems import Problem
from web.server.routes import LOCKED, Access, Asked, Route

PATH: Final = "/openapi.json"
_REFS: Final = "#/components/schemas/{name}"
# What any route may answer, what those that need the vault, and those that take a body.
_ANY = ("host", "query", "too-many-requests")
_VAULT = ("locked", "busy")
_BODY = (
    "not-json", "duplicate-key", "too-deep", "not-a-number", "lone-surrogate", "media-type", "too-large", "too-slow",
    "document", "unknown-field", "not-whole", "unknown-kind",
)  # fmt: skip
_KEYED = ("idempotency-key", "idempotency-mismatch", "idempotency-in-flight", "not-written")
_OPEN = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)
Shape = dict[str, object]


def route(routes: tuple[Route, ...]) -> Route:
    """The route that serves the description of `routes`, and of itself."""

    async def describe(asked: Asked) -> Answer:
        return Answer(200, encoded(), headers={"Cache-Control": "no-cache"})

    @cache
    def encoded() -> bytes:
        return msgspec.json.encode(document((*routes, own)))

    own = Route("GET", PATH, describe, _OPEN, "This description", answer=dict[str, msgspec.Raw])
    return own


def document(routes: Iterable[Route]) -> Shape:
    public = [one for one in routes if one.is_public]
    spoken = {type for one in public for type in (one.answer, one.body) if type is not None} | {Problem}
    ordered = sorted(spoken, key=str)
    schemas, components = msgspec.json.schema_components(ordered, schema_hook=_anything, ref_template=_REFS)
    by_type = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, Shape] = {}
    for one in public:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Firstparty vault",
            "version": _version(),
            "summary": "One person's vault, as its vendors see it",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _anything(type: type) -> dict[str, object]:
    """The schema of what may be any JSON."""
    if type is object:
        return {"description": "any JSON"}
    raise NotImplementedError


def _operation(one: Route, schemas: dict[type, dict[str, object]]) -> Shape:
    done = {str(status): _answered(one, schemas) for status in (success(one), *one.also)}
    found: Shape = {
        "operationId": operation_id(one),
        "summary": one.summary,
        "responses": {**done, **_refused(one)},
    }
    if parameters := [*_path_parameters(one), *_query_parameters(one), *_key(one)]:
        found["parameters"] = parameters
    if one.body is not None:
        content: Shape = {"schema": schemas[one.body], "example": msgspec.Raw(msgspec.json.encode(one.body_example))}
        found["requestBody"] = {"required": True, "content": {one.body_type: content}}
    return found


def operation_id(one: Route) -> str:
    words = [one.method.lower(), *one.path.replace("{", "").replace("}", "").replace(".", "-").split("/")]
    return "-".join(word for word in words if word)


def success(one: Route) -> int:
    """What it answers whoever may call it."""
    access = one.access
    return next(status for status in (access.nobody, access.granted, access.vendor, 200) if status and status < 300)


def _answered(one: Route, schemas: dict[type, dict[str, object]]) -> Shape:
    if one.answer is None:
        return {"description": one.summary}
    content: Shape = {"schema": schemas[one.answer]}
    if (example := one.answer_example) is not None:
        content["example"] = msgspec.Raw(msgspec.json.encode(example))
    return {"description": one.summary, "content": {JSON: content}}


def codes(one: Route) -> tuple[str, ...]:
    """The codes of every problem that a route may answer."""
    found = (*_ANY, *(_VAULT if one.access.locked == LOCKED else ()), *one.errors)
    if one.body is not None:
        found += _BODY
    if _key(one):
        found += _KEYED
    return tuple(dict.fromkeys(found))


def _refused(one: Route) -> dict[str, Shape]:
    by_status: dict[int, list[Row]] = {}
    for code in codes(one):
        by_status.setdefault(CATALOGUE[code].status, []).append(CATALOGUE[code])
    return {str(status): _problems(rows) for status, rows in sorted(by_status.items())}


def _problems(rows: list[Row]) -> Shape:
    examples = {
        row.code: {"value": msgspec.to_builtins(Problem(row.type, row.title, row.status, row.code))} for row in rows
    }
    schema = {"$ref": _REFS.format(name=Problem.__name__)}
    content: Shape = {"schema": schema, "examples": examples}
    return {"description": "; ".join(row.title for row in rows), "content": {PROBLEM: content}}


def _path_parameters(one: Route) -> list[Shape]:
    schema: Shape = {"type": "string"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names_in(one.path)]


def names_in(path: str) -> tuple[str, ...]:
    """The parameters of a path."""
    return tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))


def _query_parameters(one: Route) -> list[Shape]:
    return [
        {"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in one.query.items()
    ]


def _key(one: Route) -> list[Shape]:
    if one.method != "POST" or not one.path.startswith("/v1/"):
        return []
    schema: Shape = {"type": "string", "pattern": KEY_PATTERN}
    return [{"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}]


def _version() -> str:
    try:
        return version("firstparty")
    except PackageNotFoundError:
        return "0"
