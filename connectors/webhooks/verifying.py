"""What a receiver checks before it believes a message.

Signatures of other versions and by other keys are passed over, so that keys and versions can change; one that fits is
enough. A time outside the tolerance is refused even if the signature fits: who recorded the message cannot play it later.
Within the tolerance it can be played again, and the vault itself sends it again when an acknowledgement was lost, over
days: act on each `id` once, by a list of ids in the database where the effect is written.

A signature check has no secret, so there is no time to measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.webhooks.keys import decoded
from connectors.webhooks.message import BODY_BYTES, Message
from connectors.webhooks.refusals import WebhookRefused
from connectors.webhooks.signing import ID, SIGNATURE, TIMESTAMP, VERSION
from terms.proof import jws
from terms.proof.keys import PublicKey

# What the specification's own libraries allow: clocks differ, and the way takes time.
TOLERANCE: Final = timedelta(minutes=5)
# The present key, the last and the next, each in two versions; each costs a check.
MAX_SIGNATURES: Final = 8
MAX_KEYS: Final = 8
_HEADER_CHARACTERS: Final = 2_048
_SIGNATURE_BYTES: Final = 64
# Twelve digits reach the year 33658, which datetime does not; ten reach 2286.
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,9}")


def verified(
    headers: Mapping[str, str],
    body: bytes,
    keys: Sequence[PublicKey],
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Message:
    """The message, or `WebhookRefused`. `body` is the raw body: not parsed and written again."""
    assert 0 < len(keys) <= MAX_KEYS
    found = {name: _only(headers, name) for name in (ID, TIMESTAMP, SIGNATURE)}
    if len(body) > BODY_BYTES or len(found[SIGNATURE]) > _HEADER_CHARACTERS:
        raise WebhookRefused("too-large")
    message = Message(found[ID], _time(found[TIMESTAMP], now, tolerance), body)
    signatures = _signatures(found[SIGNATURE])
    if not any(jws.fits(key, message.signed_bytes, signature) for signature in signatures for key in keys):
        raise WebhookRefused("bad-signature")
    return message


def _only(headers: Mapping[str, str], name: str) -> str:
    values = [value for header, value in headers.items() if header.lower() == name]
    if len(values) != 1 or not values[0]:
        raise WebhookRefused("missing-header")
    return values[0]


def _time(written: str, now: datetime, tolerance: timedelta) -> datetime:
    if not _SECONDS.fullmatch(written):
        raise WebhookRefused("bad-timestamp")
    at = datetime.fromtimestamp(int(written), UTC)
    if now - at > tolerance:
        raise WebhookRefused("too-old", hint="check this machine's clock")
    if at - now > tolerance:
        raise WebhookRefused("too-new", hint="check this machine's clock")
    return at


def _signatures(header: str) -> list[bytes]:
    entries = header.split(" ")
    if len(entries) > MAX_SIGNATURES:
        raise WebhookRefused("too-large")
    versions = [entry.partition(",") for entry in entries]
    found = [decoded(written) for version, _, written in versions if version == VERSION]
    if not found:
        raise WebhookRefused("no-signature")
    return [signature for signature in found if signature is not None and len(signature) == _SIGNATURE_BYTES]
