"""The owner's side, on the local socket alone: what vendors ask and the rules leave to the owner, approved or denied.

What asks for data is shown with the real values that would be given, and what the rules say of it now; its approval tells where
the browser goes on to, where the customer was in one. Beside it stand who wants to be let in (`first-contact`), and the terms
that vendors want or propose instead (`terms`), with what the rules said when they came. The kind of its id says what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec

from terms.errors import UsageError
from vault import access, ids, meeting
from vault.access import Answered, Consent
from vault.meeting import answering, introducing
from vault.policy import authorization_details
from vault.policy.explaining import reasons_json
from vault.session import Vault
from web import admission
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


class Asks(msgspec.Struct, frozen=True, tag_field="kind", tag="data-request"):
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


class AsksIn(msgspec.Struct, frozen=True, tag_field="kind", tag="first-contact"):
    """Who it says it is. `linked` is the vendor of the vault that it is the client of, `proposed` the one whose domain it has."""

    name: str
    intro: str
    category: str | None
    linked: str | None
    proposed: str | None


class AsksTerms(msgspec.Struct, frozen=True, tag_field="kind", tag="terms"):
    """`agreement` is the one whose proffer was countered with these terms, null where they are to be proffered; `says` how they
    stand to the owner's choice."""

    terms: str
    agreement: str | None
    replaces: str | None
    says: str


class Waiting(msgspec.Struct, frozen=True):
    """One request. `returns_to` is the vendor's page that waits in a browser, null where the customer is not there; `expires` is
    null where it waits as long as it takes."""

    id: str
    kind: str
    vendor: str
    client: str
    received: str
    expires: str | None
    verdict: str
    reasons: list[object]
    asks: Asks | AsksIn | AsksTerms
    returns_to: str | None


class Requests(msgspec.Struct, frozen=True):
    requests: tuple[Waiting, ...]


class Approve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`only` are the data categories to give; all that was asked where it is empty."""

    only: Annotated[tuple[str, ...], msgspec.Meta(max_length=authorization_details.MAX_ENTRIES)] = ()


class Deny(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The vendor is told `because`, but for who is not let in."""

    because: str = ""


class Done(msgspec.Struct, frozen=True):
    """`redirect` is where the browser goes on to, null where there is none."""

    id: str
    grant: str | None
    redirect: str | None


def waiting(vault: Vault) -> Requests:
    access.settle(vault)
    found = [_waiting(vault, one) for one in access.waiting(vault)]
    found += [_introduced(one) for one in introducing.waiting(vault)]
    found += [_terms(one) for one in answering.terms_waiting(vault)]
    return Requests(tuple(sorted(found, key=lambda one: one.received)))


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


def _introduced(one: introducing.Waiting) -> Waiting:
    said = one.said
    asks = AsksIn(said.name, said.intro, said.category, one.linked or None, one.proposed or None)
    return _judged(one, "first-contact", said.at, asks)


def _terms(one: answering.Waiting) -> Waiting:
    asks = AsksTerms(one.asked.terms, one.agreement or None, one.asked.replaces, one.says)
    return _judged(one, "terms", one.asked.at, asks)


def _judged(one: introducing.Waiting | answering.Waiting, kind: str, at: str, asks: AsksIn | AsksTerms) -> Waiting:
    return Waiting(
        id=one.id,
        kind=kind,
        vendor=one.client.name,
        client=one.client.url,
        received=at,
        expires=None,
        verdict=one.verdict,
        reasons=msgspec.json.decode(one.reasons, type=list[object]),
        asks=asks,
        returns_to=None,
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

    def approve(vault: Vault) -> Answer:
        if not _is_judged(id):
            return _done(id, access.approve(vault, _number(id), issuer=issuer, only=said.only))
        if said.only:
            raise UsageError("there is no part of it to give", hint="approve it whole, or deny it")
        admission.admitted(vault, [meeting.approve(vault, ids.number_of("request", id)).id])
        return answers.json(Done(id, None, None))

    return await _written(asked, approve)


async def _deny(asked: Asked) -> Answer:
    said = bodies.json(await bodies.read(asked.request, bodies.JSON), Deny)
    issuer, id = asked.serving.settings.base_url, asked.parameters["id"]

    def deny(vault: Vault) -> Answer:
        if not _is_judged(id):
            return _done(id, access.deny(vault, _number(id), said.because, issuer=issuer))
        meeting.deny(vault, ids.number_of("request", id), said.because)
        return answers.json(Done(id, None, None))

    return await _written(asked, deny)


async def _written(asked: Asked, act: Callable[[Vault], Answer]) -> Answer:
    try:
        return await asked.serving.vault.write(act)
    finally:
        asked.serving.due.set()


def _is_judged(id: str) -> bool:
    """Whether it is a request that the butler has judged, and not one for authorization."""
    parsed = ids.parse(id)
    return parsed is not None and parsed[0] == "request"


def _number(id: str) -> int:
    return ids.number_of("authorization", id)


def _done(id: str, answered: Answered) -> Answer:
    return answers.json(Done(id, answered.grant, answered.redirect))


ROUTES = (
    Route("GET", PATH, _list, FOR_OWNER, "What waits for the owner's answer", Requests),
    Route("POST", f"{PATH}/{{id}}/approve", _approve, FOR_OWNER, "Approve a request", Done, body=Approve),
    Route("POST", f"{PATH}/{{id}}/deny", _deny, FOR_OWNER, "Deny a request", Done, body=Deny),
)
