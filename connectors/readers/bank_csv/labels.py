"""Labels that banks put inside one text where other banks have columns.

Three habits, one table each: German SEPA tags (`SVWZ+…CRED+…MREF+…`), Dutch slashes (`/CSID/…/NAME/…/REMI/…`), and
words with a colon (`Auftraggeber: … Buchungstext: …`, `Naam: … Omschrijving: …`). Text without them is not touched.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vault.findings import MAX_ID


class Named(NamedTuple):
    name: str
    purpose: str
    account: str
    creditor_id: str
    mandate: str


_TAGS = {
    "SVWZ": "purpose",
    "CRED": "creditor_id",
    "MREF": "mandate",
    "ABWA": "",
    "ABWE": "",
    "EREF": "",
    "KREF": "",
    "IBAN": "account",
    "BIC": "",
    "COAM": "",
    "OAMT": "",
    "DEBT": "",
    "PURP": "",
}
_SLASHES = {
    "NAME": "name",
    "REMI": "purpose",
    "IBAN": "account",
    "CSID": "creditor_id",
    "MARF": "mandate",
    "TRTP": "",
    "BIC": "",
    "EREF": "",
    "ORDP": "",
    "BENM": "",
    "ULTD": "",
    "ULTC": "",
    "PURP": "",
    "ISDT": "",
    "SVCL": "",
    "RTRN": "",
}
_WORDS = {
    "Auftraggeber": "name",
    "Empfänger": "name",
    "Zahlungspflichtiger": "name",
    "Buchungstext": "purpose",
    "Kto/IBAN": "account",
    "BLZ/BIC": "",
    "Ref.": "",
    "Naam": "name",
    "Omschrijving": "purpose",
    "IBAN": "account",
    "Kenmerk": "",
    "Machtiging ID": "mandate",
    "Incassant ID": "creditor_id",
    "Valutadatum": "",
    "Doorlopende incasso": "",
    "Datum/Tijd": "",
    "Pasvolgnr": "",
    "Transactie": "",
    "Term": "",
}

_TAG = re.compile(rf"({'|'.join(_TAGS)})\+ ?")
_SLASH = re.compile(rf"/({'|'.join(_SLASHES)})/")
_WORD = re.compile(rf"(?:^|(?<=\s))({'|'.join(re.escape(word) for word in _WORDS)}):? (?<=: |\. )")


def read(text: str) -> Named | None:
    """What the labels in `text` name; none when it has no labels."""
    if "+" in text and ("SVWZ+" in text or "CRED+" in text or "MREF+" in text):
        return _split(text, _TAG, _TAGS)
    if text.startswith("/") and ("/REMI/" in text or "/NAME/" in text):
        return _split(text, _SLASH, _SLASHES)
    if ": " in text and text.startswith(
        ("Auftraggeber:", "Empfänger:", "Naam:", "Buchungstext:", "Zahlungspflichtiger:")
    ):
        return _split(text, _WORD, _WORDS, wrapped=False)
    return None


def _split(text: str, pattern: re.Pattern[str], meanings: dict[str, str], *, wrapped: bool = True) -> Named:
    """The labelled parts; where text is `wrapped`, blanks inside a key are line ends of the bank, else its end."""
    parts = pattern.split(text)
    found = {"purpose": parts[0].strip()} if parts[0].strip() else {}
    for label, value in zip(parts[1::2], parts[2::2], strict=True):
        if (role := meanings[label]) and value.strip():
            found[role] = f"{found[role]} {value.strip()}" if role == "purpose" and role in found else value.strip()
    words = (found.get(role, "").split() for role in ("account", "creditor_id", "mandate"))
    keys = ("".join(parts if wrapped else parts[:1])[:MAX_ID] for parts in words)
    return Named(found.get("name", ""), found.get("purpose", ""), *keys)
