"""`firstparty outbox`: what vendors are owed word of and was not delivered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from web.outbox_shapes import Outbox


@click.group("outbox", invoke_without_command=True)
@click.option("--dead", is_flag=True, help="Only what is not tried any more.")
@options.vault_options
@click.pass_context
def COMMAND(context: click.Context, dead: bool, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List the vendors' webhooks, and the events that wait to be delivered or are dead letters.

    A running server (`serve`) delivers: at once, and after a failure again over three days. Then an event is a dead letter,
    until you `replay` it. Vendors can read every event in their feed, whatever becomes of its delivery.
    """
    if context.invoked_subcommand is not None:
        return
    from web import outbox_shapes, output

    with options.open_vault(home, passphrase_file, by="outbox") as vault:
        found = outbox_shapes.of(vault, only_dead=dead)
    if as_json:
        output.as_json(found)
    else:
        _print(found)


@COMMAND.command("replay")
@click.argument("id", required=False)
@click.option("--all", "is_all", is_flag=True, help="All dead letters.")
@options.vault_options
def replay(id: str | None, is_all: bool, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Have a dead letter delivered again, or all of them, by the whole schedule. ID is as `firstparty outbox` shows it.

    The event keeps its id, so a vendor that took it after all knows it again.
    """
    from terms.errors import UsageError
    from vault import outbox
    from web import output

    if is_all == bool(id):
        raise UsageError("name one dead letter, or --all", hint="see `firstparty outbox --dead`")
    with options.open_vault(home, passphrase_file, by="outbox replay") as vault:
        if id:
            outbox.replay(vault, id)
        waiting, left = (1, 0) if id else outbox.replay_all(vault)
    if as_json:
        output.as_json({"waiting": waiting, "left": left})
        return
    output.console().print(f"{waiting} will be delivered again." if waiting else "There is nothing to deliver again.")
    if left:
        output.console().print(f"{left} stay: their vendors have no webhook that is on.")


@COMMAND.command("off")
@click.argument("vendor")
@options.vault_options
def off(vendor: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Send nothing more to a vendor's webhook until it registers one again. VENDOR is its name, or its client's address.

    Its events stay in its feed.
    """
    from vault import outbox
    from web import outbox_shapes, outbox_steps, output

    with options.open_vault(home, passphrase_file, by="outbox off") as vault:
        client = outbox_steps.client_of(vault, vendor)
        outbox.switch_off(vault, client.id, "owner")
        after = next(one for one in outbox_shapes.of(vault, only_dead=True).webhooks if one.client == client.url)
    if as_json:
        output.as_json(after)
    else:
        output.console().print(f"Nothing more is sent to {output.plain(after.vendor)}.")


def _print(found: Outbox) -> None:
    from web import output

    hooks = output.table("Vendor", "Webhook", "State", "")
    for one in found.webhooks:
        said = output.plain(one.problem or "") + (
            f" [dim]since {_moment(one.failing_since)}[/]" if one.failing_since else ""
        )
        style = {"active": "green", "failing": "yellow"}.get(one.state, "dim")
        hooks.add_row(output.plain(one.vendor), output.plain(one.url), f"[{style}]{one.state}[/]", said)
    output.show(hooks, empty="No vendor has a webhook.", rows=len(found.webhooks))
    if not found.deliveries:
        return
    rows = output.table("Event", "Vendor", "Type", "State", ">Attempts", "Next", "Last problem")
    rows.columns[0].no_wrap = True  # it is what `replay` takes
    for each in found.deliveries:
        state = f"[red]{each.state}[/]" if each.state == "dead" else each.state
        rows.add_row(
            each.id, output.plain(each.vendor), each.type, state, str(each.attempts), _moment(each.next_at),
            output.plain(each.problem or ""),
        )  # fmt: skip
    output.console().print()
    output.show(rows, empty="", rows=len(found.deliveries))


def _moment(written: str | None) -> str:
    return written.replace("T", " ").rstrip("Z") if written else ""
