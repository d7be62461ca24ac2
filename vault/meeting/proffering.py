"""A client asks for terms to be proffered. The vault does so by itself for terms that its owner accepts, and asks for others.

* Terms that the owner's choice accepts of this vendor are proffered, unless a rule of the owner speaks of it: they are what the
  owner offers, so without a rule there is nothing to decide. Everything else is judged as a request of kind `terms`. What the
  rules accept and the choice does not is left to the owner.
* Asking twice makes nothing twice: a proffer of the same terms that is still open is the answer, as is an agreement with them
  that binds, and a request that waits already. What the owner has denied is not asked again for `DENIED_FOR`.
* So many may be open at once for a client, each other terms or in another place.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from terms.effective import answer
from terms.errors import FirstpartyError
from terms.lifecycle import BINDING, OPEN, State
from terms.phrases import phrase
from terms.refusals import Refused, quoted
from terms.roster import OffRosterError, find
from vault import agreements
from vault.agreements.ledger import UnknownAgreementError
from vault.meeting import judging, lasting, screening
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import meeting as store
from vault.store.agreements import AgreementRow, ClientRow
from vault.store.meeting import TermsRow
from vault.times import stamp

if TYPE_CHECKING:
    from vault.butler.decisions import Butler
    from vault.policy.deciding import Decided
    from vault.policy.requests import Request

# Terms and their alternatives; a client that wants more answers one first.
MAX_OPEN: Final = 4
DENIED_FOR: Final = timedelta(days=30)
WAITING, APPROVED, DENIED = "waiting", "approved", "denied"


class TooManyOpenError(FirstpartyError):
    code = "too-many-open"


class Answered(msgspec.Struct, frozen=True):
    """`agreement` is the id of what was proffered, empty where nothing was; `told` are the codes of a refusal that the client
    learns; `is_new` where it was not there before."""

    state: Literal["proffered", "waiting", "refused"]
    agreement: str = ""
    told: tuple[str, ...] = ()
    is_new: bool = False


def ask(vault: Vault, client: int, named: str, judge: Butler, *, replaces: str | None = None) -> Answered:
    """What becomes of a client's wish for these terms; raises `Refused` where it is no such wish."""
    terms = _on_roster(named)
    with vault.transaction():
        screening.refuse_turned_away(vault, client)
        if replaces is not None:
            _check_replaced(vault, client, replaces)
        there = _there_already(vault, client, terms, replaces)
        if there is not None:
            return there
        return _decided(vault, agreement_store.client(vault.connection, client), terms, replaces, judge)


def own(vault: Vault, client: int, id: str) -> AgreementRow:
    """An agreement of this client; any other is as unknown as one that does not exist."""
    row = agreement_store.agreement(vault.connection, id)
    if row is None or row.client != client:
        raise UnknownAgreementError(
            phrase("there is no such agreement with you"), hint=phrase("see GET /v1/agreements")
        )
    return row


def proffer(vault: Vault, client: ClientRow, terms: str, replaces: str | None) -> str:
    """Inside a transaction: proffer terms as the owner's choice has them last; gives the agreement's id."""
    ends = lasting.until(vault.now, None, lasting.chosen(vault, client))
    return agreements.proffer(vault, client, terms, lasting.answer_by(vault.now, ends), ends, replaces).agreement


def is_acceptable(vault: Vault, client: ClientRow, terms: str) -> bool:
    """Whether the owner's choice takes these terms of this client, by name or because they protect as much."""
    try:
        return answer(lasting.chosen(vault, client), terms).result != "not acceptable"
    except OffRosterError:
        return False


def terms_asked(client: ClientRow, *, proffered: str | None = None, countered: str | None = None) -> Request:
    said = {"proffered": proffered} if proffered else {"countered": countered}
    return judging.request(client, "terms", "terms", dict(said))


def waits(vault: Vault, client: int, request: int, terms: str, *, replaces: str | None, agreement: str | None) -> None:
    """Inside a transaction: what was asked waits for the owner."""
    at = stamp(vault.now)
    store.put_terms_request(vault.connection, TermsRow(request, client, terms, replaces, agreement, WAITING, at, at))


# --- inside ---------------------------------------------------------------------------------------------------------


def _on_roster(named: str) -> str:
    try:
        id = find(named).agreement.id
    except OffRosterError:
        id = ""
    if id not in agreements.present_roster():
        raise Refused(
            "off-roster",
            phrase("%(named)s is not offered to organisations", named=quoted(named)),
            hint=phrase("see GET /v1/terms"),
        )
    return id


def _check_replaced(vault: Vault, client: int, id: str) -> None:
    state = agreements.state_at(own(vault, client, id), vault.now)
    if state not in BINDING:
        raise Refused("illegal-event", phrase("an agreement that is %(state)s cannot be replaced", state=state))


def _there_already(vault: Vault, client: int, terms: str, replaces: str | None) -> Answered | None:
    """What the same wish came to before, where that still stands."""
    open_now = 0
    for row in store.agreements_of(vault.connection, client):
        state = agreements.state_at(row, vault.now)
        open_now += state in OPEN
        if row.terms == terms and row.replaces == replaces and state is State.PROFFERED:
            return Answered("proffered", row.id)
        if row.terms == terms and replaces is None and state in BINDING:
            return Answered("proffered", row.id)
    before = _asked_before(vault, client, terms, replaces)
    if before is None and open_now >= MAX_OPEN:
        raise TooManyOpenError(
            phrase("%(open_now)s proffers wait for you", open_now=open_now), hint=phrase("answer or refuse one of them")
        )
    return before


def _asked_before(vault: Vault, client: int, terms: str, replaces: str | None) -> Answered | None:
    since = stamp(vault.now - DENIED_FOR)
    for row in store.terms_requests_of(vault.connection, client):
        if (row.terms, row.replaces, row.agreement) == (terms, replaces, None):
            if row.state == WAITING:
                return Answered("waiting")
            return Answered("refused") if row.state == DENIED and row.changed_at > since else None
    return None


def _no_rule_speaks(found: Decided) -> bool:
    """That the owner chose to refuse whatever no rule speaks of counts as a rule."""
    outcome = found.outcome
    return outcome.by_default and not outcome.reasons and outcome.verdict is not Verdict.REFUSE


def _decided(vault: Vault, client: ClientRow, terms: str, replaces: str | None, judge: Butler) -> Answered:
    acceptable = is_acceptable(vault, client, terms)
    asked = terms_asked(client, proffered=terms)
    found = judging.considered(judge, asked, client)
    if acceptable and _no_rule_speaks(found):
        return Answered("proffered", proffer(vault, client, terms, replaces), is_new=True)
    judged = judging.decided(judge, asked, client, found)
    if judged.verdict is Verdict.REFUSE:
        return Answered("refused", told=judged.told)
    if judged.verdict is Verdict.ACCEPT and acceptable:
        return Answered("proffered", proffer(vault, client, terms, replaces), is_new=True)
    waits(vault, client.id, judged.request, terms, replaces=replaces, agreement=None)
    return Answered("waiting", is_new=True)
