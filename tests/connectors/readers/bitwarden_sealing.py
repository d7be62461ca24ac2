"""Makes password-protected Bitwarden exports by other means than the reader opens them with.

PBKDF2, HKDF-Expand and HMAC come from the standard library (RFC 5869 §2.3 written out), AES from the `openssl`
program where there is one. Argon2id has no second implementation at hand; its parameters are spelled out here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import subprocess

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SALT = "c2FsdCBmb3IgdGhlIGV4YW1wbGU="


def _expand(key: bytes, label: bytes) -> bytes:
    return hmac.digest(key, label + b"\x01", "sha256")


def _aes_cbc(key: bytes, vector: bytes, plain: bytes) -> bytes:
    padding = 16 - len(plain) % 16
    if openssl := shutil.which("openssl"):
        command = [openssl, "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", vector.hex()]
        return subprocess.run(command, input=plain, capture_output=True, check=True).stdout
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()


def _sealed(plain: bytes, key: bytes, vector: bytes) -> str:
    ciphertext = _aes_cbc(_expand(key, b"enc"), vector, plain)
    mac = hmac.digest(_expand(key, b"mac"), vector + ciphertext, "sha256")
    return "2." + "|".join(base64.b64encode(part).decode() for part in (vector, ciphertext, mac))


def protected(plain: bytes, passphrase: str, *, argon2: bool = False, **changes: object) -> bytes:
    """A protected export of `plain`; `changes` replace fields of the finished file."""
    if argon2:
        salt = hashlib.sha256(SALT.encode()).digest()
        cost = Argon2id(salt=salt, length=32, iterations=2, lanes=2, memory_cost=16 * 1024)
        key = cost.derive(passphrase.encode())
        stated: dict[str, object] = {"kdfType": 1, "kdfIterations": 2, "kdfMemory": 16, "kdfParallelism": 2}
    else:
        key = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), SALT.encode(), 5_000)
        stated = {"kdfType": 0, "kdfIterations": 5_000}
    file: dict[str, object] = {
        "encrypted": True,
        "passwordProtected": True,
        "salt": SALT,
        **stated,
        "encKeyValidation_DO_NOT_EDIT": _sealed(b"0e27d9a4-3c0b-4d51-9e1c-5f3f0c6b0d11", key, bytes(range(16))),
        "data": _sealed(plain, key, bytes(range(16, 32))),
    }
    return json.dumps({**file, **changes}, indent=2).encode()
