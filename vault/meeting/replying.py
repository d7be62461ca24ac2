"""A client's own step in an agreement: taken or refused by `vault.agreements`, and what the vault answers by itself.

* After an acceptance the vault confirms that it holds the record. A counter-offer is judged as a request of kind `terms`:
  accepted where the rules say so and the owner's choice takes those terms, refused where the rules say so, else left to the
  owner.
* What is refused is recorded, in the agreement or as a failed delivery, and changes nothing else. An entry that is held
  already changes nothing and is no failure: whoever did not get the answer sends it again.
* A client that was turned away cannot begin anything with an open proffer any more; it may still refuse, and end what binds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terms.lifecycle import State
from terms.phrases import phrase
from terms.proof import jws
from terms.record import AGREEMENT_TYPE, Kind
from terms.refusals import Refused
from vault import agreements
from vault.agreements import failures
from vault.meeting import judging, proffering, screening
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store.agreements import AgreementRow

if TYPE_CHECKING:
    from vault.butler.decisions import Butler


def reply(vault: Vault, client: int, id: str, raw: bytes, judge: Butler) -> Refused | None:
    """Take a signed entry of the client's into its agreement; gives the refusal, which is on record."""
    row = proffering.own(vault, client, id)
    digest = jws.digest(raw)
    if any(entry.digest == digest for entry in agreement_store.entries(vault.connection, id)):
        return None
    misplaced = _misplaced(raw, id)
    if misplaced is not None:
        failures.recorded(vault, raw, misplaced)
        return misplaced
    if _begins(row, raw):
        screening.refuse_turned_away(vault, client)
    with vault.transaction():
        received = agreements.receive(vault, raw)
        if received.refusal is None and received.kind is Kind.ACCEPTED:
            agreements.confirm(vault, id)
        elif received.refusal is None and received.kind is Kind.COUNTERED:
            _judge_counter(vault, id, judge)
    return received.refusal


def _misplaced(raw: bytes, id: str) -> Refused | None:
    """Why it is nothing for this agreement, before it is looked at as one."""
    try:
        body = jws.parse(raw).value
    except Refused as refusal:
        return refusal
    if isinstance(body, dict) and body.get("agreement") == id:
        return None
    return Refused("wrong-agreement", phrase("it names another agreement than the address does"))


def _begins(row: AgreementRow, raw: bytes) -> bool:
    return row.state == State.PROFFERED and jws.parse(raw).signatures[0].typ == AGREEMENT_TYPE


def _judge_counter(vault: Vault, id: str, judge: Butler) -> None:
    row = agreement_store.agreement(vault.connection, id)
    assert row is not None  # it was just received
    client = agreement_store.client(vault.connection, row.client)
    judged = judging.decided(judge, proffering.terms_asked(client, countered=row.terms), client)
    if judged.verdict is Verdict.REFUSE:
        agreements.refuse(vault, id, "; ".join(judged.told))
    elif judged.verdict is Verdict.ACCEPT and proffering.is_acceptable(vault, client, row.terms):
        agreements.accept_counter(vault, id)
    else:
        proffering.waits(vault, client.id, judged.request, row.terms, replaces=row.replaces, agreement=id)
