"""The owner's commands while the server runs: they borrow its keys, write beside it, and nothing of either is lost."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from terms.errors import FirstpartyError
from tests.server import probes
from tests.server.conftest import PATIENCE_SECONDS, Made, Server, Start, environment
from tests.server.test_running import command
from vault.session import Vault
from vault.store import audit
from vault.store.connection import BusyError

ROOT = Path(__file__).parents[2]
# Writes beside the server until it is ended, and says each that is done.
WRITER = """
import sys, itertools
from web import options
for number in itertools.count():
    key = f"{sys.argv[2]}/{number}"
    with options.open_vault(sys.argv[1], None, by="writer") as vault, vault.transaction():
        size = vault.connection.execute("SELECT count(*) FROM meta").fetchone()[0]
        vault.connection.execute("INSERT INTO meta VALUES (?, ?)", (key, str(size)))
        vault.log("test.written", {"key": key})
    print(key, flush=True)
"""
# Opens beside the server, writes in a turn of its own, and stays in the middle of it until it is told to go on.
LINGERER = """
import sys
from web import options
with options.open_vault(sys.argv[1], None, by="lingerer") as vault, vault.transaction():
    vault.connection.execute("INSERT INTO meta VALUES ('lingering', 'x')")
    vault.log("test.written", {"key": "lingering"})
    print("writing", flush=True)
    sys.stdin.readline()
