"""`firstparty sandbox` from start to end."""

from __future__ import annotations

import json
import signal
import subprocess
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from tests.journeys.sandboxes import FIRSTPARTY, PATIENCE_SECONDS, environment, line_of, running, sandbox, temporary
from tests.server.conftest import Start, made, start, template

__all__ = ["made", "start", "template"]  # fixtures


def test_its_clock_goes_ahead_it_begins_again_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with sandbox(tmp_path) as one:
        before = one.firstparty("sandbox", "clock")["now"]
        after = one.firstparty("sandbox", "clock", "+3d")["now"]
        assert after[:10] > before[:10]
        dates = httpx.get(f"{one.url}/health", trust_env=False).headers.get_list("date")
        assert [str(parsedate_to_datetime(date))[:10] for date in dates] == [after[:10]]
        assert one.firstparty("intents")["intents"]

        one.firstparty("profile", "set", "pd:EmailAddress", "other@example.com", "--label", "home")
        one.firstparty("sandbox", "reset")
        shown = json.dumps(one.firstparty("profile", "show"))
        assert "alex@example.com" in shown
        assert "other@example.com" not in shown
        assert one.firstparty("sandbox", "clock")["now"] >= after

        back = one.shell.run("sandbox", "clock", "-1d")
        assert back.returncode == 2
        one.process.send_signal(signal.SIGINT)
        one.process.wait(PATIENCE_SECONDS)
        assert not one.home.parent.exists()


def test_it_prints_the_command_to_run(tmp_path: Path) -> None:
    words = [*FIRSTPARTY, "sandbox", "--port", "0"]
    with temporary() as place, running(words, tmp_path, environment(tmp_path) | place, "sandbox") as process:
        told = [line_of(process, tmp_path / "sandbox.log") for _ in range(9)]
    url = told[0].split()[2].rstrip(".")
    assert f"    python examples/first_offer.py {url}\n" in told


def test_without_a_sandbox_the_commands_that_steer_one_say_so(tmp_path: Path) -> None:
    env = environment(tmp_path) | {"TMPDIR": str(tmp_path)}
    done = subprocess.run([*FIRSTPARTY, "sandbox", "reset"], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "start one with `firstparty sandbox`" in done.stderr


def test_an_ordinary_server_cannot_be_moved_in_time_or_begun_again(start: Start) -> None:
    server = start("--dev")
    for path, body in (("/owner/clock", {"seconds": 60}), ("/owner/reset", {})):
        assert server.owner.post(path, json=body).status_code == 404
