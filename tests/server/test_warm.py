"""A process that is forked for a test is to everybody outside what a new one would be."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests import warm
from tests.server.conftest import PATIENCE_SECONDS, Made, Start, environment


def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTPARTY_FRESH", "1")


@pytest.mark.parametrize(
    "words", [("--version",), ("no-such-command",), ("vendors",), ("vendors", "--json"), ("init",), ("config", "show")]
)
def test_it_says_and_ends_as_a_new_one_does(
    made: Made, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    secret = made.home.parent / "secret"
    secret.write_text(made.recovery_key)
    env = {**environment(made.home), "FIRSTPARTY_PASSPHRASE_FILE": str(secret)}

    def done() -> tuple[int, str, str]:
        found = warm.run(*words, env=env, cwd=made.home.parent, timeout=PATIENCE_SECONDS)
        return found.returncode, found.stdout, found.stderr

    forked = done()
    fresh(monkeypatch)
    assert forked == done()


def test_a_signal_ends_it_and_is_told(made: Made, start: Start) -> None:
    server = start()
    assert server.process.poll() is None
    server.process.kill()
    assert server.process.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    again = start()
    assert again.stop() == 0


def test_what_could_matter_to_an_interpreter_starts_one(made: Made, tmp_path: Path) -> None:
    for more in ({"PYTHONPATH": "/elsewhere"}, {"PYTHONUTF8": "0"}, {"LC_ALL": "C"}):
        with (tmp_path / "log").open("w") as log:
            env = {**environment(made.home), **more}
            process = warm.start("--version", env=env, cwd=tmp_path, stderr=log)
        assert not isinstance(process, warm.Forked)
        process.wait(PATIENCE_SECONDS)
        assert process.stdout
        process.stdout.close()
