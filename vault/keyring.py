"""The keyring: how what a person holds opens the vault's root key.

    passphrase ──Argon2id──┐
    recovery key ──HKDF────┼→ slot key ──unwrap──→ root key ──HKDF──→ database key, signing key
    key file ──HKDF────────┘

A slot is the root key wrapped under one slot key, bound (AAD) to slot kind, slot id, vault id and version, so that a
slot cannot be moved to another vault or passed off as another kind. `keyring.json` holds slots and public keys,
nothing secret.
Changing a passphrase rewrites one slot; the root key and so the database stay as they are.

INVARIANT: Argon2id parameters below the floor are refused on reading too, so that an edited keyring cannot weaken a new
slot, and above the ceiling as well, so that it cannot exhaust the machine.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import unicodedata
from pathlib import Path
from typing import Literal

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import crypto, files

FILE_NAME = "keyring.json"
FORMAT = "firstparty-keyring"
VERSION = 1
# A keyring with all its slots is a few kilobytes; more is not a keyring.
MAX_BYTES = 256 * 1024
MIN_PASSPHRASE = 8
MAX_PASSPHRASE = 1_024

SlotKind = Literal["passphrase", "recovery", "key-file"]


class Argon2(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cost of one guess. Default 128 MiB, 3 passes, 4 lanes: a third of a second on a 2-core machine."""

    salt: bytes
    memory_kib: int = 128 * 1024
    passes: int = 3
    lanes: int = 4

    def acceptable(self) -> bool:
        return (
            64 * 1024 <= self.memory_kib <= 2 * 1024 * 1024
            and 3 <= self.passes <= 64
            and 4 <= self.lanes <= 64
            and len(self.salt) >= crypto.SALT_BYTES
        )


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: SlotKind
    id: str
    created: str
    wrapped: bytes
    argon2id: Argon2 | None = None


class Keyring(msgspec.Struct, frozen=True):
    """`keyring.json`, byte strings in base 64."""

    format: str
    version: int
    vault_id: str
    created: str
    signing_key: bytes
    slots: tuple[Slot, ...]


class Keys:
    """The keys of an open vault, in memory only."""

    def __init__(self, root: bytes, vault_id: str) -> None:
        context = vault_id.encode()
        self.root = root
        self.database = crypto.derive(root, "firstparty/database/1", context=context)
        self.signer = crypto.Signer(crypto.derive(root, "firstparty/signing/1", context=context))


class KeyringMissingError(FirstpartyError):
    code = "no-vault"


class KeyringDamagedError(FirstpartyError):
    code = "keyring-damaged"


class WrongKeyError(FirstpartyError):
    code = "wrong-passphrase"


class WeakPassphraseError(FirstpartyError):
    code = "weak-passphrase"


# --- the secrets a person holds ---------------------------------------------------------------------------------

_RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
_RECOVERY_LETTERS = 32  # 160 bits: no stretching needed
_RECOVERY_CHECK = 4
_LOOKALIKES = str.maketrans("IOLU", "101V")


def new_recovery_key() -> str:
    """160 random bits as nine groups of four letters; the last group is a check on the first eight."""
    letters = "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_LETTERS))
    whole = letters + _check_letters(letters)
    return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def as_recovery_key(written: str) -> str | None:
    """The letters of a recovery key as somebody wrote it down, or none when it is not one (its check fails)."""
    letters = re.sub(r"[\s\-\u2010-\u2015\u2212]", "", written.upper()).translate(_LOOKALIKES)
    if not set(letters) <= set(_RECOVERY_ALPHABET):
        return None
    head, check = letters[:_RECOVERY_LETTERS], letters[_RECOVERY_LETTERS:]
    return head if len(letters) == _RECOVERY_LETTERS + _RECOVERY_CHECK and check == _check_letters(head) else None


