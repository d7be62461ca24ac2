"""Who stands on the other side of a CAMT entry.

Up to version 7 a party's name is `Dbtr/Nm`, from version 8 `Dbtr/Pty/Nm`; some banks write the agent instead.
"""

from __future__ import annotations

import re

import msgspec

from connectors.printed import folded
from connectors.readers.camt.tree import Leaves, first
from vault.findings import MAX_ID, MAX_NAME

# EPC262-08: country, two check digits, three characters of business code, then the national id.
_CREDITOR_ID = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}").fullmatch
# The ultimate party comes first: behind a payment service stands the merchant.
_NAMES = {
    role: (
        f"RltdPties/Ultmt{role}/Pty/Nm",
        f"RltdPties/Ultmt{role}/Nm",
        f"RltdPties/{role}/Pty/Nm",
        f"RltdPties/{role}/Nm",
        f"RltdPties/{role}/Agt/FinInstnId/Nm",
        "RltdPties/TradgPty/Pty/Nm",
        "RltdPties/TradgPty/Nm",
    )
    for role in ("Cdtr", "Dbtr")
}
_ACCOUNTS = {
    role: tuple(f"RltdPties/{role}Acct/Id/{kind}" for kind in ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN"))
    for role in ("Cdtr", "Dbtr")
}
# Where banks put it: the creditor's identification, or the scheme identification of the mandate.
_CREDITOR_IDS = tuple(
    f"{base}{party}Id/{kind}/Othr/Id"
    for base in ("RltdPties/Cdtr/", "RltdPties/CdtrSchmeId/", "CdtrSchmeId/")
    for party in ("", "Pty/")
    for kind in ("PrvtId", "OrgId")
)


class Party(msgspec.Struct, frozen=True):
    name: str = ""
    account: str = ""
    creditor_id: str = ""


def counterparty(found: Leaves, money_in: bool, own_account: str) -> Party:
    """The party of one transaction that is not the owner. `money_in` is the direction of the original payment."""
    creditor, debtor = _account(found, "Cdtr"), _account(found, "Dbtr")
    if own_account and (creditor == own_account) != (debtor == own_account):
        role = "Dbtr" if creditor == own_account else "Cdtr"
    else:
        role = "Dbtr" if money_in else "Cdtr"
        other = "Cdtr" if money_in else "Dbtr"
        account = creditor if money_in else debtor
        if not (debtor if money_in else creditor) and not _name(found, role) and account not in ("", own_account):
            role = other
    return _party(found, role)


def _party(found: Leaves, role: str) -> Party:
    return Party(
        name=_name(found, role),
        account=_account(found, role),
        creditor_id=_creditor_id(found) if role == "Cdtr" else "",
    )


def _name(found: Leaves, role: str) -> str:
    name = first(found, *_NAMES[role])
    return folded(name, MAX_NAME) if name else ""


def _account(found: Leaves, role: str) -> str:
    return compact(first(found, *_ACCOUNTS[role]))


def _creditor_id(found: Leaves) -> str:
    for path in _CREDITOR_IDS:
        for line in found.get(path, "").split("\n"):
            if _CREDITOR_ID(candidate := compact(line)):
                return candidate
    return ""


def compact(text: str) -> str:
    """An identifier without its blanks."""
    return folded(text, MAX_ID).replace(" ", "") if text else ""
