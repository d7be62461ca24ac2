"""The authorization server without HTTP: who a client is, what it asks, how the owner answers, and what its tokens are for.

    clients      a client's document and its assertion (`private_key_jwt`)
    asking       pushed requests and the consent page; CIBA, judged by the butler
    answering    the owner approves, in part if wanted, or denies
    tokens       code, `auth_req_id` or refresh token against tokens bound to a key
    presenting   a token looked up at each request, with the grant as it is then
    ending       revocation, grant management, and what time ends
    refusals     every "no" as an OAuth error with its status

Rules
* Time is `vault.now`, set by who calls; each function is one write transaction, or part of the caller's.
* A client sees only what is its own: the rest does not exist. Subjects are pairwise (`agreements.clients.did`).
* Secrets are kept hashed, and stand in no leaf, error or row.
* Requests and tokens live by the tables of `policy.authorization_life`; grants are `vault.granting`'s.

docs/authorization.md has the states, the keys, and the attacks with the tests that cover them.
"""

from vault.access.answering import Answered, Consent, approve, consent, deny, waiting
from vault.access.asking import Begun, Judge, Judgement, Pushed, begin_ciba, push, show
from vault.access.clients import Client, Registration, authenticated, claimed, registration
from vault.access.ending import query_grant, revoke, revoke_grant, settle
from vault.access.parameters import once
from vault.access.presenting import Live, admit, admit_inside, admit_verified, introspect, used, verified
from vault.access.refusals import ERRORS, AccessRefused
from vault.access.tokens import Tokens, poll, token

__all__ = [
    "ERRORS",
    "AccessRefused",
    "Answered",
    "Begun",
    "Client",
    "Consent",
    "Judge",
    "Judgement",
    "Live",
    "Pushed",
    "Registration",
    "Tokens",
    "admit",
    "admit_inside",
    "admit_verified",
    "approve",
    "authenticated",
    "begin_ciba",
    "claimed",
    "consent",
    "deny",
    "introspect",
    "once",
    "poll",
    "push",
    "query_grant",
    "registration",
    "revoke",
    "revoke_grant",
    "settle",
    "show",
    "token",
    "used",
    "verified",
    "waiting",
]
