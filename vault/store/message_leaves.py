"""Whether messages, answers about rights, and feedback are what the log says they were when they came.

A leaf has the hash of the texts and no text, so that what is erased from the vault cannot be read off the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from vault.store.connection import Connection


def digest(*parts: str) -> str:
    """SHA-256 in hex of some texts: each with its length before it, so that nothing can be moved into another."""
    found = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        found.update(len(raw).to_bytes(8, "big") + raw)
    return found.hexdigest()


def faults(connection: Connection) -> list[str]:
    """A sentence for each kind of row that has no leaf which fits."""
    found: list[str] = []
    for noun, events, query in _CHECKED:
        bad = sum(not fits for fits in _fit(connection, events, query))
        found += [f"{bad} {noun} have no leaf in the log that fits"] if bad else []
    return found


def _fit(connection: Connection, events: tuple[str, ...], query: str) -> Iterator[bool]:
    for event, said, *parts in connection.execute(query):
        yield event in events and (said is None or said == digest(*parts))


# Noun, events, and a query for the leaf's event, the hash that it says (none where its body was erased), and the texts.
_LEAF: Final = "JOIN audit_leaf l ON l.log = t.log AND l.n = t.leaf"
_CHECKED: Final = (
    (
        "messages",
        ("message.received", "message.sent"),
        f"SELECT l.event, json_extract(l.body, '$.sha256'), t.subject, t.body FROM message t LEFT {_LEAF}",
    ),
    (
        "answers about rights",
        ("right.answered",),
        f"SELECT l.event, json_extract(l.body, '$.sha256'), t.note, t.because, coalesce(t.data, '') "
        f"FROM right_answer t LEFT {_LEAF}",
    ),
    (
        "pieces of feedback",
        ("feedback.given",),
        "SELECT l.event, json_extract(l.body, '$.sha256'), coalesce(t.satisfaction, '') || '', t.note, "
        f"coalesce(t.contact, '') FROM feedback t LEFT {_LEAF}",
    ),
)
