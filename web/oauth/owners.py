"""The owner's side, on the local socket alone: what vendors ask and the rules leave to the owner, approved or denied.

What is shown has the real values that would be given, and what the rules say of it now. An approval tells where the browser
goes on to, where the customer was in one.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from vault import access, ids
from vault.access import Answered, Consent
from vault.policy import authorization_details
from vault.policy.explaining import reasons_json
from vault.session import Vault
from web.oauth import judging
from web.server import answers, bodies
from web.server.answers import Answer
from web.server.routes import FOR_OWNER, Asked, Route

PATH = "/owner/requests"


class Value(msgspec.Struct, frozen=True):
    """`withheld`: the owner's limits keep it back, even if it is approved."""

    category: str
    label: str
    value: str | tuple[str, ...]
    withheld: bool


class Asks(msgspec.Struct, frozen=True):
    """`absent` are the categories of which the profile has nothing, `message` what the vendor wrote beside."""

    actions: tuple[str, ...]
    datatypes: tuple[str, ...]
    purpose: str
    retention: str | None
    recipients: tuple[str, ...]
    ai_training: bool
    agreement: str
    values: tuple[Value, ...]
    absent: tuple[str, ...]
    message: str | None


class Waiting(msgspec.Struct, frozen=True):
    """One request. `verdict` and `reasons` are what the rules say now; `returns_to` is the vendor's page that waits in a
    browser, null where the customer is not there."""

    id: str
    kind: str
    vendor: str
    client: str
    received: str
    expires: str
    verdict: str
    reasons: list[object]
    asks: Asks
    returns_to: str | None


class Requests(msgspec.Struct, frozen=True):
    requests: tuple[Waiting, ...]


class Approve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`only` are the data categories to give; all that was asked where it is empty."""

    only: Annotated[tuple[str, ...], msgspec.Meta(max_length=authorization_details.MAX_ENTRIES)] = ()


class Deny(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vendor is told `because`."""

    because: str = ""


class Done(msgspec.Struct, frozen=True):
    """`redirect` is where the browser goes on to, null where there is none."""

    id: str
    grant: str | None
    redirect: str | None


def waiting(vault: Vault) -> Requests:
    access.settle(vault)
    return Requests(tuple(_waiting(vault, one) for one in access.waiting(vault)))


def _waiting(vault: Vault, one: Consent) -> Waiting:
    asked = authorization_details.request(one.asked, one.client_url)
    outcome = judging.butler(vault).considered(asked, signature="valid").outcome
    return Waiting(
        id=one.id,
        kind=asked.kind,
        vendor=one.client_name,
        client=one.client_url,
        received=one.received,
        expires=one.expires,
        verdict=str(outcome.verdict),
        reasons=[*reasons_json(outcome.reasons)],
        asks=_asks(one),
        returns_to=one.redirect_uri,
    )


def _asks(one: Consent) -> Asks:
    asked = one.asked
    return Asks(
        actions=asked.actions,
        datatypes=asked.datatypes,
        purpose=asked.purpose,
        retention=asked.retention,
        recipients=tuple(each if isinstance(each, str) else f"{each.role} {each.name}" for each in asked.recipients),
        ai_training=asked.ai_training,
        agreement=asked.agreement,
        values=tuple(Value(each.category, each.label, each.value, each.withheld) for each in one.values),
        absent=one.absent,
        message=one.message,
    )


async def _list(asked: Asked) -> Answer:
    return answers.json(await asked.serving.vault.write(waiting))


async def _approve(asked: Asked) -> Answer:
    said = bodies.json(await bodies.read(asked.request, bodies.JSON), Approve)
    issuer, id = asked.serving.settings.base_url, asked.parameters["id"]
    return await asked.serving.vault.write(
        lambda vault: _done(id, access.approve(vault, _number(id), issuer=issuer, only=said.only))
    )


async def _deny(asked: Asked) -> Answer:
    said = bodies.json(await bodies.read(asked.request, bodies.JSON), Deny)
    issuer, id = asked.serving.settings.base_url, asked.parameters["id"]
    return await asked.serving.vault.write(
        lambda vault: _done(id, access.deny(vault, _number(id), said.because, issuer=issuer))
    )


def _number(id: str) -> int:
    return ids.number_of("authorization", id)


def _done(id: str, answered: Answered) -> Answer:
    return answers.json(Done(id, answered.grant, answered.redirect))


ROUTES = (
    Route("GET", PATH, _list, FOR_OWNER, "What waits for the owner's answer", Requests),
    Route("POST", f"{PATH}/{{id}}/approve", _approve, FOR_OWNER, "Approve a request", Done, body=Approve),
    Route("POST", f"{PATH}/{{id}}/deny", _deny, FOR_OWNER, "Deny a request", Done, body=Deny),
)
