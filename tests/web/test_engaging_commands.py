"""What passes with vendors, at the command line: as a person sees it, and as a program does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.vault.shops import Shop, active, introduced
from tests.vault.statements import bring, charge
from tests.web.conftest import KEY, Shell
from vault import meeting, owner
from vault.engaging import messages, records, rights
from vault.engaging.given import Amount, Invoice
from vault.engaging.messages import Written
from vault.engaging.rights import Said
from vault.meeting import Standing
from vault.session import Vault
from vault.store import vendors as vendor_store

# Markup, and an override of the direction of writing.
EVIL = "Hi [bold]you[/]\u202e\u0645"


@pytest.fixture
def shell(empty: Shell) -> Shell:
    """A vault with a shop that may write and is bound by an agreement, and a vendor that is not connected."""
    empty.init()
    with opened(empty) as vault:
        shop = Shop()
        client = introduced(vault, shop).id
        active(vault, shop)
        meeting.screen(vault, [client], Standing.YES)
        owner.add_vendor(vault, "Stadtwerke", domains=("stadtwerke.example",))
        messages.receive(vault, client, Written("service", "First line.\nSecond.", EVIL), meeting.butler(vault))
    return empty


def opened(shell: Shell, *, after: timedelta = timedelta()) -> Vault:
    now = datetime.fromisoformat(shell.env["FIRSTPARTY_NOW"]).replace(hour=12, tzinfo=UTC)
    return Vault.open(shell.home, (shell.cwd / KEY).read_text().strip(), now=now + after, by="test")


def said(shell: Shell, *words: str) -> str:
    done = shell.run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_thread_goes_both_ways_and_foreign_text_is_shown_as_text(shell: Shell) -> None:
    listed = said(shell, "messages")
    assert "Hi [bold]you[/]\ufffd" in listed
    assert "\u202e" not in listed
    (got,) = shell.json("messages")["messages"]
    assert (got["subject"], got["state"], got["from"]) == (EVIL, "in the digest", "vendor")
    (shell.cwd / "answer.txt").write_text("It reads 28905.\nAs of today.\n")
    wrote = shell.json("message", "reply", got["id"], "answer.txt")
    assert (wrote["thread"], wrote["body"]) == (got["thread"], "It reads 28905.\nAs of today.")
    begun = shell.json("message", "shop", "--subject", "A question", "--body", "When?")
    assert begun["thread"] != got["thread"]
    whole = said(shell, "message", "show", got["id"])
    assert whole.index("Second.") < whole.index("As of today.")
    assert [one["id"] for one in shell.json("messages", "Shop", "--limit", "1")["messages"]] == [begun["id"]]
    unconnected = shell.run("message", "Stadtwerke", "--subject", "A", "--body", "B")
    assert (unconnected.returncode, "is not connected" in unconnected.stderr) == (1, True)


def test_a_right_is_asked_answered_read_and_overdue(shell: Shell) -> None:
    asked = shell.json("rights", "ask", "Shop", "access", "--note", "All of it.")
    assert (asked["by"], asked["state"]) == ("api", "open")
    with opened(shell) as vault:
        client = meeting.screening.clients_of(vault, "shop.example")[0].id
        rights.answer(vault, client, asked["id"], Said("fulfilled", "Here.", data={"orders": [1, 2]}))
    (one,) = shell.json("rights")["requests"]
    assert (one["state"], one["answers"][0]["data"]) == ("fulfilled", {"orders": [1, 2]})
    said(shell, "rights", "show", asked["id"][:12], "--data", "data.json")
    assert json.loads((shell.cwd / "data.json").read_text()) == {"orders": [1, 2]}
    assert shell.json("rights", "ask", "Stadtwerke", "erasure")["by"] == "letter"
    letter: Any = shell.json("rights", "letter", "last")
    assert letter["to"] == [{"kind": "website", "address": "https://stadtwerke.example"}]
    assert "Art. 17 GDPR" in letter["text"]
    later = datetime.fromisoformat(shell.env["FIRSTPARTY_NOW"]) + timedelta(days=50)
    late = said(shell, "rights", "--now", later.date().isoformat())
    assert "overdue" in late
    assert "Art. 77" in late


def test_feedback_and_the_timeline_that_has_it_all(shell: Shell) -> None:
    words = ("feedback", "Shop", "--satisfaction", "4", "--prefer", "mail,chat", "--not", "phone", "--share")
    (kept,) = shell.json(*words)["feedback"]
    assert (kept["shared"], kept["contact"]["avoid"]) == (True, ["phone"])
    assert [one["id"] for one in shell.json("feedback")["feedback"]] == [kept["id"]]
    refused = shell.run("feedback", "Shop", "--prefer", "pigeon")
    assert (refused.returncode, "pigeon" in refused.stderr) == (2, True)
    page = shell.json("timeline", "Shop", "--limit", "2")
    rest = shell.json("timeline", "Shop", "--before", page["next"])
    kinds = {one["kind"] for one in page["entries"] + rest["entries"]}
    assert {"message", "agreement", "feedback"} <= kinds
    assert rest["next"] is None
    assert shell.json("timeline", "Stadtwerke") == {"entries": [], "next": None}


def test_an_invoice_says_how_it_was_paid_and_the_owner_says_otherwise(shell: Shell) -> None:
    with opened(shell) as vault:
        client = introduced(vault, Shop()).id
        bring(vault, [charge("2026-03-16", -54.99, "Shop", "March")])
        (vendor,) = [row.id for row in vendor_store.vendors(vault.connection) if row.name == "Shop"]
        meeting.link(vault, client, vendor)
        given = Invoice("A-1", date(2026, 3, 3), Amount(4_999, "EUR"), date(2026, 3, 17))
        records.take_invoice(vault, client, given)
    assert "charged 54.99" in " ".join(said(shell, "records", "--kind", "invoice").split())
    (row,) = shell.json("records", "--kind", "invoice")["records"]
    (by,) = row["payment"]["charges"]
    assert (row["payment"]["state"], row["payment"]["beyond"]) == ("differs", {"minor": 500, "currency": "EUR"})
    assert (by["on"], by["money"], by["account"]) == ("2026-03-16", {"minor": 5499, "currency": "EUR"}, "DE…3000")
    assert by["id"] in said(shell, "records", row["id"])
    denied = shell.json("records", "paid", row["id"], "--not-by", by["id"])
    assert denied["payment"] == {"state": "open", "charges": [], "beyond": None, "by_owner": False}
    assert shell.json("records", "paid", row["id"], "--by", by["id"])["payment"]["by_owner"]
    assert "as you said" in said(shell, "records", row["id"])
    assert shell.json("records", "paid", row["id"], "--undo")["payment"] == row["payment"]
    assert shell.json("vendor", "Shop")["records"][0]["payment"] == row["payment"]
    for words in ((), ("--undo", "--by", by["id"])):
        refused = shell.run("records", "paid", row["id"], *words)
        assert refused.returncode == 2
        assert "give one of" in refused.stderr
