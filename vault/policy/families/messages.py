"""`message.*`: what a vendor writes. The text is text: nothing in it is followed."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_VENDOR = Influence.VENDOR
CHANNELS = ("api", "mail", "phone", "chat", "post", "shop", "app", "other")
KINDS = ("service", "delivery", "invoice", "security", "reply", "renewal", "survey", "marketing", "other")

ROWS = (
    Fact("message.kind", FactType.CHOICE, "", "what the vendor says it is", "the message", _VENDOR, choices=KINDS),
    Fact("message.channel", FactType.CHOICE, "", "how it came", "the message", Influence.NOBODY, choices=CHANNELS),
    Fact("message.subject", FactType.TEXT, "", "its subject", "the message", _VENDOR),
    Fact("message.length", FactType.INTEGER, "characters", "how long it is", "the message", _VENDOR, least=0),
    Fact(
        "message.in_thread",
        FactType.TRUTH,
        "",
        "whether it goes on in a thread that I wrote in",
        "the vault",
        Influence.NOBODY,
    ),
)
