"""For trying things out on one machine: `serve_document` puts a client's document where a vault of `--dev` can fetch it.

Loopback only, in a thread of its own, nothing else than that one file. A real document lies on a real web server.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from connectors.kit.clock import is_loopback
from connectors.kit.credentials import Credentials
from connectors.kit.errors import CredentialsError


@contextmanager
def serve_document(client: Credentials) -> Iterator[str]:
    """Serves the document at its client id, which is `http://127.0.0.1:PORT/…`, while the block runs; gives the address."""
    place = urlsplit(client.client_id)
    if not is_loopback(client.client_id) or place.scheme != "http" or place.port is None:
        raise CredentialsError(
            "only a document of this machine is served here",
            hint="make keys for it: --client-id http://127.0.0.1:8700/client.json",
        )

    class OneFile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_there = self.path == place.path
            body = client.document if is_there else b"{}"
            self.send_response(200 if is_there else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the caller's output is the caller's."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", place.port), OneFile)
    except OSError as error:
        why = (error.strerror or "no such address").lower()
        raise CredentialsError(f"cannot serve on port {place.port}: {why}", hint="stop what listens there") from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield client.client_id
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
