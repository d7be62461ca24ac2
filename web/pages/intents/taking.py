"""An offer is taken: first what follows from it, with the details that the vendor would be let see; then it is done.

Taking is once and for good, so it has a page of its own. Nothing is bought by it.
"""

from __future__ import annotations

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids, trading
from vault.butler import market
from vault.butler.market import Offered, Want
from vault.session import Vault
from vault.trading.awarding import needs
from web.pages.frame import senders
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.intents import words
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route


def _both(vault: Vault, visit: Visit) -> tuple[Want, Offered]:
    want = market.want(vault, ids.number_of("intention", visit.parameters["id"]))
    taken = market.offer(vault, ids.number_of("request", visit.parameters["offer"]))
    if taken.row.intention != want.row.id:
        raise NotFoundError(phrase("there is no such offer for this"))
    return want, taken


def _confirm(vault: Vault, visit: Visit) -> Answer:
    return _confirming(vault, visit, *_both(vault, visit))


def _confirming(vault: Vault, visit: Visit, want: Want, taken: Offered, wrong: FirstpartyError | None = None) -> Answer:
    needed = needs(want, taken)
    placed = [(place, one) for place, one in market.placed(vault, want.row.id) if one.name == taken.name]
    columns = words.compared(vault, want, placed)
    return visit.shows(
        "intents/take.html",
        status=422 if wrong else 200,
        want=want.intention,
        id=ids.text("intention", want.row.id),
        offer=taken.request.offer,
        name=taken.name,
        sender=senders.name_of(vault, taken.request.vendor, taken.decision.request.vendor),
        column=columns[0] if columns else None,
        needed=needed,
        values=words.values(vault, needed.data) if needed else (),
        others=market.standing(vault, want.row.id) - 1,
        wrong=wrong,
    )


def _take(vault: Vault, visit: Visit) -> Answer:
    want, taken = _both(vault, visit)
    try:
        trading.award(vault, want.row.id, taken.row.request)
    except FirstpartyError as error:
        return _confirming(vault, visit, want, taken, error)
    return goes_to(f"/intents/{visit.parameters['id']}?said=taken")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/intents/{id}/take/{offer}", _confirm, "What follows from taking an offer"),
    guarded("POST", "/intents/{id}/take/{offer}", _take, "Take an offer"),
)
