"""Signed offers taken in, judged in the same write, and withdrawn.

    take(vault, butler, client, signed)        an offer whose signature was verified by keys of this client's document

* The same bytes again are the same offer, however old and under whatever key of the wire.
* An offer for an intention needs that the client may see it and that it is open; it needs no screener. One that nobody asked for
  is judged where the owner has let the client in, refused where it was sent away, and else held until the owner's word
  (`judge_held`): nothing of it is judged, and nothing of it is told.
* What the vendor signed is kept byte for byte, with a leaf of its own in the log: that is its receipt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.proof import offer_signature
from terms.proof.jcs import JsonValue
from terms.proof.offer_signature import SignedOffer
from terms.proof.token_refusals import TokenRefused
from vault import ids, meeting, pairwise
from vault.butler import market
from vault.butler.decisions import Butler, next_request
from vault.butler.market import NotFoundError, Offered
from vault.events import EventType, emit
from vault.meeting import Standing, TurnedAwayError
from vault.policy import requests
from vault.policy.intention_life import State
from vault.policy.requests import Request
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import trading as store
from vault.store.agreements import ClientRow
from vault.store.audit import OWN_LOG
from vault.store.trading import SignedRow
from vault.times import stamp
from vault.trading import publishing
from vault.trading.seeing import Viewer

HELD, JUDGED, WITHDRAWN = "held", "judged", "withdrawn"
# What one client may have waiting behind the screener: enough to show what it has, too little to fill a vault with.
MAX_HELD: Final = 10
SOURCE: Final = "api"


class OfferRefusedError(FirstpartyError):
    """The signature does not hold, or is not over an offer to us now."""

    code = "offer-signature"


class HeldFullError(FirstpartyError):
    code = "held-full"


def known(vault: Vault, client: int, sha256: str) -> SignedRow | None:
    """The offer of this client that the very bytes of this digest are, if it was taken."""
    row = store.signed_by_digest(vault.connection, sha256)
    return row if row is not None and row.client == client else None


class Taken(NamedTuple):
    """`made` is none where it is held."""

    row: SignedRow
    made: Offered | None


def take(vault: Vault, butler: Butler, client: int, signed: SignedOffer) -> Taken:
    """Keep an offer and judge or hold it. It must not be known already."""
    who = Viewer(butler.present.records.client(client), meeting.standing(vault, client), vault)
    intention = None if signed.intent is None else _wanted(vault, butler, who, signed.intent)
    if intention is None:
        _check_may_write(vault, who)
    try:
        offer_signature.check_time(signed, vault.now)
    except TokenRefused as refused:
        raise refused_offer(refused) from None
    asked = _request(signed, intention)
    is_held = intention is None and who.standing is not Standing.YES
    with vault.transaction():
        row = _kept(vault, client, signed, intention, HELD if is_held else JUDGED)
        return Taken(row, None if is_held else _judge(butler, row, who.client, asked))


def refused_offer(refused: TokenRefused) -> OfferRefusedError:
    return OfferRefusedError(
        phrase("%(code)s: %(sentence)s", code=refused.code, sentence=refused.sentence), hint=refused.hint
    )


def _wanted(vault: Vault, butler: Butler, who: Viewer, written: str) -> int:
    number = pairwise.number_of(vault, who.client.id, "intention", written)
    found = publishing.seen(vault, who, number)
    closes, today = found.intention.closes, max(vault.now.date(), butler.now.date())
    if found.state is not State.OPEN or (closes is not None and closes < today):
        raise market.MarketError(phrase("the intention takes no more offers"))
    return number


def _check_may_write(vault: Vault, who: Viewer) -> None:
    if who.is_sent_away:
        raise TurnedAwayError(phrase("the person does not want to hear from you"))
    if who.standing is not Standing.YES and len(_waiting(vault, who.client.id)) >= MAX_HELD:
        raise HeldFullError(
            phrase("%(most_held)s offers of yours wait to be let in", most_held=MAX_HELD),
            hint=phrase("wait for `introduction.decided`"),
        )


def _waiting(vault: Vault, client: int) -> list[SignedRow]:
    return store.signed_of(vault.connection, client, state=HELD)


def _request(signed: SignedOffer, intention: int | None) -> Request:
    """The offer as the butler reads it; `DocumentError` where it does not read. The intention by the name it has in the vault."""
    said: dict[str, JsonValue] = {"kind": "offer", "vendor": signed.client, "offer": dict(signed.offer)}
    if intention is not None:
        said["intent"] = ids.text("intention", intention)
    return requests.of_json(said)


def _kept(vault: Vault, client: int, signed: SignedOffer, intention: int | None, state: str) -> SignedRow:
    number = next_request(vault)
    leaf = vault.log("offer.received", {"offer": ids.text("request", number), "sha256": signed.sha256})
    row = SignedRow(
        request=number,
        client=client,
        intention=intention,
        jws=signed.text,
        sha256=signed.sha256,
        signed_by=signed.key,
        state=state,
        received_at=stamp(vault.now),
        log=OWN_LOG,
        leaf=leaf,
    )
    store.add_signed(vault.connection, row)
    return row


def _judge(butler: Butler, row: SignedRow, client: ClientRow, asked: Request) -> Offered:
    """Inside a transaction."""
    vendor = butler.present.records.by_id.get(client.vendor) if client.vendor is not None else None
    found = butler.considered(asked, signature="valid", vendor=vendor)
    return market.keep_offer(
        butler, asked, found, intention=row.intention, source=SOURCE, vendor=vendor, number=row.request
    )


# --- behind the screener ------------------------------------------------------------------------------------------------


def judge_held(vault: Vault, client: int, now: datetime) -> int:
    """Judge what waited of a client that the owner has let in, oldest first; gives how many. `now` is in the owner's zone."""
    waiting = _waiting(vault, client)
    if not waiting:
        return 0
    with vault.transaction():
        butler, sender = Butler(vault, now=now), agreement_store.client(vault.connection, client)
        for row in waiting:
            store.set_state(vault.connection, row.request, JUDGED)
            _judge(butler, row, sender, _request(_read(vault, row), None))
            emit(vault, client, EventType.OFFER_DECIDED, ids.text("request", row.request))
    return len(waiting)


