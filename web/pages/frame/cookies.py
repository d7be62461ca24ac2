"""The cookies: that of a session, and that of a browser which would log in by a passkey, so that nobody else can answer what it
was asked. Over https they are `__Host-` cookies: of this host alone, never over http (RFC 6265bis)."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final

from vault.sessions import LONGEST_DAYS
from web.server.doors import ANSWERED_WITHIN
from web.server.serving import Settings

if TYPE_CHECKING:
    from web.server.requests import Request

_SECURE: Final = "__Host-firstparty"
# Cookies do not tell ports apart, and two vaults may be served on one machine.
_PLAIN: Final = "firstparty-{port}"
_VISITOR: Final = "-visitor"
# The secret's own length; what is longer was not made here.
_MAX: Final = 100


def session_of(request: Request, settings: Settings) -> str:
    """The secret of the session that a request shows; empty without one."""
    return _found(request, _name(settings))


def visitor_of(request: Request, settings: Settings) -> str:
    """The secret of a browser that was asked for a passkey; empty without one."""
    return _found(request, _name(settings) + _VISITOR)


def _found(request: Request, name: str) -> str:
    for field in request.headers.getall("cookie", []):
        try:
            found = SimpleCookie(field)
        except CookieError:
            continue
        if name in found and len(found[name].value) <= _MAX:
            return found[name].value
    return ""


def given(settings: Settings, secret: str) -> str:
    """The field that gives a browser its session."""
    # Lax: a vendor's page leads here by a link (the consent page), and what changes anything is a form with its own token.
    return (
        f"{_name(settings)}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={LONGEST_DAYS * 86_400}{_flag(settings)}"
    )


def asked(settings: Settings, secret: str) -> str:
    """The field that lets a browser be known again when it answers. Strict: the answer comes from our own page."""
    lasts = int(ANSWERED_WITHIN.total_seconds())
    return f"{_name(settings)}{_VISITOR}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts}{_flag(settings)}"


def taken(settings: Settings) -> str:
    """The field that takes it away."""
    return f"{_name(settings)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{_flag(settings)}"


def _is_secure(settings: Settings) -> bool:
    return settings.base_url.startswith("https:")


def _name(settings: Settings) -> str:
    return _SECURE if _is_secure(settings) else _PLAIN.format(port=settings.port)


def _flag(settings: Settings) -> str:
    return "; Secure" if _is_secure(settings) else ""
