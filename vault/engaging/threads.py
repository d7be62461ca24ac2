"""Threads, and what the person writes in them. A thread belongs to one client; to any other it does not exist.

    open_thread, thread_of          the thread that a message goes to
    write(vault, client, …)         the person writes; the client gets an event and reads it
    reply(vault, named, body)       the same, in the thread of a message or by the thread's own id

A reply keeps its thread. Ids of threads and messages are met by one client alone, so they need not differ by client.
"""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.engaging import texts
from vault.events import EventType, emit
from vault.policy.strict import DocumentError
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import messages as store
from vault.store.message_leaves import digest
from vault.store.messages import ListedRow, MessageRow, ThreadRow
from vault.times import stamp

VENDOR: Final = "vendor"
PERSON: Final = "person"
SENT: Final = "message.sent"
# `MessageKind` of what the person writes: answering, or beginning.
_REPLY, _LETTER = "reply", "other"


class UnknownThreadError(FirstpartyError):
    code = "not-found"


def number_of_thread(written: str) -> int:
    """The number of a thread's id; one that is no id names nothing either."""
    parsed = ids.parse(written)
    if parsed is None or parsed[0] != "thread":
        raise _unknown(written)
    return parsed[1]


def thread_of(vault: Vault, client: int, written: str) -> ThreadRow:
    """The client's thread of this id. Another client's is refused like one that never was."""
    row = store.thread(vault.connection, client, number_of_thread(written))
    if row is None:
        raise _unknown(written)
    return row


def _unknown(written: str) -> UnknownThreadError:
    return UnknownThreadError(
        phrase("there is no thread `%(written)s`", written=written[:40]), hint=phrase("leave it out to begin one")
    )


def open_thread(vault: Vault, client: int, written: str | None, subject: str) -> tuple[ThreadRow, str]:
    """Inside a transaction: the thread of a new message, begun where none is named, and the message's subject."""
    if written is not None:
        row = thread_of(vault, client, written)
        return row, subject or row.subject
    if not subject:
        raise DocumentError(
            phrase("`subject` is missing"), hint=phrase("only what answers in a thread may leave it out")
        )
    number = ids.first_of_block(vault.now, after=store.largest(vault.connection, "thread"))
    row = ThreadRow(number, client, subject, stamp(vault.now))
    store.add_thread(vault.connection, row)
    return row, subject


def new_number(vault: Vault) -> int:
    """Larger than that of every message before, so that it serves as the place in the feed."""
    return ids.first_of_block(vault.now, after=store.largest(vault.connection, "message"))


def write(vault: Vault, client: int, body: str, *, subject: str = "", thread: str | None = None) -> ListedRow:
    """The person writes to a client: in a thread of the two, or a new one."""
    texts.check(subject, "subject", texts.MAX_SUBJECT, lines=False)
    texts.check(body, "body", texts.MAX_BODY)
    if not body.strip():
        raise DocumentError(phrase("`body` is empty"), hint=phrase("write something"))
    with vault.transaction():
        at, subject = open_thread(vault, client, thread, subject.strip())
        number = new_number(vault)
        url = agreement_store.client(vault.connection, client).url
        written = {"message": ids.text("message", number), "client": url, "sha256": digest(subject, body)}
        leaf = vault.log(SENT, {**written})
        kind = _LETTER if thread is None else _REPLY
        store.add(
            vault.connection,
            MessageRow(number, at.id, client, PERSON, kind, subject, body, None, None, stamp(vault.now), None, leaf),
        )
        emit(vault, client, EventType.MESSAGE_SENT, ids.text("message", number))
    return _message(vault, number)


def reply(vault: Vault, named: str, body: str) -> ListedRow:
    """The person answers a message, or writes on in a thread; `named` is the id of either."""
    client, thread = _place_of(vault, named)
    return write(vault, client, body, thread=ids.text("thread", thread))


def conversation(vault: Vault, named: str) -> list[ListedRow]:
    """The whole thread of a message or of a thread's own id, oldest first."""
    return store.conversation(vault.connection, _place_of(vault, named)[1])


def _place_of(vault: Vault, named: str) -> tuple[int, int]:
    """(client, thread) of an id of the owner's."""
    kind, number = ids.parse(named) or ("", 0)
    found: list[ListedRow] = []
    if kind == "thread":
        found = store.conversation(vault.connection, number)
    elif kind == "message":
        row = store.message(vault.connection, number)
        found = [row] if row else []
    if not found:
        raise UnknownThreadError(
            phrase("there is no message `%(named)s`", named=named[:40]), hint=phrase("see `firstparty messages`")
        )
    return found[0].client, found[0].thread


def _message(vault: Vault, number: int) -> ListedRow:
    row = store.message(vault.connection, number)
    assert row is not None  # it was just written
    return row
