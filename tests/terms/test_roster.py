"""The roster against the published vocabulary, row by row, and the traps around it."""

import csv
import hashlib
import json
import os
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from terms import order, roster
from terms.errors import FirstpartyError
from terms.roster import reading, upstream
from terms.roster.clauses import Act, Clause, rules

HERE = Path(__file__).parent
SPACE = "https://w3id.org/dpv/standards/ieee/7012#"
OLD_SPACE = "https://w3id.org/dpv/standards/p7012#"
EVERY = roster.roster("")
IDS = [one.id for one in EVERY]
LEVELS = ["SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP", "SD-BASE-ATP-S3P"]


def published(name: str) -> Path:
    folder = Path(os.environ.get("FIRSTPARTY_CORPUS") or HERE.parents[2] / "shared" / "data")
    path = folder / "dpv-2.3" / name
    if not path.exists():
        pytest.skip(f"the published vocabulary is not here: {path}")
    return path


def rows() -> dict[str, dict[str, str]]:
    with published("ieee-7012.csv").open(encoding="utf-8", newline="") as file:
        return {row["term"]: row for row in csv.DictReader(file)}


def published_rules() -> dict[str, set[str]]:
    """Rule IRIs by agreement IRI, from the JSON-LD (the CSV has none)."""
    found = {}
    for node in json.loads(published("ieee-7012.jsonld").read_text("utf-8")):
        kinds = ("hasObligation", "hasPermission", "hasProhibition")
        found[node["@id"]] = {rule["@id"] for kind in kinds for rule in node.get(f"https://w3id.org/dpv#{kind}", [])}
    return found


def test_the_roster_is_the_thirteen_launch_agreements_and_two_between_persons():
    assert [one.id for one in roster.roster()] == [
        *LEVELS,
        *[f"{level}-DP" for level in LEVELS],
        "PDC-AI",
        "PDC-GOOD",
        "PDC-INTENT",
    ]
    assert [one.id for one in roster.roster("person")] == ["TPR", "TPR-IDENTITY-REF"]


def test_one_file_holds_one_agreement():
    folder = Path(roster.__file__).parent
    assert sorted(path.stem.upper() for path in folder.glob("*.toml")) == sorted(IDS)


@pytest.mark.parametrize("id", IDS)
def test_every_agreement_is_a_row_of_the_published_vocabulary(id):
    row = rows()[id]
    assert (row["iri"], row["label"]) == (roster.agreement(id).iri, roster.agreement(id).upstream_label)


def test_every_published_agreement_is_on_the_roster():
    agreement_type = f"{SPACE}Agreement"
    terms = {term for term, row in rows().items() if agreement_type in row["dpvtype"].split(";")}
    assert terms - {"PDC"} == set(IDS)  # PDC is the kind, not an agreement


@pytest.mark.parametrize("id", IDS)
def test_the_published_rules_are_kept_as_they_are(id):
    one = roster.agreement(id)
    assert {upstream.full_iri(rule) for rule in one.upstream_rules} == published_rules()[one.iri]


@pytest.mark.parametrize("id", [id for id in IDS if not id.startswith("PDC")])
def test_our_clauses_mean_what_the_published_rules_mean(id):
    one = roster.agreement(id)
    assert rules(upstream.MEANING[rule] for rule in one.upstream_rules) == one.rules


@pytest.mark.parametrize("id", [id for id in IDS if id.startswith("SD")])
def test_our_clauses_say_what_the_published_definition_says(id):
    """Read a second way, from the sentence: it lists what is permitted, prohibited for whom, and owed."""
    said = rows()[id]["definition"].replace(" on non-", " of non-")
    own = roster.agreement(id).rules
    permitted = re.search(r"permits (Analytics[^,]*(?:, Tracking, or Profiling)?)", said)
    for activity in ("analytics", "tracking", "profiling"):
        may = permitted is not None and activity.capitalize() in permitted[1]
        assert (Act(activity, "second", "identifiable") in own.permits) == may
        assert (Act(activity, "second", "identifiable") in own.forbids) != may
        assert Act(activity, "third", "identifiable") in own.forbids
        assert activity.capitalize() in said.partition("prohibits")[2]
    assert (Act("portability", "second", "identifiable") in own.requires) == ("Data Portability" in said)
    assert (Act("sharing", "second", "anonymised") in own.permits) == (
        "permits sharing data that has been fully" in said
    )
    assert (Act("sharing", "second", "anonymised") in own.forbids) == ("prohibits sharing any data" in said)
    assert Act("sharing", "second", "identifiable") in own.forbids
    assert Act("service", "second", "identifiable") in own.requires


