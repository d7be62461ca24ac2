"""Where passkeys are possible (WebAuthn Level 3, §5.1.3 and §13.4.9): over https or on this machine, and for a name, never for an
address in digits. A vault that is served on 127.0.0.1 alone is reached as `localhost` too, and has its passkeys there.

    here(asked) -> RelyingParty       passkeys of this name; the browser is at it
                 | Hindrance          why there are none here, and where there are
"""

from __future__ import annotations

import ipaddress
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from vault.sessions.ceremonies import RelyingParty
from web.server.routes import Asked

_LOCALHOST: Final = "localhost"
_USUAL_PORTS: Final = {"https": 443, "http": 80}


class Hindrance(Struct, frozen=True):
    """`plain`: http, and not on this machine; `digits`: the vault has no name; `elsewhere`: the browser came by another name than
    that of `origin`."""

    why: Literal["plain", "digits", "elsewhere"]
    origin: str = ""


def party_of(base_url: str) -> RelyingParty | Hindrance:
    """For whom a vault at this address has passkeys."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    address = _address(host)
    is_here = address.is_loopback if address else f".{host}".endswith(f".{_LOCALHOST}")
    if parts.scheme != "https" and not is_here:
        return Hindrance("plain")
    if address and parts.scheme == "https":
        return Hindrance("digits")  # its certificate is for the address, not for `localhost`
    name = _LOCALHOST if address else host
    port = "" if parts.port in (None, _USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    return RelyingParty(name, f"{parts.scheme}://{name}{port}")


def here(asked: Asked) -> RelyingParty | Hindrance:
    """As `party_of`, for the browser that asks."""
    found = party_of(asked.serving.settings.base_url)
    if isinstance(found, Hindrance):
        return found
    host = asked.request.headers.get("host", "").lower()
    return found if host == urlsplit(found.origin).netloc else Hindrance("elsewhere", found.origin)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
