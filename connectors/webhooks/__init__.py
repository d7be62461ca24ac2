"""Events told to a vendor's server, as the Standard Webhooks specification (version 1.0.0) has it, with Ed25519 signatures.

* A message is an id that stays the same for every attempt, the time of the attempt, and the exact bytes of its body. Signed
  is `id.time.body`; the id holds no full stop, so the three cannot be cut apart otherwise (`message`).
* Signatures are `v1a` only. Who can check one cannot make one, so a vendor that leaks its copy of the key leaks nothing.
  Keys stay with the caller, who passes in what signs. While a key is changed, old and new both sign (`signing`).
* A receiver holds a list of keys that it trusts, refuses what is older or newer than five minutes, and acts on an id once
  (`verifying`).
* When to try again, and when to give up, is a table; chance and the clock are passed in (`retrying`).
* Before the first event, the address proves that it is the vendor's: it gives the answer that only who expects the vault's
  question for this client and this address gives (`ownership`).
* `delivery` (not imported here, as it needs the outbound guard) makes one attempt and says what came of it.

This package, without `delivery`, uses `terms` and nothing of the vault: a vendor's server verifies with the same code.
Kept elsewhere: what was delivered, and the ids that were seen; both have to outlive a restart.
"""

from connectors.webhooks.keys import read_public_key, written_public_key
from connectors.webhooks.message import Message, message_id, thin_body
from connectors.webhooks.ownership import Challenge, answer_to, answers, challenge, challenge_in, written_answer
from connectors.webhooks.refusals import WebhookRefused
from connectors.webhooks.retrying import RETRY_AFTER, Verdict, next_attempt, retry_after, verdict
from connectors.webhooks.signing import headers
from connectors.webhooks.verifying import TOLERANCE, verified

__all__ = [
    "RETRY_AFTER",
    "TOLERANCE",
    "Challenge",
    "Message",
    "Verdict",
    "WebhookRefused",
    "answer_to",
    "answers",
    "challenge",
    "challenge_in",
    "headers",
    "message_id",
    "next_attempt",
    "read_public_key",
    "retry_after",
    "thin_body",
    "verdict",
    "verified",
    "written_answer",
    "written_public_key",
]