def test_dp_is_portability_and_changes_nothing_else():
    for level in LEVELS:
        plain, dp = roster.agreement(level).rules, roster.agreement(f"{level}-DP").rules
        assert (plain.permits, plain.forbids) == (dp.permits, dp.forbids)
        assert {act.activity for act in dp.requires - plain.requires} == {"portability"}


def test_pdc_ai_gives_data_for_ai_and_forbids_no_training():
    own = roster.agreement("PDC-AI").rules
    assert {act.activity for act in own.permits} == {"ai-training"}
    assert not own.forbids
    others = [one.id for one in EVERY if any(act.activity == "ai-training" for act in one.rules.permits)]
    assert others == ["PDC-AI"]


@pytest.mark.parametrize("id", [id for id in IDS if id.startswith("SD")])
def test_ids_of_the_past_are_migrated_and_it_is_said(id):
    old = id.replace("SD-BASE", "SD-BY")
    for name in (old, OLD_SPACE + old, OLD_SPACE + id):
        found = roster.find(name)
        assert (found.agreement.id, found.migrated_from) == (id, name)
        assert id in found.note
        assert name in found.note


@pytest.mark.parametrize("id", IDS)
def test_todays_names_need_no_migration(id):
    for name in (id, SPACE + id):
        assert roster.find(name) == roster.Found(roster.agreement(id))
    assert roster.find(OLD_SPACE + id).agreement.id == id


@pytest.mark.parametrize(
    "name",
    [
        "",
        "sd-base",
        "SD-BASE ",
        "SD_BASE",
        "SD-BASE-T",
        "SD-BASE-DP-A",
        "SD-BASE-S3P",
        "SD-BY-T",
        "PDC",
        "PDC-AI-DP",
        "TPR-DP",
        SPACE + "SD-BY",  # the new namespace never held the old id
        OLD_SPACE + "PDC",
        "https://w3id.org/dpv/standards/ieee/7012/SD-BASE",
        "http://w3id.org/dpv/standards/ieee/7012#SD-BASE",
        "SD-BASE\n",
        "х" * 5000,
    ],
)
def test_everything_else_is_off_the_roster_and_refused(name):
    with pytest.raises(roster.OffRosterError) as refusal:
        roster.find(name)
    assert refusal.value.code == "off-roster"
    assert len(str(refusal.value)) < 400
    assert str(refusal.value).isprintable()


def test_the_broader_of_the_vocabulary_points_up_and_down_the_order_of_protection():
    up = down = 0
    for id, row in rows().items():
        for broader in row["hasbroader"].split(";"):
            above = broader.removeprefix(SPACE)
            if id.startswith("SD") and above.startswith("SD"):
                up += order.protects_more(roster.agreement(above), roster.agreement(id))
                down += order.protects_more(roster.agreement(id), roster.agreement(above))
    assert (up, down) == (8, 5)


def test_seven_published_rules_name_no_term_of_the_vocabulary_and_one_of_them_holds_a_line_break():
    found = roster.discrepancies()
    assert len(found) == 7
    assert [one.iri for one in found if one.kind == "malformed"] == [f"{SPACE}Tracking2PAllowed\n"]
    by_name = {one.iri.removeprefix(SPACE): one for one in found}
    assert by_name["DataSharingDisallowed"].instead == f"{SPACE}SharingDataDisallowed"
    assert by_name["ServiceDeliveryRequired"].used_by == (*IDS[:10], "TPR")
    assert "\n" not in "".join(map(str, found))


def test_the_discrepancies_are_those_of_the_published_files(capsys):
    defined = {row["iri"] for row in rows().values()} | {"https://w3id.org/dpv#IdentityVerification"}
    used = set().union(*published_rules().values())
    assert {one.iri for one in roster.discrepancies()} == used - defined
    assert {one.instead for one in roster.discrepancies()} - {""} <= defined
    assert {upstream.full_iri(rule) for rule in upstream.DEFINED} == used & defined
    with capsys.disabled():
        print("\ndiscrepancies of the published vocabulary:")
        for one in roster.discrepancies():
            print(f"  {one}")


def test_a_person_to_person_agreement_is_not_offered_to_organisations():
    assert all(one.offered_to == "organisation" for one in roster.roster())
    assert not {"TPR", "TPR-IDENTITY-REF"} & {one.id for one in roster.roster()}


