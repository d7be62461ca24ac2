"""A record of what a person has permitted, as ISO/IEC TS 27560:2023 structures it, in terms of the Data Privacy Vocabulary.

    of(history, terms, practice=…, jurisdiction=…) -> dict

Form: the community group's guide to that standard in DPV (https://w3id.org/dpv/guides/consent-27560): one JSON-LD document
with identifier, data subject, notice, processes and events. The standard's text is not shipped here and not quoted.

What it claims, and what it does not:

* Not every agreement is consent in law. What a clause *requires* (delivering the service) is done to perform the contract:
  `dpv:ContractPerformance`. What a clause *permits* beyond it is the person's to give and to withdraw: `ExpressedConsent`,
  because the same signature also makes the contract. Where an agreement does nothing but permit, the signature conveys
  only that: `ExplicitlyExpressedConsent`. Whether it is *valid* under some law is not claimed; no law is named.
* Without any process that rests on consent, the document is a `dpv:DataProcessingRecord`, says nothing about consent and
  does not claim to conform.
* Events are the signed entries of the history, with their time and signer. Consent is given when the second signature is
  there and not before; an offer withdrawn or lapsed was never consent; what the other side ends is revoked, not withdrawn.
* What nobody has said is absent. Data categories, recipients and storage come from the vendor's declared practice, if
  there is one; a jurisdiction only if it is given.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Final

from terms import dpv, odrl, record, roster
from terms.activities import ACTIVITIES, PURPOSES
from terms.additions import is_place
from terms.agreement import Entry, History
from terms.comparison import compare
from terms.durations import INDEFINITE, length
from terms.lifecycle import OPEN, Party, State, next_state
from terms.odrl.export import AI_TRAINING, LOCATIONS
from terms.odrl.names import PREFIXES
from terms.odrl.writing import named_by
from terms.phrases import phrase
from terms.practice import Practice, Recipient
from terms.proof import jws
from terms.proof.jcs import JsonValue
from terms.proof.members import stamp
from terms.record import Kind
from terms.roster import Clause

Document = dict[str, JsonValue]

CONFORMS_TO: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
CONTEXT: Final[Document] = {**PREFIXES, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
# The texts of the roster are written in English.
_LANGUAGE: Final = "en"
# Activities that no purpose of `terms.activities` is listed under.
_OWN_PURPOSES: Final[Mapping[str, str]] = {
    "ai-training": AI_TRAINING,
    "identity-verification": "dpv:IdentityVerification",
}

# What happened to the agreement, by kind of entry. The open ones are told apart below.
_CONTRACT: Final[Mapping[Kind, str]] = {
    Kind.PROFFERED: "dpv:ContractOffered",
    Kind.COUNTERED: "dpv:ContractUnderNegotiation",
    Kind.ACCEPTED: "dpv:ContractFullySigned",
    Kind.CONFIRMED: "dpv:ContractActive",
    Kind.REFUSED: "dpv:ContractRejected",
    Kind.WITHDRAWN: "dpv:ContractTerminated",
    Kind.TERMINATED: "dpv:ContractTerminated",
    Kind.EXPIRED: "dpv:ContractExpired",
    Kind.AMENDED: "dpv:ContractAmended",
    # A violation is what one party says.
    Kind.VIOLATED: "dpv:ContractDisputed",
}
# The same while there was only an offer.
_NEGOTIATION: Final[Mapping[Kind, str]] = {
    Kind.WITHDRAWN: "ieee-7012:AgreementNegotiationTerminated",
    Kind.EXPIRED: "ieee-7012:AgreementNegotiationExpired",
}


def of(
    history: History, terms: roster.Agreement, *, practice: Practice | None = None, jurisdiction: str = ""
) -> Document:
    """The record of a history. `terms` is the agreement of the roster that it names (`odrl.ExportError` otherwise);
    `practice` is what the vendor has declared; `jurisdiction` a country code, EU or EEA."""
    odrl.check_terms(history.agreement, terms)
    if jurisdiction and not is_place(jurisdiction):
        raise odrl.ExportError(
            phrase("`%(jurisdiction)s` is no country code", jurisdiction=jurisdiction[:40]),
            hint=phrase("write two capital letters, EU or EEA"),
        )
    uid = _uid(history)
    processes = [_process(history, terms, clause, uid, practice or Practice()) for clause in _processing(terms)]
    consent = any(clause.action == "permit" for clause in _processing(terms))
    document: Document = {
        "@context": dict(CONTEXT),
        "@id": uid,
        "@type": "dpv:ConsentRecord" if consent else "dpv:DataProcessingRecord",
        "dct:modified": _time(history.last),
        "dct:source": {"@id": named_by(_digest(history)), "dct:identifier": _digest(history)},
        "dpv:hasContractStatus": [*_contract_events(history)],
        "dpv:hasDataController": _party(history.agreement.second, "dpv:DataController"),
        "dpv:hasDataSubject": _party(history.agreement.first, "dpv:DataSubject"),
        "dpv:hasIdentifier": history.agreement.id,
        "dpv:hasNotice": _notice(history, consent),
        "dpv:hasProcess": [*processes],
    }
    if consent:
        document["dct:conformsTo"] = {"@id": CONFORMS_TO}
        document["dpv:hasConsentControl"] = {"@id": "dpv:WithdrawConsent"}
        document["dpv:hasConsentStatus"] = [*_consent_events(history)]
    if jurisdiction:
        document["dpv:hasJurisdiction"] = {"@id": LOCATIONS + jurisdiction}
    if terms.clause("require-portability"):
        document["dpv:hasObligation"] = {"@id": "ieee-7012:PortabilityRequired"}
    return {name: value for name, value in document.items() if value != []}


def legal_basis(terms: roster.Agreement, clause: Clause) -> str:
    """The legal basis in DPV for what a clause lets the second party do."""
    if clause.action == "require":
        return "dpv:ContractPerformance"
    only_permits = all(one.action == "permit" for one in terms.clauses)
    return "dpv:ExplicitlyExpressedConsent" if only_permits else "dpv:ExpressedConsent"


def _processing(terms: roster.Agreement) -> list[Clause]:
    """The clauses under which data is processed; what is forbidden or owed to the person is not."""
    return [one for one in terms.clauses if one.action != "forbid" and not ACTIVITIES[one.activity].owed]


# Processes


def _process(history: History, terms: roster.Agreement, clause: Clause, uid: str, practice: Practice) -> Document:
    process: Document = {
        "@id": f"{uid}#{clause.id}",
        "@type": "dpv:Process",
        "dpv:hasDataController": {"@id": history.agreement.second},
        "dpv:hasLegalBasis": {"@id": legal_basis(terms, clause)},
        "dpv:hasPersonalData": [*_data(clause, practice)],
        "dpv:hasProcessing": _ids(ACTIVITIES[clause.activity].operations),
        "dpv:hasPurpose": _ids(_purposes(terms, clause, practice)),
        "dpv:hasRecipient": [*_recipients(history, clause, practice)],
        "dpv:hasStorageCondition": [*_storage(practice)],
    }
    return {name: value for name, value in process.items() if value != []}


def _purposes(terms: roster.Agreement, clause: Clause, practice: Practice) -> list[str]:
    """The declared purposes of this activity that the agreement allows; the activity's own where there are none."""
    if clause.activity in _OWN_PURPOSES:
        return [_OWN_PURPOSES[clause.activity]]
    tops = [one for one, group in PURPOSES.items() if clause.activity in group]
    declared = [dpv.purposes().known(one) or "" for one in practice.purposes or ()]
    found = [one for one in declared if (dpv.purposes().ancestors(one) or frozenset()).intersection(tops)]
    return [one for one in found if _is_allowed(one, terms)] or tops


