"""`/import`: files from the browser, looked at before they are brought in, in one batch that can be undone.

Choosing files leads to what they are, that to *Bring them in*, that to the relationships that were found: three clicks.
"""

from __future__ import annotations

import asyncio
from typing import Final

from vault.session import Vault
from web.pages.frame.guard import Visit, checked, guarded, own_form, refuse_foreign, working
from web.pages.frame.progress import bar
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.pages.imports import arrivals, columns
from web.pages.imports.arrivals import MOMENT_SECONDS, Stage
from web.pages.imports.batches import ROUTES as BATCHES
from web.server import uploads
from web.server.answers import Answer, Streamed
from web.server.routes import Route
from web.server.uploads import Uploaded

_FORM: Final = "imports/page.html"
_WORK: Final = "imports/work.html"
_PREVIEW: Final = "imports/preview.html"
_OVER: Final = "imports/over.html"
# What the readers' formats are called; one that is missing is called by its name.
TITLES: Final = {
    "bank_csv": mark("Bank statement (table)"),
    "camt": mark("Bank statement (CAMT)"),
    "ofx": mark("Bank statement (OFX)"),
    "swift_mt940": mark("Bank statement (MT940)"),
    "bitwarden": mark("Passwords (Bitwarden): only which accounts there are"),
    "browser_passwords": mark("Passwords (table): only which accounts there are"),
}


def _asked(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_FORM, wrong="", megabytes=uploads.MAX_BYTES // 1024**2)


async def _brought(visit: Visit) -> Answer:
    refuse_foreign(visit.asked)
    serving = visit.serving
    arrival = arrivals.begin(serving)
    try:
        _, brought = await uploads.receive(
            visit.asked.request, arrival.folder, lambda fields: checked(fields, visit.session)
        )
    except BaseException:
        arrivals.dropped(serving, arrival)
        raise
    if not brought:
        arrivals.dropped(serving, arrival)
        wrong = mark("Choose at least one file.")
        return visit.shows(_FORM, status=422, wrong=wrong, megabytes=uploads.MAX_BYTES // 1024**2)
    arrivals.read(serving, arrival, brought)
    await arrivals.settled(arrival, MOMENT_SECONDS)
    return goes_to(f"/import/{arrival.id}")


async def _sampled(visit: Visit) -> Answer:
    """The sample person's files, read and brought in as if they had been dropped here."""
    from web.demo import write_sample  # needed once, or never

    checked(await own_form(visit.asked), visit.session)
    serving = visit.serving
    if visit.sample:
        return goes_to("/imports")
    arrival = arrivals.begin(serving)
    arrival.is_sample = True
    today = serving.clock().date()
    paths = await asyncio.to_thread(write_sample, arrival.folder, until=today)
    arrivals.read(serving, arrival, [Uploaded(one.name, one, one.stat().st_size) for one in paths])
    await arrivals.settled(arrival, MOMENT_SECONDS)
    return goes_to(f"/import/{arrival.id}")


async def _looked_at(visit: Visit) -> Answer:
    arrival = arrivals.found(visit.serving, visit.parameters["id"])
    if arrival.stage is Stage.DONE:
        return goes_to(f"/imports/{arrival.batch}")
    if arrival.stage is Stage.OVER:
        return visit.shows(_OVER, why=arrival.why)
    if arrival.is_busy:
        return visit.shows(_WORK, arrival=arrival)
    verdicts = arrival.verdicts
    return visit.shows(
        _PREVIEW,
        arrival=arrival,
        titles=TITLES,
        charges=sum(one.charges for one in verdicts),
        accounts=sum(one.accounts for one in verdicts),
        unread=sum(one.is_unread for one in verdicts),
    )


async def _decided(visit: Visit) -> Answer:
    fields = checked(await own_form(visit.asked), visit.session)
    arrival = arrivals.found(visit.serving, visit.parameters["id"])
    if fields.get("answer") != "bring":
        arrivals.dropped(visit.serving, arrival)
        return goes_to("/import?said=files-gone")
    arrivals.commit(visit.serving, arrival)
    await arrivals.settled(arrival, MOMENT_SECONDS)
    return goes_to(f"/import/{arrival.id}")


async def _opened(visit: Visit) -> Answer:
    fields = checked(await own_form(visit.asked), visit.session)
    arrival = arrivals.found(visit.serving, visit.parameters["id"])
    place = fields.get("place", "")
    arrivals.read_locked(
        visit.serving, arrival, int(place) if place.isdecimal() and len(place) < 6 else -1, fields.get("password", "")
    )
    await arrivals.settled(arrival, MOMENT_SECONDS)
    return goes_to(f"/import/{arrival.id}")


async def _progress(visit: Visit) -> Streamed:
    arrival = arrivals.found(visit.serving, visit.parameters["id"])
    begun = arrival.stage

    def at() -> int | None:
        return arrival.percent if arrival.stage is begun and arrival.is_busy else None

    return bar(visit, at, whole=100, then=f"/import/{arrival.id}")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/import", _asked, "Bring files in"),
    working("POST", "/import", _brought, "The files"),
    working("POST", "/imports/sample", _sampled, "Bring in sample data"),
    working("GET", "/import/{id}", _looked_at, "What the files are"),
    working("POST", "/import/{id}", _decided, "Bring them in, or throw them away"),
    working("POST", "/import/{id}/password", _opened, "The password of a locked file"),
    working("GET", "/import/{id}/columns/{place}", columns.shown, "What the columns of a table are"),
    working("POST", "/import/{id}/columns/{place}", columns.told, "Read a table so"),
    working("GET", "/import/{id}/progress", _progress, "How far it is"),
    *BATCHES,
)
