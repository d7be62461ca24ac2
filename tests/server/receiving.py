"""A vendor's webhook server, which verifies by the Standard Webhooks specification alone: no code of ours."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep, time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PATIENCE_SECONDS = 60
Reply = tuple[int, dict[str, str]]


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found

    def verifies(self, *keys: str) -> bool:
        """Each signature has to be by one of the keys (`whpk_…`), and each key has to have signed."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        assert abs(time() - int(self.headers["webhook-timestamp"])) < 300
        entries = [entry.split(",") for entry in self.headers["webhook-signature"].split(" ")]
        assert all(version == "v1a" for version, _ in entries)
        found = {
            key
            for key in keys
            for _, signature in entries
            if _fits(base64.b64decode(key.removeprefix("whpk_")), base64.b64decode(signature), signed)
        }
        return found == set(keys) and len(entries) == len(keys)


def _fits(key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


@dataclass
class Receiver:
    """`reply` decides on each event; challenges are answered as their owner does unless `is_foreign`. `others` are clients that
    share the server, by their paths."""

    client: str = ""
    port: int = 0
    is_foreign: bool = False
    others: dict[str, str] = field(default_factory=dict)
    reply: Callable[[Message], Reply] = lambda message: (204, {})
    received: list[Message] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def events(self, count: int, type: str = "") -> list[Message]:
        """At least so many events; waits for them."""
        for _ in range(PATIENCE_SECONDS * 50):
            found = [one for one in self.received if type in ("", one.event["type"])]
            if len(found) >= count:
                return found
            sleep(0.02)
        raise AssertionError(f"{len(self.received)} came: {[one.event for one in self.received]}")

    def take(self, message: Message) -> tuple[int, dict[str, str], bytes]:
        if message.event["type"] == "webhook.challenge":
            self.asked.append(message)
            expects = self.others.get(message.path, self.client)
            expects = "https://other.example/client" if self.is_foreign else expects
            asked = message.event["data"]["challenge"]
            lines = "\n".join(("firstparty-webhook-challenge-1", expects, self.url(message.path), asked))
            answer = base64.urlsafe_b64encode(hashlib.sha256(lines.encode()).digest()).decode().rstrip("=")
            return 200, {"Content-Type": "application/json"}, json.dumps({"answer": answer}).encode()
        status, headers = self.reply(message)
        self.received.append(message)
        return status, headers, b""


@contextmanager
def receiver(client: str, **changes: Any) -> Iterator[Receiver]:
    one = Receiver(client, **changes)

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            status, more, answer = one.take(Message(headers, body, self.path))
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a vault that was killed hangs up

    server = Listening(("127.0.0.1", 0), Hook)
    one.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
