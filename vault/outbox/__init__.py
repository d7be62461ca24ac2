"""The outbox: where clients want their events sent, and what is to be sent there.

* A delivery is a row that is written with its event, in the transaction of what the event tells (`events.emit`), by the webhook
  as it is then. So after a crash both are there or neither, and there is no second step that could be lost.
* An attempt is put on record after it was made. A crash in between makes it twice; its id is the same, as is its body.
* Events go to an address that its owner proved, and wait until then. One at a time for a client, the oldest first; one that
  failed waits for its turn by its own schedule and lets the others by.
* After a failure the whole endpoint is left alone for a while, longer with every failure in a row, so a dead one costs little.
  Once it answers again after several failures, nothing waits any longer.
* What the schedule gives up is a dead letter: kept, shown to the owner, and sent again when the owner says so. Switching a
  webhook off makes no dead letters: its client reads them in the feed, where they are in any case.

When to try again, what is signed, and sending itself are not decided here.
"""

from vault.outbox.deliveries import (
    Failure,
    Prepared,
    dead,
    deliver,
    fail,
    prepared,
    replay,
    replay_all,
    to_send,
    undelivered,
)
from vault.outbox.registry import (
    NoWebhookError,
    Question,
    ask,
    prove,
    register,
    remove,
    rotate,
    switch_off,
    to_ask,
    unanswered,
    webhook,
)
from vault.outbox.signing import previous_key, public_key, signers

__all__ = [
    "Failure",
    "NoWebhookError",
    "Prepared",
    "Question",
    "ask",
    "dead",
    "deliver",
    "fail",
    "prepared",
    "previous_key",
    "prove",
    "public_key",
    "register",
    "remove",
    "replay",
    "replay_all",
    "rotate",
    "signers",
    "switch_off",
    "to_ask",
    "to_send",
    "unanswered",
    "undelivered",
    "webhook",
]
