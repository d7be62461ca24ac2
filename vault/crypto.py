"""Every use of `cryptography` in the vault, behind a handful of verbs.

Argon2id (RFC 9106) stretches what people remember, HKDF-SHA-256 (RFC 5869) derives keys from the root key, AES-256-GCM
(NIST SP 800-38D) wraps the root key in its slots, Ed25519 (RFC 8032) signs checkpoints of the audit log, TOTP (RFC 6238) is the
second step of logging in.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.twofactor.totp import TOTP

KEY_BYTES = 32
SALT_BYTES = 16
_NONCE_BYTES = 12


def random_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)


def random_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def stretch(passphrase: str, salt: bytes, *, memory_kib: int, passes: int, lanes: int) -> bytes:
    """A 32-byte key of a passphrase (NFC is the caller's business) by Argon2id."""
    kdf = Argon2id(salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib)
    # A terminal in another encoding hands over lone surrogates: still a passphrase, if a wrong one.
    return kdf.derive(passphrase.encode("utf-8", "surrogatepass"))


def derive(root: bytes, purpose: str, *, context: bytes) -> bytes:
    """A 32-byte key for one purpose; `context` is the vault's id."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=context, info=purpose.encode()).derive(root)


def wrap(key: bytes, secret: bytes, *, bound_to: bytes) -> bytes:
    """`secret` encrypted and authenticated under `key`, valid only together with `bound_to`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, bound_to)


def unwrap(key: bytes, wrapped: bytes, *, bound_to: bytes) -> bytes | None:
    """The secret, or none when key, bytes or binding do not fit together."""
    try:
        return AESGCM(key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        return None


def one_time_code(secret: bytes, seconds: int, *, digits: int, step: int) -> str:
    """The code of a moment. SHA-1 is what every authenticator app knows, and its weakness is none here (RFC 6238 §1.2)."""
    return TOTP(secret, digits, SHA1(), step).generate(seconds).decode()  # noqa: S303


class Permutation:
    """Single blocks of 16 bytes under AES (FIPS 197): for names and not for secrets. For one thread."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(AES(key), ECB())  # noqa: S305 - of one block there is no pattern to see
        # Without chaining or padding, one of each serves for any number of blocks.
        self._encryptor, self._decryptor = cipher.encryptor(), cipher.decryptor()

    def encrypted(self, block: bytes) -> bytes:
        return self._encryptor.update(block)

    def decrypted(self, block: bytes) -> bytes:
        return self._decryptor.update(block)


class Signer:
    """An Ed25519 key made from 32 derived bytes."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)
