"""`kill -9` while writing: what was acknowledged is there, and effect and leaf are there together or not at all."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.vault.conftest import Made
from vault.store import audit, connection

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from vault.session import Vault
run = sys.argv[3]
with Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 31, tzinfo=UTC), by="test") as vault:
    for number in range(100_000):
        with vault.transaction():
            key = f"{run}/{number}"
            vault.connection.execute("INSERT INTO meta VALUES (?, ?)", (key, "x" * (number * 37 % 3000)))
            leaf = vault.log("test.written", {"key": key})
        print(key, leaf, flush=True)
"""


def killed_after(made: Made, run: str, lines: int, pause: float) -> list[list[str]]:
    """What a writer had acknowledged when it was killed."""
    command = [sys.executable, "-c", WRITER, str(made.home), made.recovery_key, run]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        acknowledged = [writer.stdout.readline().split() for _ in range(lines)]
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line.split() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        assert writer.wait() == -signal.SIGKILL
    return acknowledged


@pytest.mark.parametrize("seed", range(3))
def test_every_acknowledged_write_survives_a_kill_effect_and_leaf_together(made: Made, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: list[list[str]] = []
    for run in range(3):
        acknowledged += killed_after(made, f"run{run}", chance.randint(1, 120), chance.random() / 100)
        with made.open() as vault:
            written = {row[0] for row in vault.connection.execute("SELECT key FROM meta WHERE key LIKE 'run%'")}
            logged = dict(
                vault.connection.execute(
                    "SELECT json_extract(body, '$.key'), n FROM audit_leaf WHERE event = 'test.written'"
                ).fetchall()
            )
            assert connection.integrity_problems(vault.connection) == []
            assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()
        assert written == set(logged)
        assert {key: int(leaf) for key, leaf in acknowledged}.items() <= logged.items()
        # At most the one write that was under way when each writer was killed may be there unacknowledged.
        assert len(written) - len(acknowledged) <= run + 1
