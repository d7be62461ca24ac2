"""Why a webhook was refused: a code each, with one sentence. None repeats what came in."""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError

CODES: Final[dict[str, str]] = {
    "missing-header": "`webhook-id`, `webhook-timestamp` and `webhook-signature` are needed, each once",
    "bad-id": "the webhook's id is not 1 to 64 letters, digits, `_` and `-`",
    "bad-timestamp": "the webhook's time is not a number of seconds",
    "bad-type": "the type of an event is words of letters, digits and `_` with full stops between them",
    "too-old": "the webhook was signed too long ago",
    "too-new": "the webhook was signed at a time that lies ahead",
    "too-large": "the webhook, or its list of signatures, is longer than it may be",
    "no-signature": "the webhook has no signature `v1a`",
    "bad-signature": "no signature of the webhook is by a key that is trusted",
    "bad-key": "not a key as Standard Webhooks writes a public one",
    "private-key": "a private key was given where a public key belongs",
    "bad-challenge": "not the question by which a vault asks whose address this is",
}


class WebhookRefused(FirstpartyError):
    """Refused, with a code of `CODES`."""

    code = "webhook-refused"

    def __init__(self, code: str, *, hint: str = "") -> None:
        assert code in CODES, code
        super().__init__(CODES[code], hint=hint, code=code)
