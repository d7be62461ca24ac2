"""`firstparty rules …` and `firstparty decide`, as a person and a program use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Shell

CHEAPER = """
[[rule]]
id = "cheaper-energy"
for = ["offer"]
when = [
  "offer.category within energy",
  "offer.price.per_month <= 90% of contract.price.per_month",
  "offer.contract.minimum_term <= 12 months",
  "offer.cost.commitment <= 1200 EUR",
]
then = "accept"
because = "at least a tenth cheaper, and no long lock-in"

[[rule]]
id = "no-strangers"
for = ["offer"]
when = ["vendor.verified is false"]
then = "refuse"
because = "it has not proved who it is"
"""
REQUEST = {"kind": "offer", "vendor": "https://power.example", "offer": {"title": "Green power"}}
FACTS: dict[str, Any] = {
    "offer.category": "energy.electricity",
    "offer.price.per_month": {"minor": 4900, "currency": "EUR"},
    "offer.cost.commitment": {"minor": 58800, "currency": "EUR"},
    "offer.contract.minimum_term": "P12M",
    "contract.price.per_month": {"minor": 5500, "currency": "EUR"},
    "vendor.verified": True,
}


@pytest.fixture
def rules(empty: Shell) -> Path:
    return written(empty, "rules.toml", CHEAPER)


def written(shell: Shell, name: str, content: object) -> Path:
    path = shell.cwd / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def decide(shell: Shell, **facts: object) -> Any:
    written(shell, "request.json", REQUEST)
    written(shell, "facts.json", {**FACTS, **{name.replace("__", "."): value for name, value in facts.items()}})
    return shell.json("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json")


# --- decide, without a vault ----------------------------------------------------------------------------------------------


def test_a_request_is_decided_without_a_vault(empty: Shell, rules: Path) -> None:
    answer = decide(empty)
    assert answer["verdict"] == "accept"
    (reason,) = answer["reasons"]
    assert (reason["rule"], reason["effect"], reason["state"]) == ("cheaper-energy", "accept", "applies")
    assert reason["because"] == "at least a tenth cheaper, and no long lock-in"
    assert reason["conditions"][1] == {
        "text": "offer.price.per_month <= 90% of contract.price.per_month",
        "observed": {"minor": 4900, "currency": "EUR"},
        "required": {"minor": 4950, "currency": "EUR"},
        "value": "true",
    }
    assert len(answer["request_sha256"]) == len(answer["rules_sha256"]) == 64
    assert answer["counter"] == []
    assert not empty.home.exists()


def test_the_counter_that_is_fed_back_in_is_accepted(empty: Shell, rules: Path) -> None:
    dear = decide(
        empty, offer__price__per_month={"minor": 6000, "currency": "EUR"}, offer__contract__minimum_term="P2Y"
    )
    assert dear["verdict"] == "ask"
    change = dear["counter"][0]["change"]
    assert change == {
        "offer.price.per_month": {"minor": 4950, "currency": "EUR"},
        "offer.contract.minimum_term": "P12M",
    }
    written(empty, "facts.json", {**FACTS, **change})
    again = empty.json("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json")
    assert again["verdict"] == "accept"


def test_what_is_not_known_never_accepts(empty: Shell, rules: Path) -> None:
    for name in FACTS:
        assert decide(empty, **{name: None})["verdict"] != "accept", name


def test_a_value_of_another_type_or_currency_is_unknown_and_that_is_said(empty: Shell, rules: Path) -> None:
    assert decide(empty, offer__price__per_month={"minor": 100, "currency": "USD"})["verdict"] == "ask"
    written(empty, "facts.json", {**FACTS, "offer.price.per_month": "cheap"})
    done = empty.run("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json", "--json")
    assert json.loads(done.stdout)["verdict"] == "ask"
    assert "`offer.price.per_month` counts as not known" in done.stderr


def test_a_name_that_is_no_fact_is_refused_with_the_nearest(empty: Shell, rules: Path) -> None:
    written(empty, "request.json", REQUEST)
    written(empty, "facts.json", {"offer.price.per_mont": 1})
    done = empty.run("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json")
    assert done.returncode == 2
    assert "offer.price.per_month" in done.stderr


@pytest.mark.parametrize(
    "request_text",
    ["", "{", "[]", "{}", '{"kind":"offer"}', '{"kind":"bribe","vendor":"https://a.example"}', "\x00" * 100],
)
def test_what_is_no_request_ends_with_a_sentence(empty: Shell, rules: Path, request_text: str) -> None:
    written(empty, "request.json", request_text)
    done = empty.run("decide", "request.json", "--rules", "rules.toml")
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("firstparty: ")
    assert "Traceback" not in done.stderr


def test_the_reasons_are_told_to_people_too(empty: Shell, rules: Path) -> None:
    decide(empty)
    done = empty.run("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json")
    assert "at least a tenth cheaper" in done.stdout
    assert "49.50 EUR" in done.stdout  # nine tenths of what is paid today


# --- rules, without a vault -----------------------------------------------------------------------------------------------


def test_check_finds_nothing_in_the_packs_and_tells_the_most_one_can_be_committed_to(empty: Shell) -> None:
    for pack in (one["name"] for one in empty.json("rules", "packs")["packs"]):
        answer = empty.json("rules", "check", pack)
        assert [one for one in answer["findings"] if one["severity"] != "note"] == [], pack
    capped = empty.json("rules", "check", "quiet-life")["most_committed"]
    assert capped == [
        {"currency": "EUR", "state": "limited", "limit": {"minor": 50000, "currency": "EUR"}, "reached": True}
    ]


def test_check_tells_a_contradiction_with_its_line_and_exits_with_1(empty: Shell) -> None:
    written(
        empty,
        "rules.toml",
        '[[rule]]\nid = "never"\nfor = ["offer"]\n'
        'when = ["offer.price.total > 5 EUR", "offer.price.total < 4 EUR"]\nthen = "refuse"\n',
    )
    answer = empty.json("rules", "check", "rules.toml", code=1)
    assert answer["findings"][0]["rule"] == "never"
    assert answer["findings"][0]["severity"] == "error"
    assert answer["findings"][0]["line"] == 1


def test_a_file_with_mistakes_is_refused_with_all_of_them(empty: Shell) -> None:
    written(
        empty, "rules.toml", '[[rule]]\nid = "a"\nfor = ["offer"]\nwhen = ["offer.pric.total > 5 €"]\nthen = "acept"\n'
    )
    done = empty.run("rules", "check", "rules.toml")
    assert done.returncode == 1
    assert "line 4" in done.stderr
    assert "line 5" in done.stderr
    assert "did you mean `accept`" in done.stderr


def test_prove_exits_with_0_when_proven_and_1_with_a_counterexample(empty: Shell, rules: Path) -> None:
    proven = empty.json("rules", "prove", "never accept when offer.cost.commitment > 1200 EUR", "--rules", "rules.toml")
    assert proven["proven"] is True
    broken = empty.json(
        "rules", "prove", "never accept when offer.price.per_month > 100 EUR", "--rules", "rules.toml", code=1
    )
    price = broken["counterexample"]["offer.price.per_month"]
    assert price["currency"] == "EUR"
    assert price["minor"] > 10_000
    # The counterexample is a file of facts: deciding by it accepts.
    written(empty, "request.json", REQUEST)
    written(empty, "facts.json", broken["counterexample"])
    assert empty.json("decide", "request.json", "--rules", "rules.toml", "--facts", "facts.json")["verdict"] == "accept"


def test_an_assertion_that_does_not_read_is_wrong_usage(empty: Shell, rules: Path) -> None:
    done = empty.run("rules", "prove", "please be safe", "--rules", "rules.toml")
    assert done.returncode == 2
    assert "never accept when" in done.stderr


# --- rules in the vault ---------------------------------------------------------------------------------------------------


def test_rules_are_installed_listed_tried_and_taken_back(empty: Shell, rules: Path) -> None:
    empty.init()
    assert empty.json("rules", "install", "quiet-life", "--note", "to begin with")["version"] == 1
    assert empty.json("rules", "install", "quiet-life")["version"] is None
    written(empty, "request.json", REQUEST)
    kept = empty.json("decide", "request.json")
    assert kept["verdict"] == "refuse"
    assert kept["id"].startswith("dec_")
    trial = empty.json("rules", "try", "rules.toml")
    assert (trial["requests"], trial["flipped"]) == (1, {"refuse → ask": 1}) or trial["verdicts"] == {"refuse": 1}
    assert empty.json("rules", "install", "rules.toml")["version"] == 2
    assert empty.json("rules", "show")["source"] == CHEAPER
    empty.json("rules", "undo")
    assert [one["version"] for one in empty.json("rules", "list")["versions"]] == [1, 2, 3]
    assert "quiet-life/nobody-asked" in empty.json("rules", "show")["source"]


def test_a_dry_run_keeps_nothing(empty: Shell, rules: Path) -> None:
    empty.init()
    written(empty, "request.json", REQUEST)
    assert "id" not in empty.json("decide", "request.json", "--dry-run")
    assert empty.json("rules", "try", "quiet-life")["requests"] == 0


def test_a_request_beyond_the_terms_is_answered_with_the_agreement(empty: Shell, rules: Path) -> None:
    practice = {
        "purposes": ["dpv:ServiceProvision", "dpv:Marketing"],
        "data": [],
        "recipients": [],
        "ai_training": False,
    }
    body = {"kind": "data-request", "vendor": "https://power.example", "data_request": {"practice": practice}}
    written(empty, "request.json", body)
    answer = empty.json("decide", "request.json", "--rules", "rules.toml")
    assert answer["verdict"] == "refuse"
    assert answer["terms"]["agreement"] == "SD-BASE"
    assert answer["terms"]["smallest_change"] == {"remove": {"purposes": ["dpv:Marketing"]}}
    assert "take dpv:Marketing out of purposes" in empty.run("decide", "request.json", "--rules", "rules.toml").stdout
