"""Every benchmark and its targets, as one table: `python -m benchmarks`."""

from __future__ import annotations

from benchmarks import imports, memory, queries, starting
from benchmarks.measuring import show


def main() -> None:
    figures = [*starting.figures(), *imports.figures(), *queries.figures(), *memory.figures()]
    show(figures)


if __name__ == "__main__":
    main()
