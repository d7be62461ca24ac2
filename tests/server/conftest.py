"""Real server processes on loopback ports of their own, each ended by its process id."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import httpx
import pytest

from tests import warm
from vault import keyring
from vault.session import Vault

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
PASSPHRASE = "seven sleepy herons"
SERVE = warm.COMMAND
# A machine with two busy cores; nothing is measured here.
PATIENCE_SECONDS = 60


class Made(NamedTuple):
    """A closed vault; the recovery key opens it without stretching."""

    home: Path
    recovery_key: str

    def open(self) -> Vault:
        return Vault.open(self.home, self.recovery_key, now=NOW, by="test")


@dataclass
class Server:
    """A running server. `log` grows while it runs."""

    process: warm.Process
    url: str
    port: int
    home: Path
    log_path: Path
    is_locked: bool
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE_SECONDS, trust_env=False)
        local = httpx.HTTPTransport(uds=str(self.home / "owner.sock"))
        self.owner = httpx.Client(
            base_url="http://localhost", transport=local, timeout=PATIENCE_SECONDS, trust_env=False
        )

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def line(self, request: str) -> dict[str, Any]:
        """What was logged of a request; a line is written after its answer, so it may take a moment."""
        for _ in range(PATIENCE_SECONDS * 20):
            whole = self.log.rpartition("\n")[0]
            for line in map(json.loads, whole.splitlines()):
                if line["request"] == request:
                    return dict(line)
            sleep(0.05)
        raise AssertionError(f"nothing was logged of the request {request}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def raw(self, sent: bytes) -> bytes:
        """What comes back for bytes, until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection:
            connection.sendall(sent)
            received = b""
            while more := connection.recv(65_536):
                received += more
        return received


Start = Callable[..., Server]


def environment(home: Path) -> dict[str, str]:
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return {**keep, "HOME": str(home.parent), "PYTHONPATH": str(ROOT), "FIRSTPARTY_HOME": str(home)}


def started(made: Made, *words: str, secret: str | None, program: str = SERVE, **env: str) -> Server:
    log_path = made.home.parent / "log"
    environ = {**environment(made.home), **env}
    if secret is not None:
        path = made.home.parent / "secret"
        path.write_text(secret)
        environ["FIRSTPARTY_PASSPHRASE_FILE"] = str(path)
    with log_path.open("w") as log:
        process = warm.start(
            "serve", "--port", "0", "--json", *words, env=environ, cwd=made.home.parent, stderr=log, program=program
        )
    assert process.stdout
    line = process.stdout.readline()
    assert line, log_path.read_text()
    told = json.loads(line)
    return Server(process, told["url"], told["port"], made.home, log_path, told["locked"])


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("served") / "vault", keyring.new_recovery_key())
    Vault.create(made.home, PASSPHRASE, made.recovery_key, now=NOW).close()
    return made


@pytest.fixture
def made(template: Made, tmp_path: Path) -> Made:
    shutil.copytree(template.home, tmp_path / "vault")
    return template._replace(home=tmp_path / "vault")


@pytest.fixture
def start(made: Made) -> Iterator[Start]:
    """Starts servers for this test's vault, open unless `secret=None`, and ends them after it."""
    running: list[Server] = []

    def one(*words: str, secret: str | None = made.recovery_key, **more: str) -> Server:
        running.append(started(made, *words, secret=secret, **more))
        return running[-1]

    yield one
    for server in running:
        server.stop()


def _for_session(template: Made, folder: Path, secret: str | None) -> Iterator[Server]:
    shutil.copytree(template.home, folder / "vault")
    server = started(template._replace(home=folder / "vault"), "--requests-per-minute", "1000000", secret=secret)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def opened(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An open server that tests share and leave as it is."""
    yield from _for_session(template, tmp_path_factory.mktemp("open"), template.recovery_key)


@pytest.fixture(scope="session")
def shut(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A locked one."""
    yield from _for_session(template, tmp_path_factory.mktemp("shut"), None)
