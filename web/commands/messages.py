"""`firstparty messages`: what vendors wrote to the person, and the person to them."""

from __future__ import annotations

import click

from web import options

# A page at a terminal; programs get all unless they ask for less.
PAGE = 50
# `vault.policy.effects`: what nobody is bothered with.
_FILED = "filed away"


@click.command("messages")
@click.argument("vendor", metavar="[VENDOR]", required=False)
@click.option("--all", "every", is_flag=True, help="Also what your rules filed away.")
@click.option("--limit", type=click.IntRange(1), help="At most this many, newest first.")
@click.option("--before", metavar="ID", help="Only what came before this message (the next page).")
@options.signing_time_option
@options.vault_options
def COMMAND(
    vendor: str | None,
    every: bool,
    limit: int | None,
    before: str | None,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """List messages, newest first, of all vendors or of one: both directions, and what became of each.

    Your rules decide what is delivered, goes in the digest or is filed away. What a newcomer writes is held until you let it in.
    """
    from vault import ids
    from vault.engaging import addressees
    from vault.store import messages as store
    from web import engaging_output, engaging_shapes, output

    number = ids.number_of("message", before) if before else None
    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="messages", now=when) as vault:
        clients = tuple(one.id for one in addressees.found(vault, vendor, when).clients) if vendor else None
        found = store.listed(vault.connection, clients, before=number)
    found = [row for row in found if every or row.effect != _FILED][: limit or (None if as_json else PAGE)]
    if as_json:
        output.as_json({"messages": [engaging_shapes.message(row) for row in found]})
    else:
        output.show(engaging_output.messages(found), empty="There are no messages.", rows=len(found))
