"""An agreement of the roster as rules of ODRL.

Each clause becomes one or more rules; the IRI of a rule is the policy's, `#`, and the clause's id, and where a clause needs
several rules, a point and what this one is about (`#forbid-profiling.Profiling`). What a clause says:

* *permit*, or what is *required* and not owed to the person: a permission to `use` the data for the DPV purposes of the
  activity, and one for each of its operations. Sharing is the permission to `distribute`.
* *require*: an obligation (deliver the service, make the data available to the person).
* *forbid*: a prohibition of the same form. If the second party may do it itself, the prohibition names third parties as
  those who must not, and the second party as the one who answers for it (`contractedParty`).
* A clause about anonymised or identifiable data narrows the target, which is all data about the person.

What no clause permits is not permitted. ODRL alone would let a purpose through that stands under two activities, one of
them permitted; so everything that the agreement does not permit is prohibited by rules named `otherwise`.

Permissions end with the agreement (`dateTime`). The owner's additions are no part of what is agreed; they stand in an offer
as what the person asks for: refused purposes and categories and the countries narrow every permission, a cap on retention
is an obligation to delete. Contact and duration are about other things than data and are not expressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from terms import dpv
from terms.activities import ACTIVITIES, OPERATIONS, PURPOSES, THIRD_PARTY_OPERATION
from terms.additions import ALL_DATA, NO_ADDITIONS, Additions, countries
from terms.durations import INDEFINITE
from terms.odrl.names import odrl
from terms.odrl.policy import Condition, Constraint, Literal, Operand, Operator, Rule, RuleKind, Target
from terms.odrl.profile import DELIVER, DISTRIBUTE, HAS_CATEGORY, HAS_DATA, MAKE_AVAILABLE, USE, VERIFY_IDENTITY
from terms.roster import Agreement, Clause
from terms.roster.clauses import Act, Kind, Scope

PURPOSE: Final = odrl("purpose")
THIRD_PARTIES: Final = dpv.iri("dpv:ThirdParty")
ANONYMISED: Final = dpv.iri("dpv:AnonymisedData")
# DPV has no purpose for training AI; the roster's agreement about it names what it is for.
AI_TRAINING: Final = "ieee-7012:PDC-AI"
# Countries as DPV's `loc` extension names them, by their ISO 3166 codes.
LOCATIONS: Final = "https://w3id.org/dpv/loc#"

_PURPOSES: Final = {**PURPOSES, AI_TRAINING: ("ai-training",)}
_DUTIES: Final = {"service": DELIVER, "portability": MAKE_AVAILABLE, "identity-verification": VERIFY_IDENTITY}
_SHARING: Final = "sharing"


@dataclass(frozen=True, slots=True)
class Deal:
    """Who agrees what with whom, for how long. `uid` is the policy's IRI, `first` and `second` are the parties'."""

    uid: str
    first: str
    second: str
    terms: Agreement
    until: datetime | None = None
    additions: Additions = NO_ADDITIONS


def data_of(policy: str) -> str:
    """The asset of a policy: all data about the first party that the second party deals with."""
    return f"{policy}#data"


def rules(deal: Deal) -> tuple[Rule, ...]:
    """Every rule: the clauses' in their order, then `otherwise`, then the additions'."""
    clauses = [rule for clause in deal.terms.clauses for rule in _clause(deal, clause)]
    return (*clauses, *_otherwise(deal), *_deletions(deal))


def _clause(deal: Deal, clause: Clause) -> Iterator[Rule]:
    if clause.action == "forbid":
        yield from _forbidden(deal, clause)
        return
    if clause.action == "require":
        yield _duty(deal, clause)
    if not ACTIVITIES[clause.activity].owed:
        yield from _permitted(deal, clause)


def _duty(deal: Deal, clause: Clause) -> Rule:
    rule = _rule(deal, RuleKind.OBLIGATION, clause.id, _DUTIES[clause.activity])
    if ACTIVITIES[clause.activity].owed:
        return _limited(rule, "recipient", odrl("recipient"), Operator.EQ, [deal.first])
    return rule


def _permitted(deal: Deal, clause: Clause) -> Iterator[Rule]:
    for action, purposes in _actions(clause.activity, _purposes(clause.activity)):
        name = _name(clause, action, permitted=True)
        rule = _for(_rule(deal, RuleKind.PERMISSION, name, action, clause.data), purposes)
        yield _within_additions(_until(rule, deal.until), deal)


def _forbidden(deal: Deal, clause: Clause) -> Iterator[Rule]:
    purposes = [one for one in _purposes(clause.activity) if not _allows(deal.terms, _PURPOSES[one])]
    if "second" not in clause.by:
        # The second party may do it, so its purposes are allowed; third parties may not do it for any of them.
        purposes = _purposes(clause.activity)
    for action, some in _actions(clause.activity, purposes):
        rule = _for(_rule(deal, RuleKind.PROHIBITION, _name(clause, action), action, clause.data), some)
        yield rule if "second" in clause.by else _by_third_parties(rule, deal.second)
    operations = ACTIVITIES[clause.activity].operations
    if "third" in clause.by and _has_third_party_form(operations):
        name = f"{clause.id}.{_local(THIRD_PARTY_OPERATION)}"
        yield _rule(deal, RuleKind.PROHIBITION, name, dpv.iri(THIRD_PARTY_OPERATION), clause.data)


def _otherwise(deal: Deal) -> Iterator[Rule]:
    """What is neither permitted nor forbidden by a clause."""
    forbidden = {
        clause.activity for clause in deal.terms.clauses if clause.action == "forbid" and "second" in clause.by
    }
    left = [
        one
        for one, group in _PURPOSES.items()
        if not _allows(deal.terms, group)
        and not _allows(deal.terms, group, anonymised=True)
        and not forbidden & {*group}
    ]
    if left:
        yield _for(_rule(deal, RuleKind.PROHIBITION, "otherwise", USE), left)
    for one, group in OPERATIONS.items():
        if _SHARING not in group and not _allows(deal.terms, group) and not forbidden & {*group}:
            yield _rule(deal, RuleKind.PROHIBITION, f"otherwise.{_local(one)}", dpv.iri(one))
    if _SHARING not in forbidden and not _allows(deal.terms, (_SHARING,)):
        scope: Scope = "identifiable" if _allows(deal.terms, (_SHARING,), anonymised=True) else "any"
        yield _rule(deal, RuleKind.PROHIBITION, "otherwise.distribute", DISTRIBUTE, scope)


def _deletions(deal: Deal) -> Iterator[Rule]:
    for number, (category, cap) in enumerate(deal.additions.retention, 1):
        if cap == INDEFINITE:
            continue
        rule = _rule(deal, RuleKind.OBLIGATION, f"additions-retention.{number}", odrl("delete"))
        if category != ALL_DATA:
            rule = _of_data(rule, "category", HAS_CATEGORY, Operator.IS_ANY_OF, [dpv.iri(category)])
        elapsed = [Literal(cap, duration=True)]
        yield _limited(rule, "elapsedTime", odrl("elapsedTime"), Operator.LTEQ, elapsed)


# What an activity is in ODRL's terms


def _actions(activity: str, purposes: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The actions that an activity is, each with the purposes that make it one; none where the action says it all."""
    if purposes:
        yield USE, purposes
    if activity == _SHARING:
        yield DISTRIBUTE, []
        return
    for operation in ACTIVITIES[activity].operations:
        yield dpv.iri(operation), []
    if not purposes and activity in _DUTIES and not _purposes(activity):
        yield _DUTIES[activity], []


