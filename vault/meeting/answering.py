"""The owner answers what the rules left open: an introduction, terms that a client wants, a client's counter-offer.

Each is named by the request (`req_…`) that was judged. Approving lets in, proffers, or accepts the counter-offer; denying puts
off (`not-now`), or refuses. Either is written with its leaf and an event for the client in one transaction.
"""

from __future__ import annotations

import msgspec

from terms.effective import answer
from terms.errors import FirstpartyError
from terms.lifecycle import State
from terms.phrases import phrase
from terms.roster import OffRosterError
from vault import agreements, ids
from vault.events import EventType, emit
from vault.meeting import lasting, linking, proffering, screening
from vault.meeting.life import Standing
from vault.policy.life import LifeError
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import decisions as decision_store
from vault.store import meeting as store
from vault.store.agreements import ClientRow
from vault.store.meeting import IntroductionRow, TermsRow
from vault.times import stamp

TERMS_ANSWERED = "terms.answered"


class NothingWaitsError(FirstpartyError):
    code = "not-found"


class Waiting(msgspec.Struct, frozen=True):
    """Terms that wait for the owner. `agreement` is the id of the agreement that was countered, empty where the client wants
    terms proffered; `says` how they stand to the owner's choice; `verdict` and `reasons` (JSON) are the rules' when it came."""

    id: str
    client: ClientRow
    asked: TermsRow
    agreement: str
    says: str
    verdict: str
    reasons: str


def terms_waiting(vault: Vault) -> list[Waiting]:
    """Oldest first; without those that were answered in another way, or have run out."""
    rows = [row for row in store.terms_requests(vault.connection, proffering.WAITING) if _is_open(vault, row)]
    found = decision_store.latest(vault.connection, [row.request for row in rows])
    return [_waiting(vault, row, found[row.request][0]) for row in rows]


def approve(vault: Vault, request: int) -> ClientRow:
    """Gives the client whose request it was."""
    return _answered(vault, request, is_yes=True)


def deny(vault: Vault, request: int, because: str = "") -> ClientRow:
    """The client is told `because` where its counter-offer is refused."""
    return _answered(vault, request, because, is_yes=False)


def _answered(vault: Vault, request: int, because: str = "", *, is_yes: bool) -> ClientRow:
    introduction, terms = (
        store.introduction_of_request(vault.connection, request),
        store.terms_request(vault.connection, request),
    )
    with vault.transaction():
        if introduction is not None:
            return _screened(vault, introduction, is_yes=is_yes)
        if terms is not None:
            return _terms_answered(vault, terms, because, is_yes=is_yes)
    raise NothingWaitsError(
        phrase("there is no request `%(value)s`", value=ids.text("request", request)),
        hint=phrase("see `firstparty requests`"),
    )


def _screened(vault: Vault, row: IntroductionRow, *, is_yes: bool) -> ClientRow:
    if row.standing != Standing.WAITING:
        raise LifeError(
            phrase("it does not wait any more"), hint=phrase("say another word with `firstparty vendor screen`")
        )
    screening.screen(vault, [row.client], Standing.YES if is_yes else Standing.NOT_NOW)
    client = agreement_store.client(vault.connection, row.client)
    proposed = linking.proposed(vault, client)
    if is_yes and proposed is not None:  # it was shown beside the request
        linking.link(vault, client.id, proposed.id)
    return agreement_store.client(vault.connection, row.client)


def _terms_answered(vault: Vault, row: TermsRow, because: str, *, is_yes: bool) -> ClientRow:
    if row.state != proffering.WAITING or not _is_open(vault, row):
        raise LifeError(phrase("it does not wait any more"), hint=phrase("see `firstparty agreements`"))
    client = agreement_store.client(vault.connection, row.client)
    if row.agreement is None:
        _proffered_or_denied(vault, row, client, is_yes=is_yes)
    elif is_yes:
        agreements.accept_counter(vault, row.agreement)
    else:
        agreements.refuse(vault, row.agreement, because)
    state = proffering.APPROVED if is_yes else proffering.DENIED
    store.put_terms_request(vault.connection, msgspec.structs.replace(row, state=state, changed_at=stamp(vault.now)))
    vault.log(TERMS_ANSWERED, {"request": ids.text("request", row.request), "client": client.url, "answer": state})
    return client


def _proffered_or_denied(vault: Vault, row: TermsRow, client: ClientRow, *, is_yes: bool) -> None:
    if is_yes:
        proffering.proffer(vault, client, row.terms, row.replaces)
    else:
        emit(vault, client.id, EventType.AGREEMENT_CHANGED)


def _is_open(vault: Vault, row: TermsRow) -> bool:
    """Whether there is still something to answer: a counter-offer may have been taken back, answered by hand, or run out."""
    if row.agreement is None:
        return True
    found = agreement_store.agreement(vault.connection, row.agreement)
    return found is not None and agreements.state_at(found, vault.now) is State.COUNTERED


def _waiting(vault: Vault, row: TermsRow, decision: decision_store.DecisionRow) -> Waiting:
    client = agreement_store.client(vault.connection, row.client)
    try:
        says = answer(lasting.chosen(vault, client), row.terms).says
    except OffRosterError:
        says = f"{row.terms} is not on the roster any more"
    return Waiting(
        id=ids.text("request", row.request),
        client=client,
        asked=row,
        agreement=row.agreement or "",
        says=says,
        verdict=decision.verdict,
        reasons=decision.reasons,
    )
