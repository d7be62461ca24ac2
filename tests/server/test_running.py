"""From start to stop: what a person and the system see of a server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading

import httpx
import pytest

from terms.errors import FirstpartyError
from tests import warm
from tests.server import probes
from tests.server.conftest import PASSPHRASE, PATIENCE_SECONDS, Made, Server, Start, environment, started
from web.commands import serve
from web.server import warming


def command(made: Made, *words: str, secret: str | None = None) -> subprocess.CompletedProcess[str]:
    """`firstparty` beside the server."""
    environ = environment(made.home)
    if secret is not None:
        path = made.home.parent / "given"
        path.write_text(secret)
        environ["FIRSTPARTY_PASSPHRASE_FILE"] = str(path)
    return warm.run(*words, env=environ, cwd=made.home.parent, timeout=PATIENCE_SECONDS)


def test_a_server_with_a_passphrase_file_is_open_from_the_start(opened: Server) -> None:
    assert not opened.is_locked
    assert opened.client.get("/ready").json() == {"status": "ready"}


def test_a_server_without_a_passphrase_starts_locked_and_says_who_it_is_and_no_more(shut: Server) -> None:
    assert shut.is_locked
    assert shut.client.get("/health").json() == {"status": "alive"}
    card = shut.client.get("/.well-known/firstparty.json").json()
    assert (card["issuer"], card["agreements"]) == (shut.url, None)
    for path in ("/v1/terms", "/ready"):
        refused = shut.client.get(path)
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "locked", "30")


def test_the_owner_unlocks_and_locks_a_running_server_by_command(made: Made, start: Start) -> None:
    server = start(secret=None)
    wrong = command(made, "unlock", secret="seven wakeful herons")
    assert wrong.returncode == 1
    assert "opens nothing" in wrong.stderr
    assert command(made, "unlock", secret=PASSPHRASE).returncode == 0
    assert server.client.get("/v1/terms").status_code == 200
    assert "already" in command(made, "unlock", secret=PASSPHRASE).stdout
    assert command(made, "lock").returncode == 0
    assert server.client.get("/v1/terms").status_code == 503
    # The keys are gone, and so is the vault's lock: another command may open it now.
    assert command(made, "vendors", secret=made.recovery_key).returncode == 0


def test_without_a_server_unlocking_says_that_none_is_running(made: Made) -> None:
    done = command(made, "unlock", secret=PASSPHRASE)
    assert done.returncode == 1
    assert "no server is running" in done.stderr


def test_the_owners_socket_is_the_owners_alone_and_goes_with_the_server(made: Made, start: Start) -> None:
    server = start()
    path = made.home / "owner.sock"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    server.stop()
    assert not path.exists()


def test_a_second_server_for_one_vault_is_refused_and_told_who_has_it(made: Made, start: Start) -> None:
    first = start(secret=None)
    second = command(made, "serve", "--port", "0")
    assert second.returncode == 1
    assert f"process {first.process.pid}" in second.stderr
    assert first.client.get("/health").status_code == 200


def test_a_server_whose_vault_another_command_has_open_says_who(made: Made) -> None:
    with made.open():
        done = command(made, "serve", "--port", "0", secret=made.recovery_key)
    assert done.returncode == 1
    assert f"process {os.getpid()} (test)" in done.stderr


def test_a_server_that_was_killed_leaves_nothing_in_the_way_of_the_next(start: Start) -> None:
    assert start().stop(signal.SIGKILL) == -signal.SIGKILL
    assert start().client.get("/ready").status_code == 200


def test_what_cannot_be_prepared_beforehand_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def broken() -> None:
        tried.append(1)
        raise OSError("no such file")

    monkeypatch.setattr(warming, "roster", broken)
    asyncio.run(warming.warm())
    assert tried == [1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_gracefully(start: Start, number: int) -> None:
    server = start()
    assert server.client.get("/health").status_code == 200  # and the connection stays open
    assert server.stop(number) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, trust_env=False)


def test_a_closed_terminal_does_not_stop_one_that_was_started_to_outlive_it(made: Made) -> None:
    words = '-c "from web.cli import main; main()" serve --dev --port 0 --json'
    with subprocess.Popen(
        ["sh", "-c", f'trap "" HUP; exec "$0" {words}', sys.executable],
        env=environment(made.home),
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout
        url = json.loads(server.stdout.readline())["url"]
        server.send_signal(signal.SIGHUP)
        assert httpx.get(f"{url}/health", trust_env=False).status_code == 200
        server.terminate()
        assert server.wait(PATIENCE_SECONDS) == 0


def test_it_stops_with_streams_open_letting_those_end_that_do(start: Start) -> None:
    server = start(program=probes.PROGRAM)
    received: dict[str, list[bytes]] = {}

    def read(path: str) -> None:
        found = received.setdefault(path, [])
        try:
            with server.client.stream("GET", path) as response:
                found.extend(response.iter_raw())
        except httpx.RemoteProtocolError:
            found.append(b"cut")

    readers = [threading.Thread(target=read, args=(path,)) for path in ("/polite", "/endless")]
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(b"POST /form HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf")
        for reader in readers:
            reader.start()
        while sum(map(bool, received.values())) < 2 and all(reader.is_alive() for reader in readers):
            pass
        assert server.stop() == 0
    for reader in readers:
        reader.join(PATIENCE_SECONDS)
    assert b"".join(received["/polite"]) == b"begun\nended\n"
    assert b"".join(received["/endless"]) == b"begun\ncut"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--base-url", "http://vault.example"), "not https"),
        (("--base-url", "vault.example"), "not a base URL"),
        (("--base-url", "https://me@vault.example"), "not a base URL"),
        (("--base-url", "https://vault.example/?q"), "not a base URL"),
        (("--base-url", "https://[vault"), "not a base URL"),
        (("--host", "no.such.name.invalid"), "cannot listen"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_a_sentence(made: Made, words: tuple[str, ...], says: str) -> None:
    with pytest.raises(FirstpartyError, match=says):
        serve.COMMAND.main(["--home", str(made.home), "--port", "0", *words], standalone_mode=False)


def test_a_port_that_is_taken_is_said(made: Made) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(FirstpartyError, match="in use"):
            serve.COMMAND.main(["--home", str(made.home), "--port", port], standalone_mode=False)


def test_a_base_url_is_the_issuer_and_its_name_is_answered(made: Made, start: Start) -> None:
    server = start("--base-url", "https://vault.example/")
    assert server.url == "https://vault.example"
    answer = httpx.get(
        f"http://127.0.0.1:{server.port}/.well-known/firstparty.json",
        headers={"host": "vault.example"},
        trust_env=False,
    )
    assert answer.json()["issuer"] == "https://vault.example"
    assert answer.headers["strict-transport-security"]


def test_ipv6_is_served(made: Made) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback on this machine")
    server = started(made, "--host", "::1", secret=None)
    try:
        assert server.client.get("/health").status_code == 200
    finally:
        server.stop()


def test_no_command_needs_the_server_to_be_imported() -> None:
    """Else `firstparty --help` would take half a second."""
    program = (
        "import sys, importlib, web.cli\n"
        "[importlib.import_module('web.commands.' + name) for name in web.cli._modules().values()]\n"
        "print([name for name in ('litestar', 'uvicorn', 'asyncio', 'msgspec') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_start_leaves_out_what_the_first_requests_do_not_need() -> None:
    """Each of these takes a twentieth of a start or more, and comes with whoever first needs it."""
    program = (
        "import sys, web.server.running, web.server.listening\n"
        "from web.server.application import collected\n"
        "collected()\n"
        "heavy = ('apprise', 'babel', 'cryptography.x509', 'icalendar', 'jinja2', 'jwt', 'lxml', 'rapidfuzz', 'segno',"
        " 'sqlite_utils', 'webauthn')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_passphrase_is_stretched_while_the_rest_is_imported(made: Made) -> None:
    program = (
        "import sys\n"
        "from vault import keyring\n"
        "unlock = keyring.unlock\n"
        "def said(*given):\n"
        "    print('web.pages.collected' in sys.modules, flush=True)\n"
        "    return unlock(*given)\n"
        "keyring.unlock = said\n"
        "from web.cli import main\n"
        "main()\n"
    )
    secret = made.home.parent / "secret"
    secret.write_text(PASSPHRASE)
    environ = {**environment(made.home), "FIRSTPARTY_PASSPHRASE_FILE": str(secret)}
    arguments = [sys.executable, "-c", program, "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        arguments, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "False"
        assert json.loads(process.stdout.readline())["locked"] is False
        process.terminate()
