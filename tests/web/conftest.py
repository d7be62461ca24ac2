"""A vault with the sample person's files, made once and copied, and the real command in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from web.demo import SAMPLE_DAY, write_sample

PASSPHRASE = "seven sleepy herons"
TIMEOUT_SECONDS = 120
# The file with what opens the vault quickly, where there is one; beside it stands `passphrase`.
KEY = "key"


@dataclass
class Shell:
    """Runs `firstparty` as a person or a script would."""

    home: Path
    cwd: Path
    env: dict[str, str]

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return warm.run(*words, env={**self.env, **env}, cwd=self.cwd, timeout=TIMEOUT_SECONDS)

    def json(self, *words: str, code: int = 0) -> Any:
        done = self.run(*words, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def init(self) -> None:
        """Makes the vault, and opens it from now on with its recovery key, which needs no stretching."""
        (self.cwd / KEY).write_text(self.json("init")["recovery_key"] + "\n")
        self.env["FIRSTPARTY_PASSPHRASE_FILE"] = str(self.cwd / KEY)


def shell_in(folder: Path) -> Shell:
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    root = str(Path(__file__).parents[2])
    env = {
        **keep,
        "HOME": str(folder),
        "PYTHONPATH": root,
        "FIRSTPARTY_HOME": str(folder / "vault"),
        "FIRSTPARTY_PASSPHRASE_FILE": str(folder / KEY if (folder / KEY).exists() else secret),
        "FIRSTPARTY_NOW": SAMPLE_DAY.isoformat(),
        "COLUMNS": "140",
    }
    return Shell(folder / "vault", folder, env)


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    """No vault yet."""
    return shell_in(tmp_path)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "files", until=SAMPLE_DAY)
    shell = shell_in(folder)
    shell.init()
    report = shell.json("import", str(folder / "files"))
    assert report["problems"] == 0
    return folder


@pytest.fixture(scope="session")
def reading(sample: Path) -> Shell:
    """The sample vault, for tests that only read."""
    return shell_in(sample)


@pytest.fixture
def writing(sample: Path, tmp_path: Path) -> Shell:
    """A copy of the sample vault, for tests that change it."""
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    return shell_in(tmp_path)
