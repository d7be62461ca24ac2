"""The order of protection, computed from clauses."""

import xml.etree.ElementTree as ET
from itertools import product
from pathlib import Path

import pytest

from terms import order, order_diagram, roster
from terms.roster import reading

LEVELS = ["SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP", "SD-BASE-ATP-S3P"]
SERVICE = [(level, dp) for level, dp in product(range(5), (False, True))]


def sd(level: int, dp: bool) -> roster.Agreement:
    return roster.agreement(LEVELS[level] + ("-DP" if dp else ""))


@pytest.mark.parametrize("a", SERVICE)
@pytest.mark.parametrize("b", SERVICE)
def test_service_agreements_protect_by_level_and_by_portability(a, b):
    assert order.protects_at_least(sd(*a), sd(*b)) == (a[0] <= b[0] and a[1] >= b[1])


@pytest.mark.parametrize("a", SERVICE)
@pytest.mark.parametrize("b", SERVICE)
def test_service_agreements_have_a_meet_and_a_join_on_the_roster(a, b):
    assert order.meet(sd(*a), sd(*b)) is sd(max(a[0], b[0]), a[1] and b[1])
    assert order.join(sd(*a), sd(*b)) is sd(min(a[0], b[0]), a[1] or b[1])


def test_the_broader_of_the_vocabulary_is_not_the_order():
    """Upstream puts SD-BASE-A under SD-BASE and SD-BASE-DP under SD-BASE alike: one permits more, one owes more."""
    base, a, dp = (roster.agreement(id) for id in ("SD-BASE", "SD-BASE-A", "SD-BASE-DP"))
    assert order.protects_more(base, a)
    assert order.protects_more(dp, base)


def test_giving_data_compares_with_nothing():
    given = [one for one in roster.roster() if one.id.startswith("PDC")]
    for one, other in product(given, roster.roster()):
        if one is not other:
            assert not order.comparable(one, other)
            assert order.meet(one, other) is None
            assert order.join(one, other) is None


def test_agreements_between_persons_compare_with_none_of_organisations():
    for one, other in product(roster.roster("person"), roster.roster()):
        assert not order.comparable(one, other)


def test_incomparable_pairs_are_listed_once_each():
    pairs = {frozenset((a.id, b.id)) for a, b in order.incomparable()}
    assert len(pairs) == len(order.incomparable()) == 43
    assert frozenset(("SD-BASE", "SD-BASE-A-DP")) in pairs
    assert frozenset(("SD-BASE", "SD-BASE-A")) not in pairs


def test_among_some_agreements_only_those_count():
    some = [sd(0, True), sd(1, False), sd(4, False)]
    assert order.meet(sd(0, False), sd(1, True), some) is sd(1, False)
    assert order.join(sd(1, False), sd(0, False), some) is sd(0, True)
    assert [(a.id, b.id) for a, b in order.covers(some)] == [("SD-BASE-DP", "SD-BASE-A"), ("SD-BASE-A", LEVELS[4])]


def test_one_clause_less_forbidden_protects_less():
    text = (Path(roster.__file__).parent / "sd-base.toml").read_text("utf-8")
    silent = reading.read(text.replace('by = ["second", "third"]', 'by = ["second"]', 1), "sd-base.toml")
    assert order.protects_more(roster.agreement("SD-BASE"), silent)


def test_differences_are_told():
    assert order.differences(sd(0, False), sd(0, True)) == ("SD-BASE-DP requires portability by the second party",)
    assert order.differences(sd(3, False), sd(4, False)) == (
        "SD-BASE-ATP-S3P permits sharing with third parties by the second party, anonymised data only",
        "SD-BASE-ATP-S3P does not forbid sharing with third parties by the second party, anonymised data only",
    )
    assert order.differences(sd(2, True), sd(2, True)) == ()


def test_the_text_diagram_shows_every_line_and_the_incomparable_pairs():
    text = order_diagram.as_text()
    assert text.index("SD-BASE-DP ") < text.index("SD-BASE-A ") < text.index("SD-BASE-ATP-S3P\n")
    assert "SD-BASE-A-DP        protects more than SD-BASE-A, SD-BASE-AT-DP\n" in text
    assert "43 pairs do not compare" in text
    assert all(one.id in text for one in roster.roster())


def test_the_mermaid_diagram_has_a_node_each_and_a_line_each():
    lines = order_diagram.as_mermaid().splitlines()
    assert lines[0] == "flowchart TD"
    assert sum("-->" in line for line in lines) == len(order.covers()) == 13
    assert '    SD_BASE["SD-BASE"]' in lines


def test_the_svg_diagram_is_drawn_top_down_with_a_description():
    picture = ET.fromstring(order_diagram.as_svg())
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f"{space}rect")) == len(picture.findall(f"{space}text")) == 13
    assert all(int(line.get("y1")) < int(line.get("y2")) for line in picture.findall(f"{space}line"))
    assert "SD-BASE-DP protects more than SD-BASE" in picture.findtext(f"{space}desc")


def test_what_compares_with_no_other_stands_apart_instead_of_on_top():
    text = order_diagram.as_text()
    assert text.index("least protective") < text.index("comparable with no other: PDC-AI, PDC-GOOD, PDC-INTENT")
    picture = ET.fromstring(order_diagram.as_svg())
    places = {box.text: int(box.get("x")) for box in picture.findall("{http://www.w3.org/2000/svg}text")}
    assert min(places[f"PDC-{one}"] for one in ("AI", "GOOD", "INTENT")) > places["SD-BASE-A-DP"] > places["SD-BASE"]


def test_the_drawing_brings_its_ground_and_ink_for_light_and_dark():
    drawn = order_diagram.as_svg()
    assert 'color="#1f2328"' in drawn
    assert '<rect class="ground" width="100%" height="100%" fill="#ffffff"/>' in drawn
    assert "prefers-color-scheme: dark" in drawn
    assert all(one.name in drawn for one in roster.roster())


def test_an_empty_roster_draws_nothing_and_does_not_fail():
    assert order.layers([]) == ()
    assert "0 pairs" in order_diagram.as_text([])
    ET.fromstring(order_diagram.as_svg([]))
