"""Laws of the order of protection and of the comparison, on random clauses, practices and additions."""

from dataclasses import fields, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terms import dpv, order, roster
from terms.activities import ACTIVITIES
from terms.additions import Additions
from terms.comparison import Change, Exceeds, Unknown, Within, compare
from terms.practice import Contact, Practice, Recipient
from terms.roster.clauses import Clause, rules
from terms.shapes import ShapeError

BASE = roster.agreement("SD-BASE")
RANK = {"within": 0, "unknown": 1, "exceeds": 2}


def lists(entries, most=4):
    return st.lists(entries, max_size=most, unique=True).map(tuple)


clauses = st.builds(
    Clause,
    st.sampled_from(["permit", "forbid", "require"]),
    st.sampled_from(sorted(ACTIVITIES)),
    st.sampled_from([("second",), ("third",), ("second", "third")]),
    st.sampled_from(["any", "anonymised", "identifiable"]),
)


def agreement_of(some: list[Clause]) -> roster.Agreement:
    return replace(BASE, clauses=tuple(some), rules=rules(some))


# Half of all agreements are those of the roster; the others are a few clauses put together at random.
agreements = st.one_of(st.sampled_from(roster.roster("")), st.lists(clauses, max_size=4).map(agreement_of))
offered = st.sampled_from(roster.roster())

unknown_terms = st.sampled_from(["dpv:Nonsense", "pd:Nonsense", "nonsense"])
LIKELY_PURPOSES = """
dpv:PaymentManagement dpv:ServiceProvision dpv:ServiceUsageAnalytics dpv:ServiceMonitoring dpv:ServicePersonalisation
dpv:SellDataToThirdParties dpv:Marketing dpv:ImproveHealthcare dpv:EstablishContractualAgreement
""".split()
purposes = st.one_of(
    st.sampled_from(LIKELY_PURPOSES), st.sampled_from(dpv.purposes().terms()), st.sampled_from(dpv.purposes().terms())
)
categories = st.one_of(
    st.sampled_from(["dpv:PersonalData", "pd:Location", "pd:GPSCoordinate"]),
    st.sampled_from(dpv.personal_data().terms()),
)
recipients = st.one_of(
    st.sampled_from(
        [Recipient("Example Ltd"), Recipient("Carrier", "dpv:DataProcessor"), Recipient(role="dpv:Nobody")]
    ),
    st.sampled_from(dpv.entities().terms()).map(lambda role: Recipient(role=role)),
)
durations = st.sampled_from(["P0D", "P30D", "P1M", "P1Y", "indefinite"])
places = st.sampled_from(["DE", "EU", "EEA", "US", "CH", "Nowhere"])
hours = st.sampled_from(["00:00-24:00", "08:00-12:00", "10:00-20:00", "21:00-23:00"])
counts = st.integers(0, 5)
channels = lists(st.sampled_from(["email", "phone", "post"]), 3)
contacts = st.builds(Contact, st.none() | channels, st.none() | hours, st.none() | counts)
flags = st.sampled_from([None, True, False, False])
practices = st.builds(
    Practice,
    purposes=st.none() | lists(purposes) | lists(purposes | unknown_terms),
    data=st.none() | lists(categories) | lists(categories | unknown_terms),
    recipients=st.none() | st.lists(recipients, max_size=3, unique_by=str).map(tuple),
    retention=st.none() | durations | st.just("for a while"),
    ai_training=flags,
    anonymised=flags,
    portability=flags,
    processing=st.none() | lists(st.sampled_from(dpv.processing().terms()), 3),
    transfers=st.none() | lists(places, 3),
    duration=st.none() | durations,
    contact=st.none() | contacts,
)
additions = st.builds(
    Additions,
    retention=st.dictionaries(categories, durations, max_size=2).map(lambda caps: tuple(caps.items())),
    refused_purposes=lists(purposes, 2),
    refused_data=lists(categories, 2),
    transfers_within=st.none() | lists(st.sampled_from(["DE", "EU", "EEA", "CH"]), 2),
    duration=st.none() | durations,
    contact=st.none() | contacts,
) | st.just(Additions())


@given(agreements)
def test_every_agreement_protects_at_least_as_much_as_itself(a):
    assert order.protects_at_least(a, a)


@given(agreements, agreements)
def test_agreements_that_protect_each_others_way_have_equal_clauses(a, b):
    if order.protects_at_least(a, b) and order.protects_at_least(b, a):
        assert a.rules == b.rules
    assert order.protects_more(a, b) == (order.protects_at_least(a, b) and a.rules != b.rules)


@given(agreements, agreements, agreements)
def test_protection_is_transitive(a, b, c):
    if order.protects_at_least(a, b) and order.protects_at_least(b, c):
        assert order.protects_at_least(a, c)


@given(st.lists(clauses, max_size=4), st.lists(clauses, max_size=3))
def test_more_prohibitions_never_protect_less(some, more):
    added = [replace(clause, action="forbid") for clause in more]
    stricter, looser = agreement_of(some + added), agreement_of(some)
    assert order.protects_at_least(stricter, looser)


