"""A vendor's client application for tests of the authorization server: its keys, assertions and proofs, and a vault to ask."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms.proof import client_assertion, dpop, jwk, pkce
from terms.proof.jwk import Private
from tests.vault.shops import Shop
from vault import access, ids
from vault.access import Client, Judgement, Tokens
from vault.access.refusals import AccessRefused
from vault.policy.authorization_details import TYPE
from vault.policy.verdicts import Verdict
from vault.session import Vault

ISSUER = "https://vault.example"
TOKEN_URL = f"{ISSUER}/oauth/token"
REDIRECT = "https://shop.example/back"
VERIFIER = "v" * 43
SECOND = timedelta(seconds=1)
_counter = itertools.count()


def unique() -> str:
    return f"id-{next(_counter)}"


@dataclass
class App:
    """The client of a shop. Its proofs are made with an ES256 key of their own."""

    vault: Vault
    shop: Shop
    agreement: str
    proof_key: Private = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def key(self) -> Ed25519PrivateKey:
        return self.shop.keys[self.shop.current]

    @property
    def jkt(self) -> str:
        return jwk.of_public(self.proof_key.public_key()).thumbprint

    def document(self, **changes: object) -> bytes:
        return self.shop.document(**{"redirect_uris": [REDIRECT], **changes})

    def assertion(self, **changes: object) -> dict[str, str]:
        claims: dict[str, object] = {"client": self.shop.url, "issuer": ISSUER, "id": unique(), "now": self.vault.now}
        made = client_assertion.make(self.key, self.shop.current, **(claims | changes))  # type: ignore[arg-type]
        return {"client_assertion_type": client_assertion.ASSERTION_TYPE, "client_assertion": made}

    def authenticated(self, **changes: object) -> Client:
        of = access.registration(self.document())
        return access.authenticated(self.vault, self.assertion(**changes), of, issuer=ISSUER)

    def details(self, **changes: object) -> str:
        asked: dict[str, object] = {
            "type": TYPE,
            "actions": ["read"],
            "datatypes": ["pd:EmailAddress", "pd:TelephoneNumber"],
            "purpose": "dpv:ServiceProvision",
            "retention": "P30D",
            "recipients": [],
            "ai_training": False,
            "agreement": self.agreement,
        }
        return json.dumps([{name: value for name, value in (asked | changes).items() if value is not None}])

    # --- the customer is there ---

    def pushed(self, **changes: str) -> str:
        plain = {
            "response_type": "code",
            "client_id": self.shop.url,
            "redirect_uri": REDIRECT,
            "state": "s1",
            "code_challenge": pkce.challenge(VERIFIER),
            "code_challenge_method": "S256",
            "authorization_details": self.details(),
        }
        parameters = {name: value for name, value in (plain | changes).items() if value}
        return access.push(self.vault, self.authenticated(), parameters).request_uri

    def code(self, **changes: str) -> str:
        shown = access.show(self.vault, self.pushed(**changes), self.shop.url)
        answered = access.approve(self.vault, number(shown.id), issuer=ISSUER)
        return answer_of(answered.redirect)["code"]

    def by_code(self, code: str, **changes: str) -> Tokens:
        plain = {"code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT}
        return self.token("authorization_code", **(plain | changes))

    # --- the customer is not there ---

    def begun(self, verdict: Verdict = Verdict.ACCEPT, told: str = "", **changes: str) -> str:
        plain = {"login_hint": "owner", "authorization_details": self.details()}
        return access.begin_ciba(
            self.vault, self.authenticated(), plain | changes, lambda request, client: Judgement(verdict, told)
        ).auth_req_id

    def polled(self, auth_req_id: str, **changes: str) -> Tokens:
        return self.token("urn:openid:params:grant-type:ciba", auth_req_id=auth_req_id, **changes)

    # --- tokens ---

    def token(self, grant_type: str, **parameters: str) -> Tokens:
        client = self.authenticated()
        return access.token(self.vault, client, {"grant_type": grant_type, **parameters}, jkt=self.jkt)

    def refreshed(self, token: str | None, **parameters: str) -> Tokens:
        assert token is not None
        return self.token("refresh_token", refresh_token=token, **parameters)

    def is_live(self, token: str) -> bool:
        return access.introspect(self.vault, token, self.jkt) is not None

    def proof(self, method: str, url: str, **changes: object) -> str:
        given: dict[str, object] = {"id": unique(), "now": self.vault.now}
        return dpop.make(self.proof_key, method, url, **(given | changes))  # type: ignore[arg-type]


def number(id: str) -> int:
    return ids.number_of("authorization", id)


def answer_of(redirect: str | None) -> Mapping[str, str]:
    assert redirect is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(redirect).query).items()}


def error_of(step: Callable[[], object]) -> str:
    try:
        step()
    except AccessRefused as refused:
        return refused.error
    return "none"


def later(vault: Vault, seconds: float) -> datetime:
    vault.now += timedelta(seconds=seconds)
    return vault.now