def _is_allowed(purpose: str, terms: roster.Agreement) -> bool:
    if terms.offered_to != "organisation":
        return True
    asked = Practice((purpose,), (), (), ai_training=False, anonymised=True, portability=True)
    return compare(asked, terms).result == "within"


def _data(clause: Clause, practice: Practice) -> Iterator[JsonValue]:
    if clause.data == "anonymised":
        yield {"@id": "dpv:AnonymisedData"}
        return
    declared = [dpv.personal_data().known(one) or "" for one in practice.data or ()]
    yield from _ids([one for one in declared if one] or ["dpv:PersonalData"])


def _recipients(history: History, clause: Clause, practice: Practice) -> Iterator[JsonValue]:
    """Whom the clause lets have the data; third parties by name where they are declared."""
    if clause.activity != "sharing":
        yield {"@id": history.agreement.second}
        return
    named = [_recipient(one) for one in practice.recipients or ()]
    yield from named or [{"@id": "dpv:ThirdParty"}]


def _recipient(recipient: Recipient) -> Document:
    role = dpv.entities().known(recipient.role) or "dpv:ThirdParty"
    return {"@type": role, "dpv:hasName": recipient.name} if recipient.name else {"@id": role}


def _storage(practice: Practice) -> Iterator[JsonValue]:
    if practice.retention == INDEFINITE:
        yield {"@type": "dpv:StorageDuration", "dpv:hasDuration": {"@type": "dpv:EndlessDuration"}}
    elif practice.retention is not None and length(practice.retention) is not None:
        value: Document = {"@type": "xsd:duration", "@value": practice.retention}
        yield {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": {"@type": "dpv:TemporalDuration", "rdf:value": value},
        }


