"""The JSON of the owner's choice: field names and forms are a contract with programs; fields are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terms.choice_changes import Difference
from terms.comparison import to_json
from terms.effective import Compared, Effective
from vault import ids
from vault.choosing import Version
from vault.store.vendors import VendorRow
from web.terms_choosing import Outcome

Shape = dict[str, object]


def version(one: Version, names: Mapping[str, str]) -> Shape:
    """A version of the owner's choice; `choice` is what `terms choose --file` takes."""
    return {
        "version": one.number,
        "at": one.at or None,
        "note": one.note,
        "choice": one.choice.to_json(),
        "vendor_names": {key: names.get(key, key) for key, _ in one.choice.vendors},
    }


def outcome(done: Outcome, names: Mapping[str, str]) -> Shape:
    """What `terms choose` did; nothing changed where there are no differences."""
    return {
        **version(done.version, names),
        "differences": [one.to_json() for one in done.changed],
        "unaffected": list(done.kept),
        "migrated": list(done.migrated),
    }


def versions_differ(before: Version, after: Version, found: Iterable[Difference]) -> Shape:
    return {"from": before.number, "to": after.number, "differences": [one.to_json() for one in found]}


def vendor(row: VendorRow) -> Shape:
    return {"id": ids.text("vendor", row.id), "key": row.key, "name": row.name, "category": row.category}


def effective(row: VendorRow, version: int, found: Effective) -> Shape:
    """What holds for a vendor, field by field with its source."""
    return {"vendor": vendor(row), "version": version, **found.to_json()}


def compared(row: VendorRow, found: Compared) -> Shape:
    """The comparison that counts, and what each acceptable agreement in order came to."""
    tried = [{"agreement": one.agreement, "result": one.result} for one in found.tried]
    return {**to_json(found.best), "vendor": vendor(row), "tried": tried}
