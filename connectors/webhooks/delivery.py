"""One attempt to deliver a message through the outbound guard, and what came of it.

An attempt never raises for what the other side does: that is a value, for the schedule. It sends `Sec-GPC: 1`, as the
vault does whenever it acts as the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from connectors.outbound import Limits, Outbound, OutboundError, Outcome
from connectors.webhooks.message import Message
from connectors.webhooks.ownership import ANSWER_BYTES, Challenge, answers
from connectors.webhooks.retrying import Verdict, retry_after, verdict
from connectors.webhooks.signing import headers
from terms.proof.keys import Sign

# The status says it all: whatever follows is left unread.
_ACKNOWLEDGEMENT: Final = Limits(body_bytes=0, cut=True)
_ANSWER: Final = Limits(body_bytes=ANSWER_BYTES)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`status` is 0 where there was no answer, `code` then says why (`outbound.errors`). `wait` is what was asked for."""

    verdict: Verdict
    status: int = 0
    code: str = ""
    wait: timedelta | None = None


async def attempted(
    outbound: Outbound, url: str, message: Message, signers: Sequence[Sign], *, now: datetime
) -> Attempt:
    """Sends `message` once."""
    try:
        outcome = await _posted(outbound, url, message, signers, _ACKNOWLEDGEMENT)
    except OutboundError as error:
        return Attempt(Verdict.AGAIN, code=error.code)
    wait = retry_after(outcome.headers.get("retry-after", ""), now)
    return Attempt(verdict(outcome.status), outcome.status, wait=wait)


async def owned(
    outbound: Outbound, asked: Challenge, message: Message, signers: Sequence[Sign], *, now: datetime
) -> bool:
    """Whether the address answers `asked`, which is in `message`. Raises `OutboundError` where there is no answer."""
    assert message.body == asked.body
    outcome = await _posted(outbound, asked.url, message, signers, _ANSWER)
    is_json = outcome.status == HTTPStatus.OK and outcome.media_type == "application/json"
    return is_json and answers(asked, outcome.body, now)


async def _posted(outbound: Outbound, url: str, message: Message, signers: Sequence[Sign], limits: Limits) -> Outcome:
    sent = {"content-type": "application/json", **headers(message, signers)}
    return await outbound.post(url, message.body, headers=sent, limits=limits, as_person=True)
