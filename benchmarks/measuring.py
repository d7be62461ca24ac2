"""What every benchmark stands on: clocks, medians, fresh vaults, the memory of a process and its children."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import NamedTuple

PASSPHRASE = "seven quiet rivers meet under the bridge"
# What would make our side another than a person's: a vault of their own, or modules compiled anew at each start.
_LEFT_OUT = ("FIRSTPARTY_", "PYTHONDONTWRITEBYTECODE")
# Exit code of an import that left some rows out.
_PARTLY = 3
_SAMPLED_SECONDS = 0.05


class Figure(NamedTuple):
    """One line of the table. `holds` is none where there is no target."""

    name: str
    measured: str
    target: str = ""
    holds: bool | None = None


def show(figures: Sequence[Figure]) -> None:
    width = max(len(figure.name) for figure in figures)
    middle = max(len(figure.measured) for figure in figures)
    for figure in figures:
        verdict = "" if figure.holds is None else ("holds" if figure.holds else "FALLS SHORT")
        print(f"{figure.name:{width}}  {figure.measured:{middle}}  {figure.target:>10}  {verdict}".rstrip(), flush=True)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="firstparty-benchmark-") as path:
        yield Path(path)


def seconds(action: Callable[[], object]) -> float:
    started = monotonic()
    action()
    return monotonic() - started


def side_by_side(runs: int, *actions: Callable[[], float]) -> list[list[float]]:
    """Each action `runs` times, in turns, so that a busy moment of the machine falls on all of them."""
    taken: list[list[float]] = [[] for _ in actions]
    for _ in range(runs):
        for times, action in zip(taken, actions, strict=True):
            times.append(action())
    return taken


def median(times: Sequence[float]) -> float:
    return statistics.median(times)


class Home:
    """A fresh vault in a folder, driven by the real command line."""

    def __init__(self, path: Path) -> None:
        self.path = path / "vault"
        secret = path / "passphrase"
        secret.write_text(PASSPHRASE)
        secret.chmod(0o600)
        self.environment = {
            **environment(),
            "FIRSTPARTY_HOME": str(self.path),
            "FIRSTPARTY_PASSPHRASE_FILE": str(secret),
        }
        self.run("init", "--json")

    def run(self, *arguments: str) -> dict[str, object]:
        done = subprocess.run(command(*arguments), env=self.environment, capture_output=True, check=False)
        return _answer(done.returncode, done.stdout, done.stderr)

    def run_sampled(self, *arguments: str) -> tuple[dict[str, object], int]:
        """Also gives the peak of resident memory, in bytes, of the command and its children together."""
        with subprocess.Popen(
            command(*arguments), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            peak = Peak(process.pid)
            out, error = process.communicate()
        return _answer(process.returncode, out, error), peak.stop()


def _answer(code: int, out: bytes, error: bytes) -> dict[str, object]:
    if code not in (0, _PARTLY):
        raise RuntimeError(f"exit code {code}: {error.decode()}")
    answer: dict[str, object] = json.loads(out) if out.strip() else {}
    return answer


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from web.cli import main; main()", *arguments]


class Peak:
    """Samples what a process and its children hold in memory, until it ends (Linux)."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak = pid, 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._stopped.wait(_SAMPLED_SECONDS):
            self._peak = max(self._peak, sum(_resident(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    except OSError:
        pass  # it has ended meanwhile
    return found


def _resident(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