print("written", flush=True)
"""


def answered(made: Made, *words: str) -> Any:
    """What a command prints; it has neither passphrase nor terminal."""
    done = command(made, *words, "--json")
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def beside(made: Made, program: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(made.home), *words],
        env=environment(made.home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def lingering(made: Made) -> Iterator[subprocess.Popen[str]]:
    process = beside(made, LINGERER)
    assert process.stdout
    assert process.stdout.readline() == "writing\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


def post(server: Server, text: str) -> httpx.Response:
    return server.client.post("/v1/notes", json={"text": text}, headers={"Idempotency-Key": text})


class Posting:
    """Posts one note after the other, until it is ended or the server is gone."""

    def __init__(self, server: Server, name: str) -> None:
        self._kept: set[str] = set()
        self._statuses: set[int] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(server, name))
        self._thread.start()

    def _work(self, server: Server, name: str) -> None:
        with contextlib.suppress(httpx.HTTPError):
            for number in itertools.count():
                if self._ended.is_set():
                    return
                status = post(server, f"{name}-{number}").status_code
                self._statuses.add(status)
                if status == 201:
                    self._kept.add(f"{name}-{number}")

    def end(self) -> set[str]:
        """What was acknowledged."""
        self._ended.set()
        self._thread.join(PATIENCE_SECONDS)
        assert self._statuses <= {201, 503}
        return self._kept


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
    assert answered(made, "doctor")["ok"]
    opened = [
        json.loads(leaf["body"]) for leaf in answered(made, "audit", "log")["leaves"] if leaf["event"] == "unlock"
    ]
    assert {"by": "server", "for": "profile set"} in opened


def test_a_file_is_imported_and_the_import_undone_beside_the_server(made: Made, start: Start) -> None:
    start()
    statement = made.home.parent / "passwords.csv"
    statement.write_text("name,url,username,password,note\nShop,https://shop.example/,me,secret,\n")
    imported = answered(made, "import", str(statement))
    assert imported["added"]["account"] == 1
    assert answered(made, "undo", imported["batch_id"])["removed"]["account"] == 1
    archive = made.home.parent / "all.zip"
    assert answered(made, "export", str(archive))["file"] == str(archive)
    assert answered(made, "audit", "verify")["ok"]


def test_beside_a_locked_server_a_command_opens_the_vault_by_itself(made: Made, start: Start) -> None:
    start(secret=None)
    refused = command(made, "vendors")
    assert (refused.returncode, "no terminal" in refused.stderr) == (1, True)
    assert command(made, "vendors", secret=made.recovery_key).returncode == 0


@pytest.mark.parametrize("words", [("passphrase", "change"), ("recovery", "replace")])
def test_what_rewrites_the_keyring_wants_the_vault_locked_first(
    made: Made, start: Start, words: tuple[str, ...]
) -> None:
    server = start()
    ring = (made.home / "keyring.json").read_bytes()
    refused = command(made, *words, secret=made.recovery_key)
    assert refused.returncode == 1
    assert "firstparty lock" in refused.stderr
    assert (made.home / "keyring.json").read_bytes() == ring
    assert server.client.get("/v1/terms").status_code == 200


def test_the_recovery_key_is_proven_beside_the_server(made: Made, start: Start) -> None:
    start()
    path = made.home.parent / "recovery"
    path.write_text(made.recovery_key)
    assert command(made, "recovery", "test", "--recovery-file", str(path)).returncode == 0
    path.write_text("seven wakeful herons")
    assert command(made, "recovery", "test", "--recovery-file", str(path)).returncode == 1
    assert "recovery.tested" in [leaf["event"] for leaf in answered(made, "audit", "log")["leaves"]]


def test_nobody_borrows_over_the_network(made: Made, start: Start) -> None:
    server = start()
    for path in ("/owner/lend", "/owner/wake"):
        assert server.client.post(path).status_code == 404
    assert "root" in server.owner.post("/owner/lend").json()
    assert "root" not in server.log
    server.owner.post("/owner/lock")
    assert server.owner.post("/owner/lend").status_code == 503


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_gets_no_answer_on_the_owners_socket_even_where_the_file_lets_them(
    made: Made, start: Start
) -> None:
    server = start()
    local = made.home / "owner.sock"
    local.chmod(0o666)
    for folder in (made.home, *made.home.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(0o711)
    program = (
        "import os, socket, sys\nconnection = socket.socket(socket.AF_UNIX)\nos.setuid(65534)\n"
        "connection.connect(sys.argv[1])\n"
        "connection.sendall(b'POST /owner/lend HTTP/1.1\\r\\nhost: localhost\\r\\ncontent-length: 0\\r\\n\\r\\n')\n"
        "sys.stdout.buffer.write(connection.recv(4096))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(local)], capture_output=True, text=True)
    assert (done.stdout, "refused" in done.stderr) == ("", False), done.stderr
    assert server.owner.get("/owner/state").status_code == 200


def test_a_command_goes_by_the_servers_clock_unless_it_is_told_a_day(made: Made, start: Start) -> None:
    moved = (
        "from datetime import timedelta\nfrom web import clock\nfrom web.server import running\nrun = running.run\n"
        "running.run = lambda *a, clock, **k: run(*a, clock=lambda: clock() + timedelta(days=100), **k)\n"
        "from web.cli import main\nmain()\n"
    )
    start(program=moved)
    from web import clock

    answered(made, "profile", "set", "pd:EmailAddress", "me@example.org")
    answered(made, "profile", "set", "pd:TelephoneNumber", "1", "--now", "2026-05-05")
    at = {leaf["event"] + leaf["at"][:10] for leaf in answered(made, "audit", "log")["leaves"]}
    days = (clock.now().toordinal() + 100, clock.now().toordinal() + 101)
    assert any(event.startswith("unlock") and _ordinal(event[-10:]) in days for event in at)
    assert "unlock2026-05-05" in at


def _ordinal(written: str) -> int:
    from datetime import date

    return date.fromisoformat(written).toordinal()


def test_requests_wait_while_a_command_writes_and_are_told_busy_when_it_goes_on_for_long(
    made: Made, start: Start
) -> None:
    server = start(program=probes.PROGRAM)
    with lingering(made) as process:
        told = post(server, "late")
        assert (told.status_code, told.json()["code"], told.headers["retry-after"]) == (503, "busy", "1")
        assert server.client.get("/v1/terms").status_code == 200  # reads need not wait
        waiting: list[httpx.Response] = []
        thread = threading.Thread(target=lambda: waiting.append(post(server, "soon")))
        thread.start()
        assert process.communicate("go on\n", PATIENCE_SECONDS)[0] == "written\n"
        thread.join(PATIENCE_SECONDS)
        assert waiting[0].status_code == 201
    assert post(server, "late").status_code == 201
    assert "internal" not in server.log


def test_a_server_stops_in_time_while_a_command_writes_and_the_command_is_done_all_the_same(
    made: Made, start: Start
) -> None:
    server = start(program=probes.PROGRAM)
    with lingering(made) as process:
        asking = Posting(server, "cut")
        assert server.stop() == 0
        asking.end()
        with pytest.raises(FirstpartyError, match="lingerer"):
            made.open()  # nobody is alone with the vault before the guest has left
        assert process.communicate("go on\n", PATIENCE_SECONDS)[0] == "written\n"
    with made.open() as vault:
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key = 'lingering'").fetchone() == (1,)
        assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()


@pytest.mark.parametrize("killed", ["server", "commands"])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_the_server_and_commands_acknowledged_is_there_after_either_was_killed_in_the_middle(
    made: Made, start: Start, killed: str, seed: int
) -> None:
    chance = random.Random(f"{killed}{seed}")
    server = start("--requests-per-minute", "1000000", program=probes.PROGRAM)
    writers = [beside(made, WRITER, name) for name in ("first", "second")]
    posting = [Posting(server, name) for name in ("third", "fourth")]
    said: list[str] = []
    for writer in writers:
        assert writer.stdout
        said += [writer.stdout.readline().strip() for _ in range(chance.randint(3, 12))]
    if killed == "server":
        server.stop(signal.SIGKILL)
    for writer in writers:
        writer.kill()
    kept = set[str]().union(*(one.end() for one in posting))
    for writer in writers:
        said += [line.strip() for line in writer.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()]
    if killed == "commands":
        assert post(server, "after").status_code == 201
        server.stop()
    assert kept
    with made.open() as vault:
        _holds_all(vault, set(said), kept)


def _holds_all(vault: Vault, said: set[str], kept: set[str]) -> None:
    found = dict(vault.connection.execute("SELECT key, value FROM meta").fetchall())
    written = {key: size for key, size in found.items() if key.startswith(("first/", "second/"))}
    assert said <= written.keys()
    assert kept <= set(found.values())
    assert len(written) == len(set(written.values()))  # no two read the same state and wrote after it
    assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()


def test_a_database_that_another_writes_to_is_busy_and_not_broken(made: Made) -> None:
    with made.open() as vault:
        vault.share(patience_seconds=0.1)
        guest = Vault.beside(made.home, vault.keys.root, now=vault.now, by="test", turn="writes")
        with pytest.raises(BusyError), vault.translated(), vault.transaction():
            pass
        guest.close()
        with vault.transaction():
            vault.log("test.event", {})
