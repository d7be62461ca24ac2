"""The owner in a browser: sessions, which log in and end, beside the vault being unlocked or locked.

Unlocking gives the server the keys; logging in says that a browser is the owner's. Whoever unlocks in a browser has given the
passphrase and is logged in by that. A session is a secret in a cookie, kept here as its hash; it ends after a time unused, at
the latest after another, when its browser logs out, or when the owner ends it from another one.
"""

from vault.sessions.keeping import IDLE_DAYS, LONGEST_DAYS, Session, begin, end, end_others, last_visit, listed, present

__all__ = ["IDLE_DAYS", "LONGEST_DAYS", "Session", "begin", "end", "end_others", "last_visit", "listed", "present"]
