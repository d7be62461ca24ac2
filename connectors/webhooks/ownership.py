"""Whose address is it? A question to the address before the first event, and the only right answer.

A vendor could name a stranger's address, and the vault would then knock there for days. So an address is used once it has
answered a question of the vault's:

    POST, signed as every message:  {"type": "webhook.challenge", "timestamp": …, "data": {"challenge": "<43 characters>"}}
    200, application/json:          {"answer": "<43 characters>"}

with `answer` = base64url(SHA-256(`firstparty-webhook-challenge-1` LF client id LF address LF challenge)). The client and the
address are in no request: an echo service cannot answer, nor a server that expects another client or another address.
The answer holds no secret. It shows that who serves the address expects events for this client there, and that is all
that is asked.

The vault draws the challenge, keeps it, and takes one answer to it, within ten minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.webhooks.refusals import WebhookRefused
from terms.proof import base64url, jcs
from terms.proof.members import stamp
from terms.refusals import Refused

EVENT: Final = "webhook.challenge"
CHALLENGE_BYTES: Final = 32
# The answer comes with the response; this is for a vault that was stopped in between.
VALID_FOR: Final = timedelta(minutes=10)
ANSWER_BYTES: Final = 1_024
_LABEL: Final = "firstparty-webhook-challenge-1"
_CHALLENGE_CHARACTERS: Final = 43


@dataclass(frozen=True, slots=True)
class Challenge:
    client_id: str
    url: str
    value: str
    asked_at: datetime

    @property
    def body(self) -> bytes:
        """Of the message that asks."""
        return jcs.canonical({"type": EVENT, "timestamp": stamp(self.asked_at), "data": {"challenge": self.value}})


def challenge(client_id: str, url: str, random: bytes, now: datetime) -> Challenge:
    """A question from `CHALLENGE_BYTES` random bytes."""
    assert len(random) == CHALLENGE_BYTES
    assert "\n" not in client_id + url
    return Challenge(client_id, url, base64url.encoded(random), now)


def answers(asked: Challenge, body: bytes, now: datetime) -> bool:
    """Whether `body`, of a 200, is the right answer in time."""
    if len(body) > ANSWER_BYTES or not timedelta(0) <= now - asked.asked_at <= VALID_FOR:
        return False
    try:
        answer = jcs.parse(body)
    except Refused:
        return False
    given = answer.get("answer") if isinstance(answer, dict) else None
    right = answer_to(asked.client_id, asked.url, asked.value)
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), right.encode())


def answer_to(client_id: str, url: str, value: str) -> str:
    """What the vendor's server answers, for its own client id and the address that it registered."""
    asked = "\n".join((_LABEL, client_id, url, value))
    return base64url.encoded(hashlib.sha256(asked.encode()).digest())


def written_answer(client_id: str, url: str, value: str) -> bytes:
    """The body of the vendor's answer."""
    return jcs.canonical({"answer": answer_to(client_id, url, value)})


def challenge_in(body: bytes) -> str | None:
    """The challenge, if a verified message asks one; none for any other event."""
    try:
        event = jcs.parse(body)
    except Refused:
        raise WebhookRefused("bad-challenge") from None
    if not isinstance(event, dict) or event.get("type") != EVENT:
        return None
    asked = event.get("data")
    value = asked.get("challenge") if isinstance(asked, dict) else None
    if not isinstance(value, str) or len(value) != _CHALLENGE_CHARACTERS:
        raise WebhookRefused("bad-challenge")
    return value
