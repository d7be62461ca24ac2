"""What passes between the person and vendors, for people. What vendors wrote goes through `output.plain`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from vault import ids
from vault.engaging import feedback as kept
from vault.engaging.letters import Letter
from vault.engaging.rights import Asked
from vault.engaging.threads import PERSON
from vault.engaging.timeline import Page
from vault.policy.rights_life import ARTICLES, State
from vault.store.messages import ListedRow
from vault.store.rights import FeedbackRow
from web import engaging_shapes, output
from web.butler_output import at
from web.output import plain

_SUBJECT = 60
COMPLAINT = (
    "An answer is overdue. You may remind the vendor, and you may complain to a data-protection supervisory authority "
    "(Art. 77 GDPR)."
)


def _table(*columns: str) -> Table:
    made = output.table(*columns)
    made.columns[0].no_wrap = True  # ids are typed again
    return made


def messages(found: Iterable[ListedRow]) -> Table:
    made = _table("Message", "When", "Vendor", "", "Subject", "What became of it")
    for row in found:
        vendor = row.vendor_name or row.client_name or row.client_url
        arrow = "to" if row.party == PERSON else "from"
        made.add_row(
            ids.text("message", row.id), at(row.at), plain(vendor), arrow, plain(row.subject[:_SUBJECT]),
            engaging_shapes.state_of(row),
        )  # fmt: skip
    return made


def conversation(found: list[ListedRow]) -> None:
    out = output.console()
    for row in found:
        who = "you" if row.party == PERSON else row.vendor_name or row.client_name or row.client_url
        head = f"[bold]{plain(who)}[/]  {at(row.at)}  {row.kind}  [dim]{ids.text('message', row.id)}[/]"
        out.print(f"{head}  {engaging_shapes.state_of(row)}", soft_wrap=True)
        out.print(f"{plain(row.subject)}", soft_wrap=True)
        for line in row.body.split("\n"):
            out.print(f"  {plain(line)}", soft_wrap=True)
        out.print()


def rights(found: list[Asked]) -> None:
    made = _table("Request", "Vendor", "Right", "Made", "Answer due", "State")
    for one in found:
        row = one.row
        state = f"[bold red]{one.state}[/]" if one.state is State.OVERDUE else one.told_state
        by = "" if row.client else " [dim](by letter)[/]"
        made.add_row(one.id, plain(row.addressee), f"{one.right}{by}", row.made_at[:10], row.due, state)
    output.show(made, empty="You have asked for nothing by right.", rows=len(found))
    if any(one.state is State.OVERDUE for one in found):
        output.console().print(f"\n{COMPLAINT}", soft_wrap=True)


def right(one: Asked) -> None:
    out, row = output.console(), one.row
    out.print(
        f"[bold]{one.right}[/] ({ARTICLES[one.right]}) of {plain(row.addressee)}  {one.told_state}", soft_wrap=True
    )
    out.print(f"Made {row.made_at[:10]}, an answer is due by {row.due} (Art. 12(3) GDPR)")
    if row.note:
        out.print(f"You wrote: {plain(row.note)}", soft_wrap=True)
    for answer in one.answers:
        out.print(f"\n{at(answer.at)}  {engaging_shapes.said(answer)}")
        for name, text in (("", answer.note), ("because: ", answer.because)):
            if text:
                out.print(f"  {name}{plain(text)}", soft_wrap=True)
        if answer.data is not None:
            out.print(f"  data of {len(answer.data.encode())} bytes: `rights show {one.id} --data FILE` writes it")
    if one.state is State.OVERDUE:
        out.print(f"\n{COMPLAINT}", soft_wrap=True)


def asked(one: Asked) -> None:
    """What to do now, beside the request's id and day."""
    out = output.console()
    out.print(f"{one.id}: an answer is due by {one.row.due}.")
    if one.row.client is None:
        out.print(
            f"{plain(one.row.addressee)} is not connected. `firstparty rights letter {one.id}` prints the letter."
        )


def letter(one: Letter) -> None:
    out = output.console()
    for kind, address in one.to:
        out.print(f"{kind}: {plain(address)}", soft_wrap=True)
    if not one.to:
        out.print("[dim]No address of it is known; its privacy notice names one.[/]")
    out.print(f"Subject: {plain(one.subject)}\n", soft_wrap=True)
    for line in one.text.split("\n"):
        out.print(plain(line), soft_wrap=True)
    if not one.signed:
        out.print("[dim]Your profile does not say who you are: put your name under it, or `profile set pd:Name`.[/]")


def feedback(found: Iterable[FeedbackRow]) -> Table:
    made = _table("Feedback", "When", "Vendor", "Satisfied", "Note", "Reach me", "Shared")
    for row in found:
        said = kept.contact_of(row) or kept.Contact()
        ways = [", ".join(said.channels), f"not {', '.join(said.avoid)}" if said.avoid else "", said.times or ""]
        made.add_row(
            ids.text("feedback", row.id), at(row.at), plain(row.addressee), f"{row.satisfaction or ''}", plain(row.note),
            "; ".join(way for way in ways if way), "yes" if row.shared_at else "no",
        )  # fmt: skip
    return made


def timeline(page: Page) -> None:
    made = output.table("When", "Who", "What", "")
    for one in page.entries:
        when = at(one.at) if "T" in one.at else one.at
        made.add_row(when, one.who, one.kind, plain(one.line))
    made.columns[0].no_wrap = True
    output.show(made, empty="Nothing has passed yet.", rows=len(page.entries))
    if page.next:
        output.console().print(f"[dim]Earlier: --before {plain(page.next)}[/]", soft_wrap=True)
