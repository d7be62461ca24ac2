"""ODRL's actions as facts: which action is part of which, and which old name means which new one.

Source: the ODRL 2.2 vocabulary (w3.org/ns/odrl/2). `includedIn` and `exactMatch` are read alike, as "doing the first is
doing the second". Only the actions that policies about data use; an action that is not listed is itself and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terms.odrl.names import odrl

_USE = """
aggregate annotate anonymize archive attribute compensate concurrentUse delete derive digitize distribute ensureExclusivity
execute grantUse include index inform install modify move nextPolicy obtainConsent play present print read reproduce
reviewPolicy stream synchronize textToSpeech transform translate uninstall watermark acceptTracking
"""
_ROWS: Final = {
    **dict.fromkeys(_USE.split(), "use"),
    "display": "play",
    "extract": "reproduce",
    "give": "transfer",
    "sell": "transfer",
    # Deprecated names, each an exact match of a present one.
    "append": "modify",
    "appendTo": "modify",
    "copy": "reproduce",
    "export": "transform",
    "license": "grantUse",
    "pay": "compensate",
    "write": "modify",
    "writeTo": "modify",
}

INCLUDED_IN: Final[Mapping[str, frozenset[str]]] = {
    odrl(action): frozenset({odrl(above)}) for action, above in _ROWS.items()
}
