"""What the butler did, for people: tables and sentences. What vendors wrote goes through `output.plain`; times are where the
person is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time

from rich.progress import Progress
from rich.table import Table

from terms.errors import FirstpartyError
from terms.refusals import quoted
from vault import ids
from vault.butler.decisions import Decision, Replay
from vault.butler.disclosing import RECEIVED, Told
from vault.butler.market import Offered, Want
from vault.butler.rulebook import Version
from vault.butler.running import Round
from vault.butler.settings import DEFAULTS
from vault.policy.facts import Facts
from vault.policy.ranking import Place, cost_of
from vault.policy.requests import FirstContact, Message, PriceChange, Renewal, Request
from vault.relationships.domains import registrable
from vault.store.decisions import OverrideRow
from vault.times import day, stamp
from web import decision_output, output
from web.output import plain

# Enough of a title to know it again; the whole stands on the decision's page.
_TITLE = 60
_ID = 17
# Characters of `2026-10-31 13:05` that name the day.
_DAY = 10


def start_of(since: str | None) -> str:
    """The beginning of a day where the person is, as times are stored; empty for none."""
    return stamp(datetime.combine(day(since), time.min).astimezone()) if since else ""


@contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], object]]:
    """A bar on standard error, when somebody is there to see it; called with how many are done, and of how many."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with Progress(console=output.console(err=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def at(written: str) -> str:
    """`2026-10-31 13:05` where the person is, of a time as it is stored."""
    return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")


def sender(address: str) -> str:
    return plain(registrable(address) or address)


def _table(*columns: str) -> Table:
    """A table whose first column holds ids, which have to be read and typed: they are never shortened."""
    made = output.table(*columns)
    made.columns[0].no_wrap = True
    made.columns[0].min_width = _ID
    return made


def subject(request: Request, facts: Facts | None = None) -> str:
    """What a request is about: in its own words, or the contract that the vault knows."""
    asked = request.asked
    if request.offer is not None:
        said = request.offer.title
    elif isinstance(asked, Renewal | PriceChange):
        said = str((facts or {}).get("contract.title") or "")
    elif isinstance(asked, FirstContact):
        said = asked.first_contact.name
    else:
        said = asked.message.subject if isinstance(asked, Message) else ""
    return plain(said[:_TITLE])


# --- decisions ----------------------------------------------------------------------------------------------------------


def decisions(found: Iterable[Decision]) -> Table:
    made = _table("Decision", "Day", "Vendor", "Asked", "Answer", "Why")
    for one in found:
        reasons = [reason for reason in one.reasons if isinstance(reason, dict)]
        why = one.overrides[-1].because if one.overrides else decision_output.why(one.decided, reasons)
        verdict = decision_output.verdict(one.verdict) + (" [dim](yours)[/]" if one.overrides else "")
        made.add_row(
            ids.text("decision", one.id), at(one.at)[:_DAY], sender(one.request.sender), one.request.kind,
            f"{verdict}, {plain(one.effect)}", plain(why),
        )  # fmt: skip
    return made


def decision(made: Decision, request: Request, facts: Facts) -> None:
    """The why-line first, then who asked what and when, the rules, and what the owner said."""
    out = output.console()
    if made.overrides:
        _overridden(made.overrides[-1], made)
    effect = "overridden" if made.overrides else made.effect
    decision_output.explain(made.decided, effect, made.reasons, made.counters)
    about = subject(request, facts)
    asked = f"{made.request.kind} “{about}”" if about else made.request.kind
    out.print(f"\n{asked} of {plain(made.request.sender)}, decided {at(made.at)}", soft_wrap=True)
    for one in made.overrides[:-1]:
        out.print(f"[dim]Before, on {at(one.at)}, you said {one.verdict}: {plain(one.because)}[/]", soft_wrap=True)
    out.print(f"[dim]{ids.text('decision', made.id)}, request {made.request.sha256[:16]}…, rules {made.rules[:16]}…[/]")


def _overridden(last: OverrideRow, made: Decision) -> None:
    said = f"{decision_output.verdict(last.verdict)} ({plain(last.effect)}), as you said on {at(last.at)}"
    output.console().print(f"{said}: {plain(last.because)}\nThe rules had said:", soft_wrap=True)


def to_vendor(one: Told) -> None:
    out = output.console()
    if one.verdict == RECEIVED:
        out.print(f"The vendor is told that it was received; a new answer is possible from {at(str(one.next_answer))}.")
    else:
        codes = f" ({', '.join(one.codes)})" if one.codes else ""
        out.print(f"The vendor is told: {decision_output.verdict(one.verdict)}{codes}")
    for counter in one.counter:
        if isinstance(counter, dict):
            out.print(f"and that this would be accepted: {plain(str(counter['text']))}", soft_wrap=True)


def replayed(made: Decision, one: Replay) -> None:
    said = "for the same reasons" if one.same else "which is not what was decided then"
    output.console().print(f"Decided again by the same rules and facts: {one.verdict}, {said}.")


def overridden(made: Decision, rule: str) -> None:
    """What it is now, and the rule that would decide so by itself; nothing of that is installed."""
    out = output.console()
    out.print(f"It is {decision_output.verdict(made.verdict)} now: {plain(made.effect)}.")
    if not rule:
        out.print("No rule of yours can bring this about: what decided is built in, or the vendor has no domain.")
        return
    out.print("\nTo decide so by itself from now on, put this into your rules and install them (`rules install`):\n")
    out.print(rule, markup=False, soft_wrap=True)


