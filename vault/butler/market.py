"""Intentions, and the offers that answer them or come unasked: kept, decided and put in order.

An offer is a request of its own; what became of it is its decision. Beside that it has one of four states: it stands, was
withdrawn, was taken (awarded) or was told no. An intention is awarded once. Nothing here buys anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids
from vault.butler.decisions import Butler, Decision, facts_of, of_rows
from vault.butler.market_rows import intention_of, request_of
from vault.policy import intention_life, intentions
from vault.policy.deciding import Decided
from vault.policy.facts import TABLE, Facts
from vault.policy.intention_life import Event, State
from vault.policy.intentions import Intention
from vault.policy.known import Signature
from vault.policy.language.conditions import read_condition
from vault.policy.language.errors import Fault
from vault.policy.language.operands import Scope
from vault.policy.ranking import Place, Wish, left_out, ranked
from vault.policy.requests import OfferMade, Promotion, Request
from vault.policy.rules import Condition
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import decisions as decision_store
from vault.store import market as store
from vault.store.market import IntentionRow, OfferRow
from vault.store.vendors import VendorRow
from vault.times import stamp

AWARDED = "intention.awarded"


class OfferState(StrEnum):
    STANDS = "stands"
    WITHDRAWN = "withdrawn"
    AWARDED = "awarded"
    TOLD_NO = "told no"


class MarketError(FirstpartyError):
    code = "market"


class NotFoundError(FirstpartyError):
    code = "not-found"


class Want(Struct, frozen=True):
    """An intention of the vault."""

    row: IntentionRow
    intention: Intention

    @property
    def state(self) -> State:
        return State(self.row.state)


class Offered(Struct, frozen=True):
    """An offer of the vault, with its last decision."""

    row: OfferRow
    request: Request
    decision: Decision

    @property
    def name(self) -> str:
        return ids.text("request", self.row.request)


# --- intentions ---------------------------------------------------------------------------------------------------------


def add_intention(vault: Vault, raw: bytes, *, draft: bool = False) -> Want:
    """Keep an intention, open for offers unless it is a draft; `DocumentError` or `MarketError` where it does not read."""
    intention = intentions.read(raw)
    conditions(intention)
    row = IntentionRow(
        id=ids.first_of_block(vault.now, after=decision_store.largest(vault.connection, "intention")),
        body=raw.decode(),
        state=State.DRAFT if draft else State.OPEN,
        closes=intention.closes.isoformat() if intention.closes else None,
        awarded=None,
        created_at=stamp(vault.now),
        changed_at=stamp(vault.now),
    )
    with vault.transaction():
        store.add_intention(vault.connection, row)
        vault.log("intention.added", {"intention": ids.text("intention", row.id), "state": row.state})
    return Want(row, intention)


def revise(vault: Vault, id: int, raw: bytes) -> Want:
    """Write a draft anew. What is open, or was, stays as it is: vendors may have read it."""
    found = want(vault, id)
    if found.state is not State.DRAFT:
        raise MarketError(
            phrase("this intention is %(state)s, and not a draft any more", state=found.state),
            hint=phrase("make a new one of it"),
        )
    intention = intentions.read(raw)
    conditions(intention)
    with vault.transaction():
        closes = intention.closes.isoformat() if intention.closes else None
        store.set_body(vault.connection, id, raw.decode(), closes, stamp(vault.now))
        vault.log("intention.changed", {"intention": ids.text("intention", id)})
    return want(vault, id)


def wants(vault: Vault) -> list[Want]:
    return [Want(row, intention_of(row)) for row in store.intentions(vault.connection)]


def want(vault: Vault, id: int) -> Want:
    row = store.intention(vault.connection, id)
    if row is None:
        raise NotFoundError(
            phrase("there is no intention `%(text)s`", text=ids.text("intention", id)),
            hint=phrase("see `firstparty intents`"),
        )
    return Want(row, intention_of(row))


def move(vault: Vault, id: int, event: Event) -> Want:
    """Open, close, reopen, expire or withdraw an intention, as its table allows."""
    state = intention_life.next_state(want(vault, id).state, event)
    with vault.transaction():
        store.set_intention(vault.connection, id, state, stamp(vault.now))
        vault.log(f"intention.{state}", {"intention": ids.text("intention", id)})
    return want(vault, id)


def award(vault: Vault, id: int, offer_id: int) -> Want:
    """Take one offer of an intention; the others are told no. It commits to nothing: what follows is the owner's."""
    state = intention_life.next_state(want(vault, id).state, Event.AWARD)
    chosen = store.offer(vault.connection, offer_id)
    if chosen is None or chosen.intention != id:
        raise NotFoundError(phrase("`%(text)s` is no offer for this intention", text=ids.text("request", offer_id)))
    check_takeable(vault, _offered(vault, [chosen])[0])
    at, named = stamp(vault.now), {"intention": ids.text("intention", id), "offer": ids.text("request", offer_id)}
    with vault.transaction():
        store.set_intention(vault.connection, id, state, at, awarded=offer_id)
        store.set_offer(vault.connection, offer_id, OfferState.AWARDED, at)
        store.decline_others(vault.connection, id, offer_id, OfferState.STANDS, OfferState.TOLD_NO, at)
        vault.log(AWARDED, dict(named))
    return want(vault, id)


