"""A command beside a running server: it borrows the keys over the owner's socket and opens the same database.

How a command takes turns with the server (`vault.session.Turn`) follows from its name. One that is in neither list below does
all of its reading and writing in one turn, which is right for whatever is quick.
"""

from __future__ import annotations

import base64
import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from terms.errors import FirstpartyError
from web import clock, owner_socket
from web.owner_socket import NotServingError, OwnerRefusedError

if TYPE_CHECKING:
    from vault.session import Turn, Vault

# These only read, and some of them think for long about what they read.
READING = frozenset(
    (
        "agreement", "agreement export", "agreements", "audit checkpoint", "audit log", "audit verify", "butler show", "charges",
        "contract", "contracts", "decision", "decision replay", "decisions", "grant show", "grants", "imports", "intent",
        "intents", "offer", "offers", "profile changes", "profile show", "renewals", "review", "rules list", "rules prove",
        "rules show", "rules try", "search", "terms choices", "terms compare", "terms diff", "terms effective", "vendor",
        "vendors",
    )
)  # fmt: skip
# These write in transactions of their own and read what they need inside them.
LONG = frozenset(("import", "undo", "export", "backup make", "backup check", "doctor", "butler run"))
# A time this near to the clock's is the clock's, read a moment ago.
_MOMENT = timedelta(seconds=60)


def opened(home: Path, *, by: str, now: datetime | None) -> Vault | None:
    """The vault beside the server that has it open; None where there is none, or a locked one.

    Without `now`, or with the present, the server's clock counts, which may have been moved.
    """
    from vault.session import Vault

    try:
        lent = owner_socket.ask(home, "POST", "/owner/lend")
    except (NotServingError, OwnerRefusedError) as error:
        if isinstance(error, OwnerRefusedError) and error.code == "busy":
            raise
        return None
    except FirstpartyError as error:
        if error.code == "address":  # a server would not have started there either
            return None
        raise
    ahead = timedelta(seconds=_whole(lent.get("ahead_seconds")))
    if now is None or abs(now - clock.now()) < _MOMENT:
        clock.move(ahead)
        now = clock.now()
    root = base64.b64decode(str(lent.get("root", "")))
    return Vault.beside(home, root, now=now, by=by, turn=_turn(by), ended=lambda: _wake(home))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _turn(by: str) -> Turn:
    if by in READING:
        return "reads"
    return "each" if by in LONG else "writes"


def _wake(home: Path) -> None:
    """The server looks for what is due every few seconds by itself; this makes it look now."""
    # It may have stopped or been locked meanwhile: what was written is there when it opens the vault again.
    with contextlib.suppress(FirstpartyError):
        owner_socket.ask(home, "POST", "/owner/wake")
