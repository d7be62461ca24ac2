"""Requests for rights of the person, and their answers."""

from __future__ import annotations

from itertools import islice
from typing import Final

import msgspec

from vault import ids
from vault.engaging import rights
from vault.engaging.rights import Asked as Exercised
from vault.engaging.rights import Said
from vault.policy.rights_life import ARTICLES, Right, State
from vault.session import Vault
from web.server import answers
from web.server.answers import Answer
from web.server.bodies import QueryError
from web.server.routes import LOCKED, Access, Asked, Route, effects, reads
from web.vendors import paging

PATH: Final = "/v1/rights"
# What a vendor sees of a state, which for taking longer is that it was acknowledged.
_STATES: Final = tuple(str(state) for state in State if state is not State.EXTENDED)


class RightRequest(msgspec.Struct, frozen=True):
    """`due` is the last day on which an answer is in time, and `state` open, acknowledged, overdue, fulfilled, refused or
    withdrawn. `note` is what the person wrote."""

    id: str
    right: Right
    article: str
    note: str
    made_at: str
    due: str
    state: str


class Rights(msgspec.Struct, frozen=True):
    """Oldest first."""

    requests: tuple[RightRequest, ...]
    next: str | None


def _listed(vault: Vault, asked: Asked) -> Answer:
    limit, state = paging.limit(asked.query), asked.query.get("state")
    if state is not None and state not in _STATES:
        raise QueryError("there is no such state", hint=f"write one of: {', '.join(_STATES)}")
    try:
        after = ids.number_of("right", asked.query["after"]) if "after" in asked.query else 0
    except ids.IdError as error:
        raise paging.no_cursor(error) from None
    every = rights.of_client(vault, asked.principal.number, after)
    found = list(islice((one for one in every if state in (None, one.told_state)), limit + 1))
    told = tuple(map(_told, found[:limit]))
    return answers.json(Rights(told, told[-1].id if len(found) > limit else None))


def _one(vault: Vault, asked: Asked) -> Answer:
    row = rights.own(vault, asked.principal.number, asked.parameters["id"])
    return answers.json(_told(rights.one(vault, row.id)))


def _answer(vault: Vault, asked: Asked, said: Said) -> Answer:
    return answers.json(_told(rights.answer(vault, asked.principal.number, asked.parameters["id"], said)))


def _told(one: Exercised) -> RightRequest:
    row = one.row
    return RightRequest(one.id, one.right, ARTICLES[one.right], row.note, row.made_at, row.due, one.told_state)


_ROW: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=200, granted=200, expired=401, revoked=401)
_EXAMPLE: Final = RightRequest(
    "rgt_06h2m1x9k3v7q", Right.ACCESS, ARTICLES[Right.ACCESS], "Everything since 2024, please.", "2026-03-31T12:00:00Z",
    "2026-04-30", "open",
)  # fmt: skip
ROUTES = (
    Route(
        "GET",
        PATH,
        reads(_listed),
        _ROW,
        "What the person asks of you by right",
        Rights,
        Rights((_EXAMPLE,), None),
        errors=("unauthenticated", "forbidden"),
        query={**paging.QUERY, "state": f"only those in this state: {', '.join(_STATES)}"},
    ),
    Route(
        "GET",
        f"{PATH}/{{id}}",
        reads(_one),
        _ROW,
        "One request of the person's",
        RightRequest,
        _EXAMPLE,
        errors=("unauthenticated", "forbidden", "not-found"),
    ),
    Route(
        "POST",
        f"{PATH}/{{id}}/answer",
        effects(_answer, Said),
        _ROW,
        "Answer a request: acknowledge it, fulfil it with the data, or refuse it with the reasons",
        RightRequest,
        msgspec.structs.replace(_EXAMPLE, state="fulfilled"),
        Said,
        Said("fulfilled", "All that we hold.", data={"orders": [{"number": "A-17", "minor": 4990, "currency": "EUR"}]}),
        errors=("unauthenticated", "forbidden", "not-found", "illegal-event"),
    ),
)