@given(offered, offered, st.lists(offered, max_size=6, unique_by=id))
def test_meet_and_join_are_the_nearest_bounds_or_none(a, b, some):
    low, high = order.meet(a, b, some), order.join(a, b, some)
    below = [one for one in some if order.protects_at_least(a, one) and order.protects_at_least(b, one)]
    above = [one for one in some if order.protects_at_least(one, a) and order.protects_at_least(one, b)]
    assert low is None or (low in below and all(order.protects_at_least(low, one) for one in below))
    assert high is None or (high in above and all(order.protects_at_least(one, high) for one in above))
    assert (low, high) == (order.meet(b, a, some), order.join(b, a, some))
    if len(below) == 1:
        assert low is below[0]
    if len(above) == 1:
        assert high is above[0]


@given(st.lists(agreements, max_size=7, unique_by=lambda one: one.rules))
def test_the_lines_of_the_diagram_and_what_follows_from_them_are_the_whole_order(some):
    reached = {(a, b) for a, b in order.covers(some)}
    for _ in some:
        reached |= {(a, c) for a, b in reached for b_again, c in reached if b is b_again}
    assert reached == {(a, b) for a in some for b in some if order.protects_more(a, b)}
    row = {one: at for at, layer in enumerate(order.layers(some)) for one in layer}
    assert row.keys() == set(some)
    assert all(row[a] < row[b] for a, b in reached)


@settings(max_examples=400)
@given(practices, offered, additions)
def test_the_smallest_change_compares_as_within_and_no_part_of_it_can_be_left_out(practice, agreement, added):
    found = compare(practice, agreement, added)
    assume(isinstance(found, Exceeds))
    change = found.smallest_change
    assert isinstance(compare(change.applied_to(practice), agreement, added), Within)
    for less in smaller(change):
        assert not isinstance(compare(less.applied_to(practice), agreement, added), Within)


def smaller(change: Change) -> list[Change]:
    """The change with one removal or one value left out."""
    fewer = []
    for at, (field, entries) in enumerate(change.remove):
        for entry in entries:
            kept = (field, tuple(one for one in entries if one != entry))
            fewer.append(replace(change, remove=(*change.remove[:at], kept, *change.remove[at + 1 :])))
    fewer += [replace(change, set=(*change.set[:at], *change.set[at + 1 :])) for at in range(len(change.set))]
    return fewer


LISTS = ("purposes", "data", "recipients", "processing", "transfers")


@settings(max_examples=300)
@given(practices, offered, additions, st.data())
def test_to_take_something_out_never_makes_it_worse(practice, agreement, added, data):
    field = data.draw(st.sampled_from(LISTS))
    entries = getattr(practice, field)
    assume(entries)
    at = data.draw(st.integers(0, len(entries) - 1))
    less = replace(practice, **{field: entries[:at] + entries[at + 1 :]})
    assert RANK[compare(less, agreement, added).result] <= RANK[compare(practice, agreement, added).result]


@settings(max_examples=300)
@given(practices, offered, offered, additions)
def test_more_protection_never_answers_better(practice, a, b, added):
    assume(order.protects_at_least(a, b))
    assert RANK[compare(practice, a, added).result] >= RANK[compare(practice, b, added).result]


@settings(max_examples=200)
@given(practices, offered, additions)
def test_additions_only_take_away(practice, agreement, added):
    assert RANK[compare(practice, agreement, added).result] >= RANK[compare(practice, agreement).result]


@settings(max_examples=200)
@given(practices, offered, additions)
def test_an_unknown_answer_has_reasons_and_a_full_declaration_can_settle_it(practice, agreement, added):
    found = compare(practice, agreement, added)
    if isinstance(found, Unknown):
        assert found.why
    if isinstance(found, Exceeds):
        assert found.clauses


@given(practices)
def test_practices_survive_json(practice):
    assert Practice.from_json(practice.to_json()) == practice
    assert practice.to_json().keys() <= {field.name for field in fields(Practice)}


names = st.sampled_from(sorted(field.name for field in fields(Practice))) | st.text(max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 800) | st.floats() | st.text(max_size=12) | hours | purposes,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(names, json_values, max_size=4) | json_values)
def test_any_json_is_a_practice_or_one_error(value):
    refusal = ""
    practice = Practice()
    try:
        practice = Practice.from_json(value)
    except ShapeError as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert compare(practice, BASE).result in RANK


@settings(max_examples=300)
@given(purposes, offered, st.sampled_from(dpv.purposes().terms()))
def test_a_purpose_is_denied_if_any_ancestor_is_refused(purpose, agreement, refused):
    asked = Practice(purposes=(purpose,), data=(), recipients=(), ai_training=False, anonymised=True, portability=True)
    if refused in dpv.purposes().ancestors(purpose):
        found = compare(asked, agreement, Additions(refused_purposes=(refused,)))
        assert isinstance(found, Exceeds)
