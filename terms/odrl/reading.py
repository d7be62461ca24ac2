"""Reads a policy from the JSON-LD that `writing` writes, and refuses everything else.

This is no JSON-LD processor: the same graph can be written in countless ways, and a reader that passes over what it does
not know would evaluate another policy than the one that was written. So the context must be ours, every member must be one
that we write, of the form in which we write it, and what reads must write back to the same value. A policy from elsewhere
is therefore refused, with the member that is in the way.

Names: no two rules or constraints may have the same IRI, because reports tell them apart by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from terms.durations import length
from terms.errors import FirstpartyError
from terms.odrl import writing
from terms.odrl.names import full, is_iri, is_term, odrl
from terms.odrl.policy import (
    SET_OPERATORS,
    Condition,
    Conflict,
    Constraint,
    Join,
    Joined,
    Literal,
    Operand,
    Operator,
    Origin,
    Policy,
    PolicyKind,
    Rule,
    RuleKind,
    Target,
)
from terms.proof.members import DIGEST, TIME
from terms.refusals import quoted

# Ours have at most 40 rules, and few duties, refinements or constraints; a purpose list holds at most all of DPV's.
MAX_RULES: Final = 200
MAX_CONDITIONS: Final = 400
MAX_OPERANDS: Final = 1_000
# Joined constraints inside joined ones: a calendar of working hours needs two.
MAX_NESTING: Final = 8
# Agreement ids are shorter; see `terms.record`.
MAX_TEXT: Final = 200

_Choice = TypeVar("_Choice", bound=StrEnum)


class PolicyError(FirstpartyError):
    """A document is no policy of the form that this program writes."""

    code = "odrl-policy"


class _Members:
    """The members of one object. Each has to be taken; `done` refuses what is left."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise PolicyError(f"{where} is an object")
        self._left: dict[str, object] = dict(value)
        self._where = where

    def take(self, name: str) -> object:
        if name not in self._left:
            raise PolicyError(f"{self._where} has no `{name}`")
        return self._left.pop(name)

    def has(self, name: str) -> bool:
        return name in self._left

    def iri(self, name: str) -> str:
        return _iri(self.take(name), f"`{name}` of {self._where}")

    def optional_iri(self, name: str) -> str:
        return self.iri(name) if self.has(name) else ""

    def term(self, name: str) -> str:
        """A name that the context expands with ODRL's vocabulary where it has no prefix."""
        value = self.take(name)
        if isinstance(value, str) and is_term(value):
            return odrl(value)
        return _iri(value, f"`{name}` of {self._where}")

    def choice(self, name: str, kind: type[_Choice]) -> _Choice:
        value = self.take(name)
        found = next((one for one in kind if one.value == value), None)
        if found is None:
            raise PolicyError(f"{quoted(value)} is not right for `{name}` of {self._where}")
        return found

    def text(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
            raise PolicyError(f"`{name}` of {self._where} is a text of 1 to {MAX_TEXT} characters")
        return value

    def list(self, name: str, most: int) -> list[object]:
        """An absent list is empty; one that is there is not."""
        if not self.has(name):
            return []
        value = self.take(name)
        if not isinstance(value, list) or not 0 < len(value) <= most:
            raise PolicyError(f"`{name}` of {self._where} is a list of 1 to {most} entries")
        return value

    def is_one(self, name: str, expected: object) -> None:
        value = self.take(name)
        if value != expected:
            raise PolicyError(f"{quoted(value)} is not right for `{name}` of {self._where}")

    def done(self) -> None:
        for name in self._left:
            raise PolicyError(f"{self._where} has a member {quoted(name)} that is not read here")


def policy(document: object) -> Policy:
    """The policy of a JSON-LD document that `writing.policy` could have written; `PolicyError` for anything else."""
    members = _Members(document, "the policy")
    if members.take("@context") != writing.CONTEXT:
        raise PolicyError("the policy has another context", hint="only policies that this program wrote are read")
    uid = members.iri("@id")
    members.is_one("uid", uid)
    read = Policy(
        kind=members.choice("@type", PolicyKind),
        uid=uid,
        conflict=members.choice("conflict", Conflict),
        profile=members.optional_iri("profile"),
        origin=_origin(members) if members.has("dct:source") else None,
        rules=tuple(_rule(one, kind) for kind in RuleKind for one in members.list(kind.value, MAX_RULES)),
    )
    members.done()
    _check_names(read)
    # What the single members do not tell: short forms that are not the shortest, a value of an unlike kind.
    if writing.policy(read) != document:
        raise PolicyError("the policy is not in the form in which this program writes it")
    return read


def _origin(members: _Members) -> Origin:
    source = _Members(members.take("dct:source"), "the source")
    terms = _Members(members.take("dct:conformsTo"), "the terms")
    record, terms_hash = _digest(source), _digest(terms)
    version = _Members(terms.take("dct:isVersionOf"), "the terms")
    origin = Origin(
        agreement=members.text("dct:identifier"),
        record=record,
        terms=version.iri("@id"),
        terms_hash=terms_hash,
        answer_by=_time(members.take("dct:valid"), "`dct:valid`") if members.has("dct:valid") else None,
    )
    for part in (source, terms, version):
        part.done()
    return origin


def _digest(members: _Members) -> str:
    digest = members.text("dct:identifier")
    if not DIGEST.fullmatch(digest):
        raise PolicyError(f"{quoted(digest)} is no SHA-256 digest", hint="write sha256: and 64 hexadecimal digits")
    members.is_one("@id", writing.named_by(digest))
    return digest


def _rule(value: object, kind: RuleKind) -> Rule:
    members = _Members(value, f"a rule of `{kind}`")
    members.is_one("@type", writing.TYPES[kind])
    assignee, assignees = _assignee(members)
    rule = Rule(
        kind=kind,
        uid=members.iri("@id"),
        action=members.term("action") if members.has("action") else "",
        assigner=members.optional_iri("assigner"),
        assignee=assignee,
        assignees=assignees,
        contracted=members.optional_iri("contractedParty"),
        target=_target(members.take("target")) if members.has("target") else None,
        constraints=tuple(_condition(one) for one in members.list("constraint", MAX_CONDITIONS)),
        # Only a permission has duties, and a duty has none of its own.
        duties=tuple(
            _rule(one, RuleKind.OBLIGATION)
            for one in (members.list("duty", MAX_RULES) if kind is RuleKind.PERMISSION else ())
        ),
    )
    members.done()
    return rule


def _assignee(members: _Members) -> tuple[str, bool]:
    if not members.has("assignee"):
        return "", False
    value = members.take("assignee")
    if isinstance(value, str):
        return _iri(value, "`assignee`"), False
    party = _Members(value, "the assignee")
    party.is_one("@type", "PartyCollection")
    uid = party.iri("@id")
    party.done()
    return uid, True


def _target(value: object) -> Target:
    members = _Members(value, "a target")
    kind = members.take("@type")
    if kind not in ("Asset", "AssetCollection"):
        raise PolicyError(f"{quoted(kind)} is no kind of target")
    refinements = tuple(_condition(one) for one in members.list("refinement", MAX_CONDITIONS))
    source = members.optional_iri("source")
    if kind == "Asset" and (refinements or source):
        raise PolicyError("only a collection has a source and refinements")
    target = Target(members.iri("@id"), kind == "AssetCollection", source, refinements)
    members.done()
    return target


def _condition(value: object, nesting: int = 0) -> Condition:
    if nesting > MAX_NESTING:
        raise PolicyError(f"constraints are nested deeper than {MAX_NESTING}")
    members = _Members(value, "a constraint")
    kind, uid = members.take("@type"), members.iri("@id")
    if kind == "Constraint":
        read: Condition = _constraint(members, uid)
    elif kind == "LogicalConstraint":
        join = next((one for one in Join if members.has(one.value)), None)
        if join is None:
            raise PolicyError("a logical constraint has `and`, `or` or `xone`")
        parts = members.list(join.value, MAX_CONDITIONS)
        read = Joined(uid, join, tuple(_condition(part, nesting + 1) for part in parts))
    else:
        raise PolicyError(f"{quoted(kind)} is no kind of constraint")
    members.done()
    return read


def _constraint(members: _Members, uid: str) -> Constraint:
    operator = members.choice("operator", Operator)
    right = tuple(_operand(one) for one in members.list("rightOperand", MAX_OPERANDS))
    if not right or (len(right) > 1 and operator not in SET_OPERATORS):
        raise PolicyError(f"`{operator}` compares with one right operand")
    return Constraint(uid, members.term("leftOperand"), operator, right)


def _operand(value: object) -> Operand:
    if isinstance(value, str):
        if not 0 < len(value) <= MAX_TEXT:
            raise PolicyError(f"a text has 1 to {MAX_TEXT} characters")
        return Literal(value)
    members = _Members(value, "a right operand")
    if members.has("@id"):
        iri = members.iri("@id")
        members.done()
        return iri
    if members.has("@type") and members.take("@type") == "xsd:duration":
        text = members.text("@value")
        if length(text) is None:
            raise PolicyError(f"{quoted(text)} is no duration", hint="write P30D, P6M or P1Y")
        members.done()
        return Literal(text, duration=True)
    return _time(value, "a right operand")


def _time(value: object, where: str) -> datetime:
    members = _Members(value, where)
    members.is_one("@type", "xsd:dateTime")
    text = members.text("@value")
    members.done()
    try:
        return datetime.fromisoformat(text if TIME.fullmatch(text) else "")
    except ValueError:
        raise PolicyError(f"{quoted(text)} is no time", hint="write it like 2026-03-31T18:05:09Z") from None


def _iri(value: object, where: str) -> str:
    if not isinstance(value, str) or not is_iri(value):
        raise PolicyError(f"{quoted(value)} is no IRI, in {where}")
    return full(value)


def _check_names(read: Policy) -> None:
    names = [read.uid, *(name for rule in read.rules for name in _names(rule))]
    if len(set(names)) != len(names):
        raise PolicyError("two rules or constraints have the same IRI")


def _names(rule: Rule) -> Iterator[str]:
    yield rule.uid
    for duty in rule.duties:
        yield from _names(duty)
    for condition in (*rule.constraints, *(rule.target.refinements if rule.target else ())):
        yield from _condition_names(condition)


def _condition_names(condition: Condition) -> Iterator[str]:
    yield condition.uid
    for part in condition.parts if isinstance(condition, Joined) else ():
        yield from _condition_names(part)
