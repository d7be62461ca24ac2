"""Rule files taken apart: joined again they are the file, and changing one rule changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.butler import rulebook
from vault.policy import packs
from vault.policy.language import pieces
from vault.policy.rules import RuleSet

TWENTY = Path(__file__).parents[3] / "examples" / "rules" / "twenty.toml"
FILES = [*(packs.text(name) for name in packs.names()), TWENTY.read_text("utf-8")]
PLAIN = """# mine

[lists]
good = ["a.example"]

# Why this one.
[[rule]]
id = "one"
for = ["offer"]
# within
when = ["vendor.domain within lists.good"]
then = "ask"

[[rule]]
id = "two"
for = ["message"]
when = []
then = "refuse"

[defaults]
offer = "refuse"
"""


def rules(text: str) -> RuleSet:
    return rulebook.read(text, "rules.toml")


@pytest.mark.parametrize("text", FILES)
def test_joined_again_it_is_the_file_and_off_and_on_again_too(text: str) -> None:
    found = pieces.apart(text)
    assert found is not None
    assert pieces.joined(found) == text
    assert [one.rule for one in found if one.rule] == [one.id for one in rules(text).rules]
    off = text
    for one in rules(text).rules:
        switched = pieces.switched(off, one.id, on=False)
        assert switched is not None
        off = switched
    assert rules(off).rules == ()
    for one in reversed(rules(text).rules):
        again = pieces.switched(off, one.id, on=True)
        assert again is not None
        off = again
    assert off == text


@given(text=st.sampled_from(FILES), which=st.sets(st.integers(0, 30)))
@settings(deadline=None, max_examples=25)
def test_those_that_are_off_decide_nothing_and_the_others_stay(text: str, which: set[int]) -> None:
    ids = [one.id for one in rules(text).rules]
    chosen = {id for at, id in enumerate(ids) if at in which}
    for id in chosen:
        switched = pieces.switched(text, id, on=False)
        assert switched is not None
        text = switched
    assert [one.id for one in rules(text).rules] == [id for id in ids if id not in chosen]
    assert {one.rule for one in pieces.apart(text) or () if one.is_off} == chosen


def test_a_rule_that_is_changed_keeps_its_comments_and_all_else_stays() -> None:
    written = '[[rule]]\nid = "one"\nfor = ["offer"]\nwhen = []\nthen = "refuse"\n'
    changed = pieces.with_rule(PLAIN, written, "one")
    assert changed is not None
    assert f"\n\n# Why this one.\n# within\n{written}\n[[rule]]" in changed
    assert changed.startswith(PLAIN[: PLAIN.index("# Why")])
    assert changed.endswith(PLAIN[PLAIN.index('[[rule]]\nid = "two"') :])


def test_rules_that_are_new_stand_behind_and_known_ones_in_their_place() -> None:
    new = '[[rule]]\nid = "three"\nfor = ["offer"]\nwhen = []\nthen = "ask"\n'
    known = '[[rule]]\nid = "two"\nfor = ["message"]\nwhen = []\nthen = "ask"\n'
    changed = pieces.with_rules(PLAIN, f"{known}\n{new}")
    assert changed is not None
    assert [(one.id, str(one.then)) for one in rules(changed).rules] == [
        ("one", "ask"),
        ("two", "ask"),
        ("three", "ask"),
    ]
    assert rules(changed).defaults == rules(PLAIN).defaults
    assert pieces.with_rules("", new) == new


def test_removing_takes_the_rule_and_nothing_else() -> None:
    changed = pieces.removed(PLAIN, "two")
    assert changed is not None
    assert [one.id for one in rules(changed).rules] == ["one"]
    assert rules(changed).defaults == rules(PLAIN).defaults


@pytest.mark.parametrize(
    "text",
    [
        'rule = [{id = "a", for = "offer", when = [], then = "ask"}]\n',
        '[[rule]]\nid = "a"\nbecause = """\n[[rule]]\n"""\n',
        "[[rule]\n",
    ],
    ids=["inline", "a heading in a text", "no TOML"],
)
def test_what_is_written_otherwise_is_not_guessed_at(text: str) -> None:
    assert pieces.apart(text) is None
    assert pieces.switched(text, "a", on=False) is None


@given(st.text(alphabet='[]rule"\n# -=a', max_size=60))
@settings(deadline=None, max_examples=200)
def test_whatever_is_taken_apart_is_whole_again(text: str) -> None:
    found = pieces.apart(text)
    assert found is None or pieces.joined(found) == text


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_is_added_behind_with_its_lists_and_defaults(name: str) -> None:
    added = pieces.with_file(PLAIN, packs.text(name))
    assert added is not None
    found, pack = rules(added), packs.pack(name)
    assert found.rules == (*rules(PLAIN).rules, *pack.rules)
    assert found.defaults == {**pack.defaults, **rules(PLAIN).defaults}
    assert pieces.with_file("", packs.text(name)) is not None


def test_a_rule_alone_still_has_the_lists_of_its_file() -> None:
    found = pieces.apart(pieces.switched(PLAIN, "one", on=False) or "")
    assert found is not None
    (off,) = [one for one in found if one.is_off]
    assert rules(pieces.alone(found, off)).rules == rules(PLAIN).rules[:1]
