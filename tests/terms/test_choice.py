"""The owner's choice: strict to read, field by field to apply, and explained."""

from __future__ import annotations

import pytest

from terms.additions import Additions
from terms.choice import NOTHING_CHOSEN, Choice, Scope
from terms.choice_changes import differences, unaffected
from terms.comparison import NotOfferedError
from terms.effective import SecondParty, answer, compare_all, effective
from terms.practice import Contact, Practice
from terms.roster import OffRosterError
from terms.shapes import ShapeError
from terms.stated import Stated

NETFLIX = SecondParty("netflix", "Netflix")
WHOLE = {
    "preferred": "SD-BASE-DP",
    "acceptable": ["SD-BASE-DP", "SD-BASE-A"],
    "additions": {"retention": {"dpv:Data": "P1Y"}, "refused_purposes": ["dpv:Marketing"], "contact": {"per_month": 4}},
    "categories": {
        "entertainment": {"additions": {"retention": {"dpv:Data": "P6M"}, "contact": {"hours": "08:00-20:00"}}},
        "entertainment.streaming": {"additions": {"retention": {"pd:Location": "P30D"}}},
    },
    "vendors": {"netflix": {"preferred": "SD-BASE", "additions": {"contact": {"channels": ["email"]}}}},
}
PLAIN = Practice(
    purposes=("dpv:RequestedServiceProvision",),
    data=("pd:EmailAddress",),
    recipients=(),
    retention="P30D",
    ai_training=False,
    anonymised=False,
    portability=True,
)


def chosen(**fields: object) -> Choice:
    return Choice.from_json(fields)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_choice_reads_and_writes_the_same_json() -> None:
    assert Choice.from_json(WHOLE).to_json() == WHOLE


def test_the_preferred_agreement_may_be_left_out_of_the_acceptable_ones_and_counts_as_the_first() -> None:
    without = chosen(preferred="SD-BASE-DP", acceptable=["SD-BASE", "SD-BASE-A"])
    last = chosen(preferred="SD-BASE-DP", acceptable=["SD-BASE", "SD-BASE-A", "SD-BASE-DP"])
    assert without.acceptable == ("SD-BASE-DP", "SD-BASE", "SD-BASE-A")
    assert without == last


def test_what_is_said_in_another_order_is_the_same_choice() -> None:
    one = chosen(
        additions={"refused_purposes": ["dpv:Marketing", "dpv:Advertising"], "transfers_within": ["EEA", "CH"]}
    )
    two = chosen(
        additions={"transfers_within": ["CH", "EEA"], "refused_purposes": ["dpv:Advertising", "dpv:Marketing"]}
    )
    assert one == two


def test_ids_of_the_past_are_migrated_and_that_is_said_once() -> None:
    choice, notes = Choice.read({"preferred": "SD-BY-A", "vendors": {"netflix": {"acceptable": ["SD-BY-A"]}}})
    assert choice.preferred == "SD-BASE-A"
    assert choice.at(Scope("vendor", "netflix")).acceptable == ("SD-BASE-A",)
    assert notes == ("`SD-BY-A` is now `SD-BASE-A`",)


