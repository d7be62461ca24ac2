"""A policy of ODRL 2.2 as values: the part of the model that we write, read and evaluate.

It holds: policies of the kinds Set, Offer and Agreement; permissions, prohibitions and obligations, each with at most one
action, one assigner, one assignee and one target; duties on permissions; constraints on one left operand, joined by
`and`, `or` and `xone`; refinements of a target that is a collection; and how conflicts are settled.

It does not hold: inheritance between policies, remedies and consequences, refined actions and parties, the sequence
`andSequence`, right operands by reference, units, and statuses. A policy that needs one of these is refused by `reading`.

All names are full IRIs; an empty text means that the policy does not say. A rule that names no assignee, action or
target is about everybody, everything that can be done, or all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PolicyKind(StrEnum):
    SET = "Set"
    OFFER = "Offer"
    AGREEMENT = "Agreement"


class RuleKind(StrEnum):
    """As the policy's property is called."""

    PERMISSION = "permission"
    PROHIBITION = "prohibition"
    OBLIGATION = "obligation"


class Conflict(StrEnum):
    """What holds where a permission and a prohibition meet. `invalid` is ODRL's default: the whole policy is void."""

    PERMIT = "perm"
    PROHIBIT = "prohibit"
    INVALID = "invalid"


class Operator(StrEnum):
    EQ = "eq"
    NEQ = "neq"
    LT = "lt"
    LTEQ = "lteq"
    GT = "gt"
    GTEQ = "gteq"
    IS_A = "isA"
    IS_PART_OF = "isPartOf"
    IS_ANY_OF = "isAnyOf"
    IS_NONE_OF = "isNoneOf"


# These compare with several right operands, all others with one.
SET_OPERATORS = frozenset({Operator.IS_ANY_OF, Operator.IS_NONE_OF})


class Join(StrEnum):
    AND = "and"
    OR = "or"
    XONE = "xone"


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, or a duration where `duration` is set. Times are datetimes and names are plain IRIs."""

    text: str
    duration: bool = False


Operand = str | datetime | Literal


@dataclass(frozen=True, slots=True)
class Constraint:
    """`left operator right`; `left` is the IRI of a left operand."""

    uid: str
    left: str
    operator: Operator
    right: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Several constraints as one."""

    uid: str
    join: Join
    parts: tuple[Condition, ...]


Condition = Constraint | Joined


@dataclass(frozen=True, slots=True)
class Target:
    """An asset. A collection may be narrowed to the members of its `source` that its refinements describe; it has a name of
    its own then, because in a graph refinements belong to the name."""

    uid: str
    collection: bool = False
    source: str = ""
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`assignees` says that the assignee is a collection of parties; `contracted` is the party that answers for the rule
    where that is not the assignee."""

    kind: RuleKind
    uid: str
    action: str = ""
    assigner: str = ""
    assignee: str = ""
    assignees: bool = False
    contracted: str = ""
    target: Target | None = None
    constraints: tuple[Condition, ...] = ()
    duties: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What a policy of ours stands for: the signed record (its agreement's id and digest) and the roster's text (its IRI
    and hash). `answer_by` is, in an offer, until when it stands."""

    agreement: str
    record: str
    terms: str
    terms_hash: str
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    kind: PolicyKind
    uid: str
    rules: tuple[Rule, ...]
    conflict: Conflict = Conflict.INVALID
    profile: str = ""
    origin: Origin | None = None

    def of(self, kind: RuleKind) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.kind is kind)
