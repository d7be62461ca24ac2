"""An intention's public life: published, listed, closed; and what follows when it is over.

An intention is seen by vendors from when it is published, and offers come over the wire for what is published alone. Whatever
ends its being open (the owner, its last day, an award, another process), `settle` finds it over and does once what follows: the
offer that comes first is proposed, where it was closed, and word goes out. So it is done however the end came about.
"""

from __future__ import annotations

from terms.phrases import phrase
from vault import categories, ids
from vault.butler import market
from vault.butler.market import NotFoundError, OfferState, Want
from vault.events import EventType, emit
from vault.policy.intention_life import Event, State
from vault.session import Vault
from vault.store import trading as store
from vault.times import stamp
from vault.trading.fan_out import HERE, FanOut
from vault.trading.projecting import Projection, projected, tells
from vault.trading.seeing import Viewer, sees


def publish(vault: Vault, id: int, *, out: FanOut = HERE) -> Want:
    """Let vendors see an intention that is open or a draft. Once more changes nothing."""
    with vault.transaction():
        found = market.want(vault, id)
        if found.state is not State.OPEN:
            found = market.move(vault, id, Event.OPEN)
        if is_published(vault, id):
            return found
        _publish(vault, found, out)
    return found


def _publish(vault: Vault, found: Want, out: FanOut) -> None:
    store.put_publication(vault.connection, found.row.id, stamp(vault.now))
    told = {"tells": list(tells(found))} if tells(found) else {}
    vault.log("intention.published", {"intention": ids.text("intention", found.row.id), **told})
    out.published(vault, found)


def is_published(vault: Vault, id: int) -> bool:
    return store.publication(vault.connection, id) is not None


def move(vault: Vault, id: int, event: Event, *, out: FanOut = HERE) -> Want:
    """An event of an intention's life, with what follows from it."""
    with vault.transaction():
        found = market.move(vault, id, event)
        if event is Event.REOPEN and is_published(vault, id):
            _publish(vault, found, out)
        settle_closed(vault, out=out)
    return found


def settle(vault: Vault, *, out: FanOut = HERE) -> None:
    """What time and the owner's other doors have done: last days, overridden decisions, intentions that are over."""
    with vault.transaction():
        market.expire_due(vault)
        settle_closed(vault, out=out)
        found, until = store.overridden(vault.connection)
        for client, offer in found:
            emit(vault, client, EventType.OFFER_DECIDED, ids.text("request", offer))
        if found:
            store.see_overrides(vault.connection, until)


def settle_closed(vault: Vault, *, out: FanOut = HERE) -> None:
    """Inside a transaction: each published intention that is over is told of, once."""
    for id in store.over_and_untold(vault.connection, State.OPEN):
        found = market.want(vault, id)
        store.set_closed(vault.connection, id, stamp(vault.now))
        if found.state is State.CLOSED:
            propose(vault, found)
        out.closed(vault, found)


def tell_newcomers(vault: Vault, *, out: FanOut = HERE) -> None:
    """Word of open intentions to whoever has come to see them since they were published."""
    wants = [market.want(vault, id) for id in store.published(vault.connection, State.OPEN)]
    if wants:
        with vault.transaction():
            out.met(vault, wants)


def propose(vault: Vault, found: Want) -> int | None:
    """Inside a transaction: the offer that comes first is what the owner is asked to confirm."""
    if found.intention.proposes == "none":
        return None
    first = next((place for place in market.ranking(vault, found.row.id) if place.rank == 1), None)
    number = ids.number_of("request", first.offer) if first else None
    store.set_proposed(vault.connection, found.row.id, number)
    vault.log(
        "intention.proposed",
        {"intention": ids.text("intention", found.row.id), "offer": first.offer if first else None},
    )
    return number


def proposed(vault: Vault, id: int) -> int | None:
    """The offer that is proposed, where it can still be taken."""
    row = store.publication(vault.connection, id)
    if row is None or row.proposed is None or market.want(vault, id).state is not State.CLOSED:
        return None
    one = market.offer(vault, row.proposed)
    return row.proposed if one.row.state == OfferState.STANDS else None


# --- as a client sees it ------------------------------------------------------------------------------------------------


def listed(
    vault: Vault, who: Viewer, *, after: int = 0, category: str | None = None, limit: int
) -> tuple[list[Projection], int | None]:
    """The open intentions that a client may see, oldest first, beyond `after`; and the last of them where there are more."""
    found: list[Projection] = []
    last = after
    for id in store.published(vault.connection, State.OPEN, after):
        want = market.want(vault, id)
        if not _is_listed(vault, who, want, category):
            continue
        if len(found) == limit:
            return found, last
        found.append(projected(vault, who, want))
        last = id
    return found, None


def _is_listed(vault: Vault, who: Viewer, want: Want, category: str | None) -> bool:
    closes = want.intention.closes
    is_over = closes is not None and closes < vault.now.date()
    is_meant = category is None or categories.is_under(want.intention.category, category)
    return bool(sees(who, want.intention) and is_meant and not is_over)


def seen(vault: Vault, who: Viewer, id: int) -> Want:
    """A published intention that a client may see, open or not; for any other it is as if there were none."""
    found = market.want(vault, id)
    if not is_published(vault, id) or not sees(who, found.intention):
        raise NotFoundError(phrase("there is no such intention"))
    return found
