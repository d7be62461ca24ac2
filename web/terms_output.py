"""`firstparty terms` for people: agreements as pages, comparisons in words.

What a practice says comes from outside and goes through `output.plain`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from terms import dpv
from terms.additions import Additions
from terms.comparison import Answer, Comparison, Exceeds, Unknown, compare
from terms.order import differences
from terms.practice import Practice
from terms.roster import Agreement, Discrepancy, Found, roster
from web import output, terms_shapes
from web.output import plain

_RESULTS = {
    "within": "[bold green]stays within[/] {}: everything that matters is declared, and allowed",
    "exceeds": "[bold red]exceeds[/] {}: it asks for more than is allowed",
    "unknown": "[bold yellow]may or may not stay within[/] {}: what is declared is allowed, but something that matters is not known",
}
_PROTECTS = {
    "equally": "protects you as much as",
    "more": "protects you more than",
    "less": "protects you less than",
    "incomparable": "does not compare with",
}
_NEITHER = ": neither protects you at least as much as the other"


def agreements(found: Sequence[Agreement]) -> None:
    made = output.table("Agreement", "Name", "For an", "In one line")
    for one in found:
        made.add_row(f"[bold]{one.id}[/]", one.name, one.offered_to, one.label)
    output.show(made, empty="The roster is empty.", rows=len(found))


def migrated(*found: Found) -> None:
    """Says where an agreement was named by an id of the past."""
    for one in found:
        if one.note:
            output.console().print(f"[yellow]{plain(one.note)}[/]: ids of the past are migrated.")


def agreement(found: Found) -> None:
    """The page, then the clauses as programs see them."""
    migrated(found)
    one, console = found.agreement, output.console()
    console.print(f"[dim]{plain(one.label)}[/]\n")
    for line in one.text.splitlines():
        heading = line.startswith(("# ", "**"))
        shown = line.strip("#* ") if heading else _wrapped(line, console.width)
        console.print(shown, style="bold" if heading else "", markup=False, soft_wrap=True)
    made = output.table("Clause", "By", "With data")
    for clause in one.clauses:
        made.add_row(
            clause.id, " and ".join(clause.by) + (" party" if len(clause.by) == 1 else " parties"), clause.data
        )
    console.print()
    console.print(made)
    if one.old_ids:
        console.print(f"\n[dim]Earlier id: {', '.join(one.old_ids)}[/]")


def comparison(answer: Comparison) -> None:
    """The result, its points, and the smallest change that would make it fit."""
    console = output.console()
    console.print(f"The practice {_RESULTS[answer.result].format(answer.agreement)}.")
    if isinstance(answer, Exceeds):
        _points("Exceeds", answer.clauses)
        _points("Not known besides", answer.doubts)
        console.print("\nThe smallest change that makes it fit:")
        for line in answer.smallest_change.in_words():
            console.print(f"  {plain(line)}")
    if isinstance(answer, Unknown):
        _points("Not known", answer.why)


def fitting(practice: Practice, additions: Additions) -> None:
    """Which agreements for organisations the practice stays within."""
    fits = [one.id for one in roster() if compare(practice, one, additions).result == "within"]
    output.console().print(f"\n[dim]Of the roster it stays within: {', '.join(fits) or 'none'}.[/]")


def difference(a: Agreement, b: Agreement) -> None:
    console, how = output.console(), terms_shapes.relation(a, b)
    console.print(f"[bold]{b.id}[/] {_PROTECTS[how]} [bold]{a.id}[/]{_NEITHER if how == 'incomparable' else ''}.")
    for sentence in differences(a, b):
        console.print(f"  {plain(sentence)}")


def discrepancies(found: Sequence[Discrepancy]) -> None:
    """One paragraph each; the IRI as published, a line break shown as `\\n`."""
    console = output.console()
    console.print(f"{len(found)} rules of these agreements name no term of the vocabulary (DPV {dpv.VERSION}):")
    for one in found:
        console.print(f"\n[bold]{plain(repr(one.iri)[1:-1])}[/]", soft_wrap=True)
        console.print(f"  {one.kind}; used by {', '.join(one.used_by)}")
        console.print(f"  probably meant: {one.instead}" if one.instead else "  nothing like it is defined")


def _wrapped(line: str, width: int) -> str:
    hanging = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)


def _points(title: str, answers: Iterable[Answer]) -> None:
    made = output.table(title, "Asked", "Allowed", "Why")
    for one in answers:
        made.add_row(plain(one.clause), plain(one.asked), plain(one.allowed), plain(one.why))
    if made.row_count:
        output.console().print()
        output.console().print(made)