def _check_letters(letters: str) -> str:
    digest = hashlib.sha256(b"firstparty recovery key" + letters.encode()).digest()
    return "".join(_RECOVERY_ALPHABET[byte & 31] for byte in digest[:_RECOVERY_CHECK])


def new_key_file() -> str:
    return f"firstparty-key-1 {base64.b64encode(crypto.random_key()).decode()}\n"


def _as_key_file(written: str) -> bytes | None:
    marker, _, encoded = written.strip().partition(" ")
    if marker != "firstparty-key-1":
        return None
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return key if len(key) == crypto.KEY_BYTES else None


def check_strength(passphrase: str) -> None:
    """Refuse what a first guess would find; length is what counts, not character classes."""
    if len(passphrase) < MIN_PASSPHRASE or len(set(passphrase)) < 4:
        raise WeakPassphraseError(
            phrase(
                "the passphrase is too easy to guess: use at least %(min_passphrase)s characters",
                min_passphrase=MIN_PASSPHRASE,
            ),
            hint=phrase("four or five random words are strong and easy to remember"),
        )
    if len(passphrase) > MAX_PASSPHRASE:
        raise WeakPassphraseError(
            phrase("the passphrase is longer than %(max_passphrase)s characters", max_passphrase=MAX_PASSPHRASE)
        )


# --- slots ------------------------------------------------------------------------------------------------------


def _bound(vault_id: str, kind: str, slot_id: str) -> bytes:
    return f"{FORMAT}/{VERSION}|{vault_id}|{kind}|{slot_id}".encode()


def _slot_key(kind: SlotKind, secret: str, vault_id: str, argon2id: Argon2 | None) -> bytes | None:
    if kind == "passphrase":
        if argon2id is None or not argon2id.acceptable():
            raise KeyringDamagedError(
                phrase("the keyring's key-stretching parameters are outside what is safe"),
                hint=phrase(
                    "put back `%(file_name)s` from a backup, or open the vault with the recovery key",
                    file_name=FILE_NAME,
                ),
            )
        return _stretched(secret, argon2id)
    material = as_recovery_key(secret) if kind == "recovery" else _as_key_file(secret)
    if material is None:
        return None
    raw = material.encode() if isinstance(material, str) else material
    return crypto.derive(raw, f"firstparty/{kind}/1", context=vault_id.encode())


def _stretched(passphrase: str, cost: Argon2) -> bytes:
    text = unicodedata.normalize("NFC", passphrase)
    try:
        return crypto.stretch(text, cost.salt, memory_kib=cost.memory_kib, passes=cost.passes, lanes=cost.lanes)
    except MemoryError:
        raise FirstpartyError(
            phrase(
                "the passphrase needs %(memory_kib)s MiB of memory to check, which is not free",
                memory_kib=cost.memory_kib // 1024,
            ),
            hint=phrase("close other programs, or open the vault with the recovery key"),
            code="out-of-memory",
        ) from None


def _new_slot(kind: SlotKind, secret: str, root: bytes, vault_id: str, created: str) -> Slot:
    slot_id = secrets.token_hex(8)
    argon2id = Argon2(salt=crypto.random_salt()) if kind == "passphrase" else None
    key = _slot_key(kind, secret, vault_id, argon2id)
    if key is None:
        raise WrongKeyError(
            phrase("that is not a %(replace)s as firstparty makes them", replace=kind.replace("-", " ")),
            hint=phrase("make a new one"),
        )
    wrapped = crypto.wrap(key, root, bound_to=_bound(vault_id, kind, slot_id))
    return Slot(kind=kind, id=slot_id, created=created, wrapped=wrapped, argon2id=argon2id)


def create(passphrase: str, recovery_key: str, *, now: str) -> tuple[Keyring, Keys]:
    """A new vault's keyring with a passphrase and a recovery slot. `now` is an RFC 3339 time."""
    check_strength(passphrase)
    root, vault_id = crypto.random_key(), f"vlt_{secrets.token_hex(12)}"
    keys = Keys(root, vault_id)
    slots = (
        _new_slot("passphrase", passphrase, root, vault_id, now),
        _new_slot("recovery", recovery_key, root, vault_id, now),
    )
    return Keyring(FORMAT, VERSION, vault_id, now, keys.signer.public, slots), keys


