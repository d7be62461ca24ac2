"""Every benchmark and its targets, as one table: `python -m benchmarks`."""

from __future__ import annotations

import sys

from benchmarks import agreements, comparing, imports, memory, proving, queries, serving, starting, trying
from benchmarks.measuring import show
from benchmarks.policy import deciding


def main() -> None:
    figures = []
    for part in (starting, imports, queries, memory, comparing, agreements, deciding, proving, trying, serving):
        print(f"measuring {part.__name__} …", file=sys.stderr, flush=True)
        figures += part.figures()
    show(figures)


if __name__ == "__main__":
    main()