def _purposes(activity: str) -> list[str]:
    return [one for one, group in _PURPOSES.items() if activity in group]


def _allows(terms: Agreement, group: Iterable[str], *, anonymised: bool = False) -> bool:
    """Whether the second party may do one of these activities."""
    kind: Kind = "anonymised" if anonymised else "identifiable"
    some = [one for one in group if one == _SHARING] if anonymised else group
    return any(Act(one, "second", kind) in terms.rules.permits for one in some)


def _has_third_party_form(operations: Iterable[str]) -> bool:
    return any(dpv.processing().is_a(THIRD_PARTY_OPERATION, one) for one in operations)


# Rules in their parts


def _rule(deal: Deal, kind: RuleKind, name: str, action: str, scope: Scope = "any") -> Rule:
    rule = Rule(
        kind=kind,
        uid=f"{deal.uid}#{name}",
        action=action,
        assigner=deal.first,
        assignee=deal.second,
        target=Target(data_of(deal.uid), collection=True),
    )
    if scope == "any":
        return rule
    operator = Operator.IS_ANY_OF if scope == "anonymised" else Operator.IS_NONE_OF
    return _of_data(rule, "data", HAS_DATA, operator, [ANONYMISED])


def _name(clause: Clause, action: str, *, permitted: bool = False) -> str:
    """The first rule of a clause has the clause's id, but for what is required, where the obligation has it."""
    if action == USE and not (permitted and clause.action == "require"):
        return clause.id
    return f"{clause.id}.{_local(action)}"


