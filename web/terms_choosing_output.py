"""The owner's choice for people: levels and versions as tables, changes and sources as sentences.

Names of vendors come from outside and go through `output.plain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from terms.choice import NOTHING_CHOSEN, Choice
from terms.choice_changes import Difference, differences
from terms.effective import Compared, Effective
from vault.choosing import Version
from vault.store.vendors import VendorRow
from web import output, terms_output
from web.output import plain
from web.terms_choosing import Outcome

_NOTHING = "Nothing is chosen yet, so SD-BASE holds for everybody and nothing else is acceptable."


def choice(present: Version, names: Mapping[str, str]) -> None:
    """The present choice, a sentence each."""
    console = output.console()
    if present.choice == NOTHING_CHOSEN:
        console.print(_NOTHING)
        return
    console.print(f"[bold]Your choice[/] [dim](version {present.number}, {present.at[:10]})[/]")
    _sentences(_said(present.choice, names))


def outcome(done: Outcome) -> None:
    """What changed, and what stays although a more general statement changed."""
    console = output.console()
    for sentence in done.migrated:
        console.print(f"[yellow]{plain(sentence)}[/]: ids of the past are migrated.")
    if not done.changed:
        console.print("That is your choice already; nothing has changed.")
        return
    console.print(f"[bold]Version {done.version.number} of your choice:[/]")
    _sentences(one.says for one in done.changed)
    if done.kept:
        console.print("\nNot touched by this:")
        _sentences(done.kept)


def versions(found: Sequence[Version], names: Mapping[str, str]) -> None:
    """Every version with what changed in it, oldest first."""
    made = output.table(">Version", "When", "What changed", "Note")
    before = NOTHING_CHOSEN
    for one in found:
        changed = "\n".join(plain(each.says) for each in differences(before, one.choice, names))
        made.add_row(str(one.number), one.at[:16].replace("T", " "), changed, plain(one.note))
        before = one.choice
    output.show(made, empty=_NOTHING, rows=len(found))


def changes(before: Version, after: Version, found: Sequence[Difference]) -> None:
    console = output.console()
    if not found:
        console.print(f"Versions {before.number} and {after.number} of your choice are the same.")
        return
    old = f"version {before.number}" if before.number else "nothing chosen"
    console.print(f"[bold]Version {after.number}[/] of your choice against {old}:")
    _sentences(one.says for one in found)


def effective(row: VendorRow, found: Effective) -> None:
    """What holds for a vendor, a sentence per field with where it comes from."""
    category = f" [dim]({plain(row.category)})[/]" if row.category else ""
    output.console().print(f"[bold]For {plain(row.name)}[/]{category} your choice comes to:")
    _sentences(one.says for one in found.fields)


def compared(row: VendorRow, found: Compared) -> None:
    """The comparison that counts, and the others in a line."""
    terms_output.comparison(found.best)
    tried = ", ".join(f"{one.agreement} ({one.result})" for one in found.tried)
    output.console().print(f"\n[dim]Acceptable for {plain(row.name)}, in your order: {tried}.[/]")


def _said(chosen: Choice, names: Mapping[str, str]) -> list[str]:
    return [one.says for one in differences(NOTHING_CHOSEN, chosen, names)]


def _sentences(found: Iterable[str]) -> None:
    for sentence in found:
        output.console().print(f"  {plain(sentence)}", soft_wrap=True)
