"""`firstparty terms`: no vault, JSON shapes that programs rely on, and words for people."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.web.conftest import Shell, shell_in

PLAIN = {
    "purposes": ["dpv:RequestedServiceProvision"],
    "data": ["pd:EmailAddress"],
    "recipients": [],
    "retention": "P30D",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
}
SHAPE = {"result", "agreement", "clauses", "smallest_change"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder with no vault and no passphrase."""
    made = shell_in(tmp_path_factory.mktemp("terms"))
    (made.cwd / "passphrase").unlink()
    return made


def declared(shell: Shell, name: str = "practice.json", **changes: object) -> str:
    (shell.cwd / name).write_text(json.dumps({**PLAIN, **changes}))
    return name


def test_the_list_has_every_agreement_and_says_to_whom_it_is_offered(shell: Shell) -> None:
    found = shell.json("terms", "list")["agreements"]
    assert len(found) == 15
    assert [one["id"] for one in found if one["offered_to"] == "person"] == ["TPR", "TPR-IDENTITY-REF"]
    assert all(set(one) == {"id", "iri", "name", "label", "offered_to", "old_ids"} for one in found)
    text = shell.run("terms", "list").stdout
    assert all(one["id"] in text for one in found)


def test_an_agreement_is_shown_as_one_page_with_its_clauses(shell: Shell) -> None:
    page = shell.run("terms", "show", "SD-BASE-A").stdout
    for part in (
        "Service and analytics (SD-BASE-A)",
        "You must not",
        "Let third parties run analytics on me.",
        "7012#SD",
    ):
        assert part in page
    assert "permit-analytics  second party" in page
    assert "**" not in page
    assert "is now" not in page


def test_the_page_as_json_holds_text_clauses_icon_and_old_names(shell: Shell) -> None:
    found = shell.json("terms", "show", "SD-BASE-A")
    assert found["migrated_from"] is None
    assert found["old_ids"] == ["SD-BY-A"]
    assert found["clauses"][1]["id"] == "permit-analytics"
    assert set(found["clauses"][1]) == {"id", "action", "activity", "party", "by", "data", "says"}
    assert all(clause["says"] in found["text"] for clause in found["clauses"])
    ET.fromstring(found["icon"])


def test_an_old_id_is_migrated_and_that_is_said(shell: Shell) -> None:
    assert "`SD-BY-A` is now `SD-BASE-A`" in shell.run("terms", "show", "SD-BY-A").stdout
    found = shell.json("terms", "show", "https://w3id.org/dpv/standards/p7012#SD-BY-A")
    assert (found["id"], found["migrated_from"]) == ("SD-BASE-A", "https://w3id.org/dpv/standards/p7012#SD-BY-A")
    assert shell.json("terms", "diff", "SD-BY", "SD-BASE-A")["migrated_from"] == {"SD-BASE": "SD-BY"}
    compared = shell.run("terms", "compare", declared(shell), "--agreement", "SD-BY")
    assert "`SD-BY` is now `SD-BASE`" in compared.stdout


def test_the_order_is_text_json_mermaid_or_a_drawing(shell: Shell) -> None:
    text = shell.run("terms", "order").stdout
    assert "comparable with no other: PDC-AI, PDC-GOOD, PDC-INTENT" in text
    found = shell.json("terms", "order")
    assert found["layers"][0][0] == "SD-BASE-DP"
    assert {"agreement": "SD-BASE-DP", "than": "SD-BASE"} in found["protects_more"]
    assert ["PDC-AI", "PDC-GOOD"] in found["incomparable"]
    mermaid = shell.run("terms", "order", "--mermaid").stdout
    assert mermaid.startswith("flowchart TD\n")
    assert shell.json("terms", "order", "--mermaid")["mermaid"] == mermaid
    assert shell.run("terms", "order", "--svg", "order.svg").stdout.endswith("Written to order.svg.\n")
    ET.parse(shell.cwd / "order.svg")


def test_a_practice_within_answers_the_promised_shape(shell: Shell) -> None:
    found = shell.json("terms", "compare", declared(shell))
    assert found == {"result": "within", "agreement": "SD-BASE", "clauses": [], "smallest_change": None}
    text = shell.run("terms", "compare", "practice.json", "--agreement", "SD-BASE-DP").stdout
    assert "The practice stays within SD-BASE-DP" in text
    assert "stays within: SD-BASE, SD-BASE-A" in text


def test_a_practice_that_exceeds_names_clauses_and_the_smallest_change_makes_it_fit(shell: Shell) -> None:
    asked = {"purposes": [*PLAIN["purposes"], "dpv:PersonalisedAdvertising"], "recipients": ["Example Ads Ltd"]}  # type: ignore[misc]
    found = shell.json("terms", "compare", declared(shell, **asked, ai_training=True))
    assert set(found) == SHAPE
    assert found["result"] == "exceeds"
    assert all(set(clause) == {"clause", "asked", "allowed", "why"} for clause in found["clauses"])
    assert found["smallest_change"] == {
        "remove": {"purposes": ["dpv:PersonalisedAdvertising"], "recipients": ["Example Ads Ltd"]},
        "set": {"ai_training": False},
    }
    assert shell.json("terms", "compare", declared(shell))["result"] == "within"


