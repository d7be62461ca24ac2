"""A file into findings, row by row: never more than a row (or a block) in memory.

The order of work: decode, find the table, settle its styles (reading a column to its end only where the first rows
leave it open), then read. A quotation mark that opens and does not close would swallow the rows after it; a row of
several lines in which a line alone is a booking is therefore taken apart, its first line reported, and the rest
read line by line. A header in the middle of a file begins a new section (another account).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from connectors.frame import SNIFF_BYTES, MappingNeeded, ReadError, Source
from connectors.readers.bank_csv import columns as column_choice
from connectors.readers.bank_csv import decoding, owner_mapping, preamble
from connectors.readers.bank_csv.layout import Draft, Layout, arrange, glimpse, settle, whole_lines
from connectors.readers.bank_csv.rows import ASIDE, Fault, ReadRow, compile_row
from terms.phrases import phrase
from vault.findings import FoundCharge, Problem

# A cell of a bank's text has a few lines; more in one row means a quotation mark was never closed.
MAX_ROW_LINES = 2_000
# Beyond this the file was misread as a whole; the rest is counted in one problem.
MAX_PROBLEMS = 1_000
# Lines between two sections that may name the next account.
MAX_ASIDE_ROWS = 20


def read(source: Source) -> Iterator[FoundCharge | Problem]:
    """The findings of a bank's CSV file; see `Reader.read`."""
    head = decoding.read_fully(source.stream, SNIFF_BYTES)
    survey = decoding.survey(source.stream, head)
    owner = owner_mapping.parse(source.mapping)
    encoding = owner.encoding or survey.encoding
    text = whole_lines(head.decode(encoding, "replace"), source.size <= len(head)).lstrip("\ufeff").replace("\0", "")
    wrapper = io.TextIOWrapper(source.stream, encoding, errors="replace", newline="")
    try:
        layout = _laid_out(text, source, wrapper, has_more=source.size > len(head))
        if survey.has_broken:
            yield Problem(
                "",
                "broken-letters",
                str(phrase("some letters in this file are damaged and were replaced")),
            )
        yield from _Reading(wrapper, layout, survey.has_zero).findings()
    finally:
        wrapper.detach()


def _laid_out(text: str, source: Source, wrapper: io.TextIOWrapper, *, has_more: bool) -> Layout:
    """The layout, with the owner's mapping; `MappingNeeded` with the table where it cannot be told."""
    try:
        draft = arrange(text, source.mapping)
        if not draft.decided and has_more:
            _feed_rest(draft, wrapper)
            wrapper.seek(0)
        return settle(draft)
    except ReadError as error:
        header, rows = glimpse(text)
        raise MappingNeeded(error.sentence, hint=error.hint, code=error.code, header=header, rows=rows) from None


def _feed_rest(draft: Draft, wrapper: io.TextIOWrapper) -> None:
    """Feeds the draft rows from the start of the file until its styles are decided."""
    reader = csv.reader(wrapper, delimiter=draft.table.delimiter, skipinitialspace=True)
    while True:
        try:
            for row in reader:
                draft.feed(row)
                if draft.decided:
                    return
            return
        except csv.Error:
            continue


class _Reading:
    """The state of reading one file: the layout of the present section, and the line."""

    def __init__(self, wrapper: io.TextIOWrapper, layout: Layout, has_zero: bool) -> None:
        self._lines = (line.replace("\0", "") for line in wrapper) if has_zero else iter(wrapper)
        self._layout = layout
        self._read_row: ReadRow = compile_row(layout)
        self._pending: list[str] = []
        self._aside: list[list[str]] = []
        self._line = layout.skip
        self._problems = 0

    def findings(self) -> Iterator[FoundCharge | Problem]:
        for _ in range(self._layout.skip):
            next(self._lines, None)
        finished = False
        while not finished:
            reader = csv.reader(self._tee(), delimiter=self._layout.delimiter, skipinitialspace=True)
            try:
                yield from self._rows(reader)
                finished = True
            except (csv.Error, _RowTooLong):
                yield from self._apart()
        if self._problems > MAX_PROBLEMS:
            more = self._problems - MAX_PROBLEMS
            yield Problem("", "too-many-problems", str(phrase("%(more)s more rows could not be read", more=more)))

    def _tee(self) -> Iterator[str]:
        """The lines of the file, each kept until its row is done."""
        pending = self._pending
        for line in self._lines:
            pending.append(line)
            yield line
            if len(pending) > MAX_ROW_LINES:
                raise _RowTooLong

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[FoundCharge | Problem]:
        pending = self._pending
        for cells in reader:
            if len(pending) > 1:
                yield from self._several_lines(cells)
            else:
                self._line += 1
                pending.clear()
                found = self._read_row(cells)
                if type(found) is FoundCharge:
                    yield found
                elif found is not None:
                    yield from self._not_a_charge(cells, found, self._line)

    def _several_lines(self, cells: list[str]) -> Iterator[FoundCharge | Problem]:
        """A row of several lines: one booking, unless a line after its first is a booking alone."""
        if any(self._is_booking(line) for line in self._pending[1:]):
            yield from self._apart()
            return
        first = self._line + 1
        self._line += len(self._pending)
        self._pending.clear()
        found = self._read_row(cells)
        if isinstance(found, FoundCharge):
            yield found
        elif found is not None:
            yield from self._not_a_charge(cells, found, first)

    def _is_booking(self, line: str) -> bool:
        cells = self._cells(line)
        return 2 * len(cells) > len(self._layout.header) and isinstance(self._read_row(cells), FoundCharge)

    def _cells(self, line: str) -> list[str]:
        try:
            return next(csv.reader([line], delimiter=self._layout.delimiter, skipinitialspace=True), [])
        except csv.Error:
            return []

    def _apart(self) -> Iterator[FoundCharge | Problem]:
        """The pending lines one by one, after a report of the first."""
        lines, self._pending[:] = list(self._pending), []
        self._line += 1
        yield from self._problem(
            self._line, Fault("unbalanced-quote", str(phrase("a quotation mark opens and does not close")))
        )
        for line in lines[1:]:
            self._line += 1
            cells = self._cells(line)
            found = self._read_row(cells)
            if isinstance(found, FoundCharge):
                yield found
            elif found is not None:
                yield from self._not_a_charge(cells, found, self._line)

    def _not_a_charge(self, cells: list[str], found: FoundCharge | Fault, line: int) -> Iterator[Problem]:
        assert isinstance(found, Fault)
        if column_choice.is_header(cells) and column_choice.is_complete(
            chosen := column_choice.choose(tuple(cells), [])
        ):
            self._begin_section(tuple(cells), chosen)
        elif found is ASIDE:
            self._aside = [*self._aside[-MAX_ASIDE_ROWS:], cells]
        else:
            yield from self._problem(line, found)

    def _begin_section(self, header: tuple[str, ...], chosen: column_choice.Columns) -> None:
        """From here rows are read by `header`; the same header again (a file put together) changes nothing."""
        account = preamble.account_of(self._aside[::-1])
        self._layout = msgspec.structs.replace(
            self._layout,
            header=header,
            columns=chosen if header != self._layout.header else self._layout.columns,
            bank_account=account or self._layout.bank_account,
        )
        self._aside = []
        self._read_row = compile_row(self._layout)

    def _problem(self, line: int, fault: Fault) -> Iterator[Problem]:
        self._problems += 1
        if self._problems <= MAX_PROBLEMS:
            yield Problem(str(phrase("line %(line)s", line=line)), fault.code, fault.message)


class _RowTooLong(Exception):
    """Stops a row that never ends; caught where it is raised from."""
