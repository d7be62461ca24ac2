"""Writes a rule-set back as TOML or JSON, every condition in its canonical text.

Reading what is written gives an equal rule-set; comments and the layout of the file that it was read from are not kept.
Lists that conditions name are written out under `[lists]`, those of the owner too, with the members they had.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from terms.errors import FirstpartyError
from vault.policy.rules import Condition, NamedList, Rule, RuleSet
from vault.policy.writing import JsonValue

# As long as the files that people read; a longer list of conditions takes a line for each.
_WIDTH = 120


class ListConflictError(FirstpartyError):
    """Two rule-sets that were joined mean different lists by one name, which no one file can say."""

    code = "list-conflict"


def to_toml(rules: RuleSet) -> str:
    """A rule file that `read_toml` reads as an equal rule-set; ends with a line feed unless it is empty."""
    return "\n".join(_sections(rules))


def to_rows(rules: RuleSet) -> dict[str, JsonValue]:
    """The same as JSON, with `rule` as a list."""
    lists: dict[str, JsonValue] = {name: list[JsonValue](members) for name, members in sorted(_lists(rules).items())}
    document: dict[str, JsonValue] = {"rule": [dict(_members(rule)) for rule in rules.rules]}
    if rules.defaults:
        document["defaults"] = {str(kind): str(verdict) for kind, verdict in sorted(rules.defaults.items())}
    return document | ({"lists": lists} if lists else {})


def to_json(rules: RuleSet) -> bytes:
    """The bytes that `read_json` reads as an equal rule-set."""
    return (json.dumps(to_rows(rules), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def row(condition: Condition) -> dict[str, str]:
    """A condition as the pages edit it: `fact`, `operator` and, where there is one, the operand's text as `value`."""
    found = {"fact": condition.fact, "operator": str(condition.operator)}
    value = condition.text.removeprefix(f"{condition.fact} {condition.operator}").strip()
    return found | ({"value": value} if value else {})


def rule_toml(rule: Rule) -> str:
    """One rule under its heading, without the lists that it names."""
    lines = (
        f"{key} = {_array(value) if isinstance(value, list) else _text(str(value))}" for key, value in _members(rule)
    )
    return "\n".join(["[[rule]]", *lines, ""])


def _sections(rules: RuleSet) -> Iterator[str]:
    if rules.defaults:
        lines = [f"{kind} = {_text(str(verdict))}" for kind, verdict in sorted(rules.defaults.items())]
        yield "\n".join(["[defaults]", *lines, ""])
    lists = _lists(rules)
    if lists:
        yield "\n".join(["[lists]", *(f"{name} = {_array(members)}" for name, members in sorted(lists.items())), ""])
    yield from map(rule_toml, rules.rules)


def _members(rule: Rule) -> Iterator[tuple[str, JsonValue]]:
    yield "id", rule.id
    yield "for", [str(kind) for kind in sorted(rule.kinds)]
    yield "when", [condition.text for condition in rule.when]
    if rule.unless:
        yield "unless", [condition.text for condition in rule.unless]
    yield "then", str(rule.then)
    if rule.because:
        yield "because", rule.because


def _lists(rules: RuleSet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in _named_lists(rules.rules):
        members = sorted(one.members)
        if found.setdefault(one.name, members) != members:
            raise ListConflictError(f"two lists are named `{one.name}`", hint="rename one of them in its rule file")
    return found


def _named_lists(rules: Iterable[Rule]) -> Iterator[NamedList]:
    for rule in rules:
        for condition in (*rule.when, *rule.unless):
            if isinstance(condition.operand, NamedList):
                yield condition.operand


def _array(items: Iterable[JsonValue]) -> str:
    texts = [_text(str(item)) for item in items]
    short = f"[{', '.join(texts)}]"
    return (
        short
        if len(texts) < 2 or len(short) < _WIDTH - 10
        else "\n".join(["[", *(f"  {text}," for text in texts), "]"])
    )


def _text(text: str) -> str:
    """INVARIANT: a JSON string is a TOML basic string too, unless it holds DEL, which no text of a rule does."""
    plain = '"' in text and "'" not in text
    return f"'{text}'" if plain else json.dumps(text, ensure_ascii=False)
