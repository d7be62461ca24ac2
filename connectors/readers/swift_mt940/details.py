"""The `:86:` field: who stands on the other side, and what for.

Four dialects: German numbered fields (`166?00…?20…?32…`, Zentraler Kreditausschuss, appendix 3, chapter 8) with
SEPA keywords (`SVWZ+`, `MREF+`, `CRED+`); Dutch and international code words (`/NAME/…/REMI/…`); ABN AMRO's
labels (`Naam: …`); plain text.
"""

from __future__ import annotations

import re

import msgspec

from connectors.printed import folded
from vault.findings import MAX_ID, MAX_NAME, MAX_TEXT

# Banks cut text into fields and lines of these widths: a full one goes on without a blank, a shorter one ended.
FIELD_WIDTH = 27
LINE_WIDTH = 65

_NUMBERED = re.compile(r"[0-9]{3}([^\w\s])[0-9]{2}")
_NUMBERS = "00|10|2[0-9]|3[0-8]|6[0-3]|7[0-9]"
_SEPA = re.compile(
    r"(?:^|(?<=\s))(?:(SVWZ|EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|ABWA|ABWE|IBAN|BIC|PURP|MDAT|DDAT|SQTP|ORCR|ORMR|RREF)"
    r"\+|(EREF|MREF|CRED|KREF|DEBT|ABWA|ABWE):\s)"
)
_SLASHED = re.compile(
    r"/(TRTP|TYPE|IBAN|BIC|NAME|REMI|EREF|KREF|PREF|CREF|CSID|MARF|ORDP|BENM|CNTP|ULTC|ULTD|ULTB|ID|ADDR|ISDT|RTRN|"
    r"PURP|TRCD|OCMT|EXCH|CHGS|SVCL|INIT|TXTP|ACCW|BANK|BO|BEN)/"
)
_LABELLED = re.compile(r"\b(IBAN|BIC|Naam|Omschrijving|Machtiging|Incassant|Kenmerk|Voor):\s*")


class Details(msgspec.Struct, frozen=True):
    counterparty: str = ""
    purpose: str = ""
    account: str = ""
    creditor_id: str = ""
    mandate: str = ""


def details(lines: list[str], money_in: bool) -> Details:
    """What the lines of a `:86:` field say."""
    joined = "".join(lines)
    numbered = _NUMBERED.match(joined)
    if numbered:
        return _german(joined[3:], numbered[1], money_in)
    if _SLASHED.match(joined.lstrip()):
        return _slashed(joined)
    plain = _joined(lines, LINE_WIDTH)
    if plain.startswith("SEPA ") and "Naam:" in plain:
        return _labelled(plain)
    return Details(purpose=folded(plain, MAX_TEXT))


def _german(text: str, mark: str, money_in: bool) -> Details:
    _, *parts = re.split(f"{re.escape(mark)}({_NUMBERS})", text)
    numbered = list(zip(parts[::2], parts[1::2], strict=True))
    purpose = [value for number, value in numbered if number[0] in "26"]
    spoken = _keywords(_joined(purpose, FIELD_WIDTH))
    name = _joined([value for number, value in numbered if number in ("32", "33")], FIELD_WIDTH)
    direct_debit = "MREF" in spoken or "CRED" in spoken
    ultimate = spoken.get("ABWA" if money_in or direct_debit else "ABWE", "")
    values = dict(numbered)
    return Details(
        counterparty=folded(ultimate or name, MAX_NAME),
        purpose=folded(spoken.get("SVWZ") or spoken.get("") or values.get("00", ""), MAX_TEXT),
        account=_key(values.get("31", "") or spoken.get("IBAN", "")),
        creditor_id=_key(spoken.get("CRED", "")),
        mandate=_key(spoken.get("MREF", "")),
    )


def _keywords(text: str) -> dict[str, str]:
    """SEPA keyword to value, the first of each, `MREF+` before `MREF:`; text before them under the empty one."""
    start, *parts = _SEPA.split(text)
    spoken = list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))
    found = {"": start.strip()}
    for plus, _, value in spoken:
        if plus:
            found.setdefault(plus, value.strip())
    for plus, colon, value in spoken:
        if not plus and value.strip():
            # Behind the colon form runs on what has no keyword; a reference is its first word.
            found.setdefault(colon, value.strip() if colon[0] == "A" else value.split()[0])
    return found


def _slashed(text: str) -> Details:
    _, *parts = _SLASHED.split(text)
    found: dict[str, str] = {}
    for word, value in zip(parts[::2], parts[1::2], strict=True):
        found.setdefault(word, value.strip("/ "))
    # ING: `/CNTP/account/BIC/name/city`, and `/REMI/USTD//text` or `/REMI/STRD/CUR/reference`.
    account, _, name, *_ = [*found.get("CNTP", "").split("/"), "", "", ""]
    purpose = re.sub(r"^(?:USTD/+|STRD/(?:[A-Z]+/+)?)", "", found.get("REMI", ""))
    return Details(
        counterparty=folded(found.get("NAME") or name, MAX_NAME),
        purpose=folded(purpose or found.get("TRTP", ""), MAX_TEXT),
        account=_key(found.get("IBAN") or account),
        creditor_id=_key(found.get("CSID", "")),
        mandate=_key(found.get("MARF", "")),
    )


def _labelled(text: str) -> Details:
    """ABN AMRO: `SEPA Incasso … Incassant: … Naam: … Machtiging: … Omschrijving: … IBAN: …`."""
    kind, *parts = _LABELLED.split(text)
    found = dict(zip(parts[::2], (value.strip() for value in parts[1::2]), strict=True))
    return Details(
        counterparty=folded(found.get("Naam", ""), MAX_NAME),
        purpose=folded(found.get("Omschrijving") or kind, MAX_TEXT),
        account=_key(found.get("IBAN", "")),
        creditor_id=_key(found.get("Incassant", "")),
        mandate=_key(found.get("Machtiging", "")),
    )


def _joined(parts: list[str], width: int) -> str:
    """Parts as one text: a part of full width goes on in the next, unless that one begins with a keyword."""
    text = ""
    for before, part in zip(["", *parts], parts, strict=False):
        text += part if len(before) >= width and not _SEPA.match(part) else f" {part}"
    return text.strip()


def _key(text: str) -> str:
    key = folded(text, MAX_ID).replace(" ", "")
    return "" if key.upper() in ("NOTPROVIDED", "NONREF") else key
