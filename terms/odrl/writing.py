"""Writes policies and reports as JSON-LD that needs nothing from the network.

The context is inside the document. It makes ODRL the default vocabulary, so that a policy has the very member names of
W3C's own context (`permission`, `leftOperand`, `rightOperand`), and a program that reads those by name and one that reads
RDF see the same. Rules, targets and constraints have IRIs of their own, so that a report can name them.

A document is a function of the policy: members that say nothing are left out, and lists are never empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from terms.odrl.names import PREFIXES, REPORT, odrl, short, term
from terms.odrl.policy import Condition, Joined, Literal, Operand, Origin, Policy, Rule, RuleKind, Target
from terms.odrl.report import DutyState, Finding, FindingKind, Report, RuleReport, State
from terms.proof.jcs import JsonValue
from terms.proof.members import stamp

Document = dict[str, JsonValue]

_IRI: Final[Document] = {"@type": "@id"}
_TERM: Final[Document] = {"@type": "@vocab"}

# A list of constraints has an order, as ODRL's `and`, `or` and `xone` say ("the list of operand values").
_LIST: Final[Document] = {"@container": "@list"}
CONTEXT: Final[Document] = {
    **PREFIXES,
    "@vocab": odrl(""),
    "action": _TERM,
    "and": _LIST,
    "assignee": _IRI,
    "assigner": _IRI,
    "conflict": _TERM,
    "contractedParty": _IRI,
    "leftOperand": _TERM,
    "operator": _TERM,
    "or": _LIST,
    "profile": _IRI,
    "source": _IRI,
    "uid": _IRI,
    "xone": _LIST,
}
TYPES: Final = {
    RuleKind.PERMISSION: "Permission",
    RuleKind.PROHIBITION: "Prohibition",
    RuleKind.OBLIGATION: "Duty",
}


def policy(given: Policy) -> Document:
    """The policy as a JSON-LD document; its canonical form is `terms.proof.jcs.canonical` of this."""
    document: Document = {"@context": dict(CONTEXT), "@id": given.uid, "@type": given.kind.value, "uid": given.uid}
    document["conflict"] = given.conflict.value
    if given.profile:
        document["profile"] = given.profile
    if given.origin is not None:
        document |= _origin(given.origin)
    for kind in RuleKind:
        if rules := given.of(kind):
            document[kind.value] = [_rule(rule) for rule in rules]
    return document


def _origin(origin: Origin) -> Document:
    found: Document = {
        "dct:conformsTo": {
            "@id": named_by(origin.terms_hash),
            "dct:identifier": origin.terms_hash,
            "dct:isVersionOf": {"@id": short(origin.terms)},
        },
        "dct:identifier": origin.agreement,
        "dct:source": {"@id": named_by(origin.record), "dct:identifier": origin.record},
    }
    if origin.answer_by is not None:
        found["dct:valid"] = operand(origin.answer_by)
    return found


def named_by(digest: str) -> str:
    """The name of bytes by their SHA-256 (RFC 6920, the `nih` form, which keeps the hexadecimal digits that records show)."""
    return f"nih:sha-256;{digest.removeprefix('sha256:')}"


def _rule(rule: Rule) -> Document:
    written: Document = {"@id": rule.uid, "@type": TYPES[rule.kind]}
    if rule.action:
        written["action"] = term(rule.action)
    if rule.assigner:
        written["assigner"] = rule.assigner
    if rule.assignee:
        party = short(rule.assignee)
        written["assignee"] = {"@id": party, "@type": "PartyCollection"} if rule.assignees else party
    if rule.contracted:
        written["contractedParty"] = rule.contracted
    if rule.target is not None:
        written["target"] = _target(rule.target)
    if rule.constraints:
        written["constraint"] = [_condition(one) for one in rule.constraints]
    if rule.duties:
        written["duty"] = [_rule(duty) for duty in rule.duties]
    return written


def _target(target: Target) -> Document:
    written: Document = {"@id": target.uid, "@type": "AssetCollection" if target.collection else "Asset"}
    if target.source:
        written["source"] = target.source
    if target.refinements:
        written["refinement"] = [_condition(one) for one in target.refinements]
    return written


def _condition(condition: Condition) -> Document:
    if isinstance(condition, Joined):
        parts: list[JsonValue] = [_condition(part) for part in condition.parts]
        return {"@id": condition.uid, "@type": "LogicalConstraint", condition.join.value: parts}
    return {
        "@id": condition.uid,
        "@type": "Constraint",
        "leftOperand": term(condition.left),
        "operator": condition.operator.value,
        "rightOperand": _operands(condition.right),
    }


def _operands(operands: Iterable[Operand]) -> JsonValue:
    return [operand(one) for one in operands]


def operand(given: Operand) -> JsonValue:
    if isinstance(given, datetime):
        return {"@type": "xsd:dateTime", "@value": stamp(given)}
    if isinstance(given, Literal):
        return {"@type": "xsd:duration", "@value": given.text} if given.duration else given.text
    return {"@id": short(given)}


# Reports


REPORT_CONTEXT: Final[Document] = {**PREFIXES, "report": REPORT}


def report(given: Report) -> Document:
    """The report in the terms of the compliance report model. Reports have no IRIs of their own; duty reports that came
    with the world are named by theirs. A state that is not known is left out: the model has no word for it. As in the
    model's published cases, a constraint's operator and right operand are told where it is satisfied; for one that is not,
    the constraint's IRI leads to them."""
    document: Document = {
        "@context": dict(REPORT_CONTEXT),
        "@type": "report:PolicyReport",
        "report:policy": {"@id": given.policy},
        "report:policyRequest": {"@id": given.request},
        "report:ruleReport": [_rule_report(one) for one in given.rules],
    }
    if given.created is not None:
        document["dct:created"] = _instant(given.created)
    return document


