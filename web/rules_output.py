"""`firstparty rules` for people."""

from __future__ import annotations

from collections.abc import Sequence

from vault.butler.rulebook import Version
from vault.butler.trying import Trial
from vault.policy.checking import Finding
from vault.policy.explaining import reasons_json
from vault.policy.facts import TABLE
from vault.policy.proving import Answer, Assertion, Counterexample, Highest, Proven, Supremum, Unlimited
from vault.policy.rules import RuleSet
from vault.policy.writing import shown
from web import decision_output, output
from web.output import plain

_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
# Flips that are shown; the others are counted, and `--json` has them.
_FLIPS_SHOWN = 20


def checked(rules: RuleSet, found: Sequence[Finding], limits: Supremum) -> None:
    console = output.console()
    for finding in found:
        severity = str(finding.severity)
        place = f"{finding.place.file}, line {finding.place.line}" if finding.place.line else finding.place.file
        console.print(f"[{_STYLES[severity]}]{severity}[/] {plain(place)}: {plain(finding.sentence)}", soft_wrap=True)
        if finding.hint:
            console.print(f"  {plain(finding.hint)}", soft_wrap=True)
    if not found:
        console.print(f"[green]{len(rules.rules)} rules, nothing to mend.[/]")
    console.print(most_committed(limits), soft_wrap=True)


def most_committed(limits: Supremum) -> str:
    """`The most you can be committed to by an accepted offer: 1200 EUR; nothing in any other currency.`"""
    several = len(limits.limits) > 1
    said = [
        _limit(limit) + (" in any other currency" if several and not currency else "")
        for currency, limit in limits.limits.items()
    ]
    if not said:
        return "No offer is accepted, so you can be committed to nothing."
    unknown = " An offer whose commitment is not known can be accepted too." if limits.unknown else ""
    return f"The most an accepted offer can commit you to: {', '.join(said)}.{unknown}"


def _limit(limit: object) -> str:
    if isinstance(limit, Highest):
        value = shown(limit.value, TABLE["offer.cost.commitment"])
        return f"[bold]{value}[/]" if limit.reached else f"just under [bold]{value}[/]"
    return "[bold red]no limit[/]" if isinstance(limit, Unlimited) else "[yellow]not decided[/]"


def proof(asserted: Assertion, answer: Answer) -> None:
    console = output.console()
    said = plain(asserted.text)
    if isinstance(answer, Proven):
        console.print(f"[bold green]Proven[/] for every request there can be: {said}.", soft_wrap=True)
    elif isinstance(answer, Counterexample):
        console.print(f"[bold red]Not so[/]: {said}. This {answer.kind} breaks it:", soft_wrap=True)
        made = output.table("  Fact", "Is")
        for name, value in answer.facts.items():
            made.add_row(f"  {name}", plain(shown(value, TABLE[name])))
        output.show(made, empty="  (nothing need be known of it)", rows=len(answer.facts))
        console.print()
        outcome = answer.outcome
        decision_output.explain(str(outcome.verdict), answer.kind, reasons_json(outcome.reasons), ())
    else:
        console.print(f"[bold yellow]Not decided[/]: {said}: {plain(answer.why)}.", soft_wrap=True)


def trial(found: Trial) -> None:
    console = output.console()
    made = output.table("Change", "Kind", "From", "Because")
    for flip in found.flips[:_FLIPS_SHOWN]:
        change = f"{decision_output.verdict(flip.before)} → {decision_output.verdict(flip.after)}"
        made.add_row(change, flip.kind, plain(flip.sender), plain("; ".join(flip.because)))
    if made.row_count:
        console.print(made)
    changed = sum(found.flipped.values())
    if changed > made.row_count:
        console.print(f"… and {changed - made.row_count} more")
    counts = ", ".join(f"{count} {word}" for word, count in sorted(found.verdicts.items()))
    console.print(f"{found.requests} requests decided again ({counts or 'none'}): {changed} verdicts would change.")


def versions(found: Sequence[Version]) -> None:
    made = output.table(">Version", "Installed", "Hash", "Note")
    for one in reversed(found):
        made.add_row(str(one.number), one.at[:10], one.sha256[:12], plain(one.note))
    output.show(made, empty="No rules yet: everything asks. Begin with `firstparty rules packs`.", rows=len(found))


def packs(found: Sequence[tuple[str, str, int]]) -> None:
    """Each with the comment that its file begins with."""
    made = output.table("Pack", ">Rules", "In one line")
    for name, text, count in found:
        made.add_row(f"[bold]{name}[/]", str(count), plain(text.splitlines()[0].lstrip("# ")))
    output.console().print(made)
