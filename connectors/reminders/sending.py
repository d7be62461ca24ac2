"""Apprise behind two verbs; see the package."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from terms.errors import FirstpartyError
from terms.phrases import phrase

if TYPE_CHECKING:
    from apprise import NotifyBase

# The longest that a service's documentation shows has 300.
MAX_URL: Final = 1_000
# Of what a service answers, what helps.
MAX_TOLD: Final = 200
# A part of an address that is shorter is no secret, and blotting it out would blot out words.
_SHORTEST_SECRET: Final = 4
_OF_THIS_MACHINE: Final = frozenset(
    "dbus qt kde glib gnome macosx windows win syslog rsyslog file exec apprise-exec".split()
)
_NOT_SECRET: Final = frozenset("http https none true false text html markdown yes localhost".split())


class ServiceError(FirstpartyError):
    """The address is of no service, or the service did not take the message."""

    code = "reminder-service"


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one attempt: `fault` is empty where it was taken. `hosts` were looked up."""

    fault: str
    hosts: tuple[str, ...]


def checked(url: str) -> str:
    """What service an address is of (`E-Mail`, `ntfy`); `ServiceError` for what cannot be sent to."""
    return str(_service(url).service_name)


def send(url: str, title: str, body: str) -> Sent:
    """Send once; blocks until the service has answered or is given up, some seconds."""
    with _looked_up() as hosts, _told() as lines:
        try:
            is_sent = bool(_service(url).notify(title=title, body=body))
        except ServiceError as error:
            return Sent(error.sentence, tuple(hosts))
        except Exception as error:  # a plugin's own: what it is must not stop the turn of the others
            lines.append(type(error).__name__)
            is_sent = False
    fault = (
        "" if is_sent else _blotted("; ".join(dict.fromkeys(lines)) or str(phrase("the service did not take it")), url)
    )
    return Sent(fault, tuple(dict.fromkeys(hosts)))


def _service(url: str) -> NotifyBase:
    import apprise

    scheme = url.partition("://")[0].strip().lower()
    if len(url) > MAX_URL or not url.isprintable() or scheme in _OF_THIS_MACHINE:
        raise ServiceError(
            phrase("this is no address that reminders can go to"), hint=phrase("such as mailto://… or ntfy://…")
        )
    with _told():
        found = apprise.Apprise.instantiate(url.strip(), suppress_exceptions=True)
    if found is None or not hasattr(found, "notify"):
        raise ServiceError(
            phrase("no service has an address like this"), hint=phrase("see docs/reminders.md for how they are written")
        )
    return found


# --- what is told ---------------------------------------------------------------------------------------------------


class _Lines(logging.Handler):
    """What Apprise says in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append(record.getMessage())


@contextmanager
def _told() -> Iterator[list[str]]:
    log, kept = logging.getLogger("apprise"), _Lines()
    log.addHandler(kept)
    was, log.propagate = log.propagate, False  # its lines may hold the address, and the server's log is read by others
    try:
        yield kept.lines
    finally:
        log.removeHandler(kept)
        log.propagate = was


def _blotted(told: str, url: str) -> str:
    """Without anything that the address has in it but its host and scheme."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        told = told.replace(secret, "…")
    return "".join(one if one.isprintable() else " " for one in told)[:MAX_TOLD]


def _secrets(url: str) -> set[str]:
    try:
        parts = urlsplit(url)
        named = {parts.username or "", parts.password or ""}
    except ValueError:
        return {url}
    # Services of one host have a token or a topic where others have theirs.
    named |= {one for one in re.split("[:@]", parts.netloc) if "." not in one and not one.isdecimal()}
    pieces = parts.path.split("/")
    values = [one.partition("=")[2] for one in parts.query.split("&")]
    found = {url, *named, *pieces, *values}
    found |= {unquote(one) for one in found}
    return {one for one in found if len(one) >= _SHORTEST_SECRET and one.lower() not in _NOT_SECRET}


# --- which hosts ----------------------------------------------------------------------------------------------------

_asked = threading.local()


@contextmanager
def _looked_up() -> Iterator[list[str]]:
    """The hosts that this thread looks up meanwhile."""
    _listen()
    hosts: list[str] = []
    _asked.hosts = hosts
    try:
        yield hosts
    finally:
        _asked.hosts = None


@cache
def _listen() -> None:
    """Python tells of every name that is looked up (PEP 578); a listener stays for the life of the process."""
    sys.addaudithook(_note)


def _note(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and (hosts := getattr(_asked, "hosts", None)) is not None:
        hosts.append(str(args[0]))
