"""What follows when a client is let in: what it sent before, and was held, is judged and delivered now.

Called inside the write that lets it in, by whichever door the owner said so.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault import meeting
from vault.session import Vault


def admitted(vault: Vault, clients: Iterable[int]) -> None:
    """Of these clients, those that may write now: their held offers are judged and their held messages delivered."""
    from vault.engaging.messages import deliver_held
    from vault.trading.taking import judge_held

    now = vault.now.astimezone()
    with vault.transaction():
        for client in clients:
            if meeting.may_write(vault, client):
                judge_held(vault, client, now)
                deliver_held(vault, client, now)
