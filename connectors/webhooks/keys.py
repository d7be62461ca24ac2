"""Public keys as Standard Webhooks writes them: `whpk_` and base64. A private one (`whsk_`) is never read or written here."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from connectors.webhooks.refusals import WebhookRefused
from terms.proof.keys import PublicKey, registered
from terms.refusals import Refused

_PUBLIC: Final = "whpk_"
_PRIVATE: Final = ("whsk_", "whsec_")
# Of 32 bytes.
_LONGEST: Final = 44
_HOLDER: Final = "webhook"


def written_public_key(raw: bytes) -> str:
    return _PUBLIC + base64.b64encode(_sound(raw).raw).decode()


def read_public_key(text: str) -> PublicKey:
    """The key, or `WebhookRefused`: also for a weak one, under which a signature proves nothing."""
    if text.startswith(_PRIVATE):
        raise WebhookRefused("private-key", hint="replace that key, and ask the vault for its public one")
    written = text.removeprefix(_PUBLIC)
    if written == text or len(written) > _LONGEST:
        raise WebhookRefused("bad-key", hint="it begins with whpk_")
    return _sound(decoded(written) or b"")


def decoded(written: str) -> bytes | None:
    """Base64 in its one right form: decoders pass over foreign characters and loose bits, so that many texts are one."""
    try:
        content = binascii.a2b_base64(written.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return content if base64.b64encode(content).decode() == written else None


def _sound(raw: bytes) -> PublicKey:
    try:
        return registered(f"{_HOLDER}#key", raw)
    except Refused:
        raise WebhookRefused("bad-key") from None
