"""`/calendar/{secret}.ics`: the dates for a calendar program, for whoever has the link.

A calendar program cannot log in, so the secret in the address is all that is asked. It opens this and nothing else, stands in no
log of ours, and is told anew or ended on the page of renewals. While the vault is locked there is nothing to read, and programs
keep what they have. The file changes when a date does or a day has passed, so that asking often costs a 304.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from terms.phrases import phrase
from vault import ids
from vault.overview import Overview
from vault.preferences import language_of, zone_of
from vault.reminding import calendar
from vault.session import Vault
from web.pages.frame.wording import saying
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import FOR_ANYBODY, Asked, Route, reads

PATH: Final = "/calendar/{token}"
ENDING: Final = ".ics"
_AHEAD: Final = timedelta(days=366)
_HEADERS: Final = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="firstparty.ics"',
    "X-Robots-Tag": "noindex",
}


def address(base_url: str, secret: str) -> str:
    return f"{base_url}/calendar/{secret}{ENDING}"


def _feed(vault: Vault, asked: Asked) -> Answer:
    from connectors.feeds import ics  # what is slow to import is needed by few, and not for a start

    token = asked.parameters["token"]
    if not token.endswith(ENDING) or not calendar.fits(vault, token.removesuffix(ENDING)):
        raise NotFoundError(phrase("there is no calendar here"), hint=phrase("make a new link on the page of renewals"))
    today = vault.now.astimezone(zone_of(vault.connection)).date()
    entries = [
        ics.CalendarEntry(f"{vault.keyring.vault_id}/{ids.text('contract', one.row.id)}", one.row.title, deadline)
        for one, deadline in Overview(vault.connection, today).deadlines(today + _AHEAD)
    ]
    written = ics.calendar(entries, datetime.combine(today, time(), UTC), saying(language_of(vault.connection)))
    return Answer(200, written, "text/calendar", _HEADERS)


ROUTE: Final = Route("GET", PATH, reads(_feed), FOR_ANYBODY, "The dates as a calendar", standard="RFC 5545")
