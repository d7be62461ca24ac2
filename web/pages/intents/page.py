"""Intents: what is wanted, by where it stands; one with its offers side by side; and its life: close, reopen, give up, write anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError
from vault import ids, trading
from vault.butler import market
from vault.butler.market import Want
from vault.policy import intention_life
from vault.policy.intention_life import Event, State
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import trading as trading_store
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.intents import drafting, taking, words
from web.pages.intents.words import STATES
from web.server.answers import Answer
from web.server.catalogue import row_of
from web.server.routes import Route

ANSWERED: Final = "answered"
_MOVES: Final = {
    Event.CLOSE: "closed-to-offers",
    Event.REOPEN: "reopened",
    Event.WITHDRAW: "given-up",
}


class Line(Struct, frozen=True):
    """`offers` is how many stand."""

    want: Want
    id: str
    offers: int

    @property
    def section(self) -> str:
        return ANSWERED if self.want.state is State.OPEN and self.offers else str(self.want.state)


def _list(vault: Vault, visit: Visit) -> Answer:
    lines = [_line(vault, one) for one in market.wants(vault)]
    sections = {state: [one for one in lines if one.section == state] for state in STATES}
    return visit.shows("intents/page.html", sections=sections, states=STATES, is_empty=not lines)


def _line(vault: Vault, one: Want) -> Line:
    return Line(one, drafting.id_of(one), market.standing(vault, one.row.id))


def _want(vault: Vault, visit: Visit) -> Want:
    return market.want(vault, ids.number_of("intention", visit.parameters["id"]))


def _one(vault: Vault, visit: Visit) -> Answer:
    return _shown(vault, visit, _want(vault, visit))


def _shown(vault: Vault, visit: Visit, want: Want, wrong: FirstpartyError | None = None) -> Answer:
    """`wrong` is why what was asked for cannot be done: it was done already, or another page did something else."""
    if want.state is State.DRAFT:
        return goes_to(f"/intents/{drafting.id_of(want)}/check")
    columns = words.compared(vault, want, market.placed(vault, want.row.id))
    proposed = trading.proposed(vault, want.row.id)
    row = trading_store.publication(vault.connection, want.row.id)
    order = trading_store.order_of(vault.connection, want.row.awarded) if want.row.awarded else None
    seers = [agreement_store.client(vault.connection, one) for one in trading.seers(vault, want)] if row else []
    return visit.shows(
        "intents/one.html",
        status=row_of(wrong.code).status if wrong else 200,
        wrong=wrong,
        line=_line(vault, want),
        want=want.intention,
        id=drafting.id_of(want),
        state=want.state,
        states=STATES,
        asked=words.asked(want.intention.requirements),
        columns=columns,
        marks=words.MARKS,
        proposed=ids.text("request", proposed) if proposed else "",
        published=row.published_at if row else "",
        seers=seers,
        awarded=ids.text("request", want.row.awarded) if want.row.awarded else "",
        order=order,
        grant=ids.text("grant", order.data_grant) if order and order.data_grant is not None else "",
        may=[str(event) for event in _MOVES if (want.state, event) in intention_life.TABLE],
    )


def _moved(event: Event) -> Callable[[Vault, Visit], Answer]:
    def move(vault: Vault, visit: Visit) -> Answer:
        want = _want(vault, visit)
        is_draft = want.state is State.DRAFT
        try:
            trading.move(vault, want.row.id, event)
        except FirstpartyError as error:
            return _shown(vault, visit, want, error)
        said = "thrown-away" if is_draft else _MOVES[event]
        return goes_to(f"/intents/{drafting.id_of(want)}?said={said}")

    return move


def _again(vault: Vault, visit: Visit) -> Answer:
    """A new draft with the same answers, whatever became of the first."""
    made = market.add_intention(vault, _want(vault, visit).row.body.encode(), draft=True)
    return goes_to(f"/intents/{drafting.id_of(made)}/check?said=drafted")


def _published(vault: Vault, visit: Visit) -> Answer:
    want = _want(vault, visit)
    try:
        trading.publish(vault, want.row.id)
    except FirstpartyError as error:
        is_draft = want.state is State.DRAFT
        return drafting.checking(vault, visit, want, error) if is_draft else _shown(vault, visit, want, error)
    return goes_to(f"/intents/{drafting.id_of(want)}?said=published")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/intents", _list, "What you want"),
    guarded("GET", "/intents/{id}", _one, "One intention and its offers"),
    guarded("POST", "/intents/{id}/publish", _published, "Let vendors see it"),
    guarded("POST", "/intents/{id}/close", _moved(Event.CLOSE), "Take no more offers"),
    guarded("POST", "/intents/{id}/reopen", _moved(Event.REOPEN), "Take offers again"),
    guarded("POST", "/intents/{id}/withdraw", _moved(Event.WITHDRAW), "Give it up"),
    guarded("POST", "/intents/{id}/again", _again, "Write it anew"),
    *drafting.ROUTES,
    *taking.ROUTES,
)
