"""The JSON Schemas (2020-12) of offer, intention and request, made from the types that the reader goes by.

`python -m vault.policy.schemas offer` prints one. What a schema cannot say (which fields a category has, that an offer has
one currency, that a text is a condition) the reader says.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import UnionType

import msgspec

from vault import categories
from vault.policy.category_fields import BY_FIELD
from vault.policy.intentions import Intention
from vault.policy.offer_reading import FORMS
from vault.policy.offers import Offer
from vault.policy.requests import AnyAsked
from vault.policy.writing import JsonValue

Schema = dict[str, JsonValue]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[str, tuple[type | UnionType, str]] = {
    "offer": (Offer, "An offer of a vendor; see docs/offers.md"),
    "intention": (Intention, "What the owner wants to buy; see docs/offers.md"),
    "request": (AnyAsked, "Anything that a vendor can ask; see docs/offers.md"),
}
NAMES = tuple(_TYPES)


def schema(name: str) -> Schema:
    """The schema of one of `NAMES`."""
    type, description = _TYPES[name]
    (top,), found = msgspec.json.schema_components([type], ref_template="#/$defs/{name}", schema_hook=_anything)
    definitions: Schema = {title: _definition(title, one) for title, one in sorted(found.items())}
    if "Offer" in definitions:
        definitions |= {"Practice": _practice(), "Category": _category(), "Fields": _fields()}
    elif "Intention" in definitions:
        definitions["Category"] = _category()
    return {"$schema": _DIALECT, "title": f"Firstparty {name}", "description": description, **top, "$defs": definitions}


def text(name: str) -> str:
    """The published file."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def _anything(_: type) -> Schema:
    return {"description": "any JSON value"}


def _definition(title: str, made: Schema) -> Schema:
    """What the types cannot say but a table can, put in its place."""
    properties = made.get("properties")
    assert isinstance(properties, dict)
    for name in ("category", "practice", "fields"):
        if name in properties and (name == "category" or title in ("Offer", "DataWanted")):
            properties[name] = {"$ref": f"#/$defs/{name.capitalize()}"}
    return made


def _category() -> Schema:
    return {"description": "an id of the category tree", "enum": list[JsonValue](categories.tree())}


def _fields() -> Schema:
    """Every field that some category has."""
    properties: Schema = {}
    for name, row in BY_FIELD.items():
        form = msgspec.json.schema(FORMS[row.type][0], ref_template="#/$defs/{name}")
        form = {"$ref": "#/$defs/Money"} if "$defs" in form else form
        choices: Schema = {"enum": list[JsonValue](row.choices)} if row.choices else {}
        unit = f"; unit: {row.unit}" if row.unit else ""
        properties[name] = {**form, **choices, "description": f"{row.meaning}{unit} ({row.source})"}
    return {
        "type": "object",
        "description": "what the category adds",
        "additionalProperties": False,
        "properties": properties,
    }


def _practice() -> Schema:
    """As `terms.practice` reads it."""
    texts: Schema = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "maxItems": 300}
    flag: Schema = {"type": "boolean"}
    words: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
    named: Schema = {
        "type": "object",
        "properties": {"name": words, "role": words},
        "required": ["role"],
        "additionalProperties": False,
    }
    recipients: Schema = {"type": "array", "items": {"anyOf": [words, named]}, "maxItems": 300}
    contact: Schema = {
        "type": "object",
        "properties": {"channels": texts, "hours": words, "per_month": {"type": "integer", "minimum": 0}},
        "additionalProperties": False,
    }
    properties: Schema = {
        **dict.fromkeys(("purposes", "processing", "data", "transfers"), texts),
        "recipients": recipients,
        **dict.fromkeys(("retention", "duration"), words),
        **dict.fromkeys(("ai_training", "anonymised", "portability"), flag),
        "contact": contact,
    }
    return {
        "type": "object",
        "description": "what the vendor says it does with my data; terms of DPV",
        "additionalProperties": False,
        "properties": properties,
    }


if __name__ == "__main__":
    sys.stdout.write(text(sys.argv[1]))
