"""Every example runs on the sample person's vault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.web.conftest import shell_in

ROOT = Path(__file__).parents[2]


def test_price_rises_are_listed_for_a_spreadsheet(tmp_path: Path) -> None:
    contracts = shell_in(tmp_path).json("demo")["contracts"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "price_rises.py")],
        input=json.dumps({"contracts": contracts}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2025-06-23\tNetflix\tEUR\t1299\t1399" in done.stdout.splitlines()
