"""A server on a vault, and what lets a browser in: the cookie of a session that a link of `firstparty login` began."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.measuring import environment
from web.sandbox import making

# What Lighthouse and the browser are pointed at: each page that the navigation or a settled routine leads to.
MAIN_PAGES = (
    "/", "/vendors", "/offers", "/intents", "/sharing", "/activity", "/spending", "/renewals", "/butler", "/terms",
    "/held", "/settings", "/developers",
)  # fmt: skip
_COOKIE_FIELD = "set-cookie"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; `cookie` is `(name, value)`."""

    url: str
    pid: int
    cookie: tuple[str, str]

    def client(self) -> httpx.Client:
        """Of somebody who is logged in, with the fields that browsers send."""
        fields = {"Cookie": "=".join(self.cookie), "Sec-Fetch-Site": "none", "Accept-Encoding": "gzip"}
        return httpx.Client(base_url=self.url, headers=fields, timeout=_PATIENCE_SECONDS, trust_env=False)


@contextmanager
def sample(place: Path) -> Iterator[Served]:
    """The sandbox's vault, lived in, as `firstparty demo` shows it."""
    secret = making.make(place, now=datetime.now(UTC), lived_in=True)
    path = place / making.SECRET
    path.write_text(secret)
    path.chmod(0o600)
    with serving(place / making.HOME, path) as server:
        yield server


@contextmanager
def serving(home: Path, secret: Path) -> Iterator[Served]:
    environ = {**environment(), "FIRSTPARTY_HOME": str(home), "FIRSTPARTY_PASSPHRASE_FILE": str(secret)}
    words = ["serve", "--port", "0", "--json", "--dev", "--requests-per-minute", "10000000"]
    with subprocess.Popen(
        [sys.executable, "-c", "from web.cli import main; main()", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout
        try:
            told = json.loads(process.stdout.readline())
            yield Served(told["url"], process.pid, _logged_in(home, told["url"]))
        finally:
            process.send_signal(signal.SIGTERM)


def _logged_in(home: Path, url: str) -> tuple[str, str]:
    local = httpx.HTTPTransport(uds=str(home / "owner.sock"))
    with httpx.Client(base_url="http://localhost", transport=local, timeout=_PATIENCE_SECONDS) as owner:
        link = owner.post("/owner/login").json()["url"]
    with httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False) as browser:
        given = browser.post(link, data={"come": "in"}).headers[_COOKIE_FIELD]
    name, _, value = given.partition(";")[0].partition("=")
    return name, value
