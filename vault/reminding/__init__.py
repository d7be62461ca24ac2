"""Telling the owner of dates ahead of time.

    planning   what is to be told and when: pure
    keeping    wishes, channels and messages in the vault
    words      what a message says
    calendar   the secret of the calendar link

Sending is `connectors.reminders`, the turn of it `web.server.reminding`.
"""

from vault.reminding.keeping import ReminderError
from vault.reminding.planning import Item, Reminder, Wishes

__all__ = ["Item", "Reminder", "ReminderError", "Wishes"]