@pytest.mark.parametrize("one", EVERY, ids=IDS)
def test_the_text_is_one_short_page_with_every_clause_under_its_heading(one):
    text = one.text
    assert 60 <= len(text.split()) <= 350
    headings = {"require": "**You must**", "permit": "**You may**", "forbid": "**You must not**"}
    parts = {action: text.partition(heading)[2].partition("\n\n**")[0] for action, heading in headings.items()}
    for clause in one.clauses:
        assert clause.says in parts[clause.action]
    assert all(
        (heading in text) == any(c.action == action for c in one.clauses) for action, heading in headings.items()
    )
    assert one.iri in text
    assert "What these terms do not allow is not allowed." in text


@pytest.mark.parametrize("one", EVERY, ids=IDS)
def test_the_sentences_are_short_enough_to_read(one):
    sentences = [part for part in re.split(r"[.!?:]\s|\n", one.text) if part.strip() and "https://" not in part]
    assert max(len(sentence.split()) for sentence in sentences) <= 36


def test_labels_names_and_icons_are_distinct():
    for field in ("name", "label", "icon", "text", "position"):
        assert len({getattr(one, field) for one in EVERY}) == len(EVERY)
    assert all("\n" not in one.label and len(one.label) <= 120 for one in EVERY)


@pytest.mark.parametrize("one", EVERY, ids=IDS)
def test_icons_are_small_monochrome_and_have_a_title(one):
    picture = ET.fromstring(one.icon)
    assert picture[0].tag == "{http://www.w3.org/2000/svg}title"
    assert picture[0].text == one.name
    assert (picture.get("viewBox"), picture.get("role")) == ("0 0 24 24", "img")
    assert (picture.get("fill"), picture.get("stroke")) == ("none", "currentColor")
    assert not re.search(r"#[0-9a-f]{3}|rgb|url\(|href|<script|style=", one.icon.replace("http://www.w3.org", ""))
    assert len(one.icon) < 900


def test_the_texts_do_not_change_unnoticed():
    """Records hash texts and rules. A changed text is a new text: change this list with intent."""
    signed = {one.id: one.text + json.dumps(one.rules_json, sort_keys=True) for one in EVERY}
    digests = {id: hashlib.sha256(text.encode()).hexdigest()[:16] for id, text in signed.items()}
    assert digests == json.loads((HERE.parent / "vectors" / "roster-texts.json").read_text("utf-8"))


def test_the_rules_as_json_are_the_clauses():
    for one in EVERY:
        again = [Clause(**{**row, "by": tuple(row["by"])}) for row in one.rules_json]
        assert again == [replace(clause, says="") for clause in one.clauses]


def test_a_prohibition_prevails_over_a_permission_of_the_same_act():
    both = rules([Clause("permit", "tracking", ("second", "third")), Clause("forbid", "tracking", ("third",))])
    assert {act.by for act in both.permits} == {"second"}
    assert {act.by for act in both.forbids} == {"third"}


def file_of(id: str) -> str:
    return (Path(roster.__file__).parent / f"{id.lower()}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('action = "forbid"', 'action = "forbidden"'),
        ('activity = "tracking"', 'activity = "tracing"'),
        ('data = "any"', 'data = "some"'),
        ('by = ["second", "third"]', 'by = ["third", "second"]'),
        ('by = ["second", "third"]', 'by = "third"'),
        ("position = 1", "position = true"),
        ("position = 1", 'note = ""\nposition = 1'),
        ('name = "Service only"', ""),
        ('offered_to = "organisation"', 'offered_to = "everybody"'),
        ('activity = "tracking"', 'activity = "analytics"'),
        ('action = "forbid"\nactivity = "tracking"', 'action = "permit"\nactivity = "sharing"'),
        ("[[clause]]", "[clause]"),
    ],
)
def test_a_slip_in_an_agreement_file_is_refused(before, after):
    text = file_of("SD-BASE")
    assert before in text
    with pytest.raises(reading.RosterFileError, match=r"sd-base\.toml"):
        reading.read(text.replace(before, after), "sd-base.toml")


def test_one_more_file_is_one_more_agreement():
    text = file_of("SD-BASE").replace("SD-BASE", "SD-NEW").replace("position = 1", "position = 16")
    one = reading.read(text, "sd-new.toml")
    assert (one.id, one.rules) == ("SD-NEW", roster.agreement("SD-BASE").rules)


def test_errors_are_the_projects_own():
    assert issubclass(roster.OffRosterError, FirstpartyError)
    assert issubclass(reading.RosterFileError, FirstpartyError)
