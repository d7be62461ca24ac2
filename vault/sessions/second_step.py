"""The second step of logging in: a code of an authenticator app (TOTP, RFC 6238).

It protects the door, not the keys: the passphrase alone decrypts the file. Whoever lost the app comes in by the recovery key, or
by a link of `firstparty login`, and turns it off.

* A secret counts once a code of it was shown, so that nobody locks themselves out with an app that took nothing.
* A code holds for its half minute and the ones beside it, since clocks differ, and is taken once (RFC 6238 §5.2).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final
from urllib.parse import quote

from vault import crypto
from vault.session import Vault
from vault.store import settings

# RFC 4226 §4: at least 128 bits, 160 recommended.
_SECRET_BYTES: Final = 20
DIGITS: Final = 6
STEP_SECONDS: Final = 30
# Steps before and after now that are taken too.
_WINDOW: Final = 1
_ISSUER: Final = "Firstparty"
_PENDING, _SECRET, _LAST = "totp_pending", "totp_secret", "totp_last"


def is_on(vault: Vault) -> bool:
    return bool(settings.get(vault.connection, _SECRET))


def propose(vault: Vault) -> str:
    """A secret to enrol, in base 32; it counts from `confirm` on."""
    found = base64.b32encode(crypto.random_bytes(_SECRET_BYTES)).decode()
    with vault.transaction():
        settings.put(vault.connection, _PENDING, found)
    return found


def proposed(vault: Vault) -> str:
    """The secret that waits for its first code; empty for none."""
    return settings.get(vault.connection, _PENDING)


def confirm(vault: Vault, code: str) -> bool:
    """Whether the code is of the proposed secret, which then counts."""
    pending = proposed(vault)
    step = _step_of(vault, pending, code) if pending else None
    if step is None:
        return False
    with vault.transaction():
        settings.put(vault.connection, _SECRET, pending)
        settings.put(vault.connection, _PENDING, "")
        settings.put(vault.connection, _LAST, str(step))
        vault.log("login.second-step-on", {})
    return True


def drop(vault: Vault) -> None:
    """Leave the proposed secret; one that counts stays."""
    with vault.transaction():
        settings.put(vault.connection, _PENDING, "")


def turn_off(vault: Vault) -> None:
    with vault.transaction():
        for name in (_SECRET, _PENDING, _LAST):
            settings.put(vault.connection, name, "")
        vault.log("login.second-step-off", {})


def passes(vault: Vault, code: str) -> bool:
    """Whether this is a code of now that was not used before; it is used by that."""
    secret = settings.get(vault.connection, _SECRET)
    step = _step_of(vault, secret, code) if secret else None
    if step is None or step <= int(settings.get(vault.connection, _LAST) or 0):
        return False
    with vault.transaction():
        settings.put(vault.connection, _LAST, str(step))
    return True


def address(secret: str) -> str:
    """What an app reads out of the picture (`otpauth:`, the key URI format that all apps take)."""
    return f"otpauth://totp/{quote(_ISSUER)}:owner?secret={secret}&issuer={quote(_ISSUER)}&digits={DIGITS}&period={STEP_SECONDS}"


def _step_of(vault: Vault, secret: str, code: str) -> int | None:
    """The step that a code is of, among those that are taken now."""
    given = "".join(code.split())
    try:
        key = base64.b32decode(secret)
    except binascii.Error:
        return None
    now = int(vault.now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        expected = crypto.one_time_code(key, step * STEP_SECONDS, digits=DIGITS, step=STEP_SECONDS)
        if hmac.compare_digest(expected.encode(), given.encode()):
            found = step
    return found
