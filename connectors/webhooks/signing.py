"""The three headers of a message. The private keys are the caller's: what comes in here is what signs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

from connectors.webhooks.message import Message
from terms.proof.keys import Sign

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
VERSION: Final = "v1a"


def headers(message: Message, signers: Sequence[Sign]) -> dict[str, str]:
    """Signed by each of `signers`, newest key first: two while a key is being changed, one otherwise."""
    assert signers
    signatures = [f"{VERSION},{base64.b64encode(sign(message.signed_bytes)).decode()}" for sign in signers]
    return {ID: message.id, TIMESTAMP: str(message.seconds), SIGNATURE: " ".join(signatures)}
