"""A vendor's relationship with one person: `Vault`, all that the kit can do, a method each.

    async with await Vault.connect("https://vault.example", client=Credentials.load("keys")) as vault:
        await vault.introduce("Example Power", "Green electricity.")
        await vault.agree("SD-BASE")
        async for intent in vault.intents(category="energy.electricity"):
            told = await vault.offer(offer, intent)

Every method says in its types what comes back, and raises what `connectors.kit.errors` lists. A `Vault` belongs to one event
loop; several may be open at once. Nothing is kept between two but what the caller keeps: the keys, the histories of agreements,
the ids of grants, the events' cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final

import httpx
import msgspec

from connectors.kit import consent, reading, receipts
from connectors.kit.agreeing import Agreed, Agreements, Histories, histories_of
from connectors.kit.clock import Clock, is_loopback
from connectors.kit.consent import Grant, Pushed, Wanted
from connectors.kit.credentials import Credentials
from connectors.kit.discovery import Card, discovered
from connectors.kit.errors import KitError
from connectors.kit.reading import Beginning, Cursor
from connectors.kit.receipts import Log, Receipt, Shown
from connectors.kit.session import Session, decoded
from connectors.kit.shapes import (
    Event,
    Feedback,
    Holdings,
    Intent,
    Introduction,
    JsonObject,
    Message,
    Offered,
    Profile,
    Record,
    Right,
    Sent,
    WebhookState,
)
from connectors.kit.wire import Patience, Sleep, Wire
from terms.proof import jcs
from terms.proof.jcs import JsonValue

# How long a call waits for a person unless it is told otherwise: a minute, as for somebody at the telephone.
PATIENCE: Final = timedelta(minutes=1)
_RELATIONSHIP: Final = "/v1/relationship"
_POLL_SECONDS: Final = 2.0
_UNANSWERED: Final = ("open", "acknowledged", "overdue")


class Vault:
    """Made by `connect`."""

    def __init__(self, session: Session, agreements: Agreements, log: Log) -> None:
        self._session, self._agreements, self._log = session, agreements, log

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        client: Credentials,
        histories: Histories | None = None,
        log_key: str = "",
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> Vault:
        """Reads the vault's card and metadata, and checks that both are of this address. `log_key` is the key of its log, where
        it is known from before."""
        clock = Clock(follows=is_loopback(url))
        wire = Wire(clock, patience or Patience(), transport=transport, sleep=sleep)
        try:
            card, metadata = await discovered(wire, url)
        except BaseException:
            await wire.close()
            raise
        session = Session(client, wire, clock, card, metadata)
        return cls(session, Agreements(session, histories or histories_of(client)), Log(log_key))

    async def close(self) -> None:
        await self._session.close()

    async def __aenter__(self) -> Vault:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def issuer(self) -> str:
        return self._session.issuer

    @property
    def card(self) -> Card:
        return self._session.card

    def now(self) -> datetime:
        """The time that the kit goes by: this machine's, or with a sandbox on it, the sandbox's."""
        return self._session.clock()

    # --- who you are, and the terms -------------------------------------------------------------------------------------

    async def introduce(
        self, name: str, intro: str, *, category: str | None = None, invitation: str | None = None
    ) -> Introduction:
        """Says who you are. An `invitation` of the person's opens the door; else their rules, or they, decide."""
        said = {"name": name, "intro": intro, "category": category, "invitation": invitation}
        return await self._session.post("/v1/introduction", said, Introduction)

    async def introduction(self) -> Introduction:
        return await self._session.read("/v1/introduction", Introduction)

    async def agree(self, terms: str, *, replaces: str | None = None, patience: timedelta = PATIENCE) -> Agreed:
        """An agreement by these terms (of the roster of IEEE 7012) that binds; made, if there is none."""
        return await self._agreements.agree(terms, replaces=replaces, patience=patience)

    @property
    def agreements(self) -> Agreements:
        """Look one up, or put an event on record."""
        return self._agreements

    # --- data -----------------------------------------------------------------------------------------------------------

    async def request_consent(
        self,
        datatypes: Sequence[str],
        purpose: str,
        *,
        retention: str | None = None,
        recipients: Sequence[object] = (),
        ai_training: bool = False,
        agreement: str = "",
        message: str = "",
        patience: timedelta = PATIENCE,
    ) -> Grant:
        """Asks for data while the person is elsewhere, under `agreement` or the one that binds now. `Waiting` when nobody
        answered within `patience`: go on with `wait_for_consent`."""
        wanted = Wanted(datatypes, purpose, retention, recipients, ai_training)
        id, interval = await consent.begun(self._session, await self._details(wanted, agreement), message)
        return await consent.polled(self._session, id, patience, interval)

    async def wait_for_consent(self, reference: str, *, patience: timedelta = PATIENCE) -> Grant:
        """Goes on waiting for a request of before, by the `reference` of `Waiting`."""
        return await consent.polled(self._session, reference, patience)

    async def push_consent(
        self,
        datatypes: Sequence[str],
        purpose: str,
        redirect_uri: str,
        *,
        retention: str | None = None,
        recipients: Sequence[object] = (),
        ai_training: bool = False,
        agreement: str = "",
    ) -> Pushed:
        """Asks for data while the person is in a browser: send it to `.url`, and call `finish` with the address it comes back
        to."""
        wanted = Wanted(datatypes, purpose, retention, recipients, ai_training)
        return await consent.pushed(self._session, await self._details(wanted, agreement), redirect_uri)

    async def finish(self, callback_url: str, pushed: Pushed) -> Grant:
        """The grant that a browser brought back."""
        return await consent.finished(self._session, callback_url, pushed)

    async def _details(self, wanted: Wanted, agreement: str) -> str:
        under = agreement or await self._agreements.binding()
        if not under:
            raise KitError("there is no agreement to ask under", hint="agree first", code="no-agreement")
        return consent.details(self._session, under, wanted)

    async def profile(self, grant: Grant | str, *, categories: Sequence[str] = ()) -> Profile:
        """What the grant covers, or those categories of it. Each read is in the person's log, with a digest of what was given,
        which is checked here."""
        id = _id(grant)
        query = {"categories": ",".join(categories)} if categories else {}
        answer = await self._session.ask("GET", "/v1/profile", grant=id, query=query)
        receipts.check_digest(answer.content)
        return decoded(answer.content, Profile)

    async def grant(self, grant: Grant | str) -> JsonObject:
        """What a grant is for now (Grant Management for OAuth 2.0)."""
        return await self._session.read(self._grant(grant), JsonObject, grant=_id(grant))

    async def give_up(self, grant: Grant | str) -> None:
        """Ends a grant that is no longer needed."""
        await self._session.ask("DELETE", self._grant(grant), grant=_id(grant))

    def _grant(self, grant: Grant | str) -> str:
        return f"{self._session.grants}/{_id(grant)}"

    # --- intentions and offers ------------------------------------------------------------------------------------------

    def intents(self, *, category: str = "") -> AsyncIterator[Intent]:
        """What the person wants to buy, as far as you may see it."""
        query = {"category": category} if category else {}
        return reading.pages(self._session, "/v1/intents", "intents", Intent, query)

    async def intent(self, id: str) -> Intent:
        return await self._session.read(f"/v1/intents/{id}", Intent)

    async def offer(self, offer: Mapping[str, object], intent: Intent | str | None = None) -> Offered:
        """Signs an offer and makes it: for an intention, or unasked. What becomes of it is in the answer."""
        named = intent.id if isinstance(intent, Intent) else intent
        signed = self._session.credentials.offer(_json(offer), self.issuer, now=self._session.clock(), intent=named)
        path = f"/v1/intents/{named}/offers" if named else "/v1/offers"
        return await self._session.post(path, {"offer": signed}, Offered)

    async def offer_state(self, offer: Offered | str) -> Offered:
        return await self._session.read(f"/v1/offers/{_id(offer)}", Offered)

    def offers(self) -> AsyncIterator[Offered]:
        return reading.pages(self._session, "/v1/offers", "offers", Offered)

    async def decided(self, offer: Offered, *, patience: timedelta = PATIENCE) -> Offered:
        """The offer once it is decided, or as it is when `patience` is over."""
        until = self._session.clock() + patience
        while (offer.answer is None or offer.answer.verdict == "ask") and self._session.clock() < until:
            await self._session.pause(_POLL_SECONDS)
            offer = await self.offer_state(offer)
        return offer

    async def withdraw(self, offer: Offered | str) -> Offered:
        return await self._session.post(f"/v1/offers/{_id(offer)}/withdraw", {}, Offered)

    # --- what you give the person ---------------------------------------------------------------------------------------

    async def put_contract(self, ref: str, contract: Mapping[str, object]) -> Record:
        """The contract under your own reference `ref`, into the person's records; the same again changes it."""
        return await self._session.put(f"{_RELATIONSHIP}/contracts/{ref}", contract, Record)

    async def contract(self, ref: str) -> Record:
        return await self._session.read(f"{_RELATIONSHIP}/contracts/{ref}", Record)

    async def put_invoice(self, invoice: Mapping[str, object]) -> Record:
        return await self._session.post(f"{_RELATIONSHIP}/invoices", invoice, Record)

    async def put_usage(self, usage: Mapping[str, object]) -> Record:
        return await self._session.post(f"{_RELATIONSHIP}/usage", usage, Record)

    async def put_holdings(self, holdings: Sequence[Mapping[str, object]]) -> Holdings:
        """What you hold about the person: the whole list, in the place of the last."""
        return await self._session.put("/v1/holdings", {"holdings": list(holdings)}, Holdings)

    # --- engaging -------------------------------------------------------------------------------------------------------

    async def message(
        self, kind: str, subject: str, body: str, *, thread: str | None = None, **more: Mapping[str, object]
    ) -> Sent:
        """`kind` is service, delivery, invoice, security, reply, …; `price_change` and `renewal` go with those kinds."""
        said = {"kind": kind, "subject": subject, "body": body, "thread": thread, **more}
        return await self._session.post("/v1/messages", said, Sent)

    def messages(self, *, thread: str = "") -> AsyncIterator[Message]:
        """Both directions, oldest first."""
        query = {"thread": thread} if thread else {}
        return reading.pages(self._session, "/v1/messages", "messages", Message, query, feed=True)

    async def rights(self, *, state: str = "unanswered") -> AsyncIterator[Right]:
        """Data-rights requests of the person's in a state; `unanswered` are those that are open, acknowledged or overdue, and
        with `""` it is all of them."""
        named = {"state": state} if state not in ("", "unanswered") else {}
        async for right in reading.pages(self._session, "/v1/rights", "requests", Right, named):
            if state != "unanswered" or right.state in _UNANSWERED:
                yield right

    async def answer_right(
        self,
        right: Right | str,
        state: str,
        *,
        note: str = "",
        because: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> Right:
        """`state` is acknowledged, fulfilled or refused; a refusal says `because`, an access request gets `data`."""
        said = {"state": state, "note": note, "because": because, "data": data}
        return await self._session.post(f"/v1/rights/{_id(right)}/answer", said, Right)

    def feedback(self) -> AsyncIterator[Feedback]:
        return reading.pages(self._session, "/v1/feedback", "feedback", Feedback)

    # --- events ---------------------------------------------------------------------------------------------------------

    def events(self, *, cursor: Cursor | None = None, poll: float | None = 5) -> AsyncIterator[Event]:
        """What happened, oldest first: for ever, asking every `poll` seconds, or up to now where `poll` is None. Keep a `cursor`
        to go on after a restart. Events that were handed out are acknowledged."""
        return reading.events(self._session, cursor or Beginning(), poll=poll)

    async def acknowledge(self, events: Sequence[Event | str]) -> int:
        """For events that came by webhook: the person sees that you have heard."""
        return await reading.acknowledged(self._session, [_id(one) for one in events])

    async def set_webhook(self, url: str, *, events: Sequence[str] | None = None) -> WebhookState:
        """Events are told to `url` from now on, once it has shown that it is yours (`webhooks.answered`)."""
        return await self._session.put(
            "/v1/webhook", {"url": url, "events": list(events) if events else None}, WebhookState
        )

    async def webhook(self) -> WebhookState:
        return await self._session.read("/v1/webhook", WebhookState)

    async def test_webhook(self) -> None:
        await self._session.ask("POST", "/v1/webhook/test", {})

    async def drop_webhook(self) -> None:
        await self._session.ask("DELETE", "/v1/webhook")

    # --- evidence -------------------------------------------------------------------------------------------------------

    async def receipt(self, id: str) -> Receipt:
        """The receipt of an offer or a read, verified up to a signed checkpoint of the vault's log."""
        return self._log.verified(await self._session.read(f"/v1/receipts/{id}", Shown))


def _id(named: Offered | Right | Event | Grant | str) -> str:
    return named if isinstance(named, str) else named.id


def _json(offer: Mapping[str, object]) -> dict[str, JsonValue]:
    """The offer as JSON alone: what else it holds is refused here rather than signed."""
    value = jcs.parse(msgspec.json.encode(offer))
    assert isinstance(value, dict)  # a mapping was written
    return value
