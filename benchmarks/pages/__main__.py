"""The figures of the pages: `python -m benchmarks.pages`, or parts of them: `python -m benchmarks.pages looks clicks`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.measuring import Figure, folder, show
from benchmarks.pages import browser, clicks, lighthouse, looks, many, served, waiting

PARTS = ("looks", "clicks", "lighthouse", "waiting")


def figures(parts: Sequence[str] = PARTS) -> list[Figure]:
    found: list[Figure] = []
    if browser.PROGRAM is None and set(parts) - {"waiting"}:
        sys.exit("there is no Chromium here (`apt-get install chromium`)")
    with folder() as place:
        if set(parts) - {"waiting"}:
            with served.sample(place) as server:
                if {"looks", "clicks"} & set(parts):
                    with browser.running() as chromium:
                        found += looks.figures(chromium, server) if "looks" in parts else []
                        found += clicks.figures(chromium, server) if "clicks" in parts else []
                found += lighthouse.figures(server) if "lighthouse" in parts else []
        if "waiting" in parts:
            (place / "many").mkdir()
            home = many.make(place / "many", datetime.now(UTC))
            found += waiting.figures(home.path, place / "many" / "passphrase")
    return found


if __name__ == "__main__":
    chosen = tuple(sys.argv[1:]) or PARTS
    if unknown := set(chosen) - set(PARTS):
        sys.exit(f"there is no part `{min(unknown)}`; the parts are: {', '.join(PARTS)}")
    show(figures(chosen))
