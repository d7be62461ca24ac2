"""Opening password-protected Bitwarden exports; the only module of the connectors that uses `cryptography`.

The file states a key derivation (PBKDF2-SHA256 or Argon2id) with its cost and a salt. The derived key is stretched
by HKDF-Expand into an encryption and an authentication key; `encKeyValidation_DO_NOT_EDIT` tells whether they are
right, `data` holds the export. Both are of type 2: AES-256-CBC with HMAC-SHA256 over vector and ciphertext, checked
before anything is decrypted. Costs beyond what Bitwarden itself allows are refused: a hostile file may ask for
64 GB or for a day. Source: Bitwarden security white paper, "Encrypted exports".
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from connectors.frame import PassphraseNeeded, ReadError
from terms.phrases import phrase

PBKDF2, ARGON2ID = 0, 1
# The largest settings that Bitwarden's clients offer; one derivation with them takes seconds, not hours.
MAX_PBKDF2_ITERATIONS = 2_000_000
MAX_ARGON2_ITERATIONS = 10
MAX_ARGON2_MEMORY_MIB = 1_024
MAX_ARGON2_PARALLELISM = 16
# Argon2 needs 8 KiB a lane and OpenSSL a salt of 8 bytes; the salt is hashed to 32 first.
MAX_SALT_CHARS = 1_000
# A person's passphrase; more only costs time.
MAX_PASSPHRASE_BYTES = 4_096

_KEY_BYTES, _BLOCK_BYTES = 32, 16


class Envelope(msgspec.Struct, rename="camel"):
    """The fields of a protected export; `encKeyValidation_DO_NOT_EDIT` and `data` are encrypted strings."""

    salt: str
    kdf_type: int
    kdf_iterations: int
    data: str
    validation: str = msgspec.field(name="encKeyValidation_DO_NOT_EDIT")
    kdf_memory: int | None = None
    kdf_parallelism: int | None = None


def unseal(envelope: Envelope, passphrase: str) -> bytes:
    """The plain export; `PassphraseNeeded` without a passphrase, `ReadError` for a wrong one or a damaged file."""
    _check_cost(envelope)
    if not passphrase:
        raise PassphraseNeeded(
            phrase("this Bitwarden export is protected by a password"),
            hint=phrase("enter the password that was set when exporting"),
        )
    encryption, authentication = _keys(_derive(envelope, passphrase))
    if _open(envelope.validation, encryption, authentication) is None:
        raise ReadError(
            phrase("the password of this Bitwarden export is wrong"),
            hint=phrase(
                "try again with the password that was set when exporting, which need not be the master password"
            ),
            code="wrong-passphrase",
        )
    plain = _open(envelope.data, encryption, authentication)
    if plain is None:
        raise _damaged()
    return plain


def _damaged() -> ReadError:
    return ReadError(phrase("this Bitwarden export is damaged"), hint=phrase("export it again"), code="damaged")


def _check_cost(envelope: Envelope) -> None:
    memory, lanes = envelope.kdf_memory or 0, envelope.kdf_parallelism or 0
    if envelope.kdf_type == PBKDF2:
        fits = 1 <= envelope.kdf_iterations <= MAX_PBKDF2_ITERATIONS
    elif envelope.kdf_type == ARGON2ID:
        fits = (
            1 <= envelope.kdf_iterations <= MAX_ARGON2_ITERATIONS
            and 1 <= memory <= MAX_ARGON2_MEMORY_MIB
            and 1 <= lanes <= MAX_ARGON2_PARALLELISM
        )
    else:
        raise ReadError(
            phrase("this export derives its key in a way that is not known"),
            hint=phrase("export again with another setting"),
            code="unknown-key-derivation",
        )
    if not fits or len(envelope.salt) > MAX_SALT_CHARS:
        raise ReadError(
            phrase("this export asks for more work than Bitwarden ever does and was not opened"),
            hint=phrase("export it again"),
            code="excessive-key-derivation",
        )


def _derive(envelope: Envelope, passphrase: str) -> bytes:
    secret = passphrase.encode("utf-8", "replace")[:MAX_PASSPHRASE_BYTES]
    salt = envelope.salt.encode("utf-8", "replace")
    if envelope.kdf_type == PBKDF2:
        return PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, salt, envelope.kdf_iterations).derive(secret)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(salt)
    cost = (envelope.kdf_memory or 0) * 1024
    lanes = envelope.kdf_parallelism or 0
    try:
        return Argon2id(
            salt=digest.finalize(),
            length=_KEY_BYTES,
            iterations=envelope.kdf_iterations,
            lanes=lanes,
            memory_cost=cost,
        ).derive(secret)
    except (ValueError, MemoryError, UnsupportedAlgorithm):
        fault = ReadError(
            phrase("this export needs more memory than there is to open"), code="excessive-key-derivation"
        )
    raise fault


def _keys(key: bytes) -> tuple[bytes, bytes]:
    first, second = (HKDFExpand(hashes.SHA256(), _KEY_BYTES, label).derive(key) for label in (b"enc", b"mac"))
    return first, second


def _open(sealed: str, encryption: bytes, authentication: bytes) -> bytes | None:
    """The content of an encrypted string of type 2 (`2.vector|ciphertext|mac`); none if it does not fit the keys."""
    parts = sealed[2:].split("|") if sealed.startswith("2.") else []
    try:
        vector, ciphertext, mac = (base64.b64decode(part, validate=True) for part in parts)
    except (binascii.Error, ValueError):
        return None
    if len(vector) != _BLOCK_BYTES:
        return None
    check = hmac.HMAC(authentication, hashes.SHA256())
    check.update(vector + ciphertext)
    try:
        check.verify(mac)
        decryptor = Cipher(algorithms.AES(encryption), modes.CBC(vector)).decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        unpadder = padding.PKCS7(8 * _BLOCK_BYTES).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except (InvalidSignature, ValueError):
        return None
