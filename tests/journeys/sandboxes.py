"""A sandbox and programs beside it, as processes of their own, each ended by its process id."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import httpx

from tests.web.conftest import Shell

ROOT = Path(__file__).parents[2]
FIRSTPARTY = [sys.executable, "-c", "from web.cli import main; main()"]
# Two busy cores; nothing is measured here.
PATIENCE_SECONDS = 60


@dataclass
class Sandbox:
    url: str
    home: Path
    shell: Shell
    process: subprocess.Popen[str]

    @property
    def owner(self) -> httpx.Client:
        local = httpx.HTTPTransport(uds=str(self.home / "owner.sock"))
        return httpx.Client(base_url="http://localhost", transport=local, timeout=PATIENCE_SECONDS, trust_env=False)

    def firstparty(self, *words: str) -> Any:
        """A command of the person's, or one that steers the sandbox; its JSON."""
        return self.shell.json(*words)


def environment(folder: Path) -> dict[str, str]:
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return {**keep, "HOME": str(folder), "PYTHONPATH": str(ROOT), "COLUMNS": "140"}


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with (
        temporary() as place,
        running(
            [*FIRSTPARTY, "sandbox", "--port", "0", "--json"], folder, {**environment(folder), **place}, "sandbox"
        ) as process,
    ):
        told = json.loads(line_of(process, folder / "sandbox.log"))
        owners = {"FIRSTPARTY_HOME": told["home"], "FIRSTPARTY_PASSPHRASE_FILE": told["passphrase_file"]}
        yield Sandbox(
            told["url"],
            Path(told["home"]),
            Shell(Path(told["home"]), folder, environment(folder) | place | owners),
            process,
        )


@contextmanager
def temporary() -> Iterator[dict[str, str]]:
    """A folder for temporary files alone, for a program's environment: pytest's own are too long for a socket's address."""
    with TemporaryDirectory(prefix="fp-") as folder:
        yield {"TMPDIR": folder}


@contextmanager
def running(words: list[str], folder: Path, env: dict[str, str], name: str) -> Iterator[subprocess.Popen[str]]:
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
        if process.stdout:
            process.stdout.close()


def line_of(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout
    line = process.stdout.readline()
    assert line, log.read_text()
    return line


def example(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """An example from start to end."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def eventually(true: Any) -> Any:
    """What `true()` gives once it gives something."""
    for _ in range(PATIENCE_SECONDS * 10):
        found = true()
        if found:
            return found
        sleep(0.1)
    raise AssertionError("it did not come about")
