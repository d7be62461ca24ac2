"""The person's rights over their data, asked of a vendor and answered.

    ask(vault, to, right, note)            a request, with its day; the vendor's client gets an event
    answer(vault, client, named, said)     the vendor's word on it, and the data where it brings some
    withdraw(vault, number)                the person does not want it any more
    listed, one, of_client                 as it stands now: late is said at every reading

A vendor that is not connected is written to (`vault.engaging.letters`); the days run all the same. What is asked is of one
client and is seen by no other. Every step has a leaf, and data that comes back is named there by its hash alone. How the days
are reckoned, and what may follow on what, is in `vault.policy.rights_life`. Nothing here is legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.engaging import texts
from vault.engaging.addressees import Addressee
from vault.events import EventType, emit
from vault.policy import rights_life as life
from vault.policy.rights_life import Event, Right, State
from vault.policy.strict import DocumentError
from vault.session import Vault
from vault.store import rights as store
from vault.store.message_leaves import digest as leaf_digest
from vault.store.rights import AnswerRow, RightRow
from vault.times import stamp

ASKED, ANSWERED, WITHDRAWN = "right.exercised", "right.answered", "right.withdrawn"
# What a shop holds of a customer over years, as JSON; a bank statement of a decade has about as much.
MAX_DATA: Final = 256 * 1024
_EVENTS: Final = {"acknowledged": Event.ACKNOWLEDGE, "fulfilled": Event.FULFIL, "refused": Event.REFUSE}
Note = Annotated[str, Meta(max_length=texts.MAX_NOTE)]


class UnknownRightError(FirstpartyError):
    code = "not-found"


class TooMuchDataError(FirstpartyError):
    code = "too-large"


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor's answer. `because` gives the reasons of a refusal, or of taking two months more; `data` goes with access and
    portability."""

    state: Literal["acknowledged", "fulfilled", "refused"]
    note: Note = ""
    because: Note | None = None
    data: dict[str, object] | None = None


class Asked(Struct, frozen=True):
    """A request as of a day."""

    row: RightRow
    state: State
    answers: tuple[AnswerRow, ...]

    @property
    def id(self) -> str:
        return ids.text("right", self.row.id)

    @property
    def right(self) -> Right:
        return Right(self.row.kind)

    @property
    def told_state(self) -> str:
        """The state in the words of the wire, which has no other for taking longer."""
        return State.ACKNOWLEDGED if self.state is State.EXTENDED else self.state


# --- the person ---------------------------------------------------------------------------------------------------------


def ask(vault: Vault, to: Addressee, right: Right, note: str = "") -> Asked:
    """Exercise a right; the day counts from today."""
    texts.check(note, "note", texts.MAX_NOTE)
    client, at = to.client, stamp(vault.now)
    with vault.transaction():
        number = ids.first_of_block(vault.now, after=store.largest(vault.connection, RightRow))
        named = {"request": ids.text("right", number), "right": right, "note": leaf_digest(note)}
        row = RightRow(
            id=number,
            vendor=to.vendor.id if to.vendor else None,
            client=client.id if client else None,
            addressee=to.name,
            kind=right,
            note=note,
            state=State.OPEN,
            made_at=at,
            due=life.due(date.fromisoformat(at[:10])).isoformat(),
            changed_at=at,
            leaf=vault.log(ASKED, {**named, "client": client.url if client else None}),
        )
        store.put(vault.connection, row)
        _tell(vault, row)
    return _as_of_now(vault, row)


def withdraw(vault: Vault, number: int) -> Asked:
    row = _known(vault, number)
    with vault.transaction():
        after = life.next_state(_state(vault, row), Event.WITHDRAW)
        leaf = vault.log(WITHDRAWN, {"request": ids.text("right", number)})
        row = msgspec.structs.replace(row, state=after, changed_at=stamp(vault.now), leaf=leaf)
        store.put(vault.connection, row)
        _tell(vault, row)
    return _as_of_now(vault, row)


def listed(vault: Vault) -> list[Asked]:
    """Every request, newest first."""
    return [_as_of_now(vault, row) for row in store.rights(vault.connection)]


