"""`firstparty outbox` and what `doctor` says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.server.conftest import NOW, PASSPHRASE, Made
from tests.server.test_running import command
from tests.vault.shops import Shop, introduced
from vault import outbox
from vault.events import EventType, emit
from vault.outbox import Failure

URL = "https://shop.example/hook"


@pytest.fixture
def letter(made: Made) -> str:
    """A vault with one dead letter and one event that waits; gives the id of the dead one."""
    with made.open() as vault:
        client = introduced(vault, Shop()).id
        outbox.register(vault, client, URL, [])
        asked = outbox.ask(vault, client, "c" * 43)
        assert asked
        outbox.prove(vault, asked)
        with vault.transaction():
            id = emit(vault, client, EventType.GRANT_GIVEN, "grt_1")
        made_ready = outbox.prepared(vault, client)
        assert made_ready
        outbox.fail(vault, made_ready, Failure(500, "", None, NOW))
        with vault.transaction():
            emit(vault, client, EventType.GRANT_REVOKED, "grt_1")
    return id


def said(made: Made, *words: str) -> Any:
    done = command(made, *words, "--json", secret=PASSPHRASE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_dead_letters_are_shown_and_sent_again(made: Made, letter: str) -> None:
    whole = said(made, "outbox")
    assert [one["state"] for one in whole["deliveries"]] == ["dead", "waiting"]
    assert [(one["vendor"], one["url"], one["state"]) for one in whole["webhooks"]] == [("Shop", URL, "failing")]
    (dead,) = said(made, "outbox", "--dead")["deliveries"]
    assert (dead["id"], dead["type"], dead["problem"], dead["attempts"]) == (letter, "grant.given", "status 500", 1)
    checks = {one["check"]: one["says"] for one in said(made, "doctor")["checks"]}
    assert checks["outbox"] == "1 dead letter: see `firstparty outbox --dead`"
    shown = command(made, "outbox", secret=PASSPHRASE).stdout
    assert letter in shown.replace("\n", "")
    assert said(made, "outbox", "replay", letter) == {"waiting": 1, "left": 0}
    assert said(made, "outbox", "--dead")["deliveries"] == []
    again = command(made, "outbox", "replay", letter, secret=PASSPHRASE)
    assert (again.returncode, "no dead letter" in again.stderr) == (1, True)


def test_switching_off_needs_a_webhook_that_one_name_means(made: Made, letter: str) -> None:
    assert said(made, "outbox", "off", "SHOP")["state"] == "off"
    assert said(made, "outbox", "replay", "--all") == {"waiting": 0, "left": 1}
    refused = command(made, "outbox", "off", "nobody", secret=PASSPHRASE)
    assert (refused.returncode, "has no webhook" in refused.stderr) == (1, True)
    for words in (("replay",), ("replay", letter, "--all")):
        assert command(made, "outbox", *words, secret=PASSPHRASE).returncode == 2
