"""Community Solid Server 7, to compare with: installed by npm outside the project, with the file backend, a pod of its own.

    with serving(folder) as server:                        none where there is no npm, or the package cannot be had
        server.reads(count, size), server.writes(count, size)

It is set up as its documentation says: an account with a password, a pod, client credentials for the WebID, and a DPoP-bound
access token from its own identity provider (`/.oidc/token`). The resources lie in the pod, where only the owner may reach them,
so each request is authenticated. Logging is off but for errors, which is in its favour.
"""

from __future__ import annotations

import base64
import json
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks import node
from benchmarks.vendors import load
from terms.proof import dpop

# 105 MB, a minute to install.
PACKAGE = "@solid/community-server@7"
_PATIENCE_SECONDS = 120
_POD = "bench"


class SolidError(RuntimeError):
    """Community Solid Server did not do what its documentation says."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A running one. Requests are made beforehand: proofs are good for a minute and count once."""

    pid: int
    port: int
    start_seconds: float
    token: str
    key: ec.EllipticCurvePrivateKey

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    def reads(self, count: int) -> list[bytes]:
        return [self._authorized("GET", f"/{_POD}/read.txt") for _ in range(count)]

    def writes(self, count: int, content: bytes) -> list[bytes]:
        """New content for one of a few resources that are there, as when a record is kept up to date."""
        return [self._authorized("PUT", f"/{_POD}/write-{number % 16}.txt", content) for number in range(count)]

    def additions(self, count: int, content: bytes, *, folder: str) -> list[bytes]:
        """A new resource each, as when an offer comes in."""
        return [self._authorized("PUT", f"/{_POD}/{folder}/{secrets.token_hex(8)}.txt", content) for _ in range(count)]

    def put(self, path: str, content: bytes) -> None:
        load.run(self.port, self.pid, [self._authorized("PUT", f"/{_POD}/{path}", content)], connections=1)

    def _authorized(self, method: str, path: str, content: bytes = b"") -> bytes:
        proof = _proof(self.key, method, f"{self.base}{path}", self.token)
        fields = {"authorization": f"DPoP {self.token}", "dpop": proof, "accept": "*/*"}
        fields |= {"content-type": "text/plain"} if content else {}
        return load.request(method, f"localhost:{self.port}", path, fields, content)


def _proof(key: ec.EllipticCurvePrivateKey, method: str, url: str, token: str = "") -> str:
    id = secrets.token_urlsafe(16)
    return dpop.make(key, method, url, id=id, now=datetime.now(UTC), access_token=token)


@contextmanager
def serving(folder: Path, *, with_account: bool = True) -> Iterator[Solid | None]:
    """Without an account it can be asked nothing; its start and memory are the same."""
    program = node.installed(PACKAGE, "community-solid-server", "css7")
    if program is None:
        yield None
        return
    port = _free_port()
    words = ["-c", "@css:config/file.json", "-f", str(folder), "-p", str(port), "-b", f"http://localhost:{port}/"]
    began = monotonic()
    # `exec` of node itself, so that the process that is measured is the one that serves.
    with subprocess.Popen(
        ["node", str(program.resolve()), *words, "-l", "error"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    ) as process:
        try:
            _await(port, process)
            seconds = monotonic() - began
            key = ec.generate_private_key(ec.SECP256R1())
            token = _token(f"http://localhost:{port}", key) if with_account else ""
            yield Solid(process.pid, port, seconds, token, key)
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + _PATIENCE_SECONDS
    while monotonic() < until:
        if process.poll() is not None:
            raise SolidError(f"it ended with {process.returncode}")
        try:
            with urlopen(f"http://localhost:{port}/", timeout=_PATIENCE_SECONDS):
                return
        except OSError:
            sleep(0.01)
    raise SolidError("it does not start")


# --- an account, as its documentation has it ------------------------------------------------------------------------


def _token(base: str, key: ec.EllipticCurvePrivateKey) -> str:
    """An access token bound to this key, good for ten minutes."""
    name, secret = _credentials(base)
    url = f"{base}/.oidc/token"
    basic = base64.b64encode(f"{quote(name)}:{quote(secret)}".encode()).decode()
    fields = {"Authorization": f"Basic {basic}", "DPoP": _proof(key, "POST", url)}
    fields["Content-Type"] = "application/x-www-form-urlencoded"
    body = urlencode({"grant_type": "client_credentials", "scope": "webid"}).encode()
    return str(_asked(Request(url, body, fields))["access_token"])


def _credentials(base: str) -> tuple[str, str]:
    account = str(_posted(f"{base}/.account/account/", {}, "")["authorization"])
    controls = _asked(Request(f"{base}/.account/", headers=_as(account)))["controls"]
    _posted(controls["password"]["create"], {"email": "bench@example.org", "password": secrets.token_hex(8)}, account)
    pod = _posted(controls["account"]["pod"], {"name": _POD}, account)
    made = _posted(controls["account"]["clientCredentials"], {"name": "bench", "webId": pod["webId"]}, account)
    return str(made["id"]), str(made["secret"])


def _posted(url: str, said: dict[str, str], account: str) -> dict[str, object]:
    fields = {"Content-Type": "application/json", **(_as(account) if account else {})}
    return _asked(Request(url, json.dumps(said).encode(), fields))


def _as(account: str) -> dict[str, str]:
    return {"Authorization": f"CSS-Account-Token {account}", "Accept": "application/json"}


def _asked(asked: Request) -> dict[str, object]:
    with urlopen(asked, timeout=_PATIENCE_SECONDS) as answer:
        found: dict[str, object] = json.load(answer)
    return found
