"""What may be kept of an entry of a password manager.

Promises: only a name, origins, a log-in name, dates and an id come out. Secrets come in only to be compared: a name
or log-in name that is the entry's own secret, or a one-time-code address, is left out, since people paste into the
wrong field. An address is cut to its origin (`https://host:8080`), because paths, queries and the part before `@`
can hold tokens; app ids (`androidapp://com.example`) are kept. Nothing here repeats a value in an error.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from connectors.printed import folded
from vault.findings import MAX_ID, MAX_NAME, FoundAccount

# More addresses than any one service has; a longer list is a mistake or an attack.
MAX_URLS = 20
# DNS allows 253 characters; anything behind is path, and text longer than this is no address.
MAX_HOST, MAX_URL = 253, 10_000
# Numbers above this are milliseconds: as seconds they would be the year 5138.
_MILLISECONDS_FROM = 100_000_000_000

_URL = re.compile(
    r"(?:([a-z][a-z0-9+.-]{0,30})://)?(?:[^/?#@\s]*@)?(\[[0-9a-f:.]{2,45}\]|[^/?#@:\s\\]+)(?::(\d{1,5}))?(?:[/?#\\].*)?",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"\[[0-9a-f:.]+\]|(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)*[^\W_](?:[\w-]{0,61}[^\W_])?")
_APP = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)+")
_APP_SCHEMES = {"androidapp": "androidapp", "android": "androidapp", "iosapp": "iosapp"}
_WEB_SCHEMES = frozenset({"", "http", "https"})


def origin(url: str) -> str:
    """Scheme, host and port of an address, or an app id; empty for what is neither."""
    match = _URL.fullmatch(url.strip()) if len(url) <= MAX_URL else None
    if match is None:
        return ""
    scheme, host, port = (match[1] or "").lower(), match[2], match[3]
    if scheme in _APP_SCHEMES:
        return f"{_APP_SCHEMES[scheme]}://{host}" if len(host) <= MAX_HOST and _APP.fullmatch(host) else ""
    host = host.lower().rstrip(".")
    named = _HOST.fullmatch(host) and len(host) <= MAX_HOST
    if scheme not in _WEB_SCHEMES or not named or (not scheme and "." not in host):
        return ""
    return f"{scheme or 'https'}://{host}" + (f":{port}" if port else "")


def moment(text: str | None) -> datetime | None:
    """A time as exports write it (ISO 8601, or seconds or milliseconds since 1970) in UTC; none for anything else."""
    text = (text or "").strip()
    try:
        if text.isascii() and text.isdigit() and len(text) <= 15:
            number = int(text)
            seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
            return datetime.fromtimestamp(seconds, UTC) if seconds else None
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def entry(
    *,
    title: str | None,
    urls: list[str],
    username: str | None,
    secrets: list[str | None],
    own_id: str | None = "",
    opened: str | None = "",
    changed: str | None = "",
    last_used: str | None = "",
) -> FoundAccount | None:
    """The account of one entry, without its secrets; none for an entry with neither a name nor an address."""
    hidden = {secret.strip() for secret in secrets if secret and secret.strip()}
    hosts = {secret.lower() for secret in hidden}
    origins = [origin(url) for url in urls[:MAX_URLS] if url.strip() not in hidden]
    kept = tuple(dict.fromkeys(found for found in origins if found and found.split("://")[1].lower() not in hosts))
    name = _open_text(title, hidden, MAX_NAME) or (kept[0].split("://")[1] if kept else "")
    if not name:
        return None
    return FoundAccount(
        title=name,
        urls=kept,
        username=_open_text(username, hidden, MAX_NAME),
        own_id=_open_text(own_id, hidden, MAX_ID),
        opened=moment(opened),
        changed=moment(changed),
        last_used=moment(last_used),
    )


def _open_text(text: str | None, hidden: set[str], limit: int) -> str:
    """`text` unless it is a secret of the entry or the address of a one-time code."""
    text = (text or "").strip()
    if text in hidden or "otpauth:" in text.lower() or "otpauth-migration:" in text.lower():
        return ""
    return folded(text, limit)
