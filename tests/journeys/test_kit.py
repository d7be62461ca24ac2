"""Every call of the client kit, against a sandbox's real server; the person answers with commands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.kit import Denied, FileCursor, Problem, Vault, Waiting, serve_document
from connectors.kit.credentials import make_for_development
from connectors.kit.sync import connect
from terms.lifecycle import State
from terms.record import Kind
from tests.journeys.sandboxes import Sandbox, sandbox

EMAIL, PHONE = "pd:EmailAddress", "pd:TelephoneNumber"
PURPOSE = "dpv:ServiceProvision"
LAMP = {
    "title": "Desk lamp",
    "category": "shopping.home",
    "price": {"minor": 4900, "currency": "EUR"},
    "binding": True,
}


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as one:
        yield one


async def said(person: Sandbox, *words: str) -> object:
    """A command of the person's, while the kit's loop goes on."""
    return await asyncio.to_thread(person.firstparty, *words)


async def asks(vault: Vault, person: Sandbox) -> None:
    """Data: given by the rules, given by the person in part, denied, and ended by either side."""
    given = await vault.request_consent([EMAIL], PURPOSE, retention="P30D", message="For your invoice.")
    profile = await vault.profile(given)
    assert profile.values(EMAIL) == ["alex@example.com"]
    receipt = await vault.receipt(profile.receipt or "")
    assert receipt.checkpoint.size > receipt.number

    with pytest.raises(Waiting) as waits:
        await vault.request_consent([EMAIL, PHONE], PURPOSE, retention="P30D", patience=timedelta(0))
    await said(person, "approve", await waiting(person), "--only", EMAIL)
    less = await vault.wait_for_consent(waits.value.reference)
    assert less.datatypes == (EMAIL,)
    assert (await vault.grant(less))["state"] == "active"
    await vault.give_up(less)
    with pytest.raises(Problem):
        await vault.profile(less)

    with pytest.raises(Waiting) as waits:
        await vault.request_consent([PHONE], PURPOSE, retention="P30D", patience=timedelta(0))
    await said(person, "deny", await waiting(person), "--because", "no calls")
    with pytest.raises(Denied):
        await vault.wait_for_consent(waits.value.reference)

    await said(person, "grant", "revoke", given.id)
    with pytest.raises(Problem):
        await vault.profile(given)


async def waiting(person: Sandbox) -> str:
    found = await asyncio.to_thread(lambda: person.owner.get("/owner/requests").json()["requests"])
    (one,) = [one for one in found if one["kind"] == "data-request"]
    return str(one["id"])


async def offers(vault: Vault) -> None:
    offered = await vault.offer(LAMP)
    assert offered.intent is None
    assert offered.receipt
    assert (await vault.receipt(offered.receipt)).event
    assert (await vault.offer_state(offered)).id == offered.id
    assert offered.id in [one.id async for one in vault.offers()]
    assert (await vault.withdraw(offered)).state == "withdrawn"
    (wanted,) = [one async for one in vault.intents()]
    assert (await vault.intent(wanted.id)).title == wanted.title


async def gives(vault: Vault) -> None:
    price = {"minor": 1000, "currency": "EUR", "period": "P1M"}
    first = await vault.put_contract("C-1", {"title": "Lamp care", "price": price})
    assert (first.ref, first.state, first.version) == ("C-1", "recorded", 1)
    assert (await vault.receipt(first.receipt)).event
    again = await vault.put_contract("C-1", {"title": "Lamp care", "price": {**price, "minor": 1100}})
    assert again.version == 2
    assert (await vault.contract("C-1")).contract
    total = {"minor": 1100, "currency": "EUR"}
    assert (await vault.put_invoice({"number": "R-1", "issued": "2026-11-01", "total": total})).number == "R-1"
    used = {"contract": "C-1", "readings": [{"day": "2026-11-01", "quantity": "12.5"}]}
    assert (await vault.put_usage(used)).state == "recorded"
    held = {"category": EMAIL, "source": "you", "purpose": PURPOSE}
    assert len((await vault.put_holdings([held])).holdings) == 1


async def engages(vault: Vault, person: Sandbox) -> None:
    sent = await vault.message("service", "Your lamp", "Is on its way.")
    assert sent.thread
    assert [one.subject async for one in vault.messages(thread=sent.thread)] == ["Your lamp"]
    await said(person, "rights", "ask", "Kit Shop", "erasure", "--note", "please")
    (right,) = [one async for one in vault.rights()]
    assert (right.right, right.note) == ("erasure", "please")
    assert (await vault.answer_right(right, "acknowledged", note="We look.")).state == "acknowledged"
    assert [one.id async for one in vault.rights()] == [right.id]
    assert [one async for one in vault.rights(state="open")] == []
    assert (await vault.answer_right(right, "fulfilled", note="Done.")).state == "fulfilled"
    assert [one.state async for one in vault.rights(state="")] == ["fulfilled"]
    assert [one async for one in vault.rights()] == []
    assert [one async for one in vault.feedback()] == []


async def hooks(vault: Vault) -> None:
    """Nobody answers at this address, so it stays unproven; what is told by webhooks is tested elsewhere."""
    state = await vault.set_webhook("http://127.0.0.1:9/hook", events=["grant.given"])
    assert (state.url, state.events) == ("http://127.0.0.1:9/hook", ("grant.given",))
    assert (await vault.webhook()).state in ("unproven", "off")
    await vault.test_webhook()
    assert [one.type async for one in vault.events(poll=None)][-1] == "webhook.tested"
    await vault.drop_webhook()
    for call in (vault.webhook, vault.test_webhook):
        with pytest.raises(Problem):
            await call()


async def turned_away(vault: Vault, person: Sandbox, client_id: str) -> None:
    await said(person, "vendor", "screen", client_id, "never")
    with pytest.raises(Denied):
        await vault.request_consent([EMAIL], PURPOSE, retention="P30D")
    await said(person, "vendor", "screen", client_id, "yes")


async def whole(person: Sandbox, folder: Path) -> None:
    client = make_for_development(folder / "keys", "Kit Shop")
    with serve_document(client):
        async with await Vault.connect(person.url, client=client) as vault:
            assert vault.card.agreements
            assert (await vault.introduction()).standing == "new"
            assert (await vault.introduce("Kit Shop", "Hello.", category="shopping.home")).may_write
            agreed = await vault.agree("SD-BASE")
            assert agreed.state is State.ACTIVE
            await asks(vault, person)
            await offers(vault)
            await gives(vault)
            await engages(vault, person)
            await hooks(vault)
            await turned_away(vault, person, client.client_id)
            cursor = FileCursor(folder / "cursor")
            heard = [one.type async for one in vault.events(cursor=cursor, poll=None)]
            assert {"grant.given", "grant.revoked", "right.exercised"} <= set(heard)
            assert [one async for one in vault.events(cursor=cursor, poll=None)] == []
            ended = await vault.agreements.say(agreed.id, Kind.TERMINATED, reason="the shop closes")
            assert ended.state is State.TERMINATED
            with pytest.raises(Problem):
                await vault.put_invoice(
                    {"number": "R-2", "issued": "2026-11-01", "total": {"minor": 1, "currency": "EUR"}}
                )


def test_every_call_does_what_it_says(person: Sandbox, tmp_path: Path) -> None:
    asyncio.run(whole(person, tmp_path))


def test_the_waiting_facade_does_the_same(person: Sandbox, tmp_path: Path) -> None:
    client = make_for_development(tmp_path / "keys", "Waiting Shop", es256=True)
    with serve_document(client), connect(person.url, client=client) as vault:
        assert vault.introduce("Waiting Shop", "Hello.").may_write
        assert vault.agree("SD-BASE").state is State.ACTIVE
        assert vault.profile(vault.request_consent([EMAIL], PURPOSE, retention="P30D")).values(EMAIL)
        assert [intent.category for intent in vault.intents()] == ["energy.electricity"]
        assert vault.offer(LAMP).id
