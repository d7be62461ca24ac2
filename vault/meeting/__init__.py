"""How vendors come to the person: introductions, the screener, invitations, and the terms that they ask for.

    standing(vault, client)              how a client stands: new, waiting, yes, not-now, never
    may_write(vault, client)             whether what it sends reaches the person (`yes`)
    refuse_turned_away(vault, client)    how it stands; `TurnedAwayError` where nothing of it is to reach the person
    introduce(vault, client, said, …)    who it says it is, judged by the owner's rules
    category(vault, client)              what it deals in
    screen, screen_domain, screen_vendor the owner's word, which another word takes back
    link, unlink, proposed               which vendor of the vault a client is of
    invite, revoke, invitations          codes that the owner hands to a vendor
    ask, reply                           terms that a client wants proffered, and its own steps in an agreement
    approve, deny                        the owner's answer to what waits: introductions, terms, counter-offers

`life` has the tables of what may happen. How a client stands says whether it reaches the person; what it may have is said by
agreements and grants alone.
"""

from vault.meeting.answering import approve, deny
from vault.meeting.introducing import category, introduce
from vault.meeting.inviting import invitations, invite, revoke
from vault.meeting.judging import butler, butler_at_first
from vault.meeting.life import Standing
from vault.meeting.linking import link, proposed, unlink, vendor_of
from vault.meeting.proffering import ask, own
from vault.meeting.replying import reply
from vault.meeting.screening import (
    TurnedAwayError,
    may_write,
    refuse_turned_away,
    screen,
    screen_domain,
    screen_vendor,
    standing,
)

__all__ = [
    "Standing",
    "TurnedAwayError",
    "approve",
    "ask",
    "butler",
    "butler_at_first",
    "category",
    "deny",
    "introduce",
    "invitations",
    "invite",
    "link",
    "may_write",
    "own",
    "proposed",
    "refuse_turned_away",
    "reply",
    "revoke",
    "screen",
    "screen_domain",
    "screen_vendor",
    "standing",
    "unlink",
    "vendor_of",
]
