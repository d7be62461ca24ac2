"""Agreements between the person and vendors, kept in the vault: what was signed by whom, and what it comes to.

The life of an agreement is `terms.agreement`'s; here it is stored, and the person's side of it is made.

* An agreement is its signed entries, in order, each with the exact bytes. What the vault lists (state, times, terms) is
  computed from them at every entry and never set by itself.
* Every entry is written in one transaction with its audit leaf (`agreement.<kind>`, whose body names the agreement, the
  kind and the digest and holds no personal data) and with what it changes.
* What comes in is judged before anything is written. What is refused changes nothing and is recorded: as a signed entry of
  the agreement that it names, or, where it names none that is known here, as a failed delivery, so many a day and no more.
* The exact text and rules that were signed are kept by their hash, so an agreement outlives later versions of the roster.

Names: `known_client` registers a vendor's keys; `proffer` begins; `receive` and `receive_all` take what the vendor sent;
`accept_counter`, `refuse`, `confirm`, `withdraw`, `terminate`, `claim_violation` and `expire_due` are the person's own
steps; `bundle` is what a third person can verify. An amendment is a `proffer` that replaces: when it is accepted, the
earlier agreement is marked as amended by it.
"""

from vault.agreements.clients import known_client
from vault.agreements.deliveries import Received, receive, receive_all
from vault.agreements.evidence import bundle, texts
from vault.agreements.ledger import Held, Made, held, present_roster, state_at
from vault.agreements.steps import (
    accept_counter,
    claim_violation,
    confirm,
    expire_due,
    proffer,
    refuse,
    terminate,
    withdraw,
)

__all__ = [
    "Held",
    "Made",
    "Received",
    "accept_counter",
    "bundle",
    "claim_violation",
    "confirm",
    "expire_due",
    "held",
    "known_client",
    "present_roster",
    "proffer",
    "receive",
    "receive_all",
    "refuse",
    "state_at",
    "terminate",
    "texts",
    "withdraw",
]
