"""Reading the corpus: `cases/*.json`, each file one or more classes of cases, and `cases/named.json` with what many share.

A file is `{"format": "firstparty/conformance/1", "cases": [case, …]}`. In a case's input, `{"named": NAME}` stands for a
value of `named.json` and `{"repeated": TEXT, "times": N}` for a long text; `cases()` puts both in, so that what a
subject is asked is complete in itself. All other values are what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from terms.errors import FirstpartyError
from terms.proof import jcs
from terms.proof.jcs import JsonValue

FORMAT: Final = "firstparty/conformance/1"
NAMED: Final = "named.json"
OPERATIONS: Final = (
    "offer", "receive", "replay", "record", "key", "keys", "canonical", "hash", "roster", "order", "compare", "bundle",
)  # fmt: skip
_MEMBERS: Final = frozenset({"id", "class", "title", "why", "operation", "input", "expected"})


class CorpusError(FirstpartyError):
    """A file of the corpus is not as `docs/conformance.md` says; the installation is damaged."""

    code = "corpus"


@dataclass(frozen=True, slots=True)
class Case:
    """`group` is the class of cases; `input` is complete, `expected` what the answer has to hold."""

    id: str
    group: str
    title: str
    why: str
    operation: str
    input: Mapping[str, JsonValue]
    expected: Mapping[str, JsonValue]

    def request(self) -> dict[str, JsonValue]:
        """What a subject is asked; it says nothing about the answer."""
        return {"id": self.id, "input": dict(self.input), "operation": self.operation}


@cache
def cases() -> tuple[Case, ...]:
    """Every case, in the order of the files' names and then of the files."""
    folder = files("terms.conformance") / "cases"
    named = _object(jcs.parse((folder / NAMED).read_bytes()), NAMED)["named"]
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json") and entry.name != NAMED)
    found = [case for name in names for case in _read((folder / name).read_bytes(), name, _object(named, NAMED))]
    if len({case.id for case in found}) != len(found):
        raise CorpusError("two cases have the same id")
    return tuple(found)


def _read(raw: bytes, name: str, named: Mapping[str, JsonValue]) -> list[Case]:
    content = _object(jcs.parse(raw), name)
    listed = content.get("cases")
    if content.get("format") != FORMAT or not isinstance(listed, list):
        raise CorpusError(f"`{name}` is no file of `{FORMAT}`")
    return [_case(_object(item, name), name, named) for item in listed]


def _case(item: Mapping[str, JsonValue], name: str, named: Mapping[str, JsonValue]) -> Case:
    if item.keys() != _MEMBERS or item["operation"] not in OPERATIONS:
        raise CorpusError(f"a case of `{name}` has other members than it should have")
    id, group, title, why, operation = (str(item[part]) for part in ("id", "class", "title", "why", "operation"))
    given = _object(_whole(item["input"], named), name)
    return Case(id, group, title, why, operation, given, _object(item["expected"], name))


def _whole(value: JsonValue, named: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(value, list):
        return [_whole(item, named) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"named"}:
        return _whole(named[str(value["named"])], named)
    if value.keys() == {"repeated", "times"} and isinstance(value["times"], int):
        return str(value["repeated"]) * value["times"]
    return {key: _whole(item, named) for key, item in value.items()}


def _object(value: JsonValue, name: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise CorpusError(f"`{name}` holds something else where an object is due")
    return value
