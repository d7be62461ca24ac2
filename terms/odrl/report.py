"""What an evaluation found: rule by rule and premise by premise, with the values that were compared; and the verdicts.

The shape follows the compliance report model (https://w3id.org/force/compliance-report#): activation and attempt per rule,
performance and deontic state per duty, satisfaction per premise. Ours adds a third answer (undetermined) where that model
has two, and verdicts, which it has not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terms.odrl.policy import Constraint, Join, Operand, RuleKind


class State(StrEnum):
    SATISFIED = "Satisfied"
    UNSATISFIED = "Unsatisfied"
    UNKNOWN = "Unknown"


class Activation(StrEnum):
    ACTIVE = "Active"
    INACTIVE = "Inactive"
    UNDETERMINED = "Undetermined"


class Attempt(StrEnum):
    ATTEMPTED = "Attempted"
    NOT_ATTEMPTED = "NotAttempted"


class Performance(StrEnum):
    PERFORMED = "Performed"
    UNPERFORMED = "Unperformed"
    UNKNOWN = "Unknown"


class Deontic(StrEnum):
    FULFILLED = "Fulfilled"
    VIOLATED = "Violated"
    NON_SET = "NonSet"


@dataclass(frozen=True, slots=True)
class DutyState:
    """How a duty stands, as somebody reported it; `report` is the IRI of that report."""

    report: str
    rule: str
    attempt: Attempt = Attempt.NOT_ATTEMPTED
    performance: Performance = Performance.UNKNOWN
    deontic: Deontic = Deontic.NON_SET

    @property
    def violated(self) -> bool:
        return self.deontic is Deontic.VIOLATED


class FindingKind(StrEnum):
    TARGET = "TargetReport"
    PARTY = "PartyReport"
    ACTION = "ActionReport"
    CONSTRAINT = "ConstraintReport"


@dataclass(frozen=True, slots=True)
class Finding:
    """One premise: what the rule names, what was given, and whether it fits. Constraints carry themselves and the left
    operand's values; joined ones and refined targets their parts."""

    kind: FindingKind
    state: State
    named: str
    given: str = ""
    constraint: Constraint | None = None
    values: tuple[Operand, ...] = ()
    join: Join | None = None
    parts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleReport:
    """One rule for one thing asked (`asked` is empty for obligations). `duties` are the known states of a permission's
    duties, or of an obligation itself."""

    kind: RuleKind
    rule: str
    asked: str
    attempt: Attempt
    activation: Activation
    findings: tuple[Finding, ...]
    duties: tuple[DutyState, ...] = ()


class Verdict(StrEnum):
    PERMIT = "permit"
    DENY = "deny"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one thing asked, and the rules behind it; none where nothing permits it."""

    asked: str
    verdict: Verdict
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    policy: str
    request: str
    created: datetime | None
    rules: tuple[RuleReport, ...]
    decisions: tuple[Decision, ...]

    @property
    def verdict(self) -> Verdict:
        """On the request as a whole: permitted if all of it is, denied if any of it is."""
        found = {one.verdict for one in self.decisions}
        return next((one for one in (Verdict.DENY, Verdict.UNDETERMINED) if one in found), Verdict.PERMIT)
