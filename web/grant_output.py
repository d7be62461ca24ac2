"""Grants and the profile for people: tables and sentences. Values and names come from outside and go through `output.plain`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.table import Table

from vault.granting import Grant, PendingChange, ToTell
from vault.policy.grant_life import State
from vault.profile import Attribute, Held
from vault.store.grants import NoticeRow, ReleaseRow
from web import grant_shapes, output

_STYLE = {State.ACTIVE: "green", State.NARROWED: "green"}
_SENSITIVITY = {"special": "[bold red]special[/]", "sensitive": "[yellow]sensitive[/]", "personal": ""}
_CHANGES = {"added": "is new", "replaced": "has changed", "ended": "is gone", "erased": "is gone"}


def _state(one: Grant) -> str:
    return f"[{_STYLE.get(one.state, 'dim')}]{one.state}[/]"


def _day(written: str | None) -> str:
    return written[:10] if written else ""


def _moment(written: str) -> str:
    return written.replace("T", " ").rstrip("Z")


# --- grants ---------------------------------------------------------------------------------------------------------


def grants(found: Iterable[Grant], now: datetime) -> Table:
    made = output.table("Grant", "Vendor", "May read", "For", "State", ">Reads", "Last read", "Until")
    for one in found:
        last = _day(one.row.last_read_at) or ("never" if one.is_live else "")
        unused = " [yellow](unused)[/]" if grant_shapes.is_unused(one, now) else ""
        made.add_row(
            one.id, output.plain(one.vendor), ", ".join(one.permission.data), ", ".join(one.permission.purposes),
            _state(one), str(one.row.reads), last + unused, _day(one.expires),
        )  # fmt: skip
    return made


def whole(one: Grant, now: datetime) -> None:
    """What it allows, what it stands under, how it is used, and what may follow."""
    out, permission, row = output.console(), one.permission, one.row
    out.print(f"[bold]{one.id}[/]  {_state(one)}")
    out.print(
        f"{output.plain(one.vendor)} may {' and '.join(permission.actions)}: [bold]{', '.join(permission.data)}[/]"
    )
    if row.labels:
        out.print(f"Only what is labelled {output.plain(' or '.join(row.labels))}.")
    out.print(f"For: {', '.join(permission.purposes)}")
    kept = f"at most {permission.retention}" if permission.retention else "as long as the agreement allows"
    out.print(f"It keeps this {kept}, and gives it to {output.plain(_recipients(one))}.")
    out.print(f"It {'may' if permission.ai_training else 'may not'} train AI with it.")
    until = f"until {_day(one.expires)}" if one.expires else "until one of you ends it"
    out.print(f"Under agreement {one.agreement.id} ({one.agreement.terms}), {until}.")
    out.print(_use(one, now))
    if one.is_live:
        out.print(f"[dim]You may end it at any time: firstparty grant revoke {one.id}[/]")


def _recipients(one: Grant) -> str:
    return ", ".join(map(str, one.permission.recipients)) or "nobody else"


def _use(one: Grant, now: datetime) -> str:
    if not one.row.reads:
        use = "It was never used."
    else:
        times = "once" if one.row.reads == 1 else f"{one.row.reads} times"
        use = f"It was used {times}, last on {_day(one.row.last_read_at)}."
    unused = f" Nothing was read for {grant_shapes.UNUSED_DAYS} days: is it still needed?"
    return use + (unused if grant_shapes.is_unused(one, now) else "")


def reads(found: Iterable[ReleaseRow]) -> Table:
    made = output.table("When", "Asked for", "Got", "In the log")
    for one in found:
        said = f"leaf {one.leaf}" + (" [dim](erased)[/]" if one.body is None else "")
        made.add_row(_moment(one.at), ", ".join(one.asked), ", ".join(one.given) or "[dim]nothing[/]", said)
    return made


# --- profile --------------------------------------------------------------------------------------------------------


def profile(found: Iterable[Attribute], grants: Iterable[Grant], *, history: bool) -> Table:
    made = output.table("Category", "Label", "Value", "Since", "Until", "Read by", "")
    live = [one for one in grants if one.is_live]
    for one in found:
        readers = ", ".join(dict.fromkeys(reader.vendor for reader in grant_shapes.readers(one, live)))
        marks = [_SENSITIVITY[one.sensitivity], "preferred" if one.preferred and one.present else ""]
        if one.present is not None:
            made.add_row(
                one.category, output.plain(one.label), _value(one.present), one.present.since or "",
                one.present.until or "", output.plain(readers), " ".join(filter(None, marks)),
            )  # fmt: skip
        for other in one.others if history else ():
            made.add_row(
                one.category, output.plain(one.label), f"[dim]{_value(other)}[/]", other.since or "", other.until or "",
                "", "[dim]never held[/]" if (other.until or "9999") < (other.since or "") else "",
            )  # fmt: skip
    return made


def _value(held: Held) -> str:
    return output.plain(held.value if isinstance(held.value, str) else ", ".join(held.value))


def changes(pending: list[PendingChange], telling: list[ToTell]) -> None:
    out = output.console()
    if not pending and not telling:
        out.print("Nobody is known who still has to be told.")
    if pending:
        made = output.table("Vendor", "What", "From", "Notice")
        for one in pending:
            what = f"{one.notice.category} {_CHANGES[one.notice.kind]}"
            made.add_row(output.plain(one.grant.vendor), what, one.notice.effective, _heard(one.notice))
        out.print(made)
    if telling:
        out.print("\nStill to tell, for they have no connection to your vault:" if pending else "Still to tell:")
        out.print(_to_tell(telling))
        out.print("[dim]Once you have told one: firstparty profile told VENDOR[/]")


def _heard(notice: NoticeRow) -> str:
    if notice.acknowledged_at:
        return f"[green]acknowledged {_day(notice.acknowledged_at)}[/]"
    return f"delivered {_day(notice.delivered_at)}" if notice.delivered_at else "waits"


def _to_tell(telling: list[ToTell]) -> Table:
    made = output.table("Vendor", "What", "From", "Because", "Address")
    for one in telling:
        addresses = ", ".join(contact.value for contact in one.contacts) or "[dim]none known[/]"
        for place, (category, since, because) in enumerate(one.changes):
            name, where = (output.plain(one.name), addresses) if not place else ("", "")
            made.add_row(name, category, since, because, where if where.startswith("[") else output.plain(where))
    return made
