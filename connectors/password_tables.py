"""Password managers' CSV exports: a header that names the columns, then an entry a row.

A *table* says which column of one tool's export is what. Only the named columns are looked at; `secrets` are the
columns compared with and never kept. A row must have exactly the columns of the header: in a row with one comma too
many a password could stand where the log-in name should, so such a row is a problem and is not read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from connectors.account_entries import entry
from connectors.frame import ReadError, Source
from terms.phrases import phrase
from vault.findings import FoundAccount, Problem

# Thirty columns is the widest known export; a longer first line is no header.
_COLUMNS = phrase("this row has %(count)s columns instead of %(all)s; it was not read, to keep secrets apart")
MAX_COLUMNS = 60
# Tens of thousands of rows with notes; streaming, so the limit is of time only.
MAX_ROWS = 500_000
# Beyond this many faulty rows the file was misread as a whole.
MAX_PROBLEMS = 1_000


class Table(msgspec.Struct, frozen=True):
    """Column names in lower case. `kind` is a column whose value must be one of `kinds` for a log-in."""

    tool: str
    secrets: tuple[str, ...]
    title: str = ""
    url: str = ""
    username: tuple[str, ...] = ("username",)
    own_id: str = ""
    opened: str = ""
    changed: str = ""
    last_used: str = ""
    kind: str = ""
    kinds: tuple[str, ...] = ()
    several_urls: bool = False
    needs: tuple[str, ...] = ()

    @property
    def signature(self) -> frozenset[str]:
        """The columns that a header must have to be of this tool."""
        named = (self.title, self.url, *self.username[:1], self.secrets[0], *self.needs)
        return frozenset(name for name in named if name)


def header_of(line: str) -> tuple[str, ...]:
    """The names in a first line, in lower case; empty if it is no header."""
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().lstrip("\ufeff").lower() for cell in cells) if len(cells) <= MAX_COLUMNS else ()


def table_of(header: tuple[str, ...], tables: tuple[Table, ...]) -> Table | None:
    """The table with the largest signature among those that fit; the first of equals."""
    fitting = [table for table in tables if table.signature <= set(header)]
    return max(fitting, key=lambda table: len(table.signature), default=None)


def first_line(head: bytes) -> str:
    """The first line with anything in it, as text."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head[:65_536].decode("utf-16" if marked else "utf-8-sig", "replace")
    return next((line for line in text.splitlines() if line.strip()), "")


def read(source: Source, tables: tuple[Table, ...]) -> Iterator[FoundAccount | Problem]:
    """The accounts of a CSV export of one of these tools."""
    head = source.stream.read(4)
    source.stream.seek(0)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    wrapper = io.TextIOWrapper(source.stream, encoding, errors="replace", newline="")
    try:
        rows = csv.reader(_bounded(wrapper))
        header = next((header_of_row(row) for row in rows if any(row)), ())
        table = table_of(header, tables)
        if table is None:
            raise ReadError(
                phrase("the columns of this file are not those of a known password manager"), code="unknown-columns"
            )
        yield from _entries(rows, header, table)
    except csv.Error:
        raise ReadError(
            phrase("this file is not a whole table"), hint=phrase("export it again"), code="damaged"
        ) from None
    finally:
        wrapper.detach()


def header_of_row(row: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().lower() for cell in row)


def _bounded(wrapper: io.TextIOWrapper) -> Iterator[str]:
    """Lines of at most 64 Ki characters: a longer one is handed on in pieces, which no row of a header fits."""
    while line := wrapper.readline(65_536):
        yield line.replace("\0", "")


class _Numbered(msgspec.Struct):
    line: int
    row: list[str] | None


def _numbered(rows: Iterator[list[str]]) -> Iterator[_Numbered]:
    """Rows with the line each begins on; none for a row that cannot be read."""
    line = 1
    for _ in range(MAX_ROWS):
        line = getattr(rows, "line_num", line) + 1
        try:
            row = next(rows, None)
        except csv.Error:
            yield _Numbered(line, None)
            continue
        if row is None:
            return
        if row:
            yield _Numbered(line, row)


def _entries(rows: Iterator[list[str]], header: tuple[str, ...], table: Table) -> Iterator[FoundAccount | Problem]:
    places = {name: place for place, name in enumerate(header)}
    problems = 0
    for numbered in _numbered(rows):
        row = numbered.row
        if row is None or len(row) != len(header):
            found: FoundAccount | Problem | None = _misshapen(numbered.line, row, header)
        else:
            found = _entry(row, places, table, numbered.line)
        problems += isinstance(found, Problem)
        if found is not None and (problems <= MAX_PROBLEMS or isinstance(found, FoundAccount)):
            yield found
    if problems > MAX_PROBLEMS:
        yield Problem(
            "",
            "too-many-problems",
            str(phrase("%(more)s more rows could not be read", more=problems - MAX_PROBLEMS)),
        )


def _misshapen(line: int, row: list[str] | None, header: tuple[str, ...]) -> Problem:
    said = phrase("this row has a cell without an end; it was not read, to keep secrets apart")
    if row is not None:
        said = _COLUMNS.of(count=len(row), all=len(header))
    return Problem(
        str(phrase("line %(line)s", line=line)),
        "misshapen-row",
        str(said),
    )


def _entry(row: list[str], places: dict[str, int], table: Table, line: int) -> FoundAccount | Problem | None:
    def cell(name: str) -> str:
        return row[places[name]] if name in places else ""

    if table.kind and cell(table.kind).strip().lower() not in table.kinds:
        return None
    url = cell(table.url)
    if url.startswith(("chrome://", "moz-proxy://")) or url == "http://sn":
        return None  # a browser's own secrets, a proxy's log-in, and LastPass's secure notes are no accounts
    found = entry(
        title=cell(table.title),
        urls=url.split(",") if table.several_urls else [url],
        username=next((name for column in table.username if (name := cell(column))), ""),
        secrets=[cell(name) for name in table.secrets],
        own_id=cell(table.own_id),
        opened=cell(table.opened),
        changed=cell(table.changed),
        last_used=cell(table.last_used),
    )
    return found or Problem(
        str(phrase("line %(line)s", line=line)),
        "nameless-entry",
        str(phrase("this entry has neither a name nor an address")),
    )
