"""Runs the real command on a folder of files, in a vault of its own, and returns what it prints."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

# A run that takes longer is a failure in itself; one seed is expected to take a few seconds.
_LIMIT_SECONDS = 120


class Command:
    def __init__(self, room: Path) -> None:
        passphrase = room / "passphrase"
        passphrase.write_text("a phrase for the examiner only")
        self._world = {
            **os.environ,
            "FIRSTPARTY_HOME": str(room / "vault"),
            "FIRSTPARTY_PASSPHRASE_FILE": str(passphrase),
        }

    def __call__(self, *words: str, fine: tuple[int, ...] = (0,)) -> dict[str, Any]:
        program = str(Path(sys.executable).parent / "firstparty")
        done = subprocess.run(
            [program, *words], env=self._world, capture_output=True, text=True, timeout=_LIMIT_SECONDS
        )
        if done.returncode not in fine:
            raise RuntimeError(
                f"firstparty {' '.join(words[:3])} … ended with {done.returncode}: {done.stderr.strip()[-600:]}"
            )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def examined(room: Path, files: list[Path], today: date) -> dict[str, Any]:
    """What the command says of these files: keys imported, again (a second import of the same), contracts, vendors, charges."""
    command = Command(room)
    command("init", "--json")
    imported = command("import", "--json", *map(str, files), fine=(0, 3))
    now = ("--now", today.isoformat())
    return {
        "imported": imported,
        "again": command("import", "--json", *map(str, files), fine=(0, 3)),
        "contracts": command("contracts", "--json", *now)["contracts"],
        "vendors": command("vendors", "--json", *now)["vendors"],
        "charges": command("charges", "--json")["charges"],
    }
