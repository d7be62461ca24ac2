"""Reads the public ODRL test suite (Turtle) into our model, and reports of both sides into one form that compares.

A case that says something our model does not hold raises `Outside`, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from terms.odrl import evaluation, policy
from terms.odrl.names import ODRL, REPORT
from terms.odrl.report import Attempt, Deontic, DutyState, Performance

FOLDER = Path(os.environ.get("FIRSTPARTY_CORPUS") or Path(__file__).parents[2].parent / "shared" / "data") / "odrl"
CASES = sorted(FOLDER.glob("test_cases/*.ttl"))
ODRL_, R, EX, DCT = (
    Namespace(ODRL),
    Namespace(REPORT),
    Namespace("http://example.org/"),
    Namespace("http://purl.org/dc/terms/"),
)
CURRENT_TIME = URIRef("http://example.com/request/currentTime")

needs_suite = pytest.mark.skipif(not CASES, reason="the public ODRL test suite is not here")

_RULES = {
    ODRL_.permission: policy.RuleKind.PERMISSION,
    ODRL_.prohibition: policy.RuleKind.PROHIBITION,
    ODRL_.obligation: policy.RuleKind.OBLIGATION,
}
_TOLD = {RDF.type, ODRL_.uid, DCT.description, DCT.source, *_RULES}
_RULE_TOLD = {RDF.type, ODRL_.assignee, ODRL_.assigner, ODRL_.action, ODRL_.target, ODRL_.constraint, ODRL_.duty}


class Outside(Exception):
    """A case is outside of the fragment; the message says why."""


@dataclass(frozen=True)
class Case:
    name: str
    policy: policy.Policy
    request: evaluation.Request
    world: evaluation.World
    expected: Graph


def read(file: Path, *, strict: bool = True) -> Case:
    expected = Graph().parse(file)
    case = next(iter(expected.subjects(RDF.type, EX.TestCase)))
    rules, asked, facts = (_part(expected, case, name) for name in ("policy", "request", "sotw"))
    found = Case(
        file.stem.removeprefix("testcase-"),
        _policy(rules, expected.value(case, EX.policy)),
        _request(asked, expected.value(case, EX.request)),
        _world(facts),
        expected,
    )
    if strict:
        _check_duties(found.policy, facts)
    return found


def _part(expected: Graph, case: Node, name: str) -> Graph:
    """The file of the folder that describes the thing the case names: the suite names things, not files."""
    wanted = expected.value(case, EX[name])
    folder = {"policy": "policies", "request": "requests", "sotw": "sotw"}[name]
    return next(graph for graph in _graphs(folder) if (wanted, RDF.type, None) in graph)


_READ: dict[str, list[Graph]] = {}


def _graphs(folder: str) -> list[Graph]:
    if folder not in _READ:
        _READ[folder] = [Graph().parse(file) for file in sorted((FOLDER / folder).glob("*.ttl"))]
    return _READ[folder]


def _policy(graph: Graph, uid: Node | None) -> policy.Policy:
    _only(graph, uid, _TOLD)
    rules = [_rule(graph, one, kind) for name, kind in _RULES.items() for one in sorted(graph.objects(uid, name))]
    return policy.Policy(policy.PolicyKind.SET, str(uid), tuple(rules))


def _rule(graph: Graph, node: Node, kind: policy.RuleKind) -> policy.Rule:
    _only(graph, node, _RULE_TOLD)
    target = graph.value(node, ODRL_.target)
    duties = [_rule(graph, one, policy.RuleKind.OBLIGATION) for one in sorted(graph.objects(node, ODRL_.duty))]
    return policy.Rule(
        kind=kind,
        uid=str(node),
        action=str(graph.value(node, ODRL_.action) or ""),
        assigner=str(graph.value(node, ODRL_.assigner) or ""),
        assignee=str(graph.value(node, ODRL_.assignee) or ""),
        target=None if target is None else _target(graph, target),
        constraints=tuple(_condition(graph, one) for one in sorted(graph.objects(node, ODRL_.constraint))),
        duties=tuple(duties),
    )


def _target(graph: Graph, node: Node) -> policy.Target:
    collection = (node, RDF.type, ODRL_.AssetCollection) in graph
    _only(graph, node, {RDF.type, ODRL_.source})
    return policy.Target(str(node), collection, str(graph.value(node, ODRL_.source) or ""))


def _condition(graph: Graph, node: Node) -> policy.Condition:
    for join in policy.Join:
        parts = sorted(graph.objects(node, ODRL_[join.value]))
        if parts:
            _only(graph, node, {RDF.type, ODRL_[join.value]})
            return policy.Joined(str(node), join, tuple(_condition(graph, part) for part in parts))
    _only(graph, node, {RDF.type, ODRL_.leftOperand, ODRL_.operator, ODRL_.rightOperand})
    operator = str(graph.value(node, ODRL_.operator)).removeprefix(ODRL)
    if operator not in set(policy.Operator):
        raise Outside(f"the operator {operator}")
    right = tuple(_operand(one) for one in sorted(graph.objects(node, ODRL_.rightOperand)))
    return policy.Constraint(str(node), str(graph.value(node, ODRL_.leftOperand)), policy.Operator(operator), right)


def _operand(node: Node) -> policy.Operand:
    if isinstance(node, Literal):
        value = node.toPython()
        return value if isinstance(value, datetime) else policy.Literal(str(node))
    return str(node)


def _request(graph: Graph, uid: Node | None) -> evaluation.Request:
    asked = [
        evaluation.Asked(
            str(one), *(str(graph.value(one, name) or "") for name in (ODRL_.action, ODRL_.assignee, ODRL_.target))
        )
        for one in sorted(graph.objects(uid, ODRL_.permission))
    ]
    return evaluation.Request(str(uid), tuple(asked))


def _world(graph: Graph) -> evaluation.World:
    time = graph.value(CURRENT_TIME, DCT.issued)
    part_of: dict[str, frozenset[str]] = {}
    for part, whole in graph.subject_objects(ODRL_.partOf):
        part_of[str(part)] = part_of.get(str(part), frozenset()) | {str(whole)}
    duties = {str(graph.value(node, R.rule)): _duty(graph, node) for node in graph.subjects(RDF.type, R.DutyReport)}
    now = time.toPython() if isinstance(time, Literal) else None
    return evaluation.World(now if isinstance(now, datetime) else None, part_of, duties)


def _duty(graph: Graph, node: Node) -> DutyState:
    states = (
        str(graph.value(node, R[name])).removeprefix(REPORT)
        for name in ("attemptState", "performanceState", "deonticState")
    )
    attempt, performance, deontic = states
    return DutyState(
        str(node), str(graph.value(node, R.rule)), Attempt(attempt), Performance(performance), Deontic(deontic)
    )


def _check_duties(read_policy: policy.Policy, facts: Graph) -> None:
    ours = {duty.uid for rule in read_policy.rules for duty in rule.duties}
    reported = {str(rule) for rule in facts.objects(None, R.rule)}
    if ours and reported - ours:
        raise Outside(
            "the state of the world reports on the duty of another policy, and the expected report counts it as this one's"
        )


def _only(graph: Graph, node: Node | None, told: set[URIRef]) -> None:
    for name in graph.predicates(node):
        if name not in told:
            raise Outside(f"the property {name}")


# Reports as nested values, so that two graphs compare whatever their nodes are called.

Form = tuple[object, ...]


def form(graph: Graph) -> Form:
    return _form(graph, next(iter(graph.subjects(RDF.type, R.PolicyReport))))


_PARTS = {R.ruleReport, R.premiseReport}


def _form(graph: Graph, node: Node) -> Form:
    plain, parts = [], []
    for name, value in graph.predicate_objects(node):
        if name in _PARTS:
            parts.append((str(name), _form(graph, value)))
        else:
            plain.append((str(name), _plain(value)))
    return (frozenset(plain), frozenset(_counted(parts)))


def _counted(parts: list[tuple[str, Form]]) -> Iterator[tuple[tuple[str, Form], int]]:
    for part in parts:
        yield part, parts.count(part) if len(parts) < 50 else 1


def _plain(value: Node) -> object:
    assert not isinstance(value, BNode)
    found = value.toPython() if isinstance(value, Literal) else str(value)
    return found.astimezone(UTC) if isinstance(found, datetime) else found
