"""`firstparty renewals`: what is due, and until when one can leave."""

from __future__ import annotations

import click

from web import options


@click.command("renewals")
@options.vault_options
@options.now_option
@click.option("--within", default="P90D", show_default=True, metavar="PERIOD", help="How far ahead, e.g. P30D or P1Y.")
@click.option("--ics", metavar="FILE", help="Also write them as a calendar (iCalendar).")
def COMMAND(
    home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, within: str, ics: str | None
) -> None:
    """List deadlines ahead: last days to cancel, renewals, trials that end.

    Every date carries its basis: `stated` by a document, said by the `owner`, assumed by `law`, or `unknown`.
    """
    from pathlib import Path

    from vault import files, ids, periods
    from vault.overview import Overview
    from web import output, shapes

    today = options.today_of(now)
    until = periods.add(today, periods.parse(within))
    with options.open_vault(home, passphrase_file, by="renewals") as vault:
        found = Overview(vault.connection, today).deadlines(until)
        if ics:
            from connectors.feeds.ics import CalendarEntry, calendar

            entries = [
                CalendarEntry(f"{vault.keyring.vault_id}/{ids.text('contract', one.row.id)}", one.row.title, deadline)
                for one, deadline in found
            ]
            files.replace(Path(ics).expanduser(), calendar(entries, vault.now))
    if as_json:
        output.as_json({"deadlines": [shapes.deadline(one, deadline) for one, deadline in found]})
        return
    output.show(output.deadlines(found), empty=f"Nothing is due until {until}.", rows=len(found))
    if ics:
        output.console().print(f"Written to {ics}.", markup=False)
