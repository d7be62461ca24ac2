"""Signed parts of a request for programs that are not written in Python, and for curl: one per call, on standard output.

    python -m connectors.kit.proof assertion keys https://vault.example
    python -m connectors.kit.proof dpop keys POST https://vault.example/oauth/token
    python -m connectors.kit.proof dpop keys GET https://vault.example/v1/intents --token "$TOKEN"
    python -m connectors.kit.proof offer keys https://vault.example offer.json --intent itn_…
    python -m connectors.kit.proof accept keys proffer.json

`keys` is a folder of `firstparty vendor-keys`. The client's own key signs the proofs too; a program that makes its own is
better off with a key for that alone. An access token stands in the arguments here, where other users of the machine see it
for as long as the call takes: it is worth nothing without the key.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from connectors.kit import clock
from connectors.kit.agreeing import acceptance
from connectors.kit.credentials import Credentials
from terms.errors import FirstpartyError
from terms.proof import dpop, jcs

_MAX_BYTES = 1024 * 1024


def main(words: list[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    try:
        print(_made(asked, Credentials.load(asked.folder)))
    except FirstpartyError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m connectors.kit.proof", description="Signed parts of a request.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, places, told in (
        ("assertion", ("issuer",), "shows who you are (RFC 7523), for one request"),
        ("dpop", ("method", "url"), "a proof of possession (RFC 9449), for one request"),
        ("offer", ("issuer", "file"), "a signed offer"),
        ("accept", ("file",), "an agreement's proffer, with your signature added"),
    ):
        one = kinds.add_parser(kind, help=told)
        one.add_argument("folder")
        for place in places:
            one.add_argument(place)
    kinds.choices["dpop"].add_argument("--token", default="", help="the access token beside it")
    kinds.choices["offer"].add_argument("--intent", help="the intention that it answers")
    return parser


def _made(asked: argparse.Namespace, client: Credentials) -> str:
    now = clock.now()
    if asked.kind == "assertion":
        return client.assertion(asked.issuer, now=now)
    if asked.kind == "dpop":
        key = next(iter(client.keys.values()))
        id = secrets.token_urlsafe(24)
        return dpop.make(key, asked.method, asked.url, id=id, now=now, access_token=asked.token)
    content = Path(asked.file).read_bytes()[:_MAX_BYTES]
    if asked.kind == "accept":
        return acceptance(client, content, now=now).decode()
    offer = jcs.parse(content)
    return client.offer(offer if isinstance(offer, dict) else {}, asked.issuer, now=now, intent=asked.intent)


if __name__ == "__main__":
    sys.exit(main())