# Events


def _contract_events(history: History) -> Iterator[JsonValue]:
    for entry, before in _lived(history):
        status = _NEGOTIATION.get(entry.kind) if before in OPEN else None
        status = status or _CONTRACT.get(entry.kind)
        if status is not None:
            yield _event(history, entry, status, entry.by)


def _consent_events(history: History) -> Iterator[JsonValue]:
    for entry, before in _lived(history):
        if entry.kind is Kind.COUNTERED:
            yield _event(history, entry, "dpv:ConsentRequested", Party.SECOND)
        elif entry.kind is Kind.ACCEPTED:
            # Both have signed now; whoever signed last, it is the person's consent.
            given = _event(history, entry, "dpv:ConsentGiven", Party.FIRST)
            yield given | {"dpv:hasDuration": _duration(history)}
        elif entry.kind is Kind.REFUSED and entry.by is Party.FIRST:
            yield _event(history, entry, "dpv:ConsentRefused", Party.FIRST)
        elif before not in OPEN and before is not None:
            status = _END_OF_CONSENT.get((entry.kind, entry.by))
            if status is not None:
                yield _event(history, entry, status, entry.by)


_END_OF_CONSENT: Final[Mapping[tuple[Kind, Party], str]] = {
    (Kind.WITHDRAWN, Party.FIRST): "dpv:ConsentWithdrawn",
    (Kind.TERMINATED, Party.FIRST): "dpv:ConsentWithdrawn",
    (Kind.TERMINATED, Party.SECOND): "dpv:ConsentRevoked",
    (Kind.EXPIRED, Party.FIRST): "dpv:ConsentExpired",
    (Kind.EXPIRED, Party.SECOND): "dpv:ConsentExpired",
    # Another agreement is in its place, with a record of its own.
    (Kind.AMENDED, Party.FIRST): "dpv:ConsentExpired",
    (Kind.AMENDED, Party.SECOND): "dpv:ConsentExpired",
}


def _lived(history: History) -> Iterator[tuple[Entry, State | None]]:
    """Each entry with the state before it; there is none before the proffer."""
    state, offeror = State.PROFFERED, Party.FIRST
    for number, entry in enumerate(history.entries):
        yield entry, state if number else None
        if number:
            state = next_state(state, entry.kind, entry.by, offeror)
        if entry.kind is Kind.COUNTERED:
            offeror = entry.by


def _event(history: History, entry: Entry, status: str, by: Party) -> Document:
    party = history.agreement.first if by is Party.FIRST else history.agreement.second
    return {
        "@type": status,
        "dct:source": {"@id": named_by(entry.digest), "dct:identifier": entry.digest},
        "dpv:isIndicatedAtTime": _time(entry),
        "dpv:isIndicatedBy": {"@id": party},
    }


def _duration(history: History) -> Document:
    until = history.agreement.valid_until
    if until is None:
        return {"@type": "dpv:UntilEventDuration", "rdf:value": "until withdrawn, terminated or replaced"}
    return {"@type": "dpv:UntilTimeDuration", "rdf:value": {"@type": "xsd:dateTime", "@value": stamp(until)}}


def _time(entry: Entry) -> Document:
    return {"@type": "xsd:dateTime", "@value": stamp(entry.at)}


# Parties, notice, names


def _party(uid: str, role: str) -> Document:
    return {"@id": uid, "@type": role, "dpv:hasIdentifier": uid}


def _notice(history: History, consent: bool) -> Document:
    named: record.Terms = history.agreement.terms
    return {
        "@id": named_by(named.hash),
        "@type": "dpv:ConsentNotice" if consent else "dpv:PrivacyNotice",
        "dct:identifier": named.hash,
        "dct:isVersionOf": {"@id": named.iri},
        "dct:language": _LANGUAGE,
    }


def _ids(terms: list[str] | tuple[str, ...]) -> list[JsonValue]:
    return [{"@id": term} for term in terms]


def _digest(history: History) -> str:
    """The digest of the signed record, or of what was last signed where nothing is agreed."""
    return jws.digest(history.last.raw if history.record is None else history.record)


def _uid(history: History) -> str:
    """A name made of the history's last entry (RFC 9562, version 5): another event makes another record."""
    of = hashlib.sha256(history.head.encode()).hexdigest()
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'27560 {of}')}"
