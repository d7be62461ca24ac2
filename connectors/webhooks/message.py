"""A message, and the bytes of it that are signed."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connectors.webhooks.refusals import WebhookRefused
from terms.proof import jcs
from terms.proof.members import stamp

# The specification advises less than 20 kB; the bodies made here are thin and have some hundred bytes.
BODY_BYTES: Final = 20_000
# No full stop: it is what separates id, time and body in what is signed.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TYPE: Final = re.compile(r"(?=.{1,100}$)[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*")
# 192 bits: never the same twice, and not to be guessed.
ID_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the same for every attempt; `at` is the attempt's own time, in whole seconds when signed."""

    id: str
    at: datetime
    body: bytes

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise WebhookRefused("bad-id")
        if len(self.body) > BODY_BYTES:
            raise WebhookRefused("too-large")

    @property
    def seconds(self) -> int:
        return int(self.at.timestamp())

    @property
    def signed_bytes(self) -> bytes:
        return f"{self.id}.{self.seconds}.".encode() + self.body


def message_id(random: bytes) -> str:
    """`msg_…` from `ID_BYTES` random bytes: drawn once, kept with the event."""
    assert len(random) == ID_BYTES
    return "msg_" + base64.urlsafe_b64encode(random).decode()


def thin_body(event: str, at: datetime, reference: str) -> bytes:
    """Says that something happened and to what, never what: who may know it reads it with its grant, and that is logged."""
    if not _TYPE.fullmatch(event):
        raise WebhookRefused("bad-type")
    return jcs.canonical({"type": event, "timestamp": stamp(at), "data": {"id": reference}})
