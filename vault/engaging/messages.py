"""What a client writes to the person: judged by the owner's rules when it comes, or held until its sender is let in.

    receive(vault, client, said, judge)        -> Taken
    deliver_held(vault, client, now)           judges what was held, once the owner has let the client in
    page(vault, client, after, limit)          both directions, for the client

* A new client's first message is its introduction too. Who waits behind the screener may leave a few messages, which are
  held; who was turned away is refused before anything is read.
* A letter is judged as `message`, an announced price or renewal as `price-change` or `renewal`; the text of those is a letter
  all the same, and nothing in it is followed.
* INVARIANT: of two clients neither sees a thread, an id or a text of the other. Every reading here names its client.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.proof import jcs
from vault import ids, meeting
from vault.engaging import texts, threads
from vault.meeting import Standing, TurnedAwayError
from vault.policy import requests
from vault.policy.effects import Effect
from vault.policy.requests import Introduction, MessageKind, Renewed, Repriced, Request
from vault.policy.strict import MAX_TITLE, DocumentError, Title
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import engaging as record_store
from vault.store import messages as store
from vault.store import vendors as vendor_store
from vault.store.agreements import ClientRow
from vault.store.message_leaves import digest
from vault.store.messages import MessageRow
from vault.times import stamp

if TYPE_CHECKING:
    from terms.proof.jcs import JsonValue
    from vault.butler.decisions import Butler, Decision
    from vault.butler.disclosing import Told

RECEIVED, JUDGED = "message.received", "message.judged"
HELD: Final = "held"
# A busy delivery day has ten. Whoever writes more than this to one customer has a fault in a loop.
MAX_PER_DAY: Final = 50
# Before the owner has let somebody in: an introduction and what was forgotten in it.
MAX_HELD: Final = 5
_DAY: Final = timedelta(days=1)
# What each request kind of a change is called on the wire, and the member that says it.
_CHANGES: Final = {"price-change": "price_change", "renewal-notice": "renewal"}
# What the client is told of where its message went; that the owner considers leaving is nobody's business.
_TOLD_STATE: Final = {
    Effect.RUNS_ON: str(Effect.DELIVERED),
    Effect.QUESTIONED: str(Effect.OWNER_ASKED),
    Effect.TO_BE_CANCELLED: str(Effect.OWNER_ASKED),
}


class TooManyMessagesError(FirstpartyError):
    code = "too-many-messages"


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message as a client sends it. `subject` may be left out in a thread that goes on."""

    kind: MessageKind | Literal["price-change", "renewal-notice"]
    body: Annotated[str, Meta(min_length=1, max_length=texts.MAX_BODY)]
    subject: Annotated[str, Meta(max_length=texts.MAX_SUBJECT)] = ""
    thread: Title | None = None
    price_change: Repriced | None = None
    renewal: Renewed | None = None


class Taken(Struct, frozen=True):
    """What became of it, as far as its sender is told; `answer` is none while it is held."""

    id: str
    thread: str
    state: str
    answer: Told | None


def receive(vault: Vault, client: int, said: Written, judge: Butler) -> Taken:
    """Keep a client's message, judged if it may write. The client has proven its key."""
    meeting.refuse_turned_away(vault, client)
    _check(said)
    row = agreement_store.client(vault.connection, client)
    if said.thread is not None:
        threads.thread_of(vault, client, said.thread)
    asked = _request(vault, row, said, said.thread)
    standing = _introduced(vault, row, said, judge)
    with vault.transaction():
        _check_room(vault, client, standing)
        thread, subject = threads.open_thread(vault, client, said.thread, said.subject)
        number, name = threads.new_number(vault), ids.text("thread", thread.id)
        made = _decided(vault, row, asked, judge) if standing is Standing.YES else None
        leaf = vault.log(RECEIVED, _leaf(number, row, subject, said.body))
        held = None if made else jcs.canonical(asked.json).decode()
        request = made.request.id if made else None
        store.add(
            vault.connection,
            MessageRow(
                number, thread.id, client, threads.VENDOR, said.kind, subject, said.body, held, request,
                stamp(vault.now), None, leaf,
            ),
        )  # fmt: skip
    state = told_state(made.effect) if made else HELD
    return Taken(ids.text("message", number), name, state, _told(vault, made, judge))


def deliver_held(vault: Vault, client: int, now: datetime) -> int:
    """Judge what a client left while it was waiting, if it may write now; gives how many. `now` is in the owner's zone."""
    if not meeting.may_write(vault, client):
        return 0
    waiting = store.held(vault.connection, client)
    if not waiting:
        return 0
    from vault.butler.decisions import Butler

    judge, row = Butler(vault, now=now), agreement_store.client(vault.connection, client)
    with vault.transaction():
        for one in waiting:
            assert one.said is not None  # it is held with what was said
            made = _decided(vault, row, requests.read(one.said.encode()), judge)
            named = {"message": ids.text("message", one.id), "request": ids.text("request", made.request.id)}
            store.put_request(vault.connection, one.id, made.request.id)
            vault.log(JUDGED, {**named})
    return len(waiting)


