"""The butler at the command line: rounds, decisions, offers and intentions, as a person and as a program."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.vault.test_butler_market import NAUGHTY, hostile
from tests.web.conftest import Shell, shell_in
from vault import lettering

ROOT = Path(__file__).parents[2]
INTENTION = str(ROOT / "examples" / "intentions" / "energy-tariff.json")
OFFER = str(ROOT / "examples" / "offers" / "energy-tariff.json")
VENDOR = "https://power.example"


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    shell_in(folder).init()
    return folder


@pytest.fixture
def shell(bare: Path, tmp_path: Path) -> Shell:
    shutil.copytree(bare, tmp_path, dirs_exist_ok=True)
    return shell_in(tmp_path)


def add(shell: Shell, *words: str, code: int = 0) -> Any:
    return shell.json("offer", "add", *words, code=code)


def test_a_round_over_the_sample_person_shows_what_is_worth_a_look_and_nothing_twice(writing: Shell) -> None:
    done = writing.run("butler", "run")
    first, *told = done.stdout.strip().splitlines()
    assert first == "21 read, 7 shown"
    assert "  Microsoft: price up 43 %, renews for 99.00 EUR: consider cancelling by 18 December 2026" in told
    assert len(told) == 7
    assert writing.json("butler", "run") == {"read": 0, "shown": 0, "closed": 0, "told": []}
    found = writing.json("decisions", "--limit", "100")["decisions"]
    assert len(found) == 21
    assert {one["kind"] for one in found} == {"renewal", "price-change"}
    assert writing.json("audit", "verify")["ok"]


def test_from_an_intention_to_its_award(shell: Shell) -> None:
    want = shell.json("intent", "add", INTENTION)
    assert (want["state"], want["offers"], want["closes"]) == ("open", 0, "2027-01-15")
    (offer,) = add(shell, OFFER, "--intent", "last", "--vendor", VENDOR)["offers"]
    assert (offer["verdict"], offer["effect"], offer["intent"]) == ("ask", "asks you", want["id"])
    assert offer["cost"] == {"amount": {"minor": 100776, "currency": "EUR"}, "of": "offer.cost.first_year"}
    (place,) = shell.json("intent", want["id"])["ranking"]
    assert (place["offer"], place["rank"], place["score"]) == (offer["id"], 1, 3)
    page = shell.run("intent", "last").stdout
    assert "3 of 3 for your" in page
    asked = shell.run("intent", "award", "last", offer["id"])
    assert (asked.returncode, "--yes" in asked.stderr) == (1, True)
    done = shell.run("intent", "award", "last", offer["id"], "--yes")
    assert "Nothing is bought by this" in done.stdout
    assert shell.json("intents")["intents"][0]["awarded"] == offer["id"]
    again = shell.run("intent", "award", "last", offer["id"], "--yes")
    assert (again.returncode, "has ended" in again.stderr) == (1, True)


def test_the_life_of_an_intention_by_command(shell: Shell) -> None:
    states = [shell.json("intent", "add", INTENTION, "--draft")["state"]]
    states += [shell.json("intent", event, "last")["state"] for event in ("open", "close", "reopen", "withdraw")]
    assert states == ["draft", "open", "closed", "open", "withdrawn"]
    done = shell.run("intent", "open", "last")
    assert (done.returncode, "cannot open" in done.stderr) == (1, True)


def test_twenty_offers_from_files_are_decided_with_a_total(shell: Shell) -> None:
    for number in range(20):
        price = {"minor": 1000 + 500 * number, "currency": "EUR", "period": "P1M"}
        contract = {"minimum_term": "P1M", "notice": "P1M"}
        offer = {"title": f"Plan {number}", "category": "telecom.mobile", "price": price, "contract": contract}
        (shell.cwd / f"{number:02}.json").write_text(json.dumps({"kind": "offer", "vendor": VENDOR, "offer": offer}))
    rule = {
        "id": "dear",
        "for": ["offer"],
        "when": ["offer.price.per_month > 50 EUR"],
        "then": "refuse",
        "because": "dear",
    }
    (shell.cwd / "rules.json").write_text(json.dumps({"rule": [rule]}))
    shell.json("rules", "install", "rules.json")
    done = shell.run("offer", "add", *sorted(path.name for path in shell.cwd.glob("[0-9]*.json")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "20 offers: 9 ask, 11 refuse"
    assert len(shell.json("offers")["offers"]) == 20
    assert len(shell.json("offers", "--limit", "3")["offers"]) == 3
    assert len(shell.json("decisions", "--verdict", "refuse")["decisions"]) == 11


def test_a_file_that_does_not_read_stops_no_other(shell: Shell) -> None:
    (shell.cwd / "broken.json").write_text('{"kind": "offer"')
    (shell.cwd / "deep.json").write_text("[" * 100_000)
    (shell.cwd / "bytes.json").write_bytes(b"\xff\xfe\x00")
    (shell.cwd / "large.json").write_bytes(b"[" + b"1," * 1_000_000)
    bad = ["broken.json", "deep.json", "bytes.json", "large.json", "nowhere.json", str(shell.cwd)]
    found = add(shell, *bad, OFFER, "--vendor", VENDOR, code=3)
    assert [one["file"] for one in found["problems"]] == bad
    assert all(one["code"] and one["message"] for one in found["problems"])
    assert len(found["offers"]) == 1
    assert add(shell, *bad, "--vendor", VENDOR, code=1)["offers"] == []
    assert add(shell, OFFER, code=1)["problems"][0]["code"]
    assert len(shell.json("offers")["offers"]) == 1


def test_a_decision_is_shown_replayed_told_and_overridden(shell: Shell) -> None:
    add(shell, OFFER, "--vendor", VENDOR)
    made = shell.json("decision", "last")
    assert {"verdict", "reasons", "counter", "request_sha256", "rules_sha256", "request"} <= set(made)
    assert made["request"]["offer"]["title"] == "Green power 12"
    assert shell.run("decision", made["id"][:16]).stdout.startswith("ask (in the digest): no rule applies")
    assert shell.json("decision", "replay", made["id"])["same"]
    assert shell.json("decision", "show", "last", "--as-vendor")["verdict"] == "ask"
    after = shell.json("decision", "override", "last", "refuse", "--because", "no [bold]power[/] from there")
    assert (after["verdict"], after["decided"]) == ("refuse", "ask")
    assert 'then = "refuse"' in after["draft_rule"]
    page = shell.run("decision", "last").stdout
    assert "no [bold]power[/] from there" in page
    assert shell.json("decision", "replay", "last")["same"]
    assert shell.json("audit", "verify")["ok"]


def test_settings_are_shown_as_they_were_written(shell: Shell) -> None:
    shell.json("butler", "set", "budget", "energy: 120 EUR per month", "deal: 1200 EUR")
    shell.json("butler", "set", "my.mileage", "12000")
    found = shell.json("butler", "show")["settings"]
    assert found["budget"] == ["energy: 120 EUR per month", "deal: 1200 EUR"]
    assert (found["my.mileage"], found["disclosure"]) == (["12000"], None)
    shell.json("butler", "set", "budget")
    assert shell.json("butler", "show")["settings"]["budget"] is None
    assert "12000" in shell.run("butler", "show").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("decision", "last"),
        ("decision", "dec_zzz"),
        ("offer", "req_"),
        ("intent", "last"),
        ("offer", "add", OFFER, "--intent", "last", "--vendor", VENDOR),
        ("butler", "set", "disclosre", "code"),
        ("butler", "set", "quiet-hours", "22-7"),
        ("decisions", "--since", "yesterday"),
        ("decision", "override", "last", "accept", "--because", "x"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell.run(*words)
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("firstparty: ")
    assert "Traceback" not in done.stderr + done.stdout


def test_an_empty_vault_has_empty_lists(shell: Shell) -> None:
    assert shell.json("decisions") == {"decisions": []}
    assert shell.json("offers") == {"offers": []}
    assert shell.json("intents") == {"intents": []}
    assert "Nobody has offered anything" in shell.run("offers").stdout


def test_hostile_texts_are_text_on_every_page_and_accept_nothing(shell: Shell) -> None:
    files = []
    for number, text in enumerate(NAUGHTY):
        request = {"kind": "offer", "vendor": "https://evil.example", "reference": text, "offer": hostile(text)}
        (shell.cwd / f"h{number}.json").write_text(json.dumps(request))
        files.append(f"h{number}.json")
    done = shell.run("offer", "add", *files)
    assert done.returncode == 0, done.stderr
    found = shell.json("offers")["offers"]
    assert len(found) == len(NAUGHTY)
    assert not {one["verdict"] for one in found} & {"accept"}
    ids = [one["id"] for one in found]
    pages = [
        done,
        shell.run("offers"),
        shell.run("decisions"),
        *(shell.run("offer", id) for id in (ids[0], ids[1], *ids[-6:])),
    ]
    for page in pages:
        assert page.returncode == 0, page.stderr
        assert all(lettering.is_plain(line) for line in page.stdout.split("\n"))
        assert "\u202e" not in page.stdout
    assert any("[bold red]SOLD[/]" in page.stdout for page in pages)


def test_times_are_where_the_person_is(shell: Shell) -> None:
    moment = {"FIRSTPARTY_NOW": "2026-10-31T23:30:00Z"}
    shell.run("offer", "add", OFFER, "--vendor", VENDOR, **moment)
    assert "decided 2026-11-01 08:30" in shell.run("decision", "last", TZ="Asia/Tokyo").stdout
    assert shell.json("decision", "last")["at"] == "2026-10-31T23:30:00Z"
    later = shell.run("decisions", "--since", "2026-11-01", "--json", TZ="Asia/Tokyo").stdout
    assert len(json.loads(later)["decisions"]) == 1
    assert not json.loads(shell.run("decisions", "--since", "2026-11-01", "--json", TZ="UTC").stdout)["decisions"]
