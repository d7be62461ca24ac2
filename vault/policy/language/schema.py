"""The JSON Schema (2020-12) of a rule file, made from the same tables that the reader goes by.

It says what a file may look like and which facts, operators, kinds and verdicts there are. What a schema cannot say (the
operand fits the fact, a category exists, no id stands twice) the reader says. `python -m vault.policy.language.schema`
prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from vault.policy.fact import Fact
from vault.policy.facts import TABLE
from vault.policy.language.files import KEYS as FILE_KEYS
from vault.policy.language.limits import (
    MAX_BECAUSE,
    MAX_CONDITION,
    MAX_CONDITIONS,
    MAX_ID,
    MAX_LIST,
    MAX_LISTS,
    MAX_RULES,
    MAX_TEXT,
)
from vault.policy.language.sections import KINDS, LIST_NAME
from vault.policy.language.single import ID
from vault.policy.rules import Operator
from vault.policy.verdicts import Verdict
from vault.policy.writing import JsonValue

_TEXTS: dict[str, JsonValue] = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}


def rules_schema(table: Mapping[str, Fact] = TABLE) -> dict[str, JsonValue]:
    """As JSON."""
    sections = {"rule": _rules(), "defaults": _defaults(), "lists": _lists()}
    assert tuple(sections) == FILE_KEYS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Firstparty rule file",
        "description": "Rules of the butler, as TOML or JSON; see docs/rules.md",
        "type": "object",
        "additionalProperties": False,
        "properties": dict(sections),
        "$defs": {"rule": _rule(), "condition": _condition(table), "conditions": _conditions()},
    }


def _rules() -> dict[str, JsonValue]:
    return {"type": "array", "maxItems": MAX_RULES, "items": {"$ref": "#/$defs/rule"}}


def _rule() -> dict[str, JsonValue]:
    kinds: dict[str, JsonValue] = {"enum": list[JsonValue](KINDS)}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "for", "when", "then"],
        "properties": {
            "id": {"type": "string", "pattern": f"^{ID.pattern}$", "maxLength": MAX_ID},
            "for": {"anyOf": [kinds, {"type": "array", "minItems": 1, "items": kinds}]},
            "when": {"$ref": "#/$defs/conditions", "description": "all of them are true"},
            "unless": {"$ref": "#/$defs/conditions", "description": "none of them is true"},
            "then": {"enum": [str(verdict) for verdict in Verdict]},
            "because": {"type": "string", "maxLength": MAX_BECAUSE},
        },
        # An accept rule without conditions would accept everything.
        "if": {"properties": {"then": {"const": str(Verdict.ACCEPT)}}},
        "then": {"properties": {"when": {"minItems": 1}}},
    }


def _conditions() -> dict[str, JsonValue]:
    one: dict[str, JsonValue] = {"$ref": "#/$defs/condition"}
    return {"anyOf": [one, {"type": "array", "maxItems": MAX_CONDITIONS, "items": one}]}


def _condition(table: Mapping[str, Fact]) -> dict[str, JsonValue]:
    text: dict[str, JsonValue] = {
        "type": "string",
        "maxLength": MAX_CONDITION,
        "description": "fact operator operand, such as `offer.price.per_month <= 50 EUR`",
    }
    row: dict[str, JsonValue] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["fact", "operator"],
        "properties": {
            "fact": {"enum": list[JsonValue](table)},
            "operator": {"enum": [str(operator) for operator in Operator]},
            "value": {"description": "the operand as a text, or as JSON has it"},
        },
    }
    return {"anyOf": [text, row]}


def _defaults() -> dict[str, JsonValue]:
    stricter: dict[str, JsonValue] = {"enum": [str(verdict) for verdict in Verdict if verdict is not Verdict.ACCEPT]}
    return {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(KINDS, stricter)}


def _lists() -> dict[str, JsonValue]:
    return {
        "type": "object",
        "maxProperties": MAX_LISTS,
        "propertyNames": {"pattern": f"^{LIST_NAME.pattern}$"},
        "additionalProperties": {"type": "array", "maxItems": MAX_LIST, "items": _TEXTS},
    }


def schema_text() -> str:
    return json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