def one(vault: Vault, number: int) -> Asked:
    return _as_of_now(vault, _known(vault, number))


# --- the vendor ---------------------------------------------------------------------------------------------------------


def of_client(vault: Vault, client: int, after: int = 0) -> Iterator[Asked]:
    """What was asked of this client beyond a number, oldest first."""
    return (_as_of_now(vault, row) for row in store.rights_of(vault.connection, client, after))


def own(vault: Vault, client: int, named: str) -> RightRow:
    """The request of this id that was made to this client; any other is as unknown as one that never was."""
    kind, number = ids.parse(named) or ("", 0)
    row = store.right(vault.connection, number) if kind == "right" else None
    if row is None or row.client != client:
        raise UnknownRightError(
            phrase("there is no request `%(named)s`", named=named[:40]), hint=phrase("see GET /v1/rights")
        )
    return row


def answer(vault: Vault, client: int, named: str, said: Said) -> Asked:
    """Put the vendor's answer on record; refused whole where the state does not allow it."""
    row = own(vault, client, named)
    data = _checked(row, said)
    event = Event.EXTEND if said.state == "acknowledged" and said.because else _EVENTS[said.state]
    at = stamp(vault.now)
    with vault.transaction():
        after = life.next_state(_state(vault, row), event)
        sha256 = leaf_digest(said.note, said.because or "", data or "")
        leaf = vault.log(ANSWERED, {"request": named, "state": after, "sha256": sha256})
        number = ids.first_of_block(vault.now, after=store.largest(vault.connection, AnswerRow))
        store.put(vault.connection, AnswerRow(number, row.id, event, said.note, said.because or "", data, at, leaf))
        made = date.fromisoformat(row.made_at[:10])
        due = life.due(made, extended=True).isoformat() if event is Event.EXTEND else row.due
        row = msgspec.structs.replace(row, state=after, due=due, changed_at=at, leaf=leaf)
        store.put(vault.connection, row)
    return _as_of_now(vault, row)


# --- inside -------------------------------------------------------------------------------------------------------------


def _checked(row: RightRow, said: Said) -> str | None:
    """The data as it is kept; raises where the answer is none."""
    texts.check(said.note, "note", texts.MAX_NOTE)
    texts.check(said.because or "", "because", texts.MAX_NOTE)
    if said.state == "refused" and not (said.because or "").strip():
        raise DocumentError(
            phrase("`because` is missing"), hint=phrase("a refusal gives its reasons (GDPR Art. 12(4))")
        )
    if said.state == "fulfilled" and said.because is not None:
        raise DocumentError(
            phrase("`because` belongs to a refusal, or to taking longer"), hint=phrase("write `note` instead")
        )
    if said.data is None:
        return None
    if said.state != "fulfilled" or Right(row.kind) not in life.BRINGS_DATA:
        raise DocumentError(phrase("`data` belongs to access or portability that is fulfilled"))
    data = msgspec.json.encode(said.data)
    if len(data) > MAX_DATA:
        raise TooMuchDataError(
            phrase("`data` has more than %(most_data)s bytes", most_data=MAX_DATA),
            hint=phrase("send a part, and say where the rest is"),
        )
    return data.decode()


def _tell(vault: Vault, row: RightRow) -> None:
    if row.client is not None:
        emit(vault, row.client, EventType.RIGHT_EXERCISED, ids.text("right", row.id))


def _known(vault: Vault, number: int) -> RightRow:
    row = store.right(vault.connection, number)
    if row is None:
        raise UnknownRightError(
            phrase("there is no request `%(value)s`", value=ids.text("right", number)),
            hint=phrase("see `firstparty rights`"),
        )
    return row


def _state(vault: Vault, row: RightRow) -> State:
    """As of today in UTC, by which the days are counted on both sides."""
    return life.state_at(State(row.state), date.fromisoformat(row.due), date.fromisoformat(stamp(vault.now)[:10]))


def _as_of_now(vault: Vault, row: RightRow) -> Asked:
    return Asked(row, _state(vault, row), tuple(store.answers(vault.connection, row.id)))
