"""Sessions kept, looked up and ended. Beginning and ending leave a leaf; being seen does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from vault import crypto
from vault.session import Vault
from vault.store import sessions as store
from vault.store import settings
from vault.store.sessions import SessionRow
from vault.times import stamp

# A phone that is looked at every other week stays logged in; a lost one does not for long.
IDLE_DAYS: Final = 14
LONGEST_DAYS: Final = 90
# How often it is written down that a session was seen: often enough to list, seldom enough that reading writes little.
SEEN_EVERY: Final = timedelta(minutes=5)
# A longer pause ends a visit: what happens after it is news at the next one.
VISIT_ENDS: Final = timedelta(minutes=30)
_LAST_VISIT: Final = "last_visit"
# As much of what a browser calls itself as tells two of them apart.
MAX_AGENT: Final = 200


class Session(Struct, frozen=True):
    """`form_token` has to come back with every form of this session (it keeps other sites from sending one)."""

    id: int
    way: str
    agent: str
    created_at: str
    seen_at: str
    form_token: str = ""


def begin(vault: Vault, way: str, agent: str = "") -> str:
    """A new session; gives its secret. `way` is how the owner showed who they are: `passphrase`, `link`."""
    secret = base64.urlsafe_b64encode(crypto.random_key()).decode().rstrip("=")
    plain = "".join(one for one in agent if one.isprintable())[:MAX_AGENT]
    with vault.transaction():
        _note_pause(vault)
        store.remove_over(vault.connection, *_oldest(vault.now))
        id = store.add(vault.connection, _hash(secret), way, plain, stamp(vault.now))
        vault.log("session.begun", {"session": id, "way": way})
    return secret


def present(vault: Vault, secret: str) -> Session | None:
    """The session of a secret, if it lasts still."""
    row = store.by_hash(vault.connection, _hash(secret))
    if row is None or _is_over(row, vault.now):
        return None
    if row.seen_at < stamp(vault.now - SEEN_EVERY):
        with vault.transaction():
            _note_pause(vault)
            store.saw(vault.connection, row.id, stamp(vault.now))
    token = hmac.new(secret.encode(), b"firstparty form 1", hashlib.sha256).hexdigest()
    return Session(row.id, row.way, row.agent, row.created_at, row.seen_at, token)


def listed(vault: Vault) -> list[Session]:
    """Those that last, the one seen last first."""
    rows = store.all_of_them(vault.connection)
    return [Session(*_told(row)) for row in rows if not _is_over(row, vault.now)]


def end(vault: Vault, id: int) -> bool:
    """End a session; whether there was one."""
    with vault.transaction():
        is_ended = store.remove(vault.connection, id)
        if is_ended:
            vault.log("session.ended", {"session": id})
            if not store.all_of_them(vault.connection):
                settings.put(vault.connection, _LAST_VISIT, stamp(vault.now))
    return is_ended


def last_visit(vault: Vault) -> str:
    """When the owner was last seen before this visit (RFC 3339); empty at the first one."""
    return settings.get(vault.connection, _LAST_VISIT)


def _note_pause(vault: Vault) -> None:
    """A visit begins where nothing was seen of the owner for a while, in any browser."""
    seen = next((row.seen_at for row in store.all_of_them(vault.connection)), "")
    if seen and seen < stamp(vault.now - VISIT_ENDS):
        settings.put(vault.connection, _LAST_VISIT, seen)


def end_others(vault: Vault, than: int | None = None) -> int:
    """End all but one; gives how many."""
    return sum(end(vault, one.id) for one in listed(vault) if one.id != than)


def _told(row: SessionRow) -> tuple[int, str, str, str, str]:
    return row.id, row.way, row.agent, row.created_at, row.seen_at


def _is_over(row: SessionRow, now: datetime) -> bool:
    created, seen = _oldest(now)
    return row.created_at < created or row.seen_at < seen


def _oldest(now: datetime) -> tuple[str, str]:
    """When a session that lasts was begun, and seen last, at the earliest."""
    return stamp(now - timedelta(days=LONGEST_DAYS)), stamp(now - timedelta(days=IDLE_DAYS))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
