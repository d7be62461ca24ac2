"""What is sent to a service arrives, what goes wrong is told without secrets, and the hosts that were asked are known."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from connectors.reminders import ServiceError, checked, send
from connectors.reminders.sending import MAX_URL


class Service(BaseHTTPRequestHandler):
    """A service like ntfy, which takes JSON; a topic named `refused` is not taken."""

    taken: ClassVar[list[dict[str, object]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        said = json.loads(body)
        is_refused = said.get("topic") == "refusedtopic"
        self.send_response(403 if is_refused else 200)
        self.end_headers()
        self.wfile.write(b'{"error": "the topic refusedtopic is not for tokentoken"}' if is_refused else b"{}")
        if not is_refused:
            self.taken.append(said)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    Service.taken.clear()
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_sent_arrives_and_the_host_is_known(service: str) -> None:
    found = send(f"ntfy://{service}/mytopic", "Power: in 3 days", "Last day to cancel, ä")
    assert (found.fault, found.hosts) == ("", ("127.0.0.1",))
    (said,) = Service.taken
    assert (said["topic"], said["title"], said["message"]) == ("mytopic", "Power: in 3 days", "Last day to cancel, ä")


@pytest.mark.parametrize("url", ["ntfy://{}/refusedtopic", "ntfy://myuser:hunter2hunter2@{}/refusedtopic"])
def test_a_refusal_is_told_without_what_is_secret(service: str, url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = send(url.format(service), "a", "b")
    assert found.fault
    for secret in ("refusedtopic", "hunter2", "myuser"):
        assert secret not in found.fault
        assert secret not in caplog.text


def test_a_service_that_is_not_there_is_a_fault_and_no_error() -> None:
    found = send("ntfy://127.0.0.1:1/mytopic", "a", "b")
    assert found.fault
    assert "mytopic" not in found.fault


@pytest.mark.parametrize(
    "url",
    ["", "x", "bogus://x", "https://x", "syslog://localhost", "dbus://", "file:///etc/passwd", "ntfy://a/\nb",
     "json://" + "x" * MAX_URL],
)  # fmt: skip
def test_what_is_no_service_of_others_is_refused_and_nothing_is_asked(url: str) -> None:
    with pytest.raises(ServiceError):
        checked(url)
    assert send(url, "a", "b").hosts == ()


def test_a_service_is_named_without_asking_it() -> None:
    assert checked("mailtos://me:secret@mail.example?to=me@example.org") == "E-Mail"


def test_hosts_of_other_threads_are_not_taken_for_ours(service: str) -> None:
    """A lookup of another thread meanwhile is that thread's."""
    import socket

    stopping = threading.Event()

    def look_up() -> None:
        while not stopping.is_set():
            socket.getaddrinfo("localhost", 80)

    other = threading.Thread(target=look_up)
    other.start()
    try:
        assert send(f"ntfy://{service}/mytopic", "a", "b").hosts == ("127.0.0.1",)
    finally:
        stopping.set()
        other.join()
