"""Agreeing with a vault that is not honest, or whose person takes their time. With an honest one: tests/journeys."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from connectors.kit import Agreed, Credentials, NotVerified, Problem, Waiting
from connectors.kit.agreeing import acceptance
from connectors.kit.clock import now
from terms import agreement as life
from terms import signing
from terms.agreement import History, Known
from terms.errors import FirstpartyError
from terms.lifecycle import State
from terms.proof import jcs
from terms.record import Agreement, Kind, Terms, terms_hash
from terms.roster import roster
from terms.signing import Signer
from tests.connectors.kits import CLIENT, FarEnd, credentials
from tests.terms.parties import FIRST, PERSON, STRANGER

ID = "agr_0123456789abcdefghijkl"
PATH, ENTRIES = "/v1/agreements", f"/v1/agreements/{ID}/entries"
ROSTER = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster()}
Change = Callable[[list[bytes]], list[bytes]]


class Person:
    """A person's side: keeps the history, signs what it signs, and shows `shown` of it."""

    def __init__(self, client: Credentials, terms: str = "SD-BASE", signer: Signer = FIRST) -> None:
        self.known = Known(ROSTER, client.key_history())
        at = now().replace(microsecond=0)
        offer = Agreement(ID, PERSON, CLIENT, ROSTER[terms], at + timedelta(days=1), at + timedelta(days=365))
        self.entries = [signing.proffered(offer, signer, at=at)]
        self.is_waiting = False
        self.shown: Change = lambda entries: entries

    def answers(self, request: httpx.Request) -> httpx.Response | None:
        asked = (request.method, request.url.path)
        if asked == ("GET", PATH):
            listed = [] if len(self.entries) == 1 else [{"id": ID, "state": str(self.history.state)}]
            return httpx.Response(200, json={"agreements": listed, "next": None})
        if asked == ("POST", PATH):
            return httpx.Response(202, json={"id": None, "state": "waiting"}) if self.is_waiting else self.whole(201)
        if asked == ("POST", ENTRIES):
            self.takes(jcs.canonical(json.loads(request.content)["entry"]))
            return self.whole()
        return self.whole() if asked == ("GET", f"{PATH}/{ID}") else None

    @property
    def history(self) -> History:
        return life.replayed(self.entries, self.known)

    def takes(self, raw: bytes) -> None:
        history = life.received(self.history, raw, self.known, now=now())
        self.entries.append(raw)
        if history.state is State.ACCEPTED:
            self.entries.append(signing.event(history, Kind.CONFIRMED, FIRST, at=now()))

    def whole(self, status: int = 200) -> httpx.Response:
        told = [json.loads(raw) for raw in self.shown(self.entries)]
        return httpx.Response(status, json={"id": ID, "state": "", "terms": {"id": "SD-BASE"}, "entries": told})


@pytest.fixture
def client(tmp_path: Path) -> Credentials:
    return credentials(tmp_path)


def agreed(person: Person, client: Credentials, *, patience: float = 60, times: int = 1) -> Agreed:
    far = FarEnd(each=person.answers)

    async def act() -> Agreed:
        async with await far.vault(client) as vault:
            for _ in range(times):
                found = await vault.agree("SD-BASE", patience=timedelta(seconds=patience))
            return found

    return asyncio.run(act())


def test_both_sides_hold_the_same_bytes_and_agreeing_again_is_the_same_agreement(client: Credentials) -> None:
    person = Person(client)
    found = agreed(person, client, times=2)
    assert found.state is State.ACTIVE
    assert [entry.raw for entry in found.history.entries] == person.entries
    assert len(person.entries) == 3
    assert client.folder
    assert (client.folder / "agreements" / f"{ID}.json").read_bytes() == person.history.encoded()
    assert found.record == person.history.record


def test_other_terms_than_asked_are_not_signed(client: Credentials) -> None:
    person = Person(client, "SD-BASE-DP")
    with pytest.raises(NotVerified, match="other terms"):
        agreed(person, client)
    assert len(person.entries) == 1


def test_a_proffer_that_the_person_did_not_sign_is_not_signed(client: Credentials) -> None:
    person = Person(client)
    person.entries = [signing.proffered(life.replayed(person.entries, person.known).agreement, STRANGER, at=now())]
    with pytest.raises(NotVerified, match="does not verify"):
        agreed(person, client)
    assert len(person.entries) == 1


def test_a_record_that_lacks_what_was_signed_here_is_refused(client: Credentials) -> None:
    person = Person(client)
    person.shown = lambda entries: entries[:1]
    with pytest.raises(NotVerified, match="lacks"):
        agreed(person, client)


def test_a_record_that_is_another_than_the_kept_one_is_refused(client: Credentials) -> None:
    person = Person(client)
    agreed(person, client)
    person.shown = lambda entries: entries[:2]
    with pytest.raises(NotVerified, match="kept here"):
        agreed(person, client)


def test_terms_of_no_roster_are_not_asked_for(client: Credentials) -> None:
    far = FarEnd()

    async def act() -> None:
        async with await far.vault(client) as vault:
            await vault.agree("SD-BSAE")

    with pytest.raises(FirstpartyError):
        asyncio.run(act())
    assert not far.requests(PATH)


def test_who_waits_for_the_person_can_come_back(client: Credentials) -> None:
    person = Person(client)
    person.is_waiting = True
    with pytest.raises(Waiting):
        agreed(person, client, patience=-1)
    person.is_waiting = False
    assert agreed(person, client).state is State.ACTIVE


def test_a_refusal_by_the_persons_rules_is_told_with_its_code(client: Credentials) -> None:
    far = FarEnd()
    far.says(PATH, {"agreements": [], "next": None}, httpx.Response(403, json={"code": "terms-refused", "title": "no"}))

    async def act() -> None:
        async with await far.vault(client) as vault:
            await vault.agree("SD-BASE")

    with pytest.raises(Problem) as caught:
        asyncio.run(act())
    assert caught.value.code == "terms-refused"


def test_an_acceptance_is_made_of_the_vaults_whole_answer_and_of_the_proffer_alone(client: Credentials) -> None:
    person = Person(client)
    whole = person.whole().content
    for given in (whole, person.entries[0]):
        made = acceptance(client, given, now=now())
        assert life.received(person.history, made, person.known, now=now()).state is State.ACCEPTED
    changed = replace(person.history.agreement, valid_until=None)
    with pytest.raises(FirstpartyError):
        acceptance(client, signing.proffered(changed, STRANGER, at=now()), now=now())
