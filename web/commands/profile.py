"""`firstparty profile`: what is so of me, and who has to be told when it changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from web import options

if TYPE_CHECKING:
    from vault.session import Vault

F = TypeVar("F", bound=Callable[..., object])
_label = click.option("--label", metavar="LABEL", help="Which of several, such as home or work.")


def _common(command: F) -> F:
    return options.vault_options(options.signing_time_option(command))


def _opened(common: dict[str, str | None], by: str) -> Vault:
    when = options.time_of(common["now"])
    return options.open_vault(common["home"], common["passphrase_file"], by=f"profile {by}", now=when)


@click.group("profile")
def COMMAND() -> None:
    """Your own attributes (e-mail, addresses, date of birth, …), by the categories of the Data Privacy Vocabulary.

    Vendors read of it what you granted them (`firstparty grants`), and are told when it changes.
    """


@COMMAND.command("show")
@click.argument("category", metavar="[pd:…]", required=False)
@click.option("--history", is_flag=True, help="Also what held before, or is to hold later.")
@_common
def show(category: str | None, history: bool, **common: str | None) -> None:
    """Show your profile, or a category with all under it, and who may read it."""
    from terms import dpv
    from vault import granting, profile
    from vault.granting.covering import category_of
    from web import grant_output, grant_shapes, output

    under = category_of(category) if category else None
    with _opened(common, "show") as vault:
        found = profile.attributes(vault.connection, vault.now.date())
        grants = granting.listed(vault.connection, vault.now)
    found = [one for one in found if under is None or dpv.personal_data().is_a(one.category, under)]
    if common["as_json"]:
        output.as_json({"attributes": [grant_shapes.attribute(one, grants) for one in found]})
        return
    shown = [one for one in found if history or one.present]
    table = grant_output.profile(shown, grants, history=history)
    output.show(table, empty="Your profile holds nothing of that.", rows=len(shown))


@COMMAND.command("set")
@click.argument("category", metavar="pd:…")
@click.argument("lines", metavar="VALUE…", nargs=-1, required=True)
@_label
@click.option("--from", "since", metavar="DAY", help="Since when it is so; else today, for a first value since ever.")
@click.option("--until", metavar="DAY", help="The last day on which it is so; then what was before holds again.")
@click.option("--preferred", is_flag=True, help="The first choice of its category.")
@_common
def set_(
    category: str,
    lines: tuple[str, ...],
    label: str | None,
    since: str | None,
    until: str | None,
    preferred: bool,
    **common: str | None,
) -> None:
    """State what is so of you: `profile set pd:EmailAddress me@example.org --label home`.

    An address is several lines, each a VALUE of its own. A single `-` reads the value from standard input, where other users
    of the machine cannot see it. What was so before stays in the history. Vendors that may read it are owed a notice.
    """
    from vault import ids, profile
    from vault.times import day
    from web import output

    if lines == ("-",):
        lines = (sys.stdin.read(profile.MAX_TEXT * profile.MAX_LINES),)
    begins, ends = (day(written) if written else None for written in (since, until))
    with _opened(common, "set") as vault:
        done = profile.put(vault, category, lines, label=label or "", since=begins, until=ends, preferred=preferred)
    if common["as_json"]:
        output.as_json({"id": ids.text("attribute", done.attribute), "notices": done.notices})
    else:
        output.console().print(f"Noted. {_owed(done.notices)}")


def _owed(notices: int) -> str:
    if not notices:
        return "No grant covers it. Who else may hold it: firstparty profile changes"
    return f"{notices} {'notices are' if notices > 1 else 'notice is'} owed: firstparty profile changes"


@COMMAND.command("remove")
@click.argument("named", metavar="pd:…|ID")
@_label
@click.option("--erase", is_flag=True, help="Forget it for good, with its history and what your log says of it.")
@click.option("--erase-past", is_flag=True, help="Forget only its history for good.")
@_common
def remove(named: str, label: str | None, erase: bool, erase_past: bool, **common: str | None) -> None:
    """Say that something is not so any more. It stays in the history unless you erase it.

    To erase also empties the records of releases that said the value: that and when something was released stays on record and
    provable, what it was does not, for you or in a dispute. Copies that vendors, backups and archives have are out of reach.
    """
    from terms.errors import UsageError
    from vault import ids, profile
    from web import output

    if erase and erase_past:
        raise UsageError("`--erase` forgets the history too", hint="give one of the two")
    with _opened(common, "remove") as vault:
        row = profile.find(vault.connection, named, label)
        is_erasing = erase or erase_past
        done = profile.erase(vault, row, only_past=erase_past) if is_erasing else profile.remove(vault, row)
    if common["as_json"]:
        output.as_json(
            {"id": ids.text("attribute", done.attribute), "notices": done.notices, "emptied_records": done.emptied}
        )
        return
    emptied = f" {done.emptied} records of releases are empty now." if done.emptied else ""
    output.console().print(f"{'Erased' if is_erasing else 'Removed'}.{emptied}")


@COMMAND.command("changes")
@_common
def changes(**common: str | None) -> None:
    """Who is owed a notice of what changed, and whom you have to tell yourself, with what is known of where.

    A notice is delivered once the vendor has seen it, and acknowledged once it has said so or has read the profile since.
    """
    from vault import granting
    from web import grant_output, grant_shapes, output

    with _opened(common, "changes") as vault:
        pending, telling = granting.pending_changes(vault), granting.still_to_tell(vault)
        heard = granting.acknowledged_changes(vault)
    if common["as_json"]:
        output.as_json(
            {
                "pending": [grant_shapes.pending(one) for one in pending],
                "acknowledged": [grant_shapes.pending(one) for one in heard],
                "still_to_tell": [grant_shapes.to_tell(one) for one in telling],
            }
        )
    else:
        grant_output.changes([*pending, *heard], telling)


@COMMAND.command("told")
@click.argument("vendor", metavar="VENDOR")
@_common
def told(vendor: str, **common: str | None) -> None:
    """Note that you have told a vendor of everything that has changed until now."""
    from vault import granting
    from vault.overview import Overview
    from web import find, output

    with _opened(common, "told") as vault:
        row = find.vendor(Overview(vault.connection, vault.now.date()), vendor)
        granting.mark_told(vault, row.id)
    output.done(bool(common["as_json"]), f"{row.name} has been told")
