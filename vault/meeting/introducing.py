"""A client says who it is and why it writes. Its first introduction is judged by the owner's rules as `first-contact`.

* Accepted: it may write. To be asked: it waits behind the screener. Refused: not now.
* One introduction for a client: whoever waits or may write is told so again, and nothing is judged or changed. What the owner
  is shown is what was said first, so nobody can be let in by one text and appear with another.
* A good invitation lets in whom the rules would not, for it is the owner's word; it links the client to its vendor.
* Who was turned away is refused before anything is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from vault import ids
from vault.meeting import inviting, judging, linking, screening
from vault.meeting.life import Event, Standing
from vault.policy.requests import Introduction, Request
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import decisions as decision_store
from vault.store import meeting as store
from vault.store.agreements import ClientRow
from vault.store.meeting import IntroductionRow
from vault.times import stamp

if TYPE_CHECKING:
    from vault.butler.decisions import Butler

_BY_RULES: Final[Mapping[Verdict, Event]] = {
    Verdict.ACCEPT: Event.ACCEPT,
    Verdict.ASK: Event.ASK,
    Verdict.REFUSE: Event.REFUSE,
}


class Waiting(msgspec.Struct, frozen=True):
    """A client behind the screener. `linked` is the name of the vendor of the vault that it is of, `proposed` that of the one
    whose domain it has; `verdict` and `reasons` are as the rules had them when it came."""

    id: str
    client: ClientRow
    said: IntroductionRow
    linked: str
    proposed: str
    verdict: str
    reasons: str


def introduce(vault: Vault, client: int, said: Introduction, judge: Butler, *, code: str = "") -> Standing:
    """How the client stands after it said this; `code` is that of an invitation."""
    row = agreement_store.client(vault.connection, client)
    asked = _request(row, said)
    with vault.transaction():
        if code and screening.standing(vault, client) is not Standing.NEVER:
            inviting.redeem(vault, client, code)
            screening.happened(vault, client, Event.INVITE, by="invitation", said=_said(vault, client, said, None))
            return Standing.YES
        before = screening.refuse_turned_away(vault, client)
        if before is Standing.YES:
            _as_let_in(vault, row, said)
        elif before is Standing.NEW:
            judged = judging.decided(judge, asked, row)
            written = _said(vault, client, said, judged.request)
            screening.happened(vault, client, _BY_RULES[judged.verdict], by="rules", said=written)
        return screening.standing(vault, client)


def category(vault: Vault, client: ClientRow) -> str:
    """What a client deals in: as the owner has its vendor, else as it said itself; empty where nobody said."""
    vendor, said = linking.vendor_of(vault, client), store.introduction(vault.connection, client.id)
    return (vendor.category if vendor else "") or (said.category if said else None) or ""


def waiting(vault: Vault) -> list[Waiting]:
    """Who waits for the owner's word, oldest first."""
    rows = [row for row in store.introductions(vault.connection, Standing.WAITING) if row.request is not None]
    found = decision_store.latest(vault.connection, [row.request for row in rows if row.request is not None])
    return [_waiting(vault, row, found) for row in rows]


def _waiting(vault: Vault, row: IntroductionRow, found: Mapping[int, decision_store.Decided]) -> Waiting:
    assert row.request is not None  # nobody waits but by the rules
    client = agreement_store.client(vault.connection, row.client)
    linked, proposed = linking.vendor_of(vault, client), linking.proposed(vault, client)
    decision, _ = found[row.request]
    return Waiting(
        id=ids.text("request", row.request),
        client=client,
        said=row,
        linked=linked.name if linked else "",
        proposed=proposed.name if proposed else "",
        verdict=decision.verdict,
        reasons=decision.reasons,
    )


def _request(client: ClientRow, said: Introduction) -> Request:
    return judging.request(
        client, "first-contact", "first_contact", {"name": said.name, "intro": said.intro, "category": said.category}
    )


def _said(vault: Vault, client: int, said: Introduction, request: int | None) -> IntroductionRow:
    """What it said, unless it said something before."""
    before = store.introduction(vault.connection, client)
    if before is not None and (before.request is not None or before.name or before.intro):
        return before
    at, standing = stamp(vault.now), screening.standing(vault, client)
    return IntroductionRow(client, standing, request, said.name, said.intro, said.category, at, at)


def _as_let_in(vault: Vault, client: ClientRow, said: Introduction) -> None:
    """The owner let in its domain before it came: what it says is kept, and it is the vendor's of that domain."""
    if store.introduction(vault.connection, client.id) is None:
        store.put_introduction(vault.connection, _said(vault, client.id, said, None))
        vendor = linking.proposed(vault, client)
        if vendor is not None:
            linking.link(vault, client.id, vendor.id)