def check_takeable(vault: Vault, one: Offered) -> None:
    """Refuses an offer that cannot be awarded."""
    if one.row.state != OfferState.STANDS:
        raise MarketError(phrase("this offer is %(state)s", state=one.row.state), hint=phrase("take one that stands"))
    if out := _out(vault, one):
        raise MarketError(
            phrase("this offer is %(out)s", out=out),
            hint=phrase("take another one, or decide otherwise first (`decision override`)"),
        )


def expire_due(vault: Vault) -> int:
    """Close what has come to its last day: closed where an offer stands, else expired. Gives how many."""
    today, moved = vault.now.date().isoformat(), 0
    for row in store.intentions(vault.connection):
        if row.state == State.OPEN and row.closes is not None and row.closes < today:
            standing = store.count_offers(vault.connection, row.id, state=OfferState.STANDS)
            move(vault, row.id, Event.CLOSE if standing else Event.EXPIRE)
            moved += 1
    return moved


def conditions(intention: Intention) -> tuple[tuple[Condition, ...], tuple[Wish, ...]]:
    """Its musts and its wishes, as conditions."""
    scope, musts, wishes = Scope(TABLE, {}), [], []
    for one in intention.requirements:
        try:
            condition = read_condition(scope, one.condition)
        except Fault as fault:
            raise MarketError(
                phrase(
                    "the requirement `%(condition)s`: %(sentence)s",
                    condition=one.condition[:80],
                    sentence=fault.said,
                ),
                hint=fault.helps or "",
            ) from None
        if one.level == "must":
            musts.append(condition)
        else:
            wishes.append(Wish(condition, one.weight))
    return tuple(musts), tuple(wishes)


def standing(vault: Vault, id: int) -> int:
    """How many offers for an intention stand."""
    return store.count_offers(vault.connection, id, state=OfferState.STANDS)


# --- offers -------------------------------------------------------------------------------------------------------------


def add_offer(
    butler: Butler,
    request: Request,
    *,
    source: str,
    signature: Signature = "missing",
    vendor: VendorRow | None = None,
) -> Offered:
    """Keep an offer or a promotion and decide it in the same moment."""
    if not isinstance(request.asked, OfferMade | Promotion):
        raise UsageError(
            phrase("this is a %(kind)s, not an offer", kind=request.kind), hint=phrase("give it to `firstparty decide`")
        )
    intention = _intention(butler, request)
    found = butler.considered(request, signature=signature, vendor=vendor)
    with butler.vault.transaction():
        return keep_offer(butler, request, found, intention=intention, source=source, vendor=vendor)


def keep_offer(
    butler: Butler,
    request: Request,
    found: Decided,
    *,
    intention: int | None,
    source: str,
    vendor: VendorRow | None,
    number: int | None = None,
) -> Offered:
    """Inside a transaction: an offer with what was decided of it; `intention` is one that takes offers. `number` is its id,
    where it has one already."""
    made = butler.keep(request, found, source=source, vendor=vendor, number=number)
    row = OfferRow(made.request.id, intention, OfferState.STANDS, made.at)
    store.add_offer(butler.vault.connection, row)
    return Offered(row, request, made)


