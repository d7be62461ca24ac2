"""`firstparty charges`: every booked charge and credit."""

from __future__ import annotations

import click

from web import options

# A page at a terminal; programs get all unless they ask for less.
PAGE = 50


@click.command("charges")
@options.vault_options
@options.now_option
@click.option("--vendor", metavar="VENDOR", help="Only of this vendor (name or id).")
@click.option("--from", "since", metavar="DATE", help="Only from this day on.")
@click.option("--to", "until", metavar="DATE", help="Only up to and with this day.")
@click.option("--limit", type=click.IntRange(1), help="At most this many, newest first.")
@click.option("--before", metavar="ID", help="Only what comes after this charge in the list (the next page).")
def COMMAND(
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
    now: str | None,
    vendor: str | None,
    since: str | None,
    until: str | None,
    limit: int | None,
    before: str | None,
) -> None:
    """List charges and credits, newest first. Money out is negative."""
    from vault import ids
    from vault.overview import Overview
    from vault.store import vendors as store
    from vault.times import day
    from web import find, output, shapes

    first, last = (day(since).isoformat() if since else ""), (day(until).isoformat() if until else "")
    after = ids.number_of("charge", before) if before else None
    with options.open_vault(home, passphrase_file, by="charges") as vault:
        chosen = find.vendor(Overview(vault.connection, options.today_of(now)), vendor).id if vendor else None
        page = (store.booked_on(vault.connection, after), after) if after else None
        found = list(
            store.charges(
                vault.connection,
                vendor=chosen,
                since=first,
                until=last,
                before=page,
                limit=limit or (-1 if as_json else PAGE + 1),
            )
        )
    if as_json:
        output.as_json({"charges": [shapes.charge(row) for row in found]})
        return
    table = output.table("Day", ">Amount", "Vendor", "As printed")
    for row in found[: limit or PAGE]:
        amount = output.amount(row.minor, row.currency)
        table.add_row(row.booked, amount, output.plain(row.vendor_name or f"({row.role})"),
                      output.plain(f"{row.counterparty} {row.purpose}"[:60]))  # fmt: skip
    output.show(table, empty="No charges.", rows=len(found))
    if not limit and len(found) > PAGE:
        output.console().print(f"[dim]The newest {PAGE}; see more with --limit, --from and --to.[/]")
