"""A vendor of tests, with an independent OAuth client: its document lies on a loopback server of its own."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from jwskate import Jwk
from requests_oauth2client import DPoPToken, OAuth2Client, PrivateKeyJwt

from terms.proof import base64url
from tests.server.conftest import Made, Server
from tests.vault.shops import Shop, active
from vault import profile
from vault.policy.authorization_details import TYPE
from vault.session import Vault

REDIRECT = "http://127.0.0.1/back"
EMAIL, PHONE = "pd:EmailAddress", "pd:TelephoneNumber"


@dataclass
class Vendor:
    """A shop with an agreement in the vault that is served."""

    shop: Shop
    agreement: str
    server: Server | None = None

    @property
    def details(self) -> list[dict[str, object]]:
        return [
            {
                "type": TYPE,
                "actions": ["read"],
                "datatypes": [EMAIL],
                "purpose": "dpv:ServiceProvision",
                "retention": "P30D",
                "recipients": [],
                "ai_training": False,
                "agreement": self.agreement,
            }
        ]

    def client(self, **changes: Any) -> OAuth2Client:
        """The independent client, told where to go by the server's own discovery document."""
        assert self.server
        found = requests.get(f"{self.server.url}/.well-known/oauth-authorization-server", timeout=60).json()
        private = self.shop.keys[self.shop.current]
        key = {
            "kty": "OKP",
            "crv": "Ed25519",
            "kid": self.shop.current,
            "alg": "EdDSA",
            "d": base64url.encoded(private.private_bytes_raw()),
            "x": base64url.encoded(private.public_key().public_bytes_raw()),
        }
        auth = PrivateKeyJwt(self.shop.url, Jwk(key), aud=changes.pop("aud", found["issuer"]))
        return OAuth2Client.from_discovery_document(
            found,
            issuer=self.server.url,
            auth=auth,
            redirect_uri=REDIRECT,
            backchannel_authentication_endpoint=found["backchannel_authentication_endpoint"],
            dpop_bound_access_tokens=True,
            testing=True,  # it takes endpoints by http then, which is what a loopback server has
            **changes,
        )

    def asked(self, client: OAuth2Client, **changes: Any) -> str:
        details = json.dumps(changes.pop("details", self.details))
        begun = client.backchannel_authentication_request(
            scope=None, login_hint="owner", authorization_details=details, **changes
        )
        return begun.auth_req_id

    def identified(self, client: OAuth2Client | None = None) -> DPoPToken:
        """A token of the client alone, without a grant."""
        token = (client or self.client()).client_credentials()
        assert isinstance(token, DPoPToken)
        return token

    def headers(self, token: DPoPToken, method: str, url: str) -> dict[str, str]:
        """A token and a new proof, for one request."""
        proof = token.dpop_key.proof(htm=method, htu=url.partition("?")[0], ath=_hash(token.access_token))
        return {"Authorization": f"DPoP {token.access_token}", "DPoP": str(proof)}

    def shown(
        self,
        token: DPoPToken,
        path: str,
        method: str = "GET",
        *,
        json: object = None,
        form: dict[str, str] | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer to a token with its proof, as it comes: the client's own hook takes every 401 for a call for a nonce. A
        POST has an `Idempotency-Key`, a new one unless `key` is given."""
        assert self.server
        url = f"{self.server.url}{path}"
        sent = {**(headers or {}), **self.headers(token, method, url)}
        if method == "POST":
            sent["Idempotency-Key"] = key or uuid.uuid4().hex
        return requests.request(method, url, headers=sent, json=json, data=form, timeout=60, allow_redirects=False)

    def granted(self, client: OAuth2Client, **approval: Any) -> DPoPToken:
        """Tokens of a request that the owner approved."""
        assert self.server
        asked = self.asked(client)
        waiting = self.server.owner.get("/owner/requests").json()["requests"]
        (one,) = [each for each in waiting if each["kind"] == "data-request"]
        answer = self.server.owner.post(f"/owner/requests/{one['id']}/approve", json=approval)
        assert answer.status_code == 200, answer.text
        token = client.ciba(asked)
        assert isinstance(token, DPoPToken)
        return token


def _hash(token: str) -> str:
    return base64url.encoded(hashlib.sha256(token.encode()).digest())


@contextmanager
def vendor(made: Made) -> Iterator[Vendor]:
    """A vendor with a document that can be fetched, and an agreement in the closed vault."""
    with documents() as (url, served):
        shop = Shop(url)
        served[0] = shop.document(redirect_uris=[REDIRECT])
        with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
            profile.put(vault, EMAIL, ["home@example.org"], label="home")
            agreement = active(vault, shop)
        yield Vendor(shop, agreement)


@contextmanager
def documents() -> Iterator[tuple[str, list[bytes]]]:
    served = [b"{}"]

    class Document(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(served[0])))
            self.end_headers()
            self.wfile.write(served[0])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Document)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/client.json", served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
