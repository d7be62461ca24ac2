"""The secret of the calendar link: who has it may read the dates, and nothing else.

It is derived from the vault's root key and a number that is drawn anew when the link is replaced, so that it is stored nowhere,
neither in the file nor in an archive, and can be shown again. Turned off, the number is gone and no secret fits.
"""

from __future__ import annotations

import base64
import hmac
from typing import Final

from vault import crypto
from vault.session import Vault
from vault.store import settings

_NUMBER: Final = "calendar_number"
_PURPOSE: Final = "firstparty/calendar/1"


def turn_on(vault: Vault) -> str:
    """A new secret; the one before does not fit any more."""
    with vault.transaction():
        settings.put(vault.connection, _NUMBER, crypto.random_key().hex())
        vault.log("calendar.link-made", {})
    found = secret(vault)
    assert found
    return found


def turn_off(vault: Vault) -> None:
    with vault.transaction():
        settings.put(vault.connection, _NUMBER, "")
        vault.log("calendar.link-ended", {})


def secret(vault: Vault) -> str:
    """The secret that fits now; empty while it is off."""
    number = settings.get(vault.connection, _NUMBER)
    if not number:
        return ""
    key = crypto.derive(vault.keys.root, _PURPOSE, context=bytes.fromhex(number))
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def fits(vault: Vault, shown: str) -> bool:
    now = secret(vault)
    return bool(now) and hmac.compare_digest(now.encode(), shown.encode())
