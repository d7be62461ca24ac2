"""Programs of Node packages that are measured against or with: installed by npm, outside the project, when they are needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(os.environ.get("FIRSTPARTY_BENCHMARK_CACHE", Path.home() / ".cache" / "firstparty-benchmarks"))


def installed(package: str, program: str, folder: str) -> Path | None:
    """The program, in a folder of its own that is kept between runs; none where there is no npm, or the package cannot be had."""
    place = CACHE / folder
    found = place / "node_modules" / ".bin" / program
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    if not found.exists():
        place.mkdir(parents=True, exist_ok=True)
        words = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), package]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return None
    return found
