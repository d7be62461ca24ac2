"""How many there are of what a person would miss first, to hold one state of a vault against another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vault.store.audit import OWN_LOG
from vault.store.connection import Connection

# In the order in which they are shown.
KINDS: Final[Mapping[str, str]] = {
    "charges": "SELECT count(*) FROM charge",
    "vendors": "SELECT count(*) FROM vendor",
    "contracts": "SELECT count(*) FROM contract",
    "accounts": "SELECT count(*) FROM account",
    "details": "SELECT count(*) FROM profile_attribute",
    "agreements": "SELECT count(*) FROM agreement",
    "permissions": "SELECT count(*) FROM data_grant",
    "offers": "SELECT count(*) FROM offer",
    "decisions": "SELECT count(*) FROM decision",
    "messages": "SELECT count(*) FROM message",
    "log entries": f"SELECT count(*) FROM audit_leaf WHERE log = {OWN_LOG}",
}


def counted(connection: Connection) -> dict[str, int]:
    return {kind: int(connection.execute(query).fetchone()[0]) for kind, query in KINDS.items()}
