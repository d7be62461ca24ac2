"""The exported ODRL: every clause of every agreement, the names that lead back, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from terms import agreement as life
from terms import dpv, odrl, roster, signing
from terms.additions import Additions
from terms.agreement import History, Known
from terms.odrl import export, profile, writing
from terms.odrl.names import ODRL, full
from terms.odrl.names import odrl as odrl_iri
from terms.odrl.policy import Operator, Policy, Rule, RuleKind
from terms.practice import Practice
from terms.proof import jcs
from terms.record import Agreement, Terms, terms_hash
from terms.roster.clauses import Clause, rules
from tests.terms import parties as p

# rdflib's own JSON-LD parser still uses a class that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS") or Path(__file__).parents[2].parent / "shared" / "data")
ODRL_, DCT = Namespace(ODRL), Namespace("http://purl.org/dc/terms/")
ROSTER = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster.roster("")}
KNOWN = Known(ROSTER, p.VENDOR_KEYS)
ALL = [pytest.param(one, id=one.id) for one in roster.roster("")]
ADDITIONS = Additions(
    retention=(("dpv:Data", "P1Y"), ("pd:Location", "P30D"), ("pd:EmailAddress", "indefinite")),
    refused_purposes=("dpv:Marketing", "dpv:ServiceUsageAnalytics"),
    refused_data=("pd:Location",),
    transfers_within=("DE", "CH"),
)


def body(terms: roster.Agreement) -> Agreement:
    return Agreement(p.ID, p.PERSON, p.VENDOR, ROSTER[terms.id], p.START + p.DAY, p.START + 365 * p.DAY)


def proffered(terms: roster.Agreement) -> History:
    return life.began(p.proffer(body(terms)), KNOWN, now=p.START)


def accepted(terms: roster.Agreement) -> History:
    history = proffered(terms)
    at = p.START + p.HOUR
    return life.received(history, signing.accepted(history, p.SECOND, at=at), KNOWN, now=at)


def policy_of(id: str, additions: Additions = Additions()) -> Policy:  # noqa: B008
    terms = roster.agreement(id)
    return odrl.read(odrl.offer(body(terms), terms, additions))


def named(policy: Policy, name: str) -> Rule:
    return next(rule for rule in policy.rules if rule.uid.partition("#")[2] == name)


def clause_of(rule: Rule) -> str:
    return rule.uid.partition("#")[2].partition(".")[0]


# Clauses


KINDS = {
    "permit": {RuleKind.PERMISSION},
    "forbid": {RuleKind.PROHIBITION},
    "require": {RuleKind.OBLIGATION, RuleKind.PERMISSION},
}


@pytest.mark.parametrize("terms", ALL)
def test_every_clause_of_every_agreement_is_represented_and_nothing_else_is(terms: roster.Agreement) -> None:
    policy = odrl.read(odrl.agreement(accepted(terms), terms))
    for clause in terms.clauses:
        rules = [rule for rule in policy.rules if clause_of(rule) == clause.id]
        owed = clause.activity == "portability"
        assert {rule.kind for rule in rules} == (KINDS[clause.action] - ({RuleKind.PERMISSION} if owed else set())), (
            clause.id
        )
        assert all(is_about(rule, clause) for rule in rules)
    assert {clause_of(rule) for rule in policy.rules} <= {clause.id for clause in terms.clauses} | {"otherwise"}


def is_about(rule: Rule, clause: Clause) -> bool:
    refined = [(one.operator, one.right) for one in rule.target.refinements]
    scope = {
        "any": [],
        "anonymised": [(Operator.IS_ANY_OF, (dpv.iri("dpv:AnonymisedData"),))],
        "identifiable": [(Operator.IS_NONE_OF, (dpv.iri("dpv:AnonymisedData"),))],
    }
    third = rule.assignee == dpv.iri("dpv:ThirdParty") and rule.assignees and rule.contracted == p.VENDOR
    second = rule.assignee == p.VENDOR and not rule.assignees
    by = second if "second" in clause.by or "TrackingByThirdParty" in rule.uid else third
    return by and rule.assigner == p.PERSON and refined == scope[clause.data]


def test_the_thirteen_agreements_for_organisations_are_all_of_them() -> None:
    assert len(roster.roster()) == 13


def test_the_service_is_an_obligation_and_what_is_needed_for_it_is_permitted() -> None:
    policy = policy_of("SD-BASE")
    assert named(policy, "require-service").action == dpv.iri("ieee-7012:ServiceDelivery")
    permitted = named(policy, "require-service.use")
    assert (permitted.kind, permitted.action) == (RuleKind.PERMISSION, odrl_iri("use"))
    assert dpv.iri("dpv:PaymentManagement") in permitted.constraints[0].right


def test_portability_is_a_duty_to_make_the_data_available_to_the_person() -> None:
    duty = named(policy_of("SD-BASE-DP"), "require-portability")
    assert (duty.kind, duty.action) == (RuleKind.OBLIGATION, dpv.iri("dpv:MakeAvailable"))
    assert [(one.left, one.operator, one.right) for one in duty.constraints] == [
        (odrl_iri("recipient"), Operator.EQ, (p.PERSON,))
    ]


def test_only_permissions_end_with_the_agreement() -> None:
    for rule in policy_of("SD-BASE-ATP-S3P-DP").rules:
        ends = [one.right for one in rule.constraints if one.left == odrl_iri("dateTime")]
        assert ends == ([(p.START + 365 * p.DAY,)] if rule.kind is RuleKind.PERMISSION else [])


def test_no_purpose_is_both_permitted_and_prohibited_to_the_vendor_with_the_same_data() -> None:
    for terms in roster.roster():
        sets: dict[RuleKind, set[tuple[str, str]]] = {RuleKind.PERMISSION: set(), RuleKind.PROHIBITION: set()}
        for rule in policy_of(terms.id).rules:
            if rule.kind in sets and rule.assignee == p.VENDOR:
                scope = ",".join(one.operator for one in rule.target.refinements)
                for one in rule.constraints:
                    sets[rule.kind] |= {(right, scope) for right in one.right if one.left == odrl_iri("purpose")}
        assert not sets[RuleKind.PERMISSION] & sets[RuleKind.PROHIBITION], terms.id


def test_an_activity_that_shares_a_purpose_with_a_permitted_one_is_not_forbidden_for_it() -> None:
    clauses = (Clause("permit", "service"), Clause("forbid", "intentcasting"))
    terms = replace(roster.agreement("SD-BASE"), clauses=clauses, rules=rules(clauses))
    made = export.rules(export.Deal("urn:x-test:policy", p.PERSON, p.VENDOR, terms))
    shared = dpv.iri("dpv:EstablishContractualAgreement")
    assert [rule.kind for rule in made for one in rule.constraints if shared in one.right] == [RuleKind.PERMISSION]


@pytest.mark.parametrize(("operation", "verdict"), [("dpv:Tracking", "permit"), ("dpv:TrackingByThirdParty", "deny")])
def test_tracking_may_be_the_vendors_own_and_no_third_partys(operation: str, verdict: str) -> None:
    practice = Practice(("dpv:PaymentManagement",), (), (), ai_training=False, processing=(operation,))
    policy = policy_of("SD-BASE-AT")
    report = odrl.evaluate(policy, odrl.request(practice, policy.uid, p.VENDOR), odrl.world(p.START))
    assert report.verdict == verdict


# Additions


def test_additions_narrow_the_permissions_of_an_offer_and_add_duties_to_delete() -> None:
    policy = policy_of("SD-BASE-A", ADDITIONS)
    permitted = named(policy, "permit-analytics")
    limits = {one.uid.rpartition("/")[2]: one for one in permitted.constraints}
    # Marketing is prohibited anyway; refusing it takes nothing more away.
    assert limits["refusedPurpose"].right == (dpv.iri("dpv:ServiceUsageAnalytics"),)
    assert limits["spatial"].right == ("https://w3id.org/dpv/loc#CH", "https://w3id.org/dpv/loc#DE")
    assert [one.right for one in permitted.target.refinements] == [(dpv.iri("pd:Location"),)]
    deletions = [rule for rule in policy.rules if rule.action == odrl_iri("delete")]
    assert [rule.constraints[0].right[0].text for rule in deletions] == ["P1Y", "P30D"]
    assert [len(rule.target.refinements) for rule in deletions] == [0, 1]


def test_what_is_agreed_does_not_depend_on_the_owners_additions() -> None:
    terms = roster.agreement("SD-BASE-A")
    agreed = odrl.read(odrl.agreement(accepted(terms), terms))
    assert not [rule for rule in agreed.rules if "additions" in rule.uid]
    offered = policy_of("SD-BASE-A", ADDITIONS)
    assert offered.uid != policy_of("SD-BASE-A").uid


def test_data_may_go_nowhere_if_the_owner_names_no_country() -> None:
    policy = policy_of("SD-BASE", Additions(transfers_within=()))
    (spatial,) = (one for one in named(policy, "require-service.use").constraints if one.left == odrl_iri("spatial"))
    assert spatial.right == ("https://w3id.org/dpv/loc#",)


# The way back to what was signed


def test_an_agreement_names_the_signed_record_the_exact_terms_and_the_parties() -> None:
    terms = roster.agreement("SD-BASE-A-DP")
    history = accepted(terms)
    document: dict[str, Any] = odrl.agreement(history, terms)
    assert (document["@type"], document["conflict"], document["profile"]) == ("Agreement", "prohibit", profile.name())
    assert document["dct:identifier"] == history.agreement.id
    assert document["dct:source"]["dct:identifier"] == history.last.digest
    assert document["dct:conformsTo"]["dct:identifier"] == history.agreement.terms.hash
    assert document["dct:conformsTo"]["dct:isVersionOf"] == {"@id": "ieee-7012:SD-BASE-A-DP"}
    assert "dct:valid" not in document


def test_an_offer_names_the_standing_offer_and_until_when_it_may_be_answered() -> None:
    terms = roster.agreement("SD-BASE")
    history = proffered(terms)
    document: dict[str, Any] = odrl.offer(history, terms)
    assert document["dct:source"]["dct:identifier"] == history.last.digest
    assert document["dct:valid"] == {"@type": "xsd:dateTime", "@value": "2026-03-02T12:00:00Z"}
    assert document["@type"] == "Offer"


def test_the_same_export_has_the_same_bytes_and_another_record_another_name() -> None:
    terms = roster.agreement("SD-BASE")
    history = accepted(terms)
    assert jcs.canonical(odrl.agreement(history, terms)) == jcs.canonical(odrl.agreement(history, terms))
    names = {
        odrl.agreement(history, terms)["uid"],
        odrl.offer(history, terms)["uid"],
        odrl.offer(body(terms), terms)["uid"],
    }
    assert len(names) == 3


def test_what_is_not_agreed_or_not_these_terms_is_refused() -> None:
    base, other = roster.agreement("SD-BASE"), roster.agreement("SD-BASE-A")
    with pytest.raises(odrl.ExportError, match="nothing is agreed"):
        odrl.agreement(proffered(base), base)
    with pytest.raises(odrl.ExportError, match="names `SD-BASE`, not `SD-BASE-A`"):
        odrl.offer(body(base), other)
    with pytest.raises(odrl.ExportError, match="another text"):
        odrl.agreement(p.accepted(), base)


# As RDF, with nothing from the network


@pytest.mark.parametrize("terms", ALL)
def test_a_document_is_self_contained_rdf_that_keeps_to_the_information_model(terms: roster.Agreement) -> None:
    document = odrl.offer(body(terms), terms, ADDITIONS)
    assert isinstance(document["@context"], dict)
    graph = Graph().parse(data=jcs.canonical(document), format="json-ld")
    (policy,) = graph.subjects(RDF.type, ODRL_.Offer)
    assert graph.value(policy, ODRL_.uid) == policy
    assert graph.value(policy, ODRL_.conflict) == ODRL_.prohibit
    assert graph.value(policy, ODRL_.profile) == URIRef(profile.name())
    assert graph.value(graph.value(policy, DCT.source), DCT.identifier) == Literal(f"sha256:{sha256(body(terms))}")
    found = [
        rule for name in (ODRL_.permission, ODRL_.prohibition, ODRL_.obligation) for rule in graph.objects(policy, name)
    ]
    assert len(found) == len(odrl.read(document).rules)
    for rule in found:
        assert [
            len(list(graph.objects(rule, name)))
            for name in (ODRL_.action, ODRL_.assigner, ODRL_.assignee, ODRL_.target)
        ] == [1] * 4
        assert isinstance(graph.value(rule, ODRL_.action), URIRef)
    for constraint in graph.subjects(RDF.type, ODRL_.Constraint):
        assert str(graph.value(constraint, ODRL_.operator)).startswith(ODRL)
        assert [len(list(graph.objects(constraint, name))) for name in (ODRL_.leftOperand, ODRL_.operator)] == [1, 1]
    # A refinement belongs to the one target of the one rule that it refines.
    for target in graph.subjects(ODRL_.refinement, None):
        assert len(list(graph.subjects(ODRL_.target, target))) == 1
        assert isinstance(graph.value(target, ODRL_.source), URIRef)


def sha256(agreed: Agreement) -> str:
    return hashlib.sha256(agreed.encoded()).hexdigest()


@pytest.mark.skipif(not (CORPUS / "dpv-2.3").is_dir(), reason="the vocabulary's tables are not here")
def test_every_term_of_dpv_in_a_document_or_in_the_profile_exists() -> None:
    defined: set[str] = set()
    for table in ("dpv", "pd", "ieee-7012"):
        with (CORPUS / "dpv-2.3" / f"{table}.csv").open(newline="", encoding="utf-8") as rows:
            defined |= {row["iri"] for row in csv.DictReader(rows)}
    texts = [jcs.canonical(odrl.offer(body(terms), terms, ADDITIONS)) for terms in roster.roster("")]
    for text in (*texts, profile.document()):
        graph = Graph().parse(data=text, format="json-ld")
        used = {str(node) for triple in graph for node in triple}
        vocabulary = {name for name in used if name.startswith(tuple(dpv.NAMESPACES.values()))}
        assert vocabulary <= defined, vocabulary - defined


# The profile


def test_the_profile_declares_every_foreign_action_and_left_operand_and_is_named_by_its_hash() -> None:
    graph = Graph().parse(data=profile.document(), format="json-ld")
    declared = {str(one) for kind in (ODRL_.Action, ODRL_.LeftOperand) for one in graph.subjects(RDF.type, kind)}
    for terms in roster.roster(""):
        policy = odrl.read(odrl.offer(body(terms), terms, ADDITIONS))
        used = {rule.action for rule in policy.rules}
        for rule in policy.rules:
            used |= {one.left for one in (*rule.constraints, *rule.target.refinements)}
        assert {name for name in used if not name.startswith(ODRL)} <= declared
    assert profile.name() == f"nih:sha-256;{hashlib.sha256(profile.document()).hexdigest()}"
    # A change of the profile is a new profile, and is said in the release notes.
    assert profile.name().endswith("58c8838433316aaa")


# Reading


def changed(**members: Any) -> dict[str, Any]:
    return {
        **json.loads(jcs.canonical(odrl.offer(body(roster.agreement("SD-BASE")), roster.agreement("SD-BASE")))),
        **members,
    }


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"@context": "http://www.w3.org/ns/odrl.jsonld"}, "another context"),
        ({"conflict": "never"}, "`never` is not right for `conflict`"),
        ({"uid": "urn:x-test:another"}, "not right for `uid`"),
        ({"inheritFrom": "urn:x-test:parent"}, "a member `inheritFrom`"),
        ({"@type": "Ticket"}, "`Ticket`"),
        ({"profile": "no iri"}, "`no iri` is no IRI"),
        ({"permission": []}, "a list of 1 to"),
        ({"permission": [{"@id": "urn:x-test:1", "@type": "Permission", "action": ["use", "read"]}]}, "is no IRI"),
        ({"permission": [{"@id": "urn:x-test:1", "@type": "Permission", "remedy": []}]}, "a member `remedy`"),
        ({"permission": [{"@id": "urn:x-test:1", "@type": "Prohibition"}]}, "`Prohibition`"),
        ({"permission": [{"@id": "urn:x-test:1", "@type": "Permission"}] * 2}, "the same IRI"),
        ({"permission": [{"@id": "urn:x-test:1", "@type": "Permission", "action": "odrl:use"}]}, "not in the form"),
        (
            {
                "permission": [
                    {"@id": "urn:x-test:1", "@type": "Permission", "target": {"@id": "urn:x-test:2", "@type": "x"}}
                ]
            },
            "`x`",
        ),
    ],
)
def test_a_document_of_another_form_is_refused_with_what_is_in_the_way(members: dict[str, Any], why: str) -> None:
    with pytest.raises(odrl.PolicyError, match=why):
        odrl.read(changed(**members))


def constraint(operator: str, *right: Any) -> dict[str, Any]:
    limit = {"@id": "urn:x-test:2", "@type": "Constraint", "leftOperand": "purpose", "operator": operator}
    rule = {"@id": "urn:x-test:1", "@type": "Permission", "constraint": [{**limit, "rightOperand": list(right)}]}
    return changed(permission=[rule])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (constraint("isAllOf", {"@id": "urn:x-test:3"}), "`isAllOf`"),
        (constraint("eq", {"@id": "urn:x-test:3"}, {"@id": "urn:x-test:4"}), "one right operand"),
        (constraint("eq"), "a list of 1 to"),
        (constraint("eq", 7), "is an object"),
        (constraint("eq", {"@type": "xsd:duration", "@value": "PT5M"}), "no duration"),
        (constraint("eq", {"@type": "xsd:dateTime", "@value": "2026-02-31T00:00:00Z"}), "no time"),
        (constraint("eq", {"@type": "xsd:dateTime", "@value": "2026-03-01"}), "no time"),
        (constraint("eq", {"@type": "xsd:integer", "@value": "1"}), "not right"),
    ],
)
def test_a_constraint_outside_of_the_fragment_is_refused(document: dict[str, Any], why: str) -> None:
    with pytest.raises(odrl.PolicyError, match=why):
        odrl.read(document)


def test_constraints_do_not_nest_without_end() -> None:
    inner: dict[str, Any] = {"@id": "urn:x-test:0", "@type": "LogicalConstraint", "and": []}
    for depth in range(1, 2_000):
        inner = {"@id": f"urn:x-test:{depth}", "@type": "LogicalConstraint", "and": [inner]}
    rule = {"@id": "urn:x-test:rule", "@type": "Permission", "constraint": [inner]}
    with pytest.raises(odrl.PolicyError, match="nested deeper"):
        odrl.read(changed(permission=[rule]))


def test_short_names_are_read_as_the_context_says() -> None:
    assert full("dpv:Marketing") == dpv.iri("dpv:Marketing")
    assert full("https://shop.example/client.json") == "https://shop.example/client.json"
    assert writing.operand(dpv.iri("dpv:Marketing")) == {"@id": "dpv:Marketing"}