@pytest.mark.parametrize(
    ("written", "error", "says"),
    [
        ({"prefered": "SD-BASE"}, ShapeError, "unknown fields: `prefered`"),
        ({"additions": {"keep": "P1Y"}}, ShapeError, "unknown fields: `keep`"),
        ({"vendors": {"netflix": {"vendors": {}}}}, ShapeError, "unknown fields: `vendors`"),
        ({"preferred": "SD-BSE"}, OffRosterError, "did you mean `SD-BASE`"),
        ({"preferred": "nothing of the kind"}, OffRosterError, "firstparty terms list"),
        ({"acceptable": ["SD-BASE", "TPR"]}, NotOfferedError, "between persons"),
        ({"vendors": {"netflix": {"preferred": "TPR"}}}, NotOfferedError, "between persons"),
        ({"acceptable": "SD-BASE"}, ShapeError, "is a list"),
        ({"additions": {"refused_purposes": ["dpv:Marketting"]}}, ShapeError, "did you mean `dpv:Marketing`"),
        ({"additions": {"duration": "a year"}}, ShapeError, "no duration"),
        (
            {"additions": {"retention": {"pd:Location": "P1Y", "https://w3id.org/dpv/pd#Location": "P2Y"}}},
            ShapeError,
            "twice",
        ),
        ({"categories": {"Entertainment!": {}}}, ShapeError, "no category"),
        ({"categories": []}, ShapeError, "an object"),
        ({"vendors": {"netflix": []}}, ShapeError, "`netflix` is an object"),
        ([], ShapeError, "an object"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(written: object, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as refused:
        Choice.from_json(written)
    assert says in str(refused.value)


def test_an_empty_list_is_stated_and_an_absent_one_is_not() -> None:
    nothing_refused = chosen(vendors={"netflix": {"additions": {"refused_purposes": []}}})
    assert nothing_refused.to_json() == {"vendors": {"netflix": {"additions": {"refused_purposes": []}}}}
    assert chosen(vendors={"netflix": {"additions": {"refused_purposes": None, "contact": {}}}}) == NOTHING_CHOSEN


# --- what holds for a vendor --------------------------------------------------------------------------------------------


def test_where_nothing_was_chosen_the_bare_service_is_all_that_is_acceptable() -> None:
    found = effective(NOTHING_CHOSEN, NETFLIX, "entertainment.streaming")
    assert (found.preferred, found.acceptable) == ("SD-BASE", ("SD-BASE",))
    assert found.additions == Additions()
    assert {one.source.says for one in found.fields} == {"by default"}


def test_every_field_comes_from_the_most_specific_statement_and_says_so() -> None:
    found = effective(Choice.from_json(WHOLE), NETFLIX, "entertainment.streaming")
    assert [one.says for one in found.fields] == [
        "prefers SD-BASE, chosen for Netflix",
        "accepts SD-BASE, then SD-BASE-DP, then SD-BASE-A, chosen in general",
        "data kept at most P6M, chosen for entertainment",
        "pd:Location kept at most P30D, chosen for entertainment.streaming",
        "refuses the purposes dpv:Marketing, chosen in general",
        "no data refused beyond the agreement, by default",
        "no limit on where data goes, by default",
        "no limit on how long an agreement runs, by default",
        "contact only by email, chosen for Netflix",
        "contact only at 08:00-20:00, chosen for entertainment",
        "contact at most 4 times a month, chosen in general",
    ]
    assert found.additions == Additions(
        retention=(("dpv:Data", "P6M"), ("pd:Location", "P30D")),
        refused_purposes=("dpv:Marketing",),
        contact=Contact(("email",), "08:00-20:00", 4),
    )


def test_an_override_of_a_category_does_not_reach_its_neighbours_or_what_is_above() -> None:
    choice = Choice.from_json(WHOLE)
    for category in ("", "energy", "entertainments", "entertainment.streaming.more"):
        caps = dict(effective(choice, SecondParty("other", "Other"), category).additions.retention)
        assert ("pd:Location" in caps) == (category == "entertainment.streaming.more")
        assert caps["dpv:Data"] == ("P6M" if category.startswith("entertainment.") else "P1Y")


def test_an_empty_list_of_an_override_lifts_the_general_refusals() -> None:
    choice = chosen(
        additions={"refused_purposes": ["dpv:Marketing"]}, vendors={"netflix": {"additions": {"refused_purposes": []}}}
    )
    assert effective(choice, NETFLIX).additions.refused_purposes == ()
    assert effective(choice).additions.refused_purposes == ("dpv:Marketing",)


def test_a_vendor_takes_on_what_was_chosen_for_those_it_came_from_unless_it_has_its_own() -> None:
    choice = chosen(
        vendors={
            "old": {"preferred": "SD-BASE-DP", "additions": {"duration": "P1Y"}},
            "netflix": {"preferred": "SD-BASE"},
        }
    )
    found = effective(choice, SecondParty("netflix", "Netflix", (("old", "Old Name"),)))
    assert found.preferred == "SD-BASE"
    assert "agreements run at most P1Y, chosen for Old Name, which it came from" in [one.says for one in found.fields]


# --- how a counter-offer is taken -----------------------------------------------------------------------------------------

ANSWERS = effective(chosen(preferred="SD-BASE-DP", acceptable=["SD-BASE-A"]))


@pytest.mark.parametrize(
    ("offered", "result", "says"),
    [
        ("SD-BASE-DP", "preferred", "SD-BASE-DP is the agreement that you prefer"),
        ("SD-BASE-A", "acceptable", "SD-BASE-A is acceptable to you"),
        ("SD-BASE", "acceptable", "SD-BASE protects you at least as much as SD-BASE-A, which is acceptable to you"),
        ("SD-BASE-A-DP", "acceptable", "SD-BASE-A-DP protects you at least as much as SD-BASE-A, which is"),
        ("SD-BASE-AT", "not acceptable", "SD-BASE-AT is not acceptable to you; the nearest that is: SD-BASE-A"),
        ("PDC-AI", "not acceptable", "PDC-AI is not acceptable to you; the nearest that is: SD-BASE"),
        ("TPR", "not acceptable", "TPR is not acceptable to you"),
        ("SD-BY-A", "acceptable", "SD-BASE-A is acceptable to you"),
    ],
)
def test_an_agreement_that_a_vendor_names_is_taken_by_name_or_by_what_it_protects(
    offered: str, result: str, says: str
) -> None:
    found = answer(ANSWERS, offered)
    assert found.result == result
    assert found.says.startswith(says)


def test_an_answer_says_what_it_rests_on() -> None:
    assert answer(ANSWERS, "SD-BASE").because == "SD-BASE-A"
    assert answer(ANSWERS, "SD-BASE-A").because == ""
    assert answer(ANSWERS, "SD-BASE-ATP").instead == "SD-BASE-A"
    assert answer(ANSWERS, "SD-BY-A").migrated_from == "SD-BY-A"


def test_an_agreement_off_the_roster_has_no_standing_at_all() -> None:
    with pytest.raises(OffRosterError):
        answer(ANSWERS, "SD-BASE-EVERYTHING")


# --- a practice against all that is acceptable ------------------------------------------------------------------------------


def test_the_first_acceptable_agreement_that_a_practice_stays_within_counts() -> None:
    studies = Practice.from_json({**PLAIN.to_json(), "purposes": ["dpv:ServiceUsageAnalytics"]})
    found = compare_all(studies, effective(chosen(preferred="SD-BASE", acceptable=["SD-BASE-A", "SD-BASE-AT"])))
    assert (found.best.result, found.best.agreement) == ("within", "SD-BASE-A")
    assert [one.result for one in found.tried] == ["exceeds", "within", "within"]


def test_a_practice_that_may_fit_an_agreement_further_down_is_unknown_and_not_refused() -> None:
    unclear = Practice.from_json({"purposes": ["dpv:ServiceUsageAnalytics"]})
    found = compare_all(unclear, effective(chosen(preferred="SD-BASE", acceptable=["SD-BASE-A"])))
    assert (found.best.result, found.best.agreement) == ("unknown", "SD-BASE-A")


def test_a_practice_that_fits_nothing_is_held_against_the_preferred_agreement_and_the_owners_limits() -> None:
    choice = chosen(acceptable=["SD-BASE-A"], vendors={"netflix": {"additions": {"retention": "P7D"}}})
    found = compare_all(PLAIN, effective(choice, NETFLIX))
    assert (found.best.result, found.best.agreement) == ("exceeds", "SD-BASE")
    assert compare_all(PLAIN, effective(choice)).best.result == "within"


# --- differences ------------------------------------------------------------------------------------------------------------


def test_differences_are_said_in_plain_words() -> None:
    after = {
        **WHOLE,
        "preferred": "SD-BASE",
        "acceptable": ["SD-BASE"],
        "additions": {
            "retention": {"dpv:Data": "P2Y"},
            "refused_purposes": ["dpv:Advertising"],
            "transfers_within": [],
        },
        "categories": {"entertainment": {"additions": {"retention": {"dpv:Data": "P30D"}}}},
        "vendors": {},
    }
    found = differences(Choice.from_json(WHOLE), Choice.from_json(after), {"netflix": "Netflix"})
    assert [one.says for one in found] == [
        "prefers SD-BASE instead of SD-BASE-DP",
        "accepts only SD-BASE instead of SD-BASE-DP, then SD-BASE-A",
        "data kept at most P2Y instead of P1Y",
        "also refuses the purposes dpv:Advertising; no longer refuses the purposes dpv:Marketing",
        "data goes to no country",
        "no longer said: contact at most 4 times a month",
        "for entertainment: data kept at most P30D instead of P6M",
        "for entertainment: no longer said: contact only at 08:00-20:00",
        "for entertainment.streaming: no longer said: pd:Location kept at most P30D",
        "for Netflix: no longer said: prefers SD-BASE",
        "for Netflix: no longer said: contact only by email",
    ]


def test_differences_as_json_name_the_level_the_field_and_both_values() -> None:
    (one,) = differences(NOTHING_CHOSEN, chosen(vendors={"netflix": {"additions": {"transfers_within": ["EEA"]}}}))
    assert one.to_json() == {
        "scope": {"kind": "vendor", "key": "netflix", "name": "netflix"},
        "field": "transfers_within",
        "before": None,
        "after": ["EEA"],
        "says": "for netflix: data stays within EEA",
    }


def test_a_general_change_says_where_it_does_not_reach() -> None:
    before = Choice.from_json(WHOLE)
    after = before.stating(Scope(), Stated(preferred="SD-BASE-A", retention=(("dpv:Data", "P2Y"),)))
    assert unaffected(after, differences(before, after), {"netflix": "Netflix"}) == (
        "for Netflix it stays as chosen there: prefers SD-BASE",
        "for entertainment it stays as chosen there: data kept at most P6M",
    )


def test_a_change_for_a_category_reaches_its_own_branch_only() -> None:
    before = chosen(categories={name: {"preferred": "SD-BASE-A"} for name in ("energy", "energy.gas", "energy-club")})
    after = before.stating(Scope("category", "energy"), Stated(preferred="SD-BASE"))
    assert unaffected(after, differences(before, after)) == (
        "for energy.gas it stays as chosen there: prefers SD-BASE-A",
    )
