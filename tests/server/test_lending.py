"""The owner's commands while the server runs: they borrow its keys, write beside it, and nothing of either is lost."""

from __future__ import annotations

import json
from typing import Any

from tests.server.conftest import Made, Start
from tests.server.test_running import command


def answered(made: Made, *words: str) -> Any:
    """What a command prints; it has neither passphrase nor terminal."""
    done = command(made, *words, "--json")
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def test_a_command_beside_an_open_server_needs_no_passphrase_and_the_log_says_that_it_was_there(
    made: Made, start: Start
) -> None:
    server = start()
    assert answered(made, "vendors") == {"vendors": []}
    answered(made, "profile", "set", "pd:EmailAddress", "me@example.org")
    (shown,) = answered(made, "profile", "show")["attributes"]
    assert shown["value"] == "me@example.org"
    assert server.client.get("/v1/terms").status_code == 200
    assert answered(made, "audit", "verify")["ok"]
    opened = [
        json.loads(leaf["body"]) for leaf in answered(made, "audit", "log")["leaves"] if leaf["event"] == "unlock"
    ]
    assert {"by": "server", "for": "profile set"} in opened


def test_beside_a_locked_server_a_command_opens_the_vault_by_itself(made: Made, start: Start) -> None:
    start(secret=None)
    refused = command(made, "vendors")
    assert (refused.returncode, "no terminal" in refused.stderr) == (1, True)
    assert command(made, "vendors", secret=made.recovery_key).returncode == 0
