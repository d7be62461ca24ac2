"""An authenticator in software, which can lie about anything that WebAuthn has a browser or a device say."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def written(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def read(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class Authenticator:
    """`origin` is that of the page which it is asked from. What a test changes, it says from then on."""

    origin: str
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""
    count: int = 0
    step: int = 1
    flags: int = PRESENT | VERIFIED
    host: str = ""
    framed: bool = False

    def made(self, options: str) -> str:
        """`RegistrationResponseJSON`"""
        asked = json.loads(options)
        self.user = read(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(public)
        said = self._said(asked["rp"]["id"], self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": written(client), "attestationObject": written(attestation)})

    def shown(self, options: str) -> str:
        """`AuthenticationResponseJSON`"""
        asked = json.loads(options)
        self.count += self.step
        said = self._said(asked["rpId"], self.flags)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(said + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": written(client),
                "authenticatorData": written(said),
                "signature": written(signature),
                "userHandle": written(self.user),
            }
        )

    def _said(self, host: str, flags: int) -> bytes:
        return sha256((self.host or host).encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, type: str, challenge: str) -> bytes:
        said = {"type": type, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        id = written(self.credential)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