def _local(name: str) -> str:
    return name.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def _for(rule: Rule, purposes: list[str]) -> Rule:
    if not purposes:
        return rule
    return _limited(rule, "purpose", PURPOSE, Operator.IS_ANY_OF, [dpv.iri(one) for one in purposes])


def _by_third_parties(rule: Rule, second: str) -> Rule:
    return replace(rule, assignee=THIRD_PARTIES, assignees=True, contracted=second)


def _until(rule: Rule, until: datetime | None) -> Rule:
    return rule if until is None else _limited(rule, "dateTime", odrl("dateTime"), Operator.LT, [until])


def _within_additions(rule: Rule, deal: Deal) -> Rule:
    added = deal.additions
    refused = [dpv.iri(one) for one in added.refused_purposes if _matters(deal.terms, one)]
    if refused:
        rule = _limited(rule, "refusedPurpose", PURPOSE, Operator.IS_NONE_OF, refused)
    if added.transfers_within is not None:
        places = [LOCATIONS + one for one in sorted(countries(added.transfers_within))]
        # Nowhere: the vocabulary itself is no place, and no place lies in it.
        rule = _limited(rule, "spatial", odrl("spatial"), Operator.IS_ANY_OF, places or [LOCATIONS])
    if added.refused_data:
        categories = [dpv.iri(one) for one in added.refused_data]
        rule = _of_data(rule, "refusedCategory", HAS_CATEGORY, Operator.IS_NONE_OF, categories)
    return rule


def _matters(terms: Agreement, purpose: str) -> bool:
    """Whether refusing a purpose takes something away: not where the agreement prohibits it anyway."""
    above = dpv.purposes().ancestors(purpose) or frozenset()
    groups = [_PURPOSES[one] for one in above if one in _PURPOSES]
    return all(_allows(terms, group) or _allows(terms, group, anonymised=True) for group in groups)


def _limited(rule: Rule, name: str, left: str, operator: Operator, right: Iterable[Operand]) -> Rule:
    return replace(rule, constraints=(*rule.constraints, _condition(rule, name, left, operator, right)))


def _of_data(rule: Rule, name: str, left: str, operator: Operator, right: Iterable[Operand]) -> Rule:
    assert rule.target is not None
    source = rule.target.source or rule.target.uid
    refinements = (*rule.target.refinements, _condition(rule, name, left, operator, right))
    return replace(rule, target=Target(f"{rule.uid}/target", True, source, refinements))


def _condition(rule: Rule, name: str, left: str, operator: Operator, right: Iterable[Operand]) -> Condition:
    return Constraint(f"{rule.uid}/{name}", left, operator, tuple(right))
