"""The award: what an offer needs to be fulfilled is granted, an order is put on record, and everybody is told, in one write.

What is granted is what the intention says may be asked for *and* the offer's practice asks, no more, under an agreement that
binds with this client and protects at least as much as the intention's terms; `vault.granting` compares it with that agreement
and the owner's own limits. Where that does not allow it, or no agreement is there, nothing is awarded, and the error says what to
do. An offer that asks for no data needs no grant. Nothing here buys anything or commits to a price.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from terms.phrases import phrase
from terms.roster import OffRosterError, find
from vault import granting, ids
from vault.butler import market
from vault.butler.market import MarketError, Offered, OfferState, Want
from vault.events import EventType, emit
from vault.granting import Grant, Permission
from vault.granting.covering import covers
from vault.granting.giving import NoAgreementError
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import market as market_store
from vault.store import trading as store
from vault.store.agreements import AgreementRow
from vault.store.audit import OWN_LOG
from vault.store.trading import OrderRow, SignedRow
from vault.times import stamp
from vault.trading import publishing
from vault.trading.fan_out import HERE, FanOut
from vault.trading.seeing import binding_agreements, satisfies

# An order is made by the award; what becomes of it the vendor's own records tell.
MADE: Final = "made"


def award(vault: Vault, id: int, offer: int | None = None, *, out: FanOut = HERE) -> Want:
    """Take an offer of an intention, or the one that is proposed. Each refusal changes nothing."""
    with vault.transaction():
        taken = market.offer(vault, to_confirm(vault, id) if offer is None else offer)
        rivals = market_store.offers(vault.connection, id, state=OfferState.STANDS)
        found = market.award(vault, id, taken.row.request)
        signed = store.signed(vault.connection, taken.row.request)
        if signed is not None:
            _order(vault, found, taken, signed)
            _tell(vault, signed, EventType.OFFER_AWARDED)
        for rival in rivals:
            lost = store.signed(vault.connection, rival.request)
            if lost is not None and rival.request != taken.row.request:
                _tell(vault, lost, EventType.OFFER_DECLINED)
        publishing.settle_closed(vault, out=out)
    return found


def _tell(vault: Vault, signed: SignedRow, type: EventType) -> None:
    emit(vault, signed.client, type, ids.text("request", signed.request))


def to_confirm(vault: Vault, id: int) -> int:
    """The offer that is proposed for an intention."""
    found = publishing.proposed(vault, id)
    if found is None:
        raise MarketError(
            phrase("no offer is proposed for this intention"),
            hint=phrase("name one: `firstparty intent award ID OFFER`"),
        )
    return found


def _order(vault: Vault, want: Want, taken: Offered, signed: SignedRow) -> None:
    grant = _granted(vault, want, taken, signed)
    data = grant.permission.data if grant else ()
    id = ids.first_of_block(vault.now, after=store.largest_order(vault.connection))
    body: dict[str, object] = {
        "order": ids.text("order", id),
        "intention": ids.text("intention", want.row.id),
        "offer": taken.name,
        "grant": grant.id if grant else None,
        "data": list(data),
    }
    row = OrderRow(
        id=id,
        intention=want.row.id,
        offer=taken.row.request,
        client=signed.client,
        data_grant=grant.row.id if grant else None,
        data=msgspec.json.encode(data).decode(),
        state=MADE,
        made_at=stamp(vault.now),
        log=OWN_LOG,
        leaf=vault.log("order.made", body),
    )
    store.add_order(vault.connection, row)


def _granted(vault: Vault, want: Want, taken: Offered, signed: SignedRow) -> Grant | None:
    needed = needs(want, taken)
    if needed is None and want.intention.terms is None:
        return None
    agreement = _agreement(vault, want, signed.client)
    if needed is None:
        return None
    practice = taken.request.practice
    assert practice is not None  # it is where the need comes from
    return granting.give(vault, agreement.id, needed, asked=Permission.of_practice(practice))


def needs(want: Want, taken: Offered) -> Permission | None:
    """What the offer needs of the data that the intention allows to be asked for; None where that is nothing."""
    practice = taken.request.practice
    data = _common(want.intention.data, practice.data or ()) if practice else ()
    return replace(Permission.of_practice(practice), data=data) if practice and data else None


def _common(allowed: tuple[str, ...], asked: tuple[str, ...]) -> tuple[str, ...]:
    """Of each category of the one and of the other the narrower, where one covers the other."""
    found = [narrow for one in allowed for other in asked for narrow in _narrower(one, other)]
    return tuple(dict.fromkeys(found))


def _narrower(one: str, other: str) -> tuple[str, ...]:
    if covers(one, other):
        return (other,)
    return (one,) if covers(other, one) else ()


def _agreement(vault: Vault, want: Want, client: int) -> AgreementRow:
    terms = want.intention.terms
    for row in binding_agreements(vault, client):
        if _is_enough(row, terms):
            return row
    name = agreement_store.client(vault.connection, client).name or "the vendor"
    wanted = f"`{terms}` or one that protects you more" if terms else "any"
    raise NoAgreementError(
        phrase(
            "no agreement binds with %(name)s under which this can be fulfilled (it takes %(wanted)s)",
            name=name,
            wanted=wanted,
        ),
        hint=phrase("agree first: `firstparty agreement proffer`%(value)s", value=f" --terms {terms}" if terms else ""),
    )


def _is_enough(row: AgreementRow, terms: str | None) -> bool:
    try:
        return satisfies(find(row.terms).agreement, terms)
    except OffRosterError:
        return False
