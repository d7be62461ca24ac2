"""Decisions, offers and intentions as a person names them: an id, its beginning where only one begins so, or `last`."""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError
from terms.refusals import quoted
from vault import ids
from vault.session import Vault
from vault.store import decisions as store

LAST: Final = "last"
_DIGITS: Final = 13
_LOWEST, _HIGHEST = "0", "z"


class NamedNothingError(FirstpartyError):
    code = "not-found"


def decision(vault: Vault, written: str) -> int:
    return _found(vault, written, "decision", "decision", "decisions")


def offer(vault: Vault, written: str) -> int:
    """An offer has the id of the request that brought it."""
    return _found(vault, written, "offer", "request", "offers")


def intention(vault: Vault, written: str) -> int:
    return _found(vault, written, "intention", "intention", "intents")


def _found(vault: Vault, written: str, noun: str, kind: str, command: str) -> int:
    """The only number of the table of this noun that is meant."""
    span = _span(kind, written)
    if written.strip().lower() == LAST:
        newest = store.largest(vault.connection, noun)
        span = (newest, newest)
    found = store.between(vault.connection, noun, *span) if span else []
    if len(found) == 1:
        return found[0]
    if found:
        raise NamedNothingError(f"more than one {noun} begins with {quoted(written)}", hint="write more of its id")
    raise NamedNothingError(f"there is no {noun} {quoted(written)}", hint=f"see `firstparty {command}`")


def _span(kind: str, written: str) -> tuple[int, int] | None:
    """The first and the last number whose id begins like this."""
    digits = written.strip().lower().removeprefix(f"{ids.PREFIXES[kind]}_")
    if not 0 < len(digits) <= _DIGITS:
        return None
    ends = [ids.parse(f"{ids.PREFIXES[kind]}_{digits.ljust(_DIGITS, fill)}") for fill in (_LOWEST, _HIGHEST)]
    return (ends[0][1], ends[1][1]) if ends[0] and ends[1] else None
