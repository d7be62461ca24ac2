"""What `firstparty rules` answers as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from vault.butler.rulebook import Version
from vault.policy.checking import Finding
from vault.policy.explaining import facts_json, reasons_json
from vault.policy.facts import TABLE
from vault.policy.proving import Answer, Assertion, Counterexample, Highest, Proven, Supremum, Unlimited
from vault.policy.rules import RuleSet
from vault.policy.writing import JsonValue, to_json

PROVEN, BROKEN, UNDECIDED = 0, 1, 3


def exit_code(answer: Answer) -> int:
    if isinstance(answer, Proven):
        return PROVEN
    return BROKEN if isinstance(answer, Counterexample) else UNDECIDED


def checked(rules: RuleSet, found: Sequence[Finding], limits: Supremum) -> dict[str, object]:
    return {
        "rules": len(rules.rules),
        "findings": [finding_json(finding) for finding in found],
        "most_committed": limits_json(limits),
    }


def finding_json(finding: Finding) -> dict[str, object]:
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "rule": finding.rule or None,
        "file": finding.place.file,
        "line": finding.place.line,
        "sentence": finding.sentence,
        "hint": finding.hint,
    }


def limits_json(limits: Supremum) -> list[JsonValue]:
    """One entry per currency, null for any other; `limit` is null where there is none or it was not decided."""
    return [_limit(currency, limit) for currency, limit in limits.limits.items()]


def _limit(currency: str, limit: object) -> JsonValue:
    if isinstance(limit, Highest):
        value = to_json(limit.value, TABLE["offer.cost.commitment"])
        return {"currency": currency or None, "state": "limited", "limit": value, "reached": limit.reached}
    state = "unlimited" if isinstance(limit, Unlimited) else "not decided"
    return {"currency": currency or None, "state": state, "limit": None, "reached": False}


def proof(asserted: Assertion, answer: Answer) -> dict[str, object]:
    found: dict[str, object] = {"assertion": asserted.text, "proven": isinstance(answer, Proven)}
    if isinstance(answer, Counterexample):
        found |= {
            "counterexample": facts_json(answer.facts),
            "kind": answer.kind,
            "verdict": str(answer.outcome.verdict),
            "reasons": reasons_json(answer.outcome.reasons),
        }
    elif not isinstance(answer, Proven):
        found["undecided"] = answer.why
    return found


def version(one: Version) -> dict[str, object]:
    return {"version": one.number, "at": one.at, "note": one.note, "rules_sha256": one.sha256}
