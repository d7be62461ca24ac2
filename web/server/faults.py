"""Telling of a fault in work that nobody waits for: what it was doing and the type, never a message, which may hold what
somebody sent."""

from __future__ import annotations

import sys

import msgspec

from terms.errors import FirstpartyError

# Of the moment, and told to whoever asks: the vault is locked, or others write.
_PASSING = ("locked", "busy")


def tell(job: str, error: Exception) -> None:
    """One line on the log; none for what passes by itself."""
    code = error.code if isinstance(error, FirstpartyError) else ""
    if code not in _PASSING:
        said = {"job": job, "fault": type(error).__name__} | ({"code": code} if code else {})
        print(msgspec.json.encode(said).decode(), file=sys.stderr, flush=True)
