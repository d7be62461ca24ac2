"""What a large CSV import holds in memory, reader and vault together: `python -m benchmarks.memory [MEGABYTES]`.

The file is written as its rows are made: twenty years of a household with 6,000 payees, so that its totals grow where
a person's would. What is measured is the sum of resident memory, sampled while the import runs.
"""

from __future__ import annotations

import sys

from benchmarks.measuring import Figure, Home, folder, seconds, show
from benchmarks.statements import write_csv

MEGABYTES, TARGET = 500, 300
DAYS, PAYEES = 20 * 365, 6_000


def figures(megabytes: int = MEGABYTES) -> list[Figure]:
    with folder() as place:
        path = place / "large.csv"
        rows = write_csv(path, _rows(megabytes), days=DAYS, payee_count=PAYEES, size=megabytes * 10**6)
        home = Home(place)
        peaks: list[int] = []
        taken = seconds(lambda: peaks.append(home.run_sampled("import", "--json", str(path))[1]))
        analysed = seconds(lambda: peaks.append(home.run_sampled("imports", "--json")[1]))
        vault = (home.path / "vault.db").stat().st_size
    measured = f"{peaks[0] / 10**6:.0f} MB, {taken:.0f} s ({rows:,} rows, {rows / taken:,.0f} rows/s)"
    return [
        Figure(f"memory of a {megabytes} MB CSV import", measured, f"< {TARGET} MB", peaks[0] < TARGET * 10**6),
        Figure(
            "memory of finding its vendors and contracts, at the next opening",
            f"{peaks[1] / 10**6:.0f} MB, {analysed:.0f} s",
            f"< {TARGET} MB",
            peaks[1] < TARGET * 10**6,
        ),
        Figure("the vault of it", f"{vault / 10**6:.0f} MB"),
    ]


def _rows(megabytes: int) -> int:
    """Enough rows for the size: each has some 215 bytes."""
    return megabytes * 10**6 // 210


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES))
