"""Who the vendor is: its client id, its keys, and what is signed with them.

A folder holds `client.json`, the document that lies at the client id for everybody to read, and `private-keys.json`, which
nobody else may read (mode 0600). `made` makes both and never writes over either; `Credentials.load` reads them and refuses a
key file that other users can read, or keys that the document does not publish.

One Ed25519 key signs everything: who the vendor is, its offers, its agreements. A P-256 key beside it (`es256`) is for those
whose other systems want ES256 for the first two; agreements are signed with Ed25519 alone.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from connectors.kit import clock
from connectors.kit.errors import CredentialsError
from terms.errors import FirstpartyError
from terms.proof import client_assertion, jcs, jwk, offer_signature, own_key
from terms.proof.jwk import Private
from terms.proof.keys import ALWAYS, KeyHistory, from_jwk
from terms.record import CLIENT_ID, MAX_URL
from terms.signing import Signer

DOCUMENT: Final = "client.json"
PRIVATE: Final = "private-keys.json"
# The key's name says when it was made, so that the next one has another.
_NAME: Final = "%Y-%m-%d"
# As a vault reads a client's document; a private key has some 200 bytes.
_MAX_BYTES: Final = 32 * 1024
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Credentials:
    """`keys` by name, the one that is used first; `document` as it lies at the client id."""

    client_id: str
    document: bytes = field(repr=False)
    keys: Mapping[str, Private] = field(repr=False)
    redirect_uris: tuple[str, ...] = ()
    folder: Path | None = None

    @classmethod
    def load(cls, folder: str | Path) -> Credentials:
        """From a folder that `firstparty vendor-keys` made."""
        place = Path(folder)
        private = place / PRIVATE
        document, listed = _read(place / DOCUMENT), _members(private)
        if os.name == "posix" and private.stat().st_mode & 0o077:
            raise CredentialsError(f"others can read `{private}`", hint=f"chmod 600 {private}")
        try:
            found = dict(own_key.read(one) for one in _list(listed, "keys") if isinstance(one, dict))
        except FirstpartyError as error:
            raise CredentialsError(error.sentence, hint=error.hint) from None
        return cls._of(document, found, place)

    @classmethod
    def _of(cls, document: bytes, found: Mapping[str, Private], place: Path) -> Credentials:
        members = _object(document, DOCUMENT)
        client_id = members.get("client_id")
        if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
            raise CredentialsError(f"`client_id` in `{place / DOCUMENT}` is not the https address of a client")
        jwks = members.get("jwks")
        public = {one.get("kid") for one in _list(jwks, "keys") if isinstance(one, dict)}
        if not found or not found.keys() <= public:
            raise CredentialsError("the document does not publish the keys of the key file", hint=f"see `{place}`")
        redirects = tuple(one for one in _list(members, "redirect_uris", ()) if isinstance(one, str))
        return cls(client_id, document, found, redirects, place)

    @property
    def signer(self) -> Signer:
        """Signs agreements."""
        name, key = next(pair for pair in self.keys.items() if jwk.of_public(pair[1].public_key()).algorithm == "EdDSA")
        return Signer(f"{self.client_id}#{name}", lambda content: own_key.signature(key, content))

    def key_history(self) -> KeyHistory:
        """The vendor's keys as the other side of an agreement knows them: those that its document publishes."""
        history = KeyHistory(self.client_id)
        for one in _list(_object(self.document, DOCUMENT).get("jwks"), "keys"):
            if isinstance(one, dict) and one.get("kty") == "OKP":
                history = history.added(from_jwk(self.client_id, one), ALWAYS.since)
        return history

    def assertion(self, issuer: str, *, now: datetime) -> str:
        """Shows the vault at `issuer`, and nobody else, who this is; for one request."""
        name, key = self._first
        id = secrets.token_urlsafe(24)
        return client_assertion.make(key, name, client=self.client_id, issuer=issuer, id=id, now=now)

    def offer(
        self, offer: Mapping[str, jcs.JsonValue], issuer: str, *, now: datetime, intent: str | None = None
    ) -> str:
        """A signed offer to the person at `issuer`."""
        name, key = self._first
        return offer_signature.make(offer, key, name, client=self.client_id, issuer=issuer, now=now, intent=intent)

    @property
    def _first(self) -> tuple[str, Private]:
        return next(iter(self.keys.items()))


def made(
    folder: Path, client_id: str, *, name: str, now: datetime, redirect_uris: Sequence[str] = (), es256: bool = False
) -> Credentials:
    """New keys and the document, in `folder`. Refuses where one of them is there already."""
    if not CLIENT_ID.fullmatch(client_id) or len(client_id) > MAX_URL or client_id.count("/") < 3:
        raise CredentialsError(
            f"`{client_id[:60]}` is no client id",
            hint="it is the https address at which client.json will lie, such as https://shop.example/client.json; "
            "http is for localhost and 127.0.0.1 alone",
        )
    there = [path for path in (folder / PRIVATE, folder / DOCUMENT) if path.exists()]
    if there:
        raise CredentialsError(
            f"`{there[0]}` is there already", hint="choose another folder; keys are never overwritten"
        )
    named = {f"{now:{_NAME}}": own_key.generated()}
    if es256:
        named = {f"{now:{_NAME}}-es256": own_key.generated("ES256"), **named}
    public: list[jcs.JsonValue] = [jwk.of_public(key.public_key(), kid).to_json() for kid, key in named.items()]
    document = {
        "client_id": client_id,
        "client_name": name,
        "token_endpoint_auth_method": "private_key_jwt",
        **({"redirect_uris": list(redirect_uris)} if redirect_uris else {}),
        "jwks": {"keys": public},
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / PRIVATE, {"keys": [own_key.written(key, kid) for kid, key in named.items()]}, _OWNER_ONLY)
    _write(folder / DOCUMENT, document, 0o644)
    return Credentials.load(folder)


def make_for_development(
    folder: str | Path, name: str, *, redirect_uris: Sequence[str] = (), es256: bool = False
) -> Credentials:
    """New keys for a vendor of this machine, whose document `serve_document` serves: its client id is a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/client.json"
    return made(Path(folder), url, name=name, now=clock.now(), redirect_uris=redirect_uris, es256=es256)


def _write(path: Path, value: object, mode: int) -> None:
    # Never over a file, not even one that came to be since it was looked for.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as stream:
        stream.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_BYTES)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise CredentialsError(
            f"cannot read `{path}`: {why}", hint="`firstparty vendor-keys FOLDER --client-id …` makes it"
        ) from None


def _members(path: Path) -> dict[str, jcs.JsonValue]:
    return _object(_read(path), path.name)


def _object(raw: bytes, name: str) -> dict[str, jcs.JsonValue]:
    try:
        value = jcs.parse(raw)
    except FirstpartyError:
        value = None
    if not isinstance(value, dict):
        raise CredentialsError(f"`{name}` is no JSON object")
    return value


def _list(holder: jcs.JsonValue, name: str, default: Sequence[jcs.JsonValue] = ()) -> Sequence[jcs.JsonValue]:
    value = holder.get(name, default) if isinstance(holder, dict) else default
    return value if isinstance(value, list) else default
