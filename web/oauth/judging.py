"""The butler's word on what a client asks while the customer is not there, as `vault.access` wants it.

What of a refusal's reasons the client learns is what the owner lets vendors know (`vault.butler.disclosing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.access import Client, Judge, Judgement
from vault.policy.requests import Request
from vault.policy.verdicts import Verdict
from vault.session import Vault

if TYPE_CHECKING:
    from vault.butler.decisions import Butler


def butler(vault: Vault) -> Butler:
    # Imported here: the butler is half of what the server would load at its start.
    from vault.butler.decisions import Butler

    return Butler(vault, now=vault.now.astimezone())


def judge(vault: Vault) -> Judge:
    """The judge of one request; its decision is written with the request."""

    def judged(request: Request, client: Client) -> Judgement:
        from vault.butler import disclosing

        one = butler(vault)
        # The client has proven its key, which is what a signature would prove.
        made = one.decide(request, source="api", signature="valid")
        verdict = Verdict.of(made.verdict)
        assert verdict is not None  # a decision has one of the three
        told = disclosing.told(vault, made, one.settings).codes if verdict is Verdict.REFUSE else ()
        return Judgement(verdict, "; ".join(told))

    return judged
