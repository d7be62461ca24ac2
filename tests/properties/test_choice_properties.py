"""Laws of the owner's choice, on random choices: reading, levels, answers, differences."""

import json

from hypothesis import given
from hypothesis import strategies as st

from terms import dpv, order, roster
from terms.choice import Choice, Scope
from terms.choice_changes import differences
from terms.effective import SecondParty, answer, compare_all, effective
from terms.practice import Contact, Practice
from terms.stated import FIELD_NAMES, Stated

IDS = [one.id for one in roster.roster()]
RANK = {"within": 0, "unknown": 1, "exceeds": 2}
PATHS = [("entertainment.music", ["entertainment.music", "entertainment"]), ("energy", ["energy"]), ("", [])]


def lists(entries, most=3):
    return st.lists(entries, max_size=most, unique=True).map(tuple)


agreements = st.sampled_from(IDS)
purposes = st.sampled_from(dpv.purposes().terms())
categories = st.sampled_from(["dpv:Data", "pd:Location", "pd:EmailAddress", "pd:GPSCoordinate"])
durations = st.sampled_from(["P0D", "P30D", "P1M", "P1Y", "indefinite"])
contacts = st.builds(
    Contact,
    st.none() | lists(st.sampled_from(["email", "phone", "post"])),
    st.none() | st.sampled_from(["08:00-20:00", "00:00-24:00"]),
    st.none() | st.integers(0, 744),
)
statements = st.builds(
    Stated,
    preferred=st.none() | agreements,
    acceptable=st.none() | lists(agreements),
    retention=st.dictionaries(categories, durations, max_size=2).map(lambda caps: tuple(caps.items())),
    refused_purposes=st.none() | lists(purposes),
    refused_data=st.none() | lists(categories),
    transfers_within=st.none() | lists(st.sampled_from(["DE", "CH", "EU", "EEA"])),
    duration=st.none() | durations,
    contact=st.none() | contacts,
)


def levels(keys):
    return st.dictionaries(st.sampled_from(keys), statements, max_size=3).map(lambda found: tuple(found.items()))


choices = st.builds(
    Choice,
    statements,
    levels(["entertainment", "entertainment.music", "energy"]),
    levels(["acme", "öko strom 24 (own)", "former"]),
)
acme = SecondParty("acme", "Acme", (("former", "Former"),))
practices = st.builds(
    Practice,
    purposes=st.none() | lists(purposes),
    data=st.none() | lists(categories),
    recipients=st.none() | st.just(()),
    retention=st.none() | durations,
    ai_training=st.none() | st.just(False),
    anonymised=st.none() | st.just(False),
    portability=st.none() | st.booleans(),
)


@given(choices)
def test_a_choice_survives_json(choice):
    written = json.dumps(choice.to_json())
    assert Choice.from_json(json.loads(written)) == choice


@given(statements)
def test_a_statement_is_the_sum_of_its_fields(stated):
    assert Stated.from_entries(stated.entries()) == stated


def nested(choice, category_path):
    """The statements that count for Acme, the most specific first: written out by hand."""
    vendors, categories = dict(choice.vendors), dict(choice.categories)
    found = [
        vendors.get("acme"),
        vendors.get("former"),
        *(categories.get(one) for one in category_path),
        choice.general,
    ]
    return [stated.entries() for stated in found if stated is not None]


@given(choices, st.sampled_from(PATHS))
def test_what_holds_is_the_first_statement_of_each_field_down_the_levels(choice, path):
    category, above = path
    found, stated = effective(choice, acme, category), nested(choice, above)
    expected = {}
    for entries in reversed(stated):
        expected.update(entries)
    assert found.preferred == expected.get("preferred", "SD-BASE")
    assert found.acceptable == tuple(dict.fromkeys((found.preferred, *expected.get("acceptable", ()))))
    limits = {name: value for name, value in expected.items() if name not in ("preferred", "acceptable")}
    assert found.additions == Stated.from_entries(limits).additions


@given(choices, st.sampled_from(PATHS))
def test_every_field_is_explained_once_by_a_level_that_states_it(choice, path):
    found = effective(choice, acme, path[0])
    names = [one.name for one in found.fields]
    assert len(set(names)) == len(names)
    assert {name if name in FIELD_NAMES else name.partition(".")[0] for name in names} == set(FIELD_NAMES)
    for one in found.fields:
        assert one.says.endswith(one.source.says)
        if one.source.kind in ("vendor", "former vendor", "category") and one.name != "acceptable":
            kind = "category" if one.source.kind == "category" else "vendor"
            assert choice.at(Scope(kind, one.source.key)).entries()[one.name] == one.value


@given(choices, agreements)
def test_an_answer_is_yes_exactly_where_something_acceptable_protects_no_more(choice, offered):
    found = effective(choice, acme, "energy")
    taken = answer(found, offered)
    protects = [
        id for id in found.acceptable if order.protects_at_least(roster.agreement(offered), roster.agreement(id))
    ]
    assert (taken.result != "not acceptable") == bool(protects)
    assert (taken.result == "preferred") == (offered == found.preferred)
    assert (taken.because == "") == (offered in found.acceptable or not protects)
    assert taken.because in ("", *protects)
    assert (taken.instead in found.acceptable) == (not protects)


@given(choices, practices)
def test_the_best_of_all_comparisons_counts_and_the_first_of_equals(choice, practice):
    found = effective(choice, acme, "energy")
    compared = compare_all(practice, found)
    assert tuple(one.agreement for one in compared.tried) == found.acceptable
    assert compared.best is min(compared.tried, key=lambda one: RANK[one.result])


@given(choices, choices)
def test_differences_applied_to_the_first_choice_make_the_second(before, after):
    choice = before
    found = differences(before, after)
    for scope in dict.fromkeys(one.scope for one in found):
        entries = choice.at(scope).entries()
        for one in found:
            if one.scope == scope:
                assert entries.pop(one.field, None) == one.before
                if one.after is not None:
                    entries[one.field] = one.after
        choice = choice.stating(scope, Stated.from_entries(entries))
    assert choice == after
    assert bool(found) == (before != after)
    assert all(one.says and one.says == one.says.strip() for one in found)
