"""Every benchmark and its targets, as one table: `python -m benchmarks`, or those that are named: `python -m benchmarks vendors`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

from benchmarks import agreements, comparing, imports, memory, proving, queries, serving, starting, trying
from benchmarks.measuring import show
from benchmarks.pages import __main__ as pages
from benchmarks.policy import deciding
from benchmarks.vendors import __main__ as vendors

_PARTS: tuple[ModuleType, ...] = (
    starting, imports, queries, memory, comparing, agreements, deciding, proving, trying, serving, vendors,
    pages,
)  # fmt: skip


def _name(part: ModuleType) -> str:
    return part.__name__.removesuffix(".__main__").rpartition(".")[2]


def main(names: Sequence[str]) -> None:
    figures = []
    if unknown := set(names) - {_name(part) for part in _PARTS}:
        sys.exit(f"there is no part `{min(unknown)}`; the parts are: {', '.join(map(_name, _PARTS))}")
    for part in _PARTS:
        if names and _name(part) not in names:
            continue
        print(f"measuring {_name(part)} …", file=sys.stderr, flush=True)
        figures += part.figures()
    show(figures)


if __name__ == "__main__":
    main(sys.argv[1:])