def told_state(effect: str) -> str:
    """Where a message went, as its sender is told."""
    return _TOLD_STATE.get(Effect(effect), effect)


def page(vault: Vault, client: int, after: int, limit: int, thread: str | None) -> list[MessageRow]:
    """What the two wrote to each other beyond a message, oldest first; of one thread, where it is named."""
    at = None if thread is None else threads.thread_of(vault, client, thread).id
    return store.after(vault.connection, client, after, limit, at)


# --- inside -------------------------------------------------------------------------------------------------------------


def _check(said: Written) -> None:
    texts.check(said.subject, "subject", texts.MAX_SUBJECT, lines=False)
    texts.check(said.body, "body", texts.MAX_BODY)
    if not said.body.strip():
        raise DocumentError(phrase("`body` is empty"), hint=phrase("write something"))
    if said.subject != said.subject.strip():
        raise DocumentError(phrase("`subject` begins or ends with space"), hint=phrase("leave it out"))
    for kind, member in _CHANGES.items():
        if (getattr(said, member) is not None) != (said.kind == kind):
            raise DocumentError(
                phrase(
                    "`%(member)s` belongs to a message of the kind `%(kind)s`, and to no other",
                    member=member,
                    kind=kind,
                )
            )


def _request(vault: Vault, client: ClientRow, said: Written, thread: str | None) -> Request:
    """What the rules judge; `DocumentError` where it does not read."""
    member = _CHANGES.get(said.kind)
    if member is not None:
        kind, body = member.replace("_", "-"), _json(getattr(said, member))
        body["contract"] = _contract(vault, client, str(body["contract"]))
    else:
        kind, member = "message", "message"
        body = {"body": said.body, "subject": said.subject, "channel": "api", "kind": said.kind}
        if thread is not None:
            body["thread"] = thread
    return requests.of_json({"kind": kind, "vendor": client.url, member: body})


def _contract(vault: Vault, client: ClientRow, written: str) -> str:
    """The vault's id of a contract that the client put on record under its own number; else what it wrote."""
    row = record_store.record(vault.connection, client.id, "contract", written)
    return ids.text("contract", row.contract) if row is not None and row.contract is not None else written


def _json(said: Repriced | Renewed) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = msgspec.to_builtins(said)
    return {name: value for name, value in found.items() if value is not None}


def _introduced(vault: Vault, client: ClientRow, said: Written, judge: Butler) -> Standing:
    """How the client stands; a new one introduces itself by what it writes. What that changes stays, also where it is
    turned away by it, so it is a write of its own."""
    standing = meeting.standing(vault, client.id)
    if standing is Standing.NEW:
        standing = meeting.introduce(vault, client.id, _introduction(client, said), judge)
    if standing not in (Standing.YES, Standing.WAITING):
        raise TurnedAwayError(phrase("the person does not take this from you"), hint=phrase("see GET /v1/introduction"))
    return standing


def _introduction(client: ClientRow, said: Written) -> Introduction:
    return Introduction(client.name[:MAX_TITLE], f"{said.subject}\n\n{said.body}".strip()[: texts.MAX_NOTE])


def _check_room(vault: Vault, client: int, standing: Standing) -> None:
    if standing is not Standing.YES and len(store.held(vault.connection, client)) >= MAX_HELD:
        raise TooManyMessagesError(
            phrase("%(most_held)s messages wait until you are let in", most_held=MAX_HELD),
            hint=phrase("wait for the person's word"),
        )
    if store.received_since(vault.connection, client, stamp(vault.now - _DAY)) >= MAX_PER_DAY:
        raise TooManyMessagesError(
            phrase("you sent %(most_per_day)s messages within a day", most_per_day=MAX_PER_DAY), hint=phrase("wait")
        )


def _decided(vault: Vault, client: ClientRow, asked: Request, judge: Butler) -> Decision:
    vendor = vendor_store.vendor(vault.connection, client.vendor) if client.vendor is not None else None
    return judge.decide(asked, source="api", signature="valid", vendor=vendor)


def _told(vault: Vault, made: Decision | None, judge: Butler) -> Told | None:
    from vault.butler import disclosing

    return disclosing.told(vault, made, judge.settings) if made else None


def _leaf(number: int, client: ClientRow, subject: str, body: str) -> dict[str, object]:
    return {
        "message": ids.text("message", number),
        "client": client.url,
        "sha256": digest(subject, body),
    }