def _intention(butler: Butler, request: Request) -> int | None:
    """The intention that an offer answers; it must be open today."""
    if not isinstance(request.asked, OfferMade) or request.asked.intent is None:
        return None
    found = want(butler.vault, ids.number_of("intention", request.asked.intent))
    closes, state = found.intention.closes, found.state
    if state is State.OPEN and closes is not None and closes < butler.now.date():
        state = State.CLOSED
    if state is not State.OPEN:
        hint = "open it first" if (state, Event.OPEN) in intention_life.TABLE else "it takes no more offers"
        raise MarketError(
            phrase("the intention `%(title)s` is %(state)s", title=found.intention.title[:60], state=state), hint=hint
        )
    return found.row.id


def offers(vault: Vault, intention: int | None = None, *, state: str | None = None, limit: int = -1) -> list[Offered]:
    """Newest first."""
    return _offered(vault, store.offers(vault.connection, intention, state=state, limit=limit))


def offers_of_verdict(vault: Vault, verdict: Verdict, *, limit: int, offset: int = 0) -> list[Offered]:
    """Those that stand with this verdict, the owner's where there is an override; newest first."""
    return _offered(vault, store.offers_of_verdict(vault.connection, str(verdict), limit=limit, offset=offset))


def count_by_verdict(vault: Vault) -> dict[Verdict, int]:
    """How many offers stand with each verdict."""
    found = store.count_by_verdict(vault.connection)
    return {verdict: found.get(str(verdict), 0) for verdict in Verdict}


def _offered(vault: Vault, rows: list[OfferRow]) -> list[Offered]:
    found = decision_store.latest(vault.connection, [row.request for row in rows])
    return [
        Offered(row, request_of(asked.body), of_rows(vault, made, asked))
        for row in rows
        for made, asked in (found[row.request],)
    ]


def offer(vault: Vault, id: int) -> Offered:
    row = store.offer(vault.connection, id)
    if row is None:
        raise NotFoundError(
            phrase("there is no offer `%(text)s`", text=ids.text("request", id)), hint=phrase("see `firstparty offers`")
        )
    return _offered(vault, [row])[0]


def standing_of(vault: Vault, id: int) -> tuple[str, Decision]:
    """An offer's state and its last decision, without reading what was offered."""
    row = store.offer(vault.connection, id)
    if row is None:
        raise NotFoundError(
            phrase("there is no offer `%(text)s`", text=ids.text("request", id)), hint=phrase("see `firstparty offers`")
        )
    return row.state, of_rows(vault, *decision_store.latest(vault.connection, [id])[id])


def withdraw_offer(vault: Vault, id: int) -> Offered:
    found = offer(vault, id)
    if found.row.state != OfferState.STANDS:
        raise MarketError(phrase("this offer is %(state)s already", state=found.row.state))
    with vault.transaction():
        store.set_offer(vault.connection, id, OfferState.WITHDRAWN, stamp(vault.now))
        vault.log("offer.withdrawn", {"offer": ids.text("request", id)})
    return offer(vault, id)


def ranking(vault: Vault, id: int) -> tuple[Place, ...]:
    """The offers of an intention in order, but for those that were withdrawn. One that was refused or is no longer valid
    is out, whatever it says."""
    musts, wishes = conditions(want(vault, id).intention)
    running = [one for one in offers(vault, id) if one.row.state != OfferState.WITHDRAWN]
    out = {one.name: reason for one in running if (reason := _out(vault, one))}
    facts: Mapping[str, Facts] = {one.name: facts_of(vault, one.decision) for one in running if one.name not in out}
    return (*ranked(facts, musts, wishes), *(left_out(name, reason) for name, reason in sorted(out.items())))


def placed(vault: Vault, id: int) -> list[tuple[Place, Offered]]:
    """The ranking with the offers themselves."""
    return [(place, offer(vault, ids.number_of("request", place.offer))) for place in ranking(vault, id)]


def _out(vault: Vault, one: Offered) -> str:
    """Why an offer cannot be taken; empty where it can."""
    if one.decision.verdict == str(Verdict.REFUSE):
        return "refused by you" if one.decision.overrides else "refused by your rules"
    valid = one.request.offer.valid_until if one.request.offer and one.row.state == OfferState.STANDS else None
    return f"no longer valid: it stood until {valid}" if valid and valid < vault.now.date() else ""
