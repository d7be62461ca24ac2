"""The start of the command line against the start of Python: `python -m benchmarks.starting`."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measuring import Figure, command, environment, median, seconds, show, side_by_side

RUNS = 20
TARGET = 6


def figures() -> list[Figure]:
    clean = environment()

    def run(arguments: list[str]) -> float:
        return seconds(lambda: subprocess.run(arguments, env=clean, stdout=subprocess.DEVNULL, check=True))

    ours, bare = side_by_side(RUNS, lambda: run(command("--help")), lambda: run([sys.executable, "-c", "pass"]))
    ratio = median(ours) / median(bare)
    measured = f"{median(ours) * 1000:.0f} ms, python {median(bare) * 1000:.0f} ms: {ratio:.2f} times"
    return [Figure("start of `firstparty --help` / python -c pass", measured, f"< {TARGET}", ratio < TARGET)]


if __name__ == "__main__":
    show(figures())