def test_a_practice_that_leaves_things_open_is_unknown(shell: Shell) -> None:
    found = shell.json("terms", "compare", declared(shell, ai_training=None))
    assert (found["result"], found["smallest_change"]) == ("unknown", None)
    assert found["clauses"][0]["asked"] == "undeclared"
    text = shell.run("terms", "compare", "practice.json").stdout
    assert "may or may not stay within SD-BASE" in text
    assert "it is not declared whether AI is trained" in text


def test_additions_limit_beside_the_agreement(shell: Shell) -> None:
    (shell.cwd / "own.json").write_text('{"retention": "P7D"}')
    found = shell.json("terms", "compare", declared(shell), "--additions", "own.json")
    assert found["smallest_change"] == {"set": {"retention": "P7D"}}
    text = shell.run("terms", "compare", "practice.json", "--additions", "own.json").stdout
    assert "set retention to P7D" in text
    assert "Of the roster it stays within: none." in text


def test_a_practice_saved_with_a_byte_order_mark_is_read(shell: Shell) -> None:
    (shell.cwd / "marked.json").write_text(json.dumps(PLAIN), encoding="utf-8-sig")
    assert shell.json("terms", "compare", "marked.json")["result"] == "within"


def test_what_a_practice_says_is_text_and_never_markup(shell: Shell) -> None:
    text = shell.run("terms", "compare", declared(shell, recipients=["[bold red]Example[/] Ltd"])).stdout
    assert "`[bold red]Example[/] Ltd` is a third party" in text


def test_differences_are_said_in_words(shell: Shell) -> None:
    text = shell.run("terms", "diff", "SD-BASE", "SD-BASE-A").stdout
    assert text.startswith("SD-BASE-A protects you less than SD-BASE.\n")
    assert "SD-BASE-A permits analytics by the second party" in text
    apart = shell.run("terms", "diff", "SD-BASE", "PDC-AI").stdout
    assert apart.startswith(
        "PDC-AI does not compare with SD-BASE: neither protects you at least as much as the other.\n"
    )


@pytest.mark.parametrize(
    ("a", "b", "protects"),
    [
        ("SD-BASE", "SD-BASE", "equally"),
        ("SD-BASE", "SD-BASE-DP", "more"),
        ("SD-BASE-DP", "SD-BASE-ATP", "less"),
        ("SD-BASE", "PDC-AI", "incomparable"),
    ],
)
def test_a_difference_says_which_protects_more(shell: Shell, a: str, b: str, protects: str) -> None:
    found = shell.json("terms", "diff", a, b)
    assert (found["from"], found["to"], found["protects"]) == (a, b, protects)
    assert bool(found["differences"]) == (a != b)


def test_the_discrepancies_show_the_line_break_as_published(shell: Shell) -> None:
    found = shell.json("terms", "discrepancies")["discrepancies"]
    assert len(found) == 7
    assert [one["iri"][-18:] for one in found if one["kind"] == "malformed"] == ["Tracking2PAllowed\n"]
    assert "Tracking2PAllowed\\n\n  malformed" in shell.run("terms", "discrepancies").stdout


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (None, 2, "cannot read `bad.json`"),
        ("{", 2, "cannot read `bad.json`: not JSON"),
        ('{"purposes": [], "purposes": ["dpv:Marketing"]}', 2, "same member name twice"),
        ("[]", 2, "a practice is an object"),
        ('{"purpose": []}', 2, "unknown fields: `purpose`"),
        ('{"ai_training": "no"}', 2, "is true or false"),
        ("[" * 100, 2, "nested deeper than 64"),
    ],
)
def test_a_faulty_practice_is_refused_with_a_sentence(shell: Shell, text: str | None, code: int, says: str) -> None:
    bad = shell.cwd / "bad.json"
    bad.unlink(missing_ok=True)
    if text is not None:
        bad.write_text(text)
    done = shell.run("terms", "compare", "bad.json")
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["show", "sd-base"], 1, "is not on the roster"),
        (["diff", "SD-BASE", "\x1b[31m"], 1, "is not on the roster"),
        (["compare", "practice.json", "--agreement", "TPR"], 1, "TPR"),
        (["order", "--svg", "nowhere/x.svg"], 1, "cannot write `nowhere/x.svg`"),
    ],
)
def test_what_the_roster_does_not_offer_is_refused(shell: Shell, words: list[str], code: int, says: str) -> None:
    declared(shell)
    done = shell.run("terms", *words)
    assert done.returncode == code
    assert says in done.stderr
    assert "\x1b" not in done.stderr


def test_nothing_was_written_but_what_was_asked_for(tmp_path: Path) -> None:
    shell = shell_in(tmp_path)
    before = sorted(tmp_path.iterdir())
    shell.json("terms", "list")
    shell.json("terms", "order")
    assert sorted(tmp_path.iterdir()) == before
