"""Laws of our ODRL: what is written reads back, nothing else reads, evaluation is total and agrees with the comparison."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terms import dpv, odrl, roster
from terms.additions import Additions
from terms.comparison import compare
from terms.errors import FirstpartyError
from terms.odrl import reading, writing
from terms.odrl.evaluation import Asked, Request, World
from terms.odrl.names import odrl as odrl_iri
from terms.odrl.policy import (
    SET_OPERATORS,
    Conflict,
    Constraint,
    Join,
    Joined,
    Literal,
    Operator,
    Origin,
    Policy,
    PolicyKind,
    Rule,
    RuleKind,
    Target,
)
from terms.odrl.report import Attempt, Deontic, DutyState, Performance, Verdict
from terms.practice import Practice, Recipient
from terms.proof import jcs
from terms.record import Agreement, Terms, terms_hash
from tests.terms import parties as p

NOW = p.START + p.DAY
WORLD = odrl.world(NOW)
OFFERED = roster.roster()


def signed(terms: roster.Agreement, until: datetime | None = p.START + 365 * p.DAY) -> Agreement:
    named = Terms(terms.id, terms.iri, terms_hash(terms.text, terms.rules_json))
    return Agreement(p.ID, p.PERSON, p.VENDOR, named, p.START + p.DAY, until)


POLICIES = {terms: odrl.read(odrl.offer(signed(terms), terms)) for terms in OFFERED}


# Consistency with the comparison


def lists(entries, least=0, most=3):
    return st.lists(entries, min_size=least, max_size=most, unique_by=str).map(tuple)


LIKELY = """
dpv:PaymentManagement dpv:ServiceProvision dpv:ServiceUsageAnalytics dpv:ServiceMonitoring dpv:ServicePersonalisation
dpv:SellDataToThirdParties dpv:Marketing dpv:ImproveHealthcare dpv:EstablishContractualAgreement dpv:ServiceOptimisation
""".split()
purposes = st.sampled_from(LIKELY) | st.sampled_from(LIKELY) | st.sampled_from(dpv.purposes().terms())
doubtful = purposes | st.just("dpv:Nonsense")
operations = st.sampled_from(dpv.processing().terms()) | st.sampled_from(
    ["dpv:Tracking", "dpv:TrackingByThirdParty", "dpv:Profiling", "dpv:Share", "dpv:Collect"]
)
categories = st.sampled_from(["pd:Location", "pd:GPSCoordinate", "dpv:PersonalData", "pd:EmailAddress"])
recipients = st.sampled_from(
    [Recipient("Example Ads Ltd"), Recipient(role="dpv:DataProcessor"), Recipient(role="dpv:ThirdParty")]
)
flags = st.sampled_from([None, True, False, False])
# The part that both express: see docs/odrl.md. Portability is a duty and is not asked for, so it is declared.
practices = st.builds(
    Practice,
    purposes=lists(purposes, 1) | lists(doubtful, 1) | st.none(),
    data=lists(categories),
    recipients=st.none() | lists(recipients) | st.just(()),
    ai_training=flags,
    anonymised=flags,
    portability=st.just(True),
    processing=st.none() | lists(operations),
    transfers=st.none() | lists(st.sampled_from(["DE", "EEA", "US"])),
)
# Half of the practices ask for little, so that they are often within.
modest = st.builds(
    Practice,
    purposes=lists(st.sampled_from(LIKELY[:2]) | purposes, 1, 1),
    data=lists(categories, most=1),
    recipients=st.just(()) | lists(recipients, most=1),
    ai_training=st.just(False),
    anonymised=st.just(True) | flags,
    portability=st.just(True),
    processing=st.none() | lists(operations, most=1),
    transfers=st.just(()) | st.just(("DE",)),
)
practices = modest | practices
EXPECTED = {"within": Verdict.PERMIT, "exceeds": Verdict.DENY, "unknown": Verdict.UNDETERMINED}


@settings(max_examples=400)
@given(practices, st.sampled_from(OFFERED))
def test_a_practice_is_permitted_exactly_where_the_comparison_finds_it_within(practice, terms):
    policy = POLICIES[terms]
    report = odrl.evaluate(policy, odrl.request(practice, policy.uid, p.VENDOR), WORLD)
    assert report.verdict is EXPECTED[compare(practice, terms).result]


additions = st.builds(
    Additions,
    refused_purposes=lists(purposes, most=2),
    refused_data=lists(categories, most=2),
    transfers_within=st.none() | lists(st.sampled_from(["DE", "EEA", "CH"]), most=2),
)


@settings(max_examples=200)
@given(practices, st.sampled_from(OFFERED), additions)
def test_refused_purposes_and_categories_and_countries_of_an_offer_are_judged_as_the_comparison_does(
    practice, terms, added
):
    policy = odrl.read(odrl.offer(signed(terms), terms, added))
    report = odrl.evaluate(policy, odrl.request(practice, policy.uid, p.VENDOR), WORLD)
    assert report.verdict is EXPECTED[compare(practice, terms, added).result]


@given(practices, st.sampled_from(OFFERED), st.sampled_from(dpv.entities().terms()))
def test_whatever_the_recipients_role_nothing_is_permitted_that_the_comparison_does_not_find_within(
    practice, terms, role
):
    practice = replace(practice, recipients=(Recipient(role=role),))
    policy = POLICIES[terms]
    report = odrl.evaluate(policy, odrl.request(practice, policy.uid, p.VENDOR), WORLD)
    assert report.verdict is not Verdict.PERMIT or compare(practice, terms).result == "within"


@given(practices, st.sampled_from(OFFERED))
def test_nothing_is_permitted_to_another_vendor_or_after_the_end(practice, terms):
    policy = POLICIES[terms]
    other = odrl.evaluate(policy, odrl.request(practice, policy.uid, "https://other.example/client.json"), WORLD)
    late = replace(WORLD, now=p.START + 365 * p.DAY)
    after = odrl.evaluate(policy, odrl.request(practice, policy.uid, p.VENDOR), late)
    assert Verdict.PERMIT not in (other.verdict, after.verdict)


# Writing and reading


words = st.text("abcdefghij", min_size=1, max_size=6)
iris = st.builds("urn:x-test:{}".format, words) | st.sampled_from(
    [dpv.iri(term) for term in LIKELY] + [odrl_iri("use"), odrl_iri("read"), p.VENDOR, p.PERSON]
)
operands = st.one_of(
    iris,
    words.map(Literal),
    st.sampled_from(["P30D", "P1Y", "indefinite"]).map(lambda text: Literal(text, duration=True)),
    st.integers(0, 10_000).map(lambda days: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days)),
)


@st.composite
def constraints(draw):
    operator = draw(st.sampled_from(Operator))
    most = 3 if operator in SET_OPERATORS else 1
    right = tuple(draw(st.lists(operands, min_size=1, max_size=most)))
    return Constraint(draw(names), draw(iris), operator, right)


_counter = iter(range(10**12))
names = st.builds(lambda: f"urn:x-test:node-{next(_counter)}")
conditions = st.recursive(
    constraints(),
    lambda inner: st.builds(Joined, names, st.sampled_from(Join), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=4,
)
some_conditions = st.lists(conditions, max_size=2).map(tuple)
targets = st.builds(Target, iris) | st.builds(Target, iris, st.just(True), st.just("") | iris, some_conditions)
maybe = st.just("") | iris


def rules(kind, duties=st.just(())):  # noqa: B008
    return st.builds(
        lambda assignee, several, **rest: Rule(assignee=assignee, assignees=several and bool(assignee), **rest),
        assignee=maybe,
        several=st.booleans(),
        kind=st.just(kind),
        uid=names,
        action=maybe,
        assigner=maybe,
        contracted=maybe,
        target=st.none() | targets,
        constraints=some_conditions,
        duties=duties,
    )


obligations = rules(RuleKind.OBLIGATION)
all_rules = st.tuples(
    st.lists(rules(RuleKind.PERMISSION, st.lists(obligations, max_size=1).map(tuple)), max_size=2),
    st.lists(rules(RuleKind.PROHIBITION), max_size=2),
    st.lists(obligations, max_size=1),
).map(lambda kinds: tuple(rule for kind in kinds for rule in kind))
digests = st.integers(0, 9).map(lambda number: f"sha256:{str(number) * 64}")
origins = st.builds(Origin, words, digests, iris, digests, st.none() | st.just(p.START))
policies = st.builds(
    Policy, st.sampled_from(PolicyKind), names, all_rules, st.sampled_from(Conflict), maybe, st.none() | origins
)


@settings(max_examples=60)
@given(policies)
def test_what_is_written_reads_back_and_has_a_canonical_form(policy):
    document = writing.policy(policy)
    assert reading.policy(jcs.parse_canonical(jcs.canonical(document))) == policy


@settings(max_examples=60)
@given(st.sampled_from(OFFERED), st.none() | st.just(p.START), additions)
def test_every_exported_document_reads_back_to_a_policy_that_writes_it_again(terms, until, added):
    document = odrl.offer(signed(terms, until), terms, added)
    assert writing.policy(odrl.read(json.loads(jcs.canonical(document)))) == document


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_whatever_is_no_policy_is_refused(value):
    assert refused(value)


def refused(value: object) -> bool:
    try:
        odrl.read(value)
    except FirstpartyError as refusal:
        return refusal.code == "odrl-policy"
    return False


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


SAMPLE = odrl.offer(signed(roster.agreement("SD-BASE-ATP-S3P-DP")), roster.agreement("SD-BASE-ATP-S3P-DP"))
PLACES = [path for path in places(SAMPLE) if path]


@settings(max_examples=150)
@given(st.sampled_from(PLACES), json_values, st.sampled_from(["set", "drop", "add"]))
def test_a_document_with_any_part_exchanged_left_out_or_added_reads_as_what_it_says_or_is_refused(path, value, change):
    document = json.loads(json.dumps(SAMPLE))
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    if change == "drop":
        del holder[path[-1]]
    elif change == "set":
        holder[path[-1]] = value
    else:
        assume(isinstance(holder, dict))
        holder["more"] = value
    assert refused(document) or writing.policy(odrl.read(document)) == document


# Evaluation


duty_states = st.builds(
    DutyState, iris, iris, st.sampled_from(Attempt), st.sampled_from(Performance), st.sampled_from(Deontic)
)
worlds = st.builds(
    World,
    st.none() | st.just(NOW) | st.just(datetime(2026, 1, 1)),  # noqa: DTZ001
    st.dictionaries(iris, st.frozensets(iris, max_size=3), max_size=5),
    st.dictionaries(iris, duty_states, max_size=2),
)
asked = st.builds(
    Asked, names, maybe, maybe, maybe, st.dictionaries(iris, st.lists(operands, max_size=2).map(tuple), max_size=3)
)
requests = st.builds(Request, names, st.lists(asked, max_size=3).map(tuple))


@settings(max_examples=80)
@given(policies, requests, worlds)
def test_evaluation_answers_for_every_policy_request_and_world(policy, request, world):
    report = odrl.evaluate(policy, request, world)
    assert [one.asked for one in report.decisions] == [one.uid for one in request.asked]
    assert {rule for one in report.decisions for rule in one.rules} <= {rule.uid for rule in policy.rules}
    assert report == odrl.evaluate(policy, request, world)
    jcs.canonical(writing.report(report))


@settings(max_examples=60)
@given(policies, requests, worlds, st.sampled_from([Conflict.PROHIBIT, Conflict.INVALID]))
def test_one_prohibition_more_never_turns_a_refusal_into_a_permission(policy, request, world, conflict):
    stricter = replace(policy, conflict=conflict, rules=(*policy.rules, Rule(RuleKind.PROHIBITION, "urn:x-test:all")))
    for decision in odrl.evaluate(stricter, request, world).decisions:
        assert decision.verdict is not Verdict.PERMIT
