"""Lighthouse on every main page, as of a mid-range phone on a slow connection (its own defaults): medians of several runs.

It is installed by npm into a folder of its own when it is not there; without node or npm nothing is measured, and that is said.
It simulates the phone: what the machine took is scaled by its model, so a busy machine lowers the score for performance.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks import node
from benchmarks.measuring import Figure, median
from benchmarks.pages.browser import PROGRAM
from benchmarks.pages.served import MAIN_PAGES, Served

PACKAGE = "lighthouse@12"
TARGETS = {"performance": 95, "accessibility": 100, "best-practices": 100}
RUNS = 3
_PATIENCE_SECONDS = 180


class Seen(NamedTuple):
    """Of one run: scores of 100 by category, and the audits that cost some of it."""

    scores: dict[str, int]
    missed: frozenset[str]


def figures(server: Served) -> list[Figure]:
    program = node.installed(PACKAGE, "lighthouse", "lighthouse") if PROGRAM else None
    if program is None:
        print("no node, npm or Chromium, or the package cannot be had: no Lighthouse", file=sys.stderr)
        return []
    return [_figure(path, [seen(program, server, path) for _ in range(RUNS)]) for path in MAIN_PAGES]


def _figure(path: str, runs: list[Seen]) -> Figure:
    scores = {name: round(median([run.scores[name] for run in runs])) for name in TARGETS}
    said = ", ".join(f"{name} {score}" for name, score in scores.items())
    holds = all(scores[name] >= target for name, target in TARGETS.items())
    missed = sorted(frozenset.union(*(run.missed for run in runs))) if not holds else []
    return Figure(
        f"Lighthouse, phone, {path}",
        f"{said} ({', '.join(missed)})" if missed else said,
        "/".join(map(str, TARGETS.values())),
        holds,
    )


def seen(program: Path, server: Served, path: str) -> Seen:
    words = [
        str(program), f"{server.url}{path}", "--quiet", "--output=json", "--disable-storage-reset",
        f"--only-categories={','.join(TARGETS)}",
        f"--extra-headers={json.dumps({'Cookie': '='.join(server.cookie)})}",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": PROGRAM or ""}
    done = subprocess.run(words, env=environ, capture_output=True, check=True, timeout=_PATIENCE_SECONDS)
    report = json.loads(done.stdout)
    if report["finalDisplayedUrl"] != f"{server.url}{path}":
        raise RuntimeError(f"{path} led to {report['finalDisplayedUrl']}")
    weights = {one["id"]: one["weight"] for found in report["categories"].values() for one in found["auditRefs"]}
    return Seen(
        {name: round(100 * report["categories"][name]["score"]) for name in TARGETS},
        frozenset(
            name for name, weight in weights.items() if weight and report["audits"][name]["score"] not in (None, 1)
        ),
    )
