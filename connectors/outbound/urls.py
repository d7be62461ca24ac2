"""Reading a URL that a stranger gave, so strictly that every other parser reads the same.

What libraries read differently is refused, not repaired: white space and control characters (tab, CR and LF too, which
Python's own parser drops), backslashes, users, fragments, a host that is not a name. Names are mapped by UTS 46 first
(`idna`, non-transitional), so a full-width `localhost` is `localhost` before it is judged, and a look-alike is the
`xn--…` name that it really is, wherever it is shown.

A host is a number in some notation if its last label is one (WHATWG URL, "ends in a number"): `127.1`, `0x7f.1`,
`2130706433`, `0177.0.0.1`, circled and full-width digits. Numbers are refused in every notation, public ones too: vendors
are known by their names. Only in development the machine itself may be named `127.0.0.1` or `[::1]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from connectors.outbound.errors import OutboundError
from connectors.outbound.limits import NAME_CHARACTERS, URL_CHARACTERS

# Where web servers of the public listen. Other ports are other services, which a request might speak to by accident.
PORTS: Final = frozenset({443, 8443})
LOOPBACK: Final = {"127.0.0.1": ("127.0.0.1",), "[::1]": ("::1",), "localhost": ("127.0.0.1", "::1")}
# Names that are never looked up in the public name system.
SPECIAL: Final = (
    "localhost",  # RFC 6761
    "local",  # RFC 6762
    "internal",  # reserved by ICANN for private use
    "home.arpa",  # RFC 8375
    "onion",  # RFC 7686
    "alt",  # RFC 9476
)
_SHAPE: Final = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?]*)(?P<path>/[^?]*)?(?P<query>\?.*)?")
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9a-f:.]*\]|[^:\[\]@]+)(?::(?P<port>[0-9]{1,5}))?")
_PRINTABLE: Final = re.compile(r"[!-~]*")
# Nowhere in a URL, not even percent-decoded by us: white space, controls, and what servers read as a slash or a start.
_FOREIGN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\#<>\"^`{|}]")
_NAME: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """What to ask: `host` in ASCII as it is looked up, `path` with the query; `local` is the machine itself."""

    scheme: str
    host: str
    port: int
    path: str
    local: bool = False

    @property
    def authority(self) -> str:
        """For the `Host` header: the port only where it is not the scheme's own (RFC 9110, section 7.2)."""
        usual = 443 if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def target(url: str, *, development: bool = False) -> Target:
    """The URL as it will be asked, or `OutboundError`: `bad-url`, `forbidden-port`. Nothing is looked up."""
    if len(url) > URL_CHARACTERS or _FOREIGN.search(url):
        raise _bad("it is too long or holds characters that a URL has not")
    whole = _SHAPE.fullmatch(url)
    authority = _AUTHORITY.fullmatch(whole["authority"]) if whole else None
    if whole is None or authority is None:
        raise _bad("write https://, a host by its name, and a path; no user")
    path = (whole["path"] or "/") + (whole["query"] or "")
    if not _PRINTABLE.fullmatch(path):
        raise _bad("percent-encode the path")
    host = _host(authority["host"], development=development)
    local = host in LOOPBACK
    if whole["scheme"] == "http" and not local:
        raise _bad("write https")
    port = int(authority["port"] or (443 if whole["scheme"] == "https" else 80))
    if not 0 < port < 65_536 or not (local or port in PORTS):
        raise OutboundError("forbidden-port", hint=f"use {' or '.join(map(str, sorted(PORTS)))}")
    return Target(whole["scheme"], host, port, path, local)


def _host(written: str, *, development: bool) -> str:
    if development and written.lower() in LOOPBACK:
        return written.lower()
    name = _ascii(written)
    last = name.rpartition(".")[2]
    if _NUMBER.fullmatch(last) or not _NAME.fullmatch(name):
        raise _bad("write the host by its full name")
    if any(name == special or name.endswith(f".{special}") for special in SPECIAL):
        raise _bad("the name is reserved for private use")
    return name


def _ascii(written: str) -> str:
    import idna  # forty milliseconds, which a command that asks nothing need not wait

    if len(written) > NAME_CHARACTERS:
        raise _bad("the host's name is too long")
    try:
        return idna.encode(written, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:
        raise _bad("the host's name is not one of IDNA") from None


def _bad(hint: str) -> OutboundError:
    return OutboundError("bad-url", hint=hint)