def ran(found: Round) -> None:
    out = output.console()
    out.print(f"[bold]{found.summary}[/]")
    for one in found.told:
        out.print(f"  {plain(one.sentence)}", soft_wrap=True)
    if found.closed:
        out.print(f"[dim]Intentions that came to their last day: {found.closed}.[/]")


def state(written: Mapping[str, tuple[str, ...]], rules: Version | None) -> None:
    """The settings, each as it was written, and which rules hold."""
    made = output.table("Setting", "Value", "")
    for name in dict.fromkeys((*DEFAULTS, *written)):
        value, mark = (", ".join(written[name]), "") if name in written else (DEFAULTS[name], "[dim]default[/]")
        made.add_row(name, plain(value), mark)
    out = output.console()
    out.print(made)
    out.print(f"\nYour rules: {f'version {rules.number} of {at(rules.at)}' if rules else 'none yet'}.")


# --- offers and intentions ------------------------------------------------------------------------------------------------


def offers(found: Iterable[tuple[Offered, Facts]]) -> Table:
    made = _table("Offer", "Vendor", "Title", ">Cost", "Verdict", "Effect", "State")
    for one, facts in found:
        cost = cost_of(facts)
        made.add_row(
            one.name, sender(one.request.vendor), subject(one.request), str(cost or ""),
            decision_output.verdict(one.decision.verdict), plain(one.decision.effect), one.row.state,
        )  # fmt: skip
    return made


def added(path: str, one: Offered | FirstpartyError) -> None:
    """What became of one file; a problem goes where messages go."""
    if isinstance(one, FirstpartyError):
        output.console(err=True).print(f"{plain(path)}  [red]not read[/]: {plain(str(one))}", soft_wrap=True)
        return
    made = one.decision
    reasons = [reason for reason in made.reasons if isinstance(reason, dict)]
    why = plain(decision_output.why(made.decided, reasons))
    said = f"{decision_output.verdict(made.verdict)} ({plain(made.effect)}): {why}"
    output.console().print(f"{plain(path)}  [dim]{one.name}[/]  {said}", soft_wrap=True)


def silent(path: str, one: object) -> None:
    """For programs: what became of the files is in the answer."""


def added_all(verdicts: Mapping[str, int], problems: int) -> None:
    counted = [f"{count} {word}" for word, count in verdicts.items()] + ([f"{problems} not read"] if problems else [])
    output.console().print(f"[bold]{sum(verdicts.values())} offers[/]: {', '.join(counted) or 'none'}")


def offer(one: Offered, facts: Facts) -> None:
    """The offer in its own words, then how it was decided."""
    out, offered, cost = output.console(), one.request.offer, cost_of(facts)
    assert offered is not None  # an offer is brought by an offer or a promotion
    out.print(
        f"[bold]{plain(offered.title)}[/] of {plain(one.request.vendor)}  [dim]{one.row.state}[/]", soft_wrap=True
    )
    details = {
        "Category": offered.category,
        "Cost": cost and str(cost),
        "Valid until": offered.valid_until and str(offered.valid_until),
        "For": one.row.intention and ids.text("intention", one.row.intention),
        "Where": offered.url,
        "Its own words": offered.description,
    }
    for name, text in details.items():
        if text:
            out.print(f"{name}: {plain(str(text))}", soft_wrap=True)
    out.print()
    decision(one.decision, one.request, facts)


def intentions(found: Iterable[tuple[Want, int]]) -> Table:
    made = _table("Intention", "What", "Category", "State", "Closes", ">Offers")
    for one, standing in found:
        made.add_row(
            ids.text("intention", one.row.id), plain(one.intention.title), one.intention.category, str(one.state),
            str(one.intention.closes or ""), str(standing),
        )  # fmt: skip
    return made


def intention(one: Want, places: Iterable[tuple[Place, Offered]]) -> None:
    """What is wanted, then the offers in their order, each with the reason for its place."""
    out, wanted = output.console(), one.intention
    closes = f", closes {wanted.closes}" if wanted.closes else ""
    out.print(f"[bold]{plain(wanted.title)}[/] ({wanted.category})  {one.state}{closes}")
    for requirement in wanted.requirements:
        weight = f" (counts {requirement.weight})" if requirement.level == "should" else ""
        out.print(f"  {requirement.level} {plain(requirement.condition)}{weight}", soft_wrap=True)
    if one.row.awarded:
        out.print(f"Taken: {ids.text('request', one.row.awarded)}. Nothing was bought by that.")
    made = _table("Offer", ">Place", "Vendor", "Title", "Why")
    for place, offered in places:
        made.add_row(
            place.offer,
            str(place.rank or "–"),
            sender(offered.request.vendor),
            subject(offered.request),
            plain(place.why),
        )
    out.print()
    output.show(made, empty="No offer stands.", rows=made.row_count)


def moved(one: Want) -> None:
    output.console().print(f"{ids.text('intention', one.row.id)} ({plain(one.intention.title)}) is {one.state}.")


def question(one: Want, taken: Offered) -> str:
    """In a terminal's own words, without markup."""
    title = taken.request.offer.title if taken.request.offer else ""
    return f"Take {quoted(title)} for {quoted(one.intention.title)} and tell the others no? Nothing is bought by it."


def awarded(one: Want, taken: Offered) -> None:
    offered = taken.request.offer
    out = output.console()
    out.print(
        f"{quoted(one.intention.title)} is awarded to {sender(taken.request.vendor)}; the other offers are told no.",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    out.print("Nothing is bought by this: to buy, go to the vendor yourself.")
    if offered is not None and offered.url:
        out.print(f"Where it says to: {plain(offered.url)}", soft_wrap=True)
