"""`firstparty vendors`: everybody you deal with."""

from __future__ import annotations

import click

from web import options


@click.command("vendors")
@options.vault_options
@options.now_option
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    """List every vendor, what each costs a month, and where the relationship stands."""
    from vault.money import Money
    from vault.overview import Overview
    from web import output, shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="vendors") as vault:
        overview = Overview(vault.connection, today)
        if as_json:
            output.as_json({"vendors": [shapes.vendor(row, overview) for row in overview.vendors]})
            return
        table = output.table("Vendor", "Category", "Stage", ">A month", ">Contracts", ">Accounts", "Last seen")
        for row in overview.vendors:
            contracts = overview.by_vendor.get(row.id, [])
            costs = overview.cost_per_month(contracts)
            table.add_row(
                output.plain(row.name),
                output.plain(row.category),
                output.stage(overview.stage(row).stage),
                ", ".join(str(Money(cost.minor, currency)) for currency, cost in costs.items()),
                str(len(contracts) or ""),
                str(row.accounts or ""),
                row.last_seen or "",
            )
        output.show(table, empty="No vendors yet. Try: firstparty import FILE", rows=len(overview.vendors))
