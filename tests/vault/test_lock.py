"""One process at a time, by an advisory lock that the kernel lets go with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.conftest import Made
from vault.store import lock
from vault.store.lock import Lock, VaultInUseError

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from vault.session import Vault
vault = Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 31, tzinfo=UTC), by="import")
print("held", flush=True)
sys.stdin.read()
vault.close()
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(home: Path, holder: str) -> Lock:
        return Lock(home, holder, patience=0.1)

    monkeypatch.setattr("vault.session.Lock", quick)


@pytest.fixture
def holder(made: Made) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(made.home), made.recovery_key]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_holds_the_vault(
    made: Made, holder: subprocess.Popen[str], impatient: None
) -> None:
    before = made.database.read_bytes()
    with pytest.raises(VaultInUseError, match=rf"process {holder.pid} \(import\); wait for it, or end it"):
        made.open()
    assert made.database.read_bytes() == before
    holder.communicate("")
    with made.open(by="after") as vault:
        assert "unlock" in [row[0] for row in vault.connection.execute("SELECT event FROM audit_leaf")]


def test_the_lock_of_a_killed_process_is_free_at_once(
    made: Made, holder: subprocess.Popen[str], impatient: None
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with made.open():
        pass


def test_a_waiting_process_gets_the_vault_when_the_other_is_done(made: Made, holder: subprocess.Popen[str]) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(made.home), made.recovery_key],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    holder.communicate("")
    assert waiting.communicate("")[0] == "held\n"


def test_a_lock_is_refused_within_one_process_too(tmp_path: Path) -> None:
    first = Lock(tmp_path, "first")
    with pytest.raises(VaultInUseError, match=rf"process {os.getpid()} \(first\)"):
        Lock(tmp_path, "second", patience=0)
    first.release()
    Lock(tmp_path, "third", patience=0).release()
    assert (tmp_path / lock.FILE_NAME).read_bytes() == b""


def test_letting_go_twice_does_not_touch_a_file_that_took_the_descriptors_number(tmp_path: Path) -> None:
    held = Lock(tmp_path, "test")
    held.release()
    innocent = tmp_path / "innocent"
    innocent.write_bytes(b"content")
    with innocent.open("rb+"):
        held.release()
    assert innocent.read_bytes() == b"content"


def test_a_vault_closed_twice_is_closed(made: Made) -> None:
    with made.open() as vault:
        vault.close()
    vault.close()
