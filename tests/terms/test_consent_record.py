"""The consent record: what it claims by agreement and by history, and that every term of it exists."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from terms import agreement as life
from terms import consent_record, odrl, roster, signing
from terms.agreement import History, Known
from terms.practice import Practice, Recipient
from terms.proof import jcs
from terms.record import Agreement, Kind, Terms, terms_hash
from tests.terms import parties as p

# rdflib's own JSON-LD parser still uses a class that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS") or Path(__file__).parents[2].parent / "shared" / "data")
DPV = Namespace("https://w3id.org/dpv#")
ROSTER = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster.roster("")}
KNOWN = Known(ROSTER, p.VENDOR_KEYS)
HOUR = timedelta(hours=1)
PRACTICE = Practice(
    purposes=("dpv:PaymentManagement", "dpv:ServiceUsageAnalytics", "dpv:Marketing"),
    data=("pd:EmailAddress", "pd:NoSuchThing"),
    recipients=(Recipient("Example Statistics Ltd"), Recipient(role="dpv:ThirdParty")),
    retention="P30D",
)


def proffered(name: str, valid: bool = True, **changes: Any) -> History:
    until = p.START + 365 * p.DAY if valid else None
    offer = replace(Agreement(p.ID, p.PERSON, p.VENDOR, ROSTER[name], p.START + p.DAY, until), **changes)
    return life.began(p.proffer(offer), KNOWN, now=p.START)


def accepted(name: str, valid: bool = True, **changes: Any) -> History:
    history = proffered(name, valid, **changes)
    return life.received(history, signing.accepted(history, p.SECOND, at=p.START + HOUR), KNOWN, now=p.START + HOUR)


def countered(id: str, by: str) -> History:
    history = proffered(id)
    raw = signing.countered(
        history,
        ROSTER[by],
        p.SECOND,
        at=p.START + HOUR,
        answer_by=p.START + p.DAY,
        valid_until=history.agreement.valid_until,
    )
    return life.received(history, raw, KNOWN, now=p.START + HOUR)


def after(history: History, kind: Kind, signer: signing.Signer, hours: int = 5) -> History:
    at = p.START + hours * HOUR
    raw = signing.event(history, kind, signer, at=at, details=p.details(kind))
    return life.received(history, raw, KNOWN, now=at)


def of(history: History, **more: object) -> dict[str, Any]:
    return consent_record.of(history, roster.agreement(history.agreement.terms.id), **more)


def statuses(document: dict[str, Any], name: str = "dpv:hasConsentStatus") -> list[str]:
    return [event["@type"] for event in document.get(name, [])]


def bases(document: dict[str, Any]) -> dict[str, str]:
    return {
        process["@id"].partition("#")[2]: process["dpv:hasLegalBasis"]["@id"] for process in document["dpv:hasProcess"]
    }


# What is claimed


def test_delivering_a_service_is_a_contract_and_no_consent() -> None:
    document = of(accepted("SD-BASE-DP"))
    assert document["@type"] == "dpv:DataProcessingRecord"
    assert bases(document) == {"require-service": "dpv:ContractPerformance"}
    assert "onsent" not in json.dumps(document)
    assert document["dpv:hasObligation"] == {"@id": "ieee-7012:PortabilityRequired"}


def test_what_a_clause_permits_beyond_the_service_rests_on_consent() -> None:
    document = of(accepted("SD-BASE-ATP"))
    assert document["@type"] == "dpv:ConsentRecord"
    assert document["dct:conformsTo"] == {"@id": "https://w3id.org/dpv/schema/dpv-27560#record"}
    assert bases(document) == {
        "require-service": "dpv:ContractPerformance",
        "permit-analytics": "dpv:ExpressedConsent",
        "permit-tracking": "dpv:ExpressedConsent",
        "permit-profiling": "dpv:ExpressedConsent",
    }


@pytest.mark.parametrize("id", ["PDC-AI", "PDC-GOOD", "PDC-INTENT"])
def test_a_contribution_is_explicit_consent_because_the_signature_says_nothing_else(id: str) -> None:
    assert set(bases(of(accepted(id))).values()) == {"dpv:ExplicitlyExpressedConsent"}


def test_no_record_claims_consent_for_what_a_clause_requires_or_forbids() -> None:
    for terms in roster.roster(""):
        document = of(accepted(terms.id))
        claimed = {clause for clause, basis in bases(document).items() if "Consent" in basis}
        assert claimed == {clause.id for clause in terms.clauses if clause.action == "permit"}
        assert (document["@type"] == "dpv:ConsentRecord") == bool(claimed) == ("dpv:hasConsentStatus" in document)


# Events


def test_consent_is_given_when_both_have_signed_and_not_before() -> None:
    assert statuses(of(proffered("SD-BASE-A"))) == []
    given = of(accepted("SD-BASE-A"))
    assert statuses(given) == ["dpv:ConsentGiven"]
    event = given["dpv:hasConsentStatus"][0]
    assert event["dpv:isIndicatedBy"] == {"@id": p.PERSON}
    assert event["dpv:isIndicatedAtTime"]["@value"] == "2026-03-01T13:00:00Z"
    assert event["dpv:hasDuration"]["rdf:value"]["@value"] == "2027-03-01T12:00:00Z"


def test_consent_without_an_end_lasts_until_something_ends_it() -> None:
    event = of(accepted("PDC-AI", valid=False))["dpv:hasConsentStatus"][0]
    assert event["dpv:hasDuration"]["@type"] == "dpv:UntilEventDuration"


@pytest.mark.parametrize(
    ("kind", "signer", "status"),
    [
        (Kind.WITHDRAWN, p.FIRST, "dpv:ConsentWithdrawn"),
        (Kind.TERMINATED, p.FIRST, "dpv:ConsentWithdrawn"),
        (Kind.TERMINATED, p.SECOND, "dpv:ConsentRevoked"),
    ],
)
def test_what_the_person_ends_is_withdrawn_and_what_the_vendor_ends_is_revoked(
    kind: Kind, signer: signing.Signer, status: str
) -> None:
    document = of(after(accepted("SD-BASE-A"), kind, signer))
    assert statuses(document) == ["dpv:ConsentGiven", status]
    assert statuses(document, "dpv:hasContractStatus")[-1] == "dpv:ContractTerminated"


def test_what_has_run_out_is_expired_whoever_says_so() -> None:
    history = after(accepted("SD-BASE-A"), Kind.EXPIRED, p.SECOND, hours=366 * 24)
    assert statuses(of(history)) == ["dpv:ConsentGiven", "dpv:ConsentExpired"]


def test_consent_under_an_agreement_that_another_has_replaced_is_over() -> None:
    second = accepted("SD-BASE-ATP", id="z" * 22, replaces=p.ID)
    assert second.record is not None
    at = p.START + 5 * HOUR
    history = accepted("SD-BASE-A")
    details: dict[str, jcs.JsonValue] = {"successor": second.record.decode()}
    raw = signing.event(history, Kind.AMENDED, p.FIRST, at=at, details=details)
    document = of(life.received(history, raw, KNOWN, now=at))
    assert statuses(document) == ["dpv:ConsentGiven", "dpv:ConsentExpired"]
    assert statuses(document, "dpv:hasContractStatus")[-1] == "dpv:ContractAmended"


def test_a_claim_of_violation_is_a_dispute_and_takes_no_consent_away() -> None:
    document = of(after(accepted("SD-BASE-A"), Kind.VIOLATED, p.FIRST))
    assert statuses(document) == ["dpv:ConsentGiven"]
    assert statuses(document, "dpv:hasContractStatus")[-1] == "dpv:ContractDisputed"


def test_a_counter_offer_requests_consent_and_the_person_may_refuse_it() -> None:
    history = countered("SD-BASE", "SD-BASE-A")
    assert statuses(of(history)) == ["dpv:ConsentRequested"]
    refused = of(after(history, Kind.REFUSED, p.FIRST))
    assert statuses(refused) == ["dpv:ConsentRequested", "dpv:ConsentRefused"]


@pytest.mark.parametrize(("kind", "signer"), [(Kind.REFUSED, p.SECOND), (Kind.WITHDRAWN, p.FIRST)])
def test_an_offer_that_came_to_nothing_was_never_consent(kind: Kind, signer: signing.Signer) -> None:
    document = of(after(proffered("SD-BASE-A"), kind, signer))
    assert statuses(document) == []
    assert statuses(document, "dpv:hasContractStatus")[0] == "dpv:ContractOffered"


# What is known


def test_what_nobody_has_said_is_absent() -> None:
    text = json.dumps(of(accepted("SD-BASE-A")))
    assert "hasStorageCondition" not in text
    assert "hasJurisdiction" not in text
    assert "pd:" not in text.replace('"pd": ', "")


def test_what_the_vendor_declared_is_told_as_far_as_the_vocabulary_and_the_agreement_know_it() -> None:
    document = of(accepted("SD-BASE-ATP-S3P"), practice=PRACTICE, jurisdiction="DE")
    processes = {one["@id"].partition("#")[2]: one for one in document["dpv:hasProcess"]}
    assert processes["require-service"]["dpv:hasPurpose"] == [{"@id": "dpv:PaymentManagement"}]
    assert processes["permit-analytics"]["dpv:hasPurpose"] == [{"@id": "dpv:ServiceUsageAnalytics"}]
    assert processes["require-service"]["dpv:hasPersonalData"] == [{"@id": "pd:EmailAddress"}]
    assert processes["permit-sharing"]["dpv:hasPersonalData"] == [{"@id": "dpv:AnonymisedData"}]
    assert processes["permit-sharing"]["dpv:hasRecipient"] == [
        {"@type": "dpv:ThirdParty", "dpv:hasName": "Example Statistics Ltd"},
        {"@id": "dpv:ThirdParty"},
    ]
    assert "Marketing" not in json.dumps(document)
    assert '"P30D"' in json.dumps(document)
    assert document["dpv:hasJurisdiction"] == {"@id": "https://w3id.org/dpv/loc#DE"}


def test_a_declared_purpose_that_the_agreement_does_not_allow_is_no_part_of_the_record() -> None:
    # DPV has selling data under delivering a service as well as under sharing, which is forbidden here.
    practice = Practice(purposes=("dpv:SellDataToThirdParties", "dpv:PaymentManagement"))
    assert "SellData" not in json.dumps(of(accepted("SD-BASE-A"), practice=practice))
    assert "SellData" in json.dumps(of(accepted("SD-BASE-ATP-S3P"), practice=practice))


def test_the_record_leads_back_to_what_was_signed() -> None:
    history = accepted("SD-BASE-A")
    document = of(history)
    assert document["dct:source"]["dct:identifier"] == history.last.digest
    assert document["dpv:hasNotice"]["dct:identifier"] == ROSTER["SD-BASE-A"].hash
    assert document["dpv:hasIdentifier"] == p.ID


def test_other_terms_than_the_record_names_are_refused() -> None:
    with pytest.raises(odrl.ExportError, match="not `SD-BASE-A`"):
        consent_record.of(accepted("SD-BASE"), roster.agreement("SD-BASE-A"))
    with pytest.raises(odrl.ExportError, match="another text"):
        consent_record.of(p.accepted(), roster.agreement("SD-BASE"))
    with pytest.raises(odrl.ExportError, match="no country code"):
        of(accepted("SD-BASE"), jurisdiction="Atlantis")


# Vocabulary


def documents() -> list[dict[str, Any]]:
    found = [of(accepted(terms.id), practice=PRACTICE) for terms in roster.roster("")]
    found += [
        of(after(accepted("SD-BASE-A"), kind, p.FIRST)) for kind in (Kind.WITHDRAWN, Kind.VIOLATED, Kind.TERMINATED)
    ]
    found += [of(after(proffered("SD-BASE-A"), kind, p.FIRST)) for kind in (Kind.WITHDRAWN,)]
    found += [of(after(proffered("SD-BASE-A"), Kind.EXPIRED, p.FIRST, hours=48)), of(countered("SD-BASE", "SD-BASE-A"))]
    return found


def test_every_record_is_rdf_with_a_canonical_form_and_no_relative_names() -> None:
    for document in documents():
        graph = Graph().parse(data=jcs.canonical(document), format="json-ld")
        assert len(list(graph.subjects(RDF.type, DPV.Process))) >= 1
        for node in {*graph.subjects(), *graph.predicates(), *graph.objects()}:
            assert not isinstance(node, URIRef) or ":" in node.partition("/")[0], node


@pytest.mark.skipif(not (CORPUS / "dpv-2.3").is_dir(), reason="the vocabulary's tables are not here")
def test_every_term_of_the_vocabulary_that_a_record_uses_exists() -> None:
    defined: set[str] = set()
    for table in ("dpv", "pd", "ieee-7012"):
        with (CORPUS / "dpv-2.3" / f"{table}.csv").open(newline="", encoding="utf-8") as rows:
            defined |= {row["iri"] for row in csv.DictReader(rows)}
    for document in documents():
        graph = Graph().parse(data=jcs.canonical(document), format="json-ld")
        used = {str(node) for triple in graph for node in triple if isinstance(node, URIRef)}
        vocabulary = {
            name
            for name in used
            if name.startswith(("https://w3id.org/dpv#", "https://w3id.org/dpv/pd#", "https://w3id.org/dpv/standards/"))
        }
        assert vocabulary <= defined, vocabulary - defined
