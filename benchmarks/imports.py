"""Importing into a fresh encrypted vault, against libraries that only parse: `python -m benchmarks.imports`.

Our side is `firstparty import --json` as a person runs it, start and unlocking included, into a vault made for the run.
The other side reads the same file into memory and does nothing with it. Libraries are imported before the clock starts.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Figure, Home, folder, median, seconds, show, side_by_side
from benchmarks.statements import write_camt, write_csv, write_ofx

# pycamt's time grows with the square of the entries (it looks the account up from the root for each): 20,000 take it a
# minute, so it reads those, once, and its rate for them (better than for 100,000) is what ours for 100,000 is held against.
OFX_ROWS, CAMT_ROWS, PYCAMT_ROWS, CSV_ROWS = 100_000, 100_000, 20_000, 300_000
RUNS = 3


def imported(path: Path, rows: int) -> float:
    """Seconds of one import into a fresh vault, which must find `rows` charges."""
    with folder() as place:
        home = Home(place)
        answer: dict[str, object] = {}
        taken = seconds(lambda: answer.update(home.run("import", "--json", str(path))))
        added = answer["added"]
        assert isinstance(added, dict)
        assert added["charge"] == rows, f"{added} instead of {rows} charges"
        return taken


def started() -> float:
    """Seconds of a command that only starts and unlocks."""
    with folder() as place:
        home = Home(place)
        return seconds(lambda: home.run("imports", "--json"))


def _compared(
    name: str,
    path: Path,
    rows: int,
    other: Callable[[], float],
    target: float,
    *,
    runs: int = RUNS,
    other_rows: int | None = None,
) -> Figure:
    ours, theirs = side_by_side(runs, lambda: imported(path, rows), other)
    rate, other_rate = rows / median(ours), (other_rows or rows) / median(theirs)
    ratio = rate / other_rate
    measured = f"{rate:,.0f} rows/s, other {other_rate:,.0f} rows/s: {ratio:.3g} times"
    return Figure(name, measured, f"≥ {target}", ratio >= target)


def ofx(place: Path) -> list[Figure]:
    """Against parsing as ofxtools documents it (`parse`, then `convert` to its objects), and against `parse` alone, which
    only builds a tree of tags."""
    from ofxtools.Parser import OFXTree

    path = place / "statement.ofx"
    write_ofx(path, OFX_ROWS)

    def parse() -> OFXTree:
        tree = OFXTree()
        with path.open("rb") as stream:
            tree.parse(stream)
        return tree

    name = f"import OFX, {OFX_ROWS:,} rows / ofxtools"
    return [
        _compared(name, path, OFX_ROWS, lambda: seconds(lambda: parse().convert()), 4),
        _compared(f"{name}, tags only", path, OFX_ROWS, lambda: seconds(parse), 0),
    ]


def camt(place: Path) -> Figure:
    from pycamt.parser import Camt053Parser

    ours, theirs = place / "statement.xml", place / "shorter.xml"
    write_camt(ours, CAMT_ROWS)
    write_camt(theirs, PYCAMT_ROWS)

    def parse() -> None:
        found = len(Camt053Parser(theirs.read_bytes()).get_transactions())
        assert found == PYCAMT_ROWS, found

    name = f"import CAMT.053, {CAMT_ROWS:,} entries / pycamt, {PYCAMT_ROWS:,}"
    return _compared(name, ours, CAMT_ROWS, lambda: seconds(parse), 20, runs=1, other_rows=PYCAMT_ROWS)


def bank_csv(place: Path) -> Figure:
    path = place / "statement.csv"
    write_csv(path, CSV_ROWS)

    def parse() -> None:
        with path.open(encoding="cp1252", newline="") as stream:
            for _ in csv.reader(stream, delimiter=";"):
                pass

    name = f"import CSV, {CSV_ROWS:,} rows / csv.reader"
    return _compared(name, path, CSV_ROWS, lambda: seconds(parse), 0.06)


def again(place: Path) -> list[Figure]:
    """The same file twice, then taken back; the start of the program, which is in every figure here."""
    path = place / "again.ofx"
    write_ofx(path, OFX_ROWS)
    with folder() as fresh:
        home = Home(fresh)
        first = home.run("import", "--json", str(path))
        second = seconds(lambda: home.run("import", "--json", str(path)))
        undone = seconds(lambda: home.run("undo", str(first["batch_id"]), "--json"))
    start = median([started() for _ in range(RUNS)])
    return [
        Figure(f"import OFX again, {OFX_ROWS:,} rows there", f"{second:.2f} s ({OFX_ROWS / second:,.0f} rows/s)"),
        Figure(f"undo {OFX_ROWS:,} charges", f"{undone:.2f} s"),
        Figure("start and unlock, in each of the above", f"{start:.2f} s"),
    ]


def figures() -> list[Figure]:
    with folder() as place:
        return [*ofx(place), camt(place), bank_csv(place), *again(place)]


if __name__ == "__main__":
    show(figures())
