"""Our server for the comparison: a vault with a profile, a grant, rules and a vendor that is let in; requests made beforehand.

What is set up here is set up by the vault's own functions, before the server starts; only the tokens are longer-lived than those
that the server gives out (an hour against five minutes), so that they last for a run. The vendor's document lies on a loopback
server of the benchmark's process, whose cost is not counted; the server fetches it once.
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.measuring import PASSPHRASE, environment
from benchmarks.vendors import load, open_route
from terms.proof import dpop, jwk, offer_signature
from tests.vault.shops import Shop, active
from vault import agreements, granting, keyring, meeting, profile
from vault.access import handles
from vault.butler import rulebook
from vault.granting import Permission
from vault.meeting import Standing
from vault.policy.packs import text
from vault.session import Vault
from vault.store import access as store
from vault.store.access import TokenRow
from vault.times import stamp

PACK = "privacy-strict"
PROFILE = {
    "pd:EmailAddress": ("alex@example.org",),
    "pd:TelephoneNumber": ("+49 30 5550100",),
    "pd:PhysicalAddress": ("Example Street 1", "12345 Exampletown"),
}
OFFER = {
    "title": "Green power 12",
    "category": "energy.electricity",
    "price": {"minor": 4990, "currency": "EUR", "period": "P1M"},
    "contract": {"minimum_term": "P12M", "renewal_term": "P1M", "notice": "P1M"},
    "fees": [{"title": "set-up", "minor": 1000, "currency": "EUR"}],
    "returns": {"days": 14},
    "binding": True,
}
KEY_NAME = "p1"
_PLAIN = "from web.cli import main; main()"
_WITH_BARE_ROUTE = f"""
from web.server import application
application.COLLECTIONS += ("benchmarks.vendors.open_route",)
{_PLAIN}
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A closed vault and what its vendor holds."""

    home: Path
    client_url: str
    key: ec.EllipticCurvePrivateKey
    token: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ours:
    """The running server. Proofs are good for a minute and count once, so requests are made shortly before they are sent."""

    pid: int
    port: int
    start_seconds: float
    made: Prepared

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reads(self, count: int) -> list[bytes]:
        return [self._authorized("GET", "/v1/profile") for _ in range(count)]

    def bare_reads(self, count: int) -> list[bytes]:
        return [load.request("GET", self._host, open_route.PATH, {"accept": "*/*"})] * count

    def healths(self, count: int) -> list[bytes]:
        return [load.request("GET", self._host, "/health", {"accept": "*/*"})] * count

    def offers(self, count: int) -> list[bytes]:
        """Each another offer, signed."""
        return [self._authorized("POST", "/v1/offers", self._offer(number)) for number in range(count)]

    def _offer(self, number: int) -> bytes:
        price = {**OFFER["price"], "minor": 4000 + number}  # type: ignore[dict-item]
        said = {**OFFER, "price": price, "reference": secrets.token_hex(8)}
        made = offer_signature.make(
            said,
            self.made.key,
            KEY_NAME,
            client=self.made.client_url,
            issuer=self.base,
            now=_now(),  # type: ignore[arg-type]
        )
        return json.dumps({"offer": made}).encode()

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _authorized(self, method: str, path: str, content: bytes = b"") -> bytes:
        id = secrets.token_urlsafe(16)
        url, token = f"{self.base}{path}", self.made.token
        proof = dpop.make(self.made.key, method, url, id=id, now=_now(), access_token=token)
        fields = {"authorization": f"DPoP {token}", "dpop": proof, "accept": "*/*"}
        if content:
            fields |= {"content-type": "application/json", "idempotency-key": secrets.token_hex(16)}
        return load.request(method, self._host, path, fields, content)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def prepared(folder: Path) -> Iterator[Prepared]:
    """A vault, and its vendor's document on a server of its own while the block lasts."""
    key = ec.generate_private_key(ec.SECP256R1())
    with _document(key) as url:
        secret = folder / "passphrase"
        secret.write_text(PASSPHRASE)
        secret.chmod(0o600)
        home = folder / "vault"
        with Vault.create(home, PASSPHRASE, keyring.new_recovery_key(), now=_now()) as vault:
            token = _set_up(vault, url, key)
        told = {**environment(), "FIRSTPARTY_HOME": str(home), "FIRSTPARTY_PASSPHRASE_FILE": str(secret)}
        yield Prepared(home, url, key, token, told)


def _set_up(vault: Vault, url: str, key: ec.EllipticCurvePrivateKey) -> str:
    for category, lines in PROFILE.items():
        profile.put(vault, category, list(lines))
    rulebook.install(vault, text(PACK), PACK)
    agreement = active(vault, Shop(url))
    number = agreements.held(vault, agreement).row.client
    meeting.screen(vault, [number], Standing.YES)
    given = granting.give(vault, agreement, Permission(tuple(PROFILE), ("dpv:ServiceProvision",), retention="P30D"))
    token, hashed = handles.new()
    thumbprint = jwk.of_public(key.public_key()).thumbprint
    until = stamp(vault.now + timedelta(hours=1))
    row = TokenRow(hashed, "access", number, None, given.row.id, "live", thumbprint, None, until, stamp(vault.now))
    with vault.transaction():
        store.add_token(vault.connection, row)
    return token


@contextmanager
def serving(made: Prepared, *, with_bare_route: bool = True) -> Iterator[Ours]:
    """With the route of the benchmark it imports more before it begins, so a start is measured without."""
    words = ["serve", "--port", "0", "--json", "--dev", "--requests-per-minute", "10000000"]
    began = monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", _WITH_BARE_ROUTE if with_bare_route else _PLAIN, *words],
        env=made.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        port = int(told["port"])
        load.run(port, process.pid, [load.request("GET", f"127.0.0.1:{port}", "/ready", {})], connections=1)
        try:
            yield Ours(process.pid, port, monotonic() - began, made)
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def _document(key: ec.EllipticCurvePrivateKey) -> Iterator[str]:
    """The address of the vendor's client document."""
    written = b""

    class Document(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Document) as server:
        url = f"http://127.0.0.1:{server.server_port}/client.json"
        public = jwk.of_public(key.public_key(), KEY_NAME).to_json()
        # A document has an Ed25519 key too, by which agreements are signed.
        agreeing = jwk.of_public(Shop().keys["k1"].public_key(), "k1").to_json()
        said = {
            "client_id": url,
            "client_name": "Power",
            "redirect_uris": [f"{url}/back"],
            "jwks": {"keys": [agreeing, public]},
        }
        written = json.dumps(said).encode()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