def _read(vault: Vault, row: SignedRow) -> SignedOffer:
    """An offer of ours again. It was verified when it came; its key may have been retired since."""
    return offer_signature.kept(row.jws, key=row.signed_by)


def held(vault: Vault) -> list[SignedRow]:
    """What waits behind the screener, newest first."""
    return store.held(vault.connection)


# --- withdrawing --------------------------------------------------------------------------------------------------------


def own(vault: Vault, client: int, written: str) -> SignedRow:
    """A client's own offer by its id; any other is as unknown as one that does not exist."""
    parsed = ids.parse(written)
    row = store.signed(vault.connection, parsed[1]) if parsed and parsed[0] == "request" else None
    if row is None or row.client != client:
        raise NotFoundError(phrase("there is no such offer"))
    return row


def withdraw(vault: Vault, client: int, written: str) -> SignedRow:
    """The vendor takes its offer back; that counts as one made."""
    with vault.transaction():
        row = own(vault, client, written)
        if row.state == WITHDRAWN:
            raise market.MarketError(phrase("this offer is withdrawn already"))
        if row.state == HELD:
            store.set_state(vault.connection, row.request, WITHDRAWN)
            vault.log("offer.withdrawn", {"offer": ids.text("request", row.request)})
        else:
            market.withdraw_offer(vault, row.request)
            _propose_another(vault, row)
    return own(vault, client, written)


def take_out(vault: Vault, id: int) -> market.Offered:
    """The owner takes an offer out, as when its vendor takes it back."""
    with vault.transaction():
        found = market.withdraw_offer(vault, id)
        row = store.signed(vault.connection, id)
        if row is not None:
            _propose_another(vault, row)
    return found


def _propose_another(vault: Vault, row: SignedRow) -> None:
    published = store.publication(vault.connection, row.intention) if row.intention is not None else None
    if published is not None and published.proposed == row.request:
        publishing.propose(vault, market.want(vault, published.intention))