def _rule_report(given: RuleReport) -> Document:
    if given.kind is RuleKind.OBLIGATION:
        return _duty_report(given)
    written: Document = {
        "@type": f"report:{TYPES[given.kind]}Report",
        "report:attemptState": _state(given.attempt),
        "report:rule": {"@id": given.rule},
        "report:ruleRequest": {"@id": given.asked},
        "report:premiseReport": [_finding(one) for one in given.findings],
        "report:conditionReport": [{"@id": duty.report} for duty in given.duties],
    }
    if given.activation.value != "Undetermined":
        written["report:activationState"] = _state(given.activation)
    return {name: value for name, value in written.items() if value != []}


def _duty_report(given: RuleReport) -> Document:
    state = given.duties[0] if given.duties else DutyState("", given.rule)
    written: Document = {
        "@type": "report:DutyReport",
        "report:attemptState": _state(state.attempt),
        "report:deonticState": _state(state.deontic),
        "report:performanceState": _state(state.performance),
        "report:premiseReport": [_finding(one) for one in given.findings],
        "report:rule": {"@id": given.rule},
    }
    if state.report:
        written["@id"] = state.report
    return {name: value for name, value in written.items() if value != []}


def _finding(given: Finding) -> Document:
    written: Document = {"@type": f"report:{given.kind.value}"}
    if given.state is not State.UNKNOWN:
        written["report:satisfactionState"] = _state(given.state)
    if given.kind is FindingKind.CONSTRAINT:
        written["report:constraint"] = {"@id": given.named}
    if given.join is not None:
        written["report:constraintLogicalOperand"] = {"@id": f"odrl:{given.join.value}"}
    if given.parts:
        written["report:premiseReport"] = [_finding(part) for part in given.parts]
    if given.constraint is not None:
        if given.values:
            written["report:constraintLeftOperand"] = [_reported(one) for one in given.values]
        if given.state is State.SATISFIED:
            written["report:constraintOperator"] = {"@id": f"odrl:{given.constraint.operator.value}"}
            written["report:constraintRightOperand"] = [_reported(one) for one in given.constraint.right]
    return written


def _reported(given: Operand) -> JsonValue:
    return _instant(given) if isinstance(given, datetime) else operand(given)


def _instant(when: datetime) -> Document:
    """With fractions of a second, where records have whole ones."""
    return {"@type": "xsd:dateTime", "@value": when.isoformat()}


def _state(state: str) -> Document:
    return {"@id": f"report:{state}"}
