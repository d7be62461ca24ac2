"""Agreements for people: tables and sentences. Names and reasons come from outside and go through `output.plain`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.table import Table

from terms.lifecycle import BINDING, ENDED, Party, State
from terms.proof.verifier import Report, Verdict
from terms.roster import find
from vault.agreements import Held, Received, state_at
from vault.store.agreements import AgreementRow
from web import agreement_shapes, output

_STYLE = {
    State.PROFFERED: "yellow",
    State.COUNTERED: "bold yellow",
    State.ACCEPTED: "green",
    State.ACTIVE: "green",
    State.VIOLATED: "bold red",
}
_HAPPENED = {
    "proffered": "offered",
    "counter-offered": "offered instead",
    "accepted": "accepted",
    "confirmed": "confirmed: both hold the record",
    "refused": "declined",
    "withdrawn": "withdrew",
    "terminated": "ended it",
    "violated": "says that the terms were violated",
    "expired": "put on record that its time has run out",
    "amended": "replaced it by another agreement",
    "failed": "refused something that came",
}
_VERDICTS = {Verdict.VERIFIED: "[green]verified[/]", Verdict.FAILED: "[bold red]FAILED[/]"}


def vendor(row: AgreementRow) -> str:
    return output.plain(row.vendor_name or row.client_name)


def day(written: str | None) -> str:
    return written[:10] if written else ""


def table(rows: Iterable[AgreementRow], now: datetime) -> Table:
    made = output.table("Agreement", "Vendor", "Terms", "State", "Until")
    for row in rows:
        made.add_row(row.id, vendor(row), row.terms, _state(row, now), day(agreement_shapes.until(row, now)))
    return made


def _state(row: AgreementRow, now: datetime) -> str:
    state = state_at(row, now)
    return f"[{_STYLE.get(state, 'dim')}]{state}[/]"


def whole(one: Held, now: datetime, standing: str = "") -> None:
    """States, parties, terms, what happened with days, and what is next."""
    row, out = one.row, output.console()
    out.print(f"[bold]{row.id}[/]  {_state(row, now)}")
    out.print(f"With {vendor(row)} ({output.plain(row.client_url)}); it knows you by a name that nobody else is told.")
    out.print(f"Terms: [bold]{row.terms}[/], {output.plain(find(row.terms).agreement.label)}")
    links = {"It was offered in the place of": row.replaces, "Replaced by": agreement_shapes.replaced_by(one)}
    for words, other in links.items():
        if other:
            out.print(f"{words} {other}.")
    made = output.table("When", "Who", "What", "Details")
    for entry in agreement_shapes.entries(one):
        who = "you" if entry["by"] == Party.FIRST else vendor(row)
        made.add_row(
            str(entry["at"]).replace("T", " ").rstrip("Z"), who, _HAPPENED[str(entry["kind"])], _details(entry)
        )
    out.print()
    out.print(made)
    out.print()
    for sentence in (standing, next_step(row, now)):
        if sentence:
            out.print(output.plain(sentence))


def _details(entry: agreement_shapes.Shape) -> str:
    said = [str(entry[name]) for name in ("terms", "clause", "claim", "reason", "code") if entry.get(name)]
    return output.plain("; ".join(said))


def next_step(row: AgreementRow, now: datetime) -> str:
    """What is next, by whom, until when."""
    state, ours = state_at(row, now), row.offeror == Party.FIRST
    until = day(agreement_shapes.until(row, now))
    if state is State.PROFFERED:
        return f"Next: {row.client_name} answers until {until}. Until then you may withdraw it."
    if state is State.COUNTERED:
        return f"Next: you answer until {until}: `firstparty agreement accept` or `refuse`."
    if state is State.EXPIRED and row.state != State.EXPIRED:
        return "Its time has run out. `firstparty agreement expire` puts that on record."
    if state in ENDED:
        return "It has ended. A violation that is found out later can still be put on record (`dispute`)."
    lasts = f"until {until}" if until else "until one of you ends it"
    if state is not State.ACCEPTED:
        return f"It binds {lasts}. You may withdraw or terminate it at any time."
    confirms = "you confirm that you hold the record too (`confirm`)" if ours else f"{row.client_name} confirms it"
    return f"It binds {lasts}. Next: {confirms}."


def follows_withdrawal(row: AgreementRow, now: datetime) -> list[str]:
    """What a withdrawal means, before it is signed."""
    if state_at(row, now) not in BINDING:
        return [f"{row.client_name} can no longer accept this offer.", "Nothing was agreed, so nothing else changes."]
    until = f" (it would have lasted until {day(row.valid_until)})" if row.valid_until else ""
    return [
        f"The agreement {row.terms} with {row.client_name} binds until this moment and no longer{until}.",
        "Nothing more is released to it under this agreement.",
        "What was released before stays with it, under the terms of then; the record of it is kept.",
    ]


def received(one: Received) -> None:
    out = output.console()
    if one.refusal is None:
        out.print(f"{one.agreement}: {_HAPPENED[str(one.kind)]}; it is [bold]{one.state}[/] now.")
    for each in one.made:
        if each.kind != "failed":
            out.print(f"{each.agreement}: marked as {each.kind}.")
    if one.refusal is None:
        out.print(f"[dim]For the other side: firstparty agreement export {one.agreement} --as history[/]")


def refusal(one: Received) -> str:
    """A refusal in a sentence, and what became of it."""
    assert one.refusal is not None
    if not one.recorded:
        kept = "not recorded: there were too many failed deliveries today"
    elif one.agreement:
        kept = f"recorded as a failed attempt in {one.agreement}, which is otherwise unchanged"
    else:
        kept = "recorded as a failed delivery; nothing else changed"
    return f"refused ({one.refusal.code}): {one.refusal.sentence}; {kept}"


def report(found: Report, trusted: list[str]) -> None:
    """Every check in words; what failed first."""
    out = output.console()
    order = [Verdict.FAILED, Verdict.VERIFIED, Verdict.NOT_VERIFIED]
    for check in sorted(found.checks, key=lambda check: order.index(check.verdict)):
        code = f" ({check.code})" if check.code else ""
        verdict = _VERDICTS.get(check.verdict, "[dim]not verified[/]")
        out.print(f"{verdict}{code}  {output.plain(check.sentence)}", soft_wrap=True)
    out.print()
    out.print(f"Trusted on your word: {', '.join(trusted) or 'nothing'}.")
    state = f" The agreement is {found.state} at its last entry." if found.state else ""
    out.print(f"[green]Nothing failed.[/]{state}" if found.ok else f"[bold red]It does not hold.[/]{state}")
