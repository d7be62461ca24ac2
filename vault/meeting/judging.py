"""The butler's word on who introduces itself and on terms, and what of it the client is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vault.meeting import linking
from vault.policy import requests
from vault.policy.requests import Request
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store.agreements import ClientRow

if TYPE_CHECKING:
    from terms.proof.jcs import JsonValue
    from vault.butler.decisions import Butler
    from vault.policy.deciding import Decided


class Judged(msgspec.Struct, frozen=True):
    """What was decided of a request, and the codes of which the client learns."""

    request: int
    verdict: Verdict
    told: tuple[str, ...]


def butler(vault: Vault) -> Butler:
    # Imported here: the butler is half of what a server would load at its start.
    from vault.butler.decisions import Butler

    return Butler(vault, now=vault.now.astimezone())


def butler_at_first(vault: Vault) -> Butler:
    """The same for a transaction that has written nothing yet, with the records that are kept."""
    from vault.butler import keeping
    from vault.butler.decisions import Butler

    now = vault.now.astimezone()
    return Butler(vault, now=now, records=keeping.records(vault, now.date()))


def request(client: ClientRow, kind: str, member: str, said: dict[str, JsonValue]) -> Request:
    """What a client asks, as the rules see it; raises `DocumentError` where it does not read."""
    return requests.of_json({"kind": kind, "vendor": client.url, member: said})


def considered(one: Butler, asked: Request, client: ClientRow) -> Decided:
    """What the rules say of it; nothing is stored. The client has proven its key, as a signature would."""
    return one.considered(asked, signature="valid", vendor=linking.vendor_of(one.vault, client))


def decided(one: Butler, asked: Request, client: ClientRow, found: Decided | None = None) -> Judged:
    """Inside a transaction: the request with its decision, stored."""
    from vault.butler import disclosing

    found = found or considered(one, asked, client)
    made = one.keep(asked, found, source="api", vendor=linking.vendor_of(one.vault, client))
    verdict = Verdict.of(made.verdict)
    assert verdict is not None  # a decision has one of the three
    told = disclosing.told(one.vault, made, one.settings).codes if verdict is Verdict.REFUSE else ()
    return Judged(made.request.id, verdict, told)
