"""The JSON of `firstparty records`: fields are only ever added."""

from __future__ import annotations

import msgspec

from vault import ids
from vault.engaging.holdings import Compared
from vault.engaging.settlements import Charged, Settlement
from vault.store.engaging import RecordRow, VersionRow
from web.shapes import money

Shape = dict[str, object]


def record(row: RecordRow, paid: Settlement | None = None) -> Shape:
    """`paid` is how an invoice stands beside what the bank shows."""
    return {
        "id": ids.text("record", row.id),
        "vendor": row.vendor_name or row.client_name,
        "vendor_id": ids.text("vendor", row.vendor) if row.vendor else None,
        "kind": row.kind,
        "ref": row.ref,
        "state": "disputed" if row.because is not None else "recorded",
        "because": row.because,
        "version": row.version,
        "given": row.created_at,
        "changed": row.changed_at,
        "agreement": row.agreement,
        "contract_id": ids.text("contract", row.contract) if row.contract else None,
        "said": msgspec.json.decode(row.body),
        "payment": payment(paid) if paid else None,
    }


def payment(one: Settlement) -> Shape:
    return {
        "state": one.state,
        "charges": [charged(each) for each in one.charges],
        "beyond": money(one.beyond),
        "by_owner": one.by_owner,
    }


def charged(one: Charged) -> Shape:
    return {
        "id": ids.text("charge", one.id),
        "on": one.on.isoformat(),
        "money": money(one.money),
        "account": one.account,
    }


def whole(row: RecordRow, versions: list[VersionRow], differs: list[str], paid: Settlement | None = None) -> Shape:
    """With every version, and where the vendor's word differs from what the bank shows or you noted."""
    listed = [
        {
            "version": one.version,
            "at": one.at,
            "agreement": one.agreement,
            "leaf": one.leaf,
            "said": msgspec.json.decode(one.body),
        }
        for one in versions
    ]
    return {**record(row, paid), "versions": listed, "differs": differs}


def compared(one: Compared) -> Shape:
    """What a vendor says that it holds, beside what it has read."""
    return {
        "category": one.category,
        "word": one.word,
        "stated": msgspec.to_builtins(one.stated) if one.stated else None,
        "last_read": one.released,
    }
