"""`/imports`: what was brought in, what was found in it, and taking it back."""

from __future__ import annotations

from typing import Final

from terms.phrases import phrase
from vault import ids
from vault.importing import UndoReport
from vault.questions import questions
from vault.session import Vault
from vault.store import intake
from vault.store.intake import Batch
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.sampling import take_back
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_LIST: Final = "imports/list.html"
_BATCH: Final = "imports/batch.html"


def _listed(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_LIST, batches=intake.batches(vault.connection))


def _shown(vault: Vault, visit: Visit) -> Answer:
    batch = _batch(vault, visit)
    overview = overview_of(vault)
    numbers = intake.contracts_of(vault.connection, batch.id)
    contracts = sorted((one for one in overview.contracts if one.row.id in numbers), key=lambda one: -one.yearly.minor)
    names = {row.id: row.name for row in overview.vendors}
    return visit.shows(
        _BATCH,
        batch=batch,
        contracts=[(one, names.get(one.row.vendor, "")) for one in contracts],
        vendors=len(overview.vendors),
        questions=len(questions(vault.connection, vault.now.date())),
        problems=intake.problems_of(vault.connection, batch.id),
    )


async def _undone(visit: Visit) -> Answer:
    checked(await own_form(visit.asked), visit.session)
    id = visit.parameters["id"]

    def undo(vault: Vault) -> UndoReport:
        _batch(vault, visit)
        return take_back(vault, id)

    report = await visit.serving.vault.run(undo)
    visit.serving.due.set()
    return goes_to(f"/imports/{id}?said={'kept' if report.kept else 'undone'}")


def _batch(vault: Vault, visit: Visit) -> Batch:
    written = visit.parameters["id"]
    found = next((one for one in intake.batches(vault.connection) if ids.text("batch", one.id) == written), None)
    if found is None:
        raise NotFoundError(phrase("there is no such import"))
    return found


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/imports", _listed, "What was brought in"),
    guarded("GET", "/imports/{id}", _shown, "What an import brought"),
    working("POST", "/imports/{id}/undo", _undone, "Take an import back"),
)
