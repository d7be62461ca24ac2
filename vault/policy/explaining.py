"""A decision in JSON and in words: the one place where reasons and counters become what others read.

    reasons: [{"rule", "effect", "state", "because", "conditions": [{"text", "observed", "required", "value"}], "unless": […]}]
    counter: [{"change": {fact: value}, "bounds": {fact: "at most" | "at least" | ""}, "reveals": [fact], "text"}]

`effect` is the verdict of the rule; `value` is true, false or unknown; observed and required values are as `writing` has
them, null where unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terms.comparison import Comparison, Exceeds
from vault.policy.countering import Change, Counter
from vault.policy.facts import TABLE, Facts
from vault.policy.outcome import Reason, Seen
from vault.policy.values import FactType, Value
from vault.policy.writing import PLAIN, JsonValue, shown, to_json

_WORDS = {True: "true", False: "false", None: "unknown"}
# A fact that the table lacks has no value to show either.
_NO_FACT = FactType.TEXT


def reasons_json(reasons: Iterable[Reason]) -> list[JsonValue]:
    return [_reason(reason) for reason in reasons]


def counters_json(found: Iterable[Counter], facts: Facts, compared: Comparison | None = None) -> list[JsonValue]:
    """`compared` says in words what a change of `terms.result` asks of the declared practice."""
    return [
        {
            "change": {change.fact: _value(change.fact, change.value) for change in counter.changes},
            "bounds": {change.fact: change.bound for change in counter.changes},
            "reveals": list[JsonValue](sorted(counter.reveals)),
            "text": counter_text(counter, facts, compared),
        }
        for counter in found
    ]


def facts_json(facts: Mapping[str, Value | None]) -> dict[str, JsonValue]:
    """Facts as `--facts` takes them; what was looked up and not known is null."""
    return {name: value if type(value) in PLAIN else _value(name, value) for name, value in facts.items()}  # type: ignore[misc]


def counter_text(counter: Counter, facts: Facts, compared: Comparison | None = None) -> str:
    """`offer.price.per_month at most 49.00 EUR per month (now 60.00 EUR per month)`, changes joined by `and`."""
    return " and ".join(_change_text(change, facts) + _practice_text(change, compared) for change in counter.changes)


def _reason(reason: Reason) -> JsonValue:
    return {
        "rule": reason.rule.id,
        "effect": str(reason.rule.then),
        "state": str(reason.state),
        "because": reason.rule.because,
        "conditions": [seen_json(one) for one in reason.when],
        "unless": [seen_json(one) for one in reason.unless],
    }


def seen_json(one: Seen) -> JsonValue:
    return {
        "text": one.condition.text,
        "observed": _value(one.condition.fact, one.observed),
        "required": _value(one.condition.fact, one.required),
        "value": _WORDS[one.value],
    }


def _value(name: str, value: Value | None) -> JsonValue:
    return to_json(value, TABLE.get(name))


def _change_text(change: Change, facts: Facts) -> str:
    fact = TABLE[change.fact]
    before, after = facts.get(change.fact), change.value
    if isinstance(before, frozenset) and isinstance(after, frozenset):
        return f"{change.fact} {_members(before, after)}"
    bound = f"{change.bound} " if change.bound else ""
    now = "not stated" if before is None else f"now {shown(before, fact)}"
    return f"{change.fact} {bound}{shown(after, fact)} ({now})"


def _practice_text(change: Change, compared: Comparison | None) -> str:
    if change.fact != "terms.result" or not isinstance(compared, Exceeds):
        return ""
    return f", for `{compared.agreement}`: {'; '.join(compared.smallest_change.in_words())}"


def _members(before: frozenset[str], after: frozenset[str]) -> str:
    parts = (("without", before - after), ("with", after - before))
    return " and ".join(f"{word} {', '.join(sorted(names))}" for word, names in parts if names)