def unlock(keyring: Keyring, secret: str, *, kinds: tuple[SlotKind, ...] = ()) -> tuple[Keys, SlotKind]:
    """The keys, and the kind of slot that `secret` opened; `kinds` limits what is tried.

    Raises `WrongKeyError` when nothing opens.
    """
    for slot in sorted(keyring.slots, key=lambda slot: slot.kind == "passphrase"):
        if kinds and slot.kind not in kinds:
            continue
        key = _slot_key(slot.kind, secret, keyring.vault_id, slot.argon2id)
        root = key and crypto.unwrap(key, slot.wrapped, bound_to=_bound(keyring.vault_id, slot.kind, slot.id))
        if root:
            keys = Keys(root, keyring.vault_id)
            if keys.signer.public != keyring.signing_key:
                raise KeyringDamagedError(
                    phrase("the keyring's signing key is not this vault's"), hint=phrase("restore a backup of it")
                )
            return keys, slot.kind
    raise WrongKeyError(
        phrase("that does not open this vault"),
        hint=phrase("check the passphrase (capitals, keyboard layout) or use the recovery key"),
    )


def lent(keyring: Keyring, root: bytes) -> Keys:
    """The keys of this keyring by its root key, as the process that has the vault open knows it."""
    keys = Keys(root, keyring.vault_id)
    if keys.signer.public != keyring.signing_key:
        raise WrongKeyError(phrase("the server has another vault open"), hint=phrase("stop it and start it again"))
    return keys


def with_slot(keyring: Keyring, kind: SlotKind, secret: str, keys: Keys, *, now: str) -> Keyring:
    """The keyring with its slots of `kind` replaced by one for `secret`."""
    if kind == "passphrase":
        check_strength(secret)
    kept = tuple(slot for slot in keyring.slots if slot.kind != kind)
    return msgspec.structs.replace(keyring, slots=(*kept, _new_slot(kind, secret, keys.root, keyring.vault_id, now)))


# --- the file ---------------------------------------------------------------------------------------------------


def encode(keyring: Keyring) -> bytes:
    return msgspec.json.format(msgspec.json.encode(keyring), indent=2) + b"\n"


def load(home: Path) -> Keyring:
    """The keyring in `home`; raises when there is none or it is damaged or of a newer version."""
    path = home / FILE_NAME
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _damaged(path, "it is too large")
        keyring = msgspec.json.decode(path.read_bytes(), type=Keyring)
    except FileNotFoundError:
        raise KeyringMissingError(
            phrase("there is no vault in `%(home)s`", home=home), hint=phrase("make one with `firstparty init`")
        ) from None
    except OSError as error:
        raise KeyringDamagedError(
            phrase("cannot read `%(path)s`: %(lower)s", path=path, lower=(error.strerror or "").lower())
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(path, str(error).lower().rstrip(".")) from None
    if keyring.format != FORMAT:
        raise _damaged(path, "it is another kind of file")
    if keyring.version > VERSION:
        raise FirstpartyError(
            phrase(
                "`%(path)s` was written by a newer firstparty (version %(version)s)", path=path, version=keyring.version
            ),
            hint=phrase("upgrade firstparty; nothing was changed"),
            code="newer-vault",
        )
    return keyring


def _damaged(path: Path, why: str) -> KeyringDamagedError:
    return KeyringDamagedError(
        phrase("`%(path)s` is damaged: %(why)s", path=path, why=why),
        hint=phrase("put it back from a backup; the database is untouched"),
    )


def save(home: Path, keyring: Keyring) -> None:
    files.replace(home / FILE_NAME, encode(keyring))
