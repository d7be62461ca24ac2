"""`firstparty terms choose`, `choices`, `effective`, `diff` of versions and `compare --vendor`, as a person uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.web.conftest import Shell, shell_in

PLAIN = {
    "purposes": ["dpv:ServiceUsageAnalytics"],
    "data": ["pd:EmailAddress"],
    "recipients": [],
    "retention": "P60D",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
}


VENDORS = ("Spotify AB", "Netflix International B.V.", "Adobe Systems Software Ireland")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small vault with three vendors. It is opened with its recovery key, which needs no stretching."""
    shell = shell_in(tmp_path_factory.mktemp("made"))
    shell.init()
    lines = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{month:02}08<TRNAMT>-12.99<FITID>{name[0]}{month}<NAME>{name}\n"
        for name in VENDORS
        for month in range(1, 9)
    )
    (shell.cwd / "statement.ofx").write_text(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS>"
        "<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n"
        f"{lines}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
    shell.json("import", "statement.ofx")
    return shell.cwd


def copy_of(made: Path, folder: Path) -> Shell:
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return shell_in(folder)


@pytest.fixture
def writing(made: Path, tmp_path: Path) -> Shell:
    """A vault in which nothing was chosen."""
    return copy_of(made, tmp_path)


@pytest.fixture(scope="module")
def lived(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A vault in which three choices were made, one after the other."""
    shell = copy_of(made, tmp_path_factory.mktemp("chosen"))
    limits = ["--retention", "P1Y", "--retention", "pd:Location=P30D", "--refuse-purpose", "dpv:Marketing"]
    more = ["--within", "EEA, CH", "--duration", "P2Y", "--contact", "email,post", "--hours", "08:00-20:00"]
    shell.json("terms", "choose", "SD-BASE-DP", "SD-BY-A", *limits, *more, "--per-month", "2", "--note", "the first")
    shell.json(
        "terms", "choose", "--category", "entertainment", "--retention", "P30D", "--refuse-purpose", "dpv:Advertising"
    )
    shell.json("terms", "choose", "--vendor", "spotify", "SD-BASE-A")
    return shell


def test_the_present_choice_is_shown_in_words_and_as_json(lived: Shell) -> None:
    shown = lived.run("terms", "choose").stdout
    for sentence in (
        "prefers SD-BASE-DP",
        "accepts SD-BASE-DP, then SD-BASE-A",
        "pd:Location kept at most P30D",
        "data stays within CH, EEA",
        "for entertainment: data kept at most P30D",
        "for Spotify: prefers SD-BASE-A",
    ):
        assert sentence in shown
    found = lived.json("terms", "choose")
    assert set(found) == {"version", "at", "note", "choice", "vendor_names", "differences", "unaffected", "migrated"}
    assert found["version"] == 3
    assert found["choice"]["additions"] == {
        "retention": {"dpv:Data": "P1Y", "pd:Location": "P30D"},
        "refused_purposes": ["dpv:Marketing"],
        "transfers_within": ["CH", "EEA"],
        "duration": "P2Y",
        "contact": {"channels": ["email", "post"], "hours": "08:00-20:00", "per_month": 2},
    }
    assert list(found["vendor_names"].values()) == ["Spotify"]


def test_refusing_one_thing_more_in_an_override_keeps_refusing_what_was_refused(lived: Shell) -> None:
    found = lived.json("terms", "choose")["choice"]["categories"]["entertainment"]
    assert found["additions"]["refused_purposes"] == ["dpv:Advertising", "dpv:Marketing"]


def test_what_holds_for_a_vendor_is_explained_in_a_sentence_per_field(lived: Shell) -> None:
    shown = lived.run("terms", "effective", "Spotify").stdout
    for sentence in (
        "For Spotify",
        "accepts only SD-BASE-A, chosen for Spotify",
        "data kept at most P30D, chosen for entertainment",
        "pd:Location kept at most P30D, chosen in general",
        "no data refused beyond the agreement, by default",
    ):
        assert sentence in shown
    found = lived.json("terms", "effective", "Spotify")
    assert set(found) == {"vendor", "version", "preferred", "acceptable", "additions", "fields"}
    assert set(found["vendor"]) == {"id", "key", "name", "category"}
    assert (found["preferred"], found["acceptable"], found["version"]) == ("SD-BASE-A", ["SD-BASE-A"], 3)
    (cap,) = [one for one in found["fields"] if one["field"] == "retention.dpv:Data"]
    assert cap["from"] == {"kind": "category", "key": "entertainment", "name": "entertainment"}
    assert cap["value"] == "P30D"


def test_versions_are_listed_with_what_changed_in_them(lived: Shell) -> None:
    found = lived.json("terms", "choices")["versions"]
    assert [one["version"] for one in found] == [1, 2, 3]
    assert found[0]["note"] == "the first"
    assert "categories" not in found[0]["choice"]
    shown = lived.run("terms", "choices").stdout
    assert "for Spotify: accepts only SD-BASE-A" in shown
    assert "the first" in shown


def test_two_versions_are_compared_in_words_and_as_json(lived: Shell) -> None:
    assert "for Spotify: prefers SD-BASE-A" in lived.run("terms", "diff").stdout
    found = lived.json("terms", "diff", "3", "2")
    assert (found["from"], found["to"]) == (3, 2)
    assert [one["says"] for one in found["differences"]] == [
        "for Spotify: no longer said: prefers SD-BASE-A",
        "for Spotify: no longer said: accepts only SD-BASE-A",
    ]
    assert lived.json("terms", "diff", "1")["to"] == 3
    assert lived.json("terms", "diff", "2", "2")["differences"] == []
    assert lived.json("terms", "diff", "SD-BASE", "SD-BASE-A")["protects"] == "less"


def test_a_practice_is_compared_with_what_was_chosen_for_a_vendor(lived: Shell) -> None:
    (lived.cwd / "practice.json").write_text(
        json.dumps({**PLAIN, "transfers": [], "duration": "P1Y", "contact": {"channels": []}})
    )
    found = lived.json("terms", "compare", "practice.json", "--vendor", "Netflix")
    assert set(found) == {"result", "agreement", "clauses", "smallest_change", "vendor", "tried"}
    assert (found["result"], found["smallest_change"]["set"]) == ("exceeds", {"retention": "P30D"})
    assert [one["agreement"] for one in found["tried"]] == ["SD-BASE-DP", "SD-BASE-A"]
    found = lived.json("terms", "compare", "practice.json", "--vendor", "Adobe")
    assert (found["result"], found["agreement"]) == ("within", "SD-BASE-A")
    assert found["tried"] == [
        {"agreement": "SD-BASE-DP", "result": "exceeds"},
        {"agreement": "SD-BASE-A", "result": "within"},
    ]
    assert (
        "in your order: SD-BASE-DP (exceeds), SD-BASE-A (within)"
        in lived.run("terms", "compare", "practice.json", "--vendor", "Adobe").stdout
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["choose", "SD-BSE"], 1, "did you mean `SD-BASE`?"),
        (["choose", "SD-BASE", "TPR"], 1, "between persons"),
        (["choose", "SD-BASE", "SD-BASE"], 2, "twice"),
        (["choose", "--retention", "1 year"], 2, "write P30D, P6M or P1Y"),
        (["choose", "--retention", "pd:Locaton=P1Y"], 2, "did you mean `pd:Location`?"),
        (["choose", "--retention", "P1Y", "--retention", "dpv:Data=P2Y"], 2, "capped twice"),
        (["choose", "--retention", "=P1Y"], 2, "names no data category"),
        (["choose", "--refuse-purpose", "dpv:Marketting"], 2, "did you mean `dpv:Marketing`?"),
        (["choose", "--hours", "20:00-08:00"], 2, "write it like `08:00-20:00`"),
        (["choose", "--within", "Europe"], 2, "two capital letters, EU or EEA"),
        (["choose", "--per-month", "-1"], 2, "from 0 to 744"),
        (["choose", "--clear", "retenton"], 2, "did you mean `retention`?"),
        (["choose", "--clear", "retention.pd:Locaton"], 2, "did you mean `pd:Location`?"),
        (["choose", "--vendor", "Spotfy", "SD-BASE"], 1, "did you mean `Spotify`?"),
        (["choose", "--category", "entertainmnt", "SD-BASE"], 2, "did you mean `entertainment`?"),
        (["choose", "--category", "entertainment", "--vendor", "Spotify", "SD-BASE"], 2, "--vendor or --category"),
        (["choose", "--vendor", "Spotify"], 2, "nothing is chosen for it"),
        (["choose", "--undo", "SD-BASE"], 2, "do not go together"),
        (["choose", "--note", "only so"], 2, "a note goes with a change"),
        (["choose", "--file", "absent.json"], 2, "cannot read `absent.json`"),
        (["effective", "i"], 1, "fits 2 vendors"),
        (["choose", "--category", "nothing like it", "SD-BASE"], 2, "they begin with: energy, water"),
        (["effective", "Nobody At All"], 1, "there is no vendor"),
        (["diff", "1", "99"], 1, "versions go from 1 to 3"),
        (["diff", "SD-BASE"], 2, "two of a kind"),
        (["diff", "1", "SD-BASE"], 1, "`1` is not on the roster"),
        (["compare", "practice.json", "--vendor", "Spotify", "--agreement", "SD-BASE"], 2, "do not go together"),
    ],
)
def test_wrong_words_are_refused_with_the_fix_and_change_nothing(
    lived: Shell, words: list[str], code: int, says: str
) -> None:
    (lived.cwd / "practice.json").write_text(json.dumps(PLAIN))
    done = lived.run("terms", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_none_of_that_made_a_version(lived: Shell) -> None:
    assert len(lived.json("terms", "choices")["versions"]) == 3


def test_a_vault_in_which_nothing_was_chosen_says_what_holds(writing: Shell) -> None:
    assert "SD-BASE holds for everybody" in writing.run("terms", "choose").stdout
    assert "SD-BASE holds for everybody" in writing.run("terms", "choices").stdout
    assert "prefers SD-BASE, by default" in writing.run("terms", "effective", "Spotify").stdout
    found = writing.json("terms", "choose")
    assert (found["version"], found["at"], found["choice"]) == (0, None, {})
    assert writing.json("terms", "diff") == {"from": 0, "to": 0, "differences": []}


def test_the_same_choice_again_says_so_and_fields_can_be_cleared_and_changes_taken_back(writing: Shell) -> None:
    choose = ("terms", "choose")
    writing.json(*choose, "SD-BASE-A", "--retention", "P1Y", "--retention", "pd:Location=P30D", "--contact", "none")
    assert "nothing has changed" in writing.run(*choose, "--retention", "P1Y").stdout
    writing.json(*choose, "--vendor", "Spotify", "--retention", "P7D", "--refuse-data", "none")
    done = writing.json(*choose, "--clear", "retention.pd:Location")
    assert done["choice"]["additions"]["retention"] == {"dpv:Data": "P1Y"}
    done = writing.json(*choose, "--clear", "retention", "--refuse-purpose", "dpv:Marketing")
    assert done["choice"]["additions"] == {"refused_purposes": ["dpv:Marketing"], "contact": {"channels": []}}
    assert done["unaffected"] == ["for Spotify it stays as chosen there: data kept at most P7D"]
    replaced = writing.json(*choose, "--clear", "refused-purposes", "--refuse-purpose", "dpv:Advertising")
    assert replaced["choice"]["additions"]["refused_purposes"] == ["dpv:Advertising"]
    assert "vendors" not in writing.json(*choose, "--vendor", "Spotify", "--clear", "all")["choice"]
    back = writing.json(*choose, "--undo", "--note", "was right")
    assert (back["version"], back["note"], back["choice"]) == (7, "was right", replaced["choice"])


def test_a_file_is_the_whole_choice_and_may_name_vendors_as_people_do(writing: Shell) -> None:
    whole = {"preferred": "SD-BY-A", "vendors": {"Spotify": {"preferred": "SD-BASE"}}}
    (writing.cwd / "choice.json").write_text(json.dumps(whole))
    done = writing.json("terms", "choose", "--file", "choice.json")
    assert done["migrated"] == ["`SD-BY-A` is now `SD-BASE-A`"]
    (key,) = done["choice"]["vendors"]
    (writing.cwd / "again.json").write_text(json.dumps(done["choice"]))
    assert writing.json("terms", "choose", "--file", "again.json")["version"] == 1
    (writing.cwd / "choice.json").write_text('{"preferred": "SD-BASE", "preferred": "SD-BASE-A"}')
    assert writing.run("terms", "choose", "--file", "choice.json").returncode == 2
    (writing.cwd / "choice.json").write_text(json.dumps({"vendors": {"Spotify": {}, key: {}}}))
    assert "named twice" in writing.run("terms", "choose", "--file", "choice.json").stderr
    assert writing.json("audit", "verify")["ok"]
