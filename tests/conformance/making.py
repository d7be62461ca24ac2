"""Writes the corpus: `python -m tests.conformance.making`. The same bytes on every run.

The descriptions beside this file say by hand what is to come out of each case, after docs/conformance.md; nothing here asks
an implementation. Inputs are made by `forging`.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from tests.conformance.described import NAMED, Group

FOLDER = Path(__file__).parents[2] / "terms" / "conformance" / "cases"
FORMAT = "firstparty/conformance/1"
MODULES = "offers envelopes answers events life records registering canonical_forms rosters comparing bundles".split()


def groups() -> list[Group]:
    return [group for name in MODULES for group in importlib.import_module(f"tests.conformance.{name}").GROUPS]


def files() -> dict[str, str]:
    """The content of every file of the corpus by its name."""
    made = {f"{group.name}.json": _file(group) for group in groups()}
    lines = ",\n".join(f"{_line(name)}:{_line(value)}" for name, value in sorted(NAMED.items()))
    return {**made, "named.json": f'{{"format":{_line(FORMAT)},"named":{{\n{lines}\n}}}}\n'}


def _file(group: Group) -> str:
    """One case a line, so that a change of one is a change of one line."""
    lines = ",\n".join(_line(case) for case in group.cases)
    return f'{{"format":{_line(FORMAT)},"cases":[\n{lines}\n]}}\n'


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = files()
    for old in FOLDER.glob("*.json"):
        if old.name not in made:
            old.unlink()
    for name, content in made.items():
        (FOLDER / name).write_text(content)


if __name__ == "__main__":
    main()
