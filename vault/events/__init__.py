"""Events: what a vendor's client is owed word of, written in the transaction of what it tells.

    emit(vault, client, EventType.PROFILE_CHANGED, grant_id)

An event is thin: its type, and the id by which the client asks what it is about; whoever may know more reads it with its
token. A crash between effect and delivery loses nothing, since both were one write, and what is delivered twice has one id.
Seen events are forgotten after 90 days, others after a year.
"""

from vault.events.emitting import emit
from vault.events.reading import Page, acknowledge, forget, read, see
from vault.events.types import EventType

__all__ = ["EventType", "Page", "acknowledge", "emit", "forget", "read", "see"]
