"""Finding what a person means: by id, by name, or by the beginning of a name."""

from __future__ import annotations

from typing import TypeVar

from terms.errors import FirstpartyError
from vault import ids
from vault.overview import Contract, Overview
from vault.store.vendors import VendorRow


class NotFoundError(FirstpartyError):
    code = "not-found"


T = TypeVar("T")
# Names offered when several fit.
_OFFERED = 6


def vendor(overview: Overview, written: str) -> VendorRow:
    """The vendor with this id, name, domain or beginning of a name; `NotFoundError` when none or several fit."""
    parsed = ids.parse(written)
    if parsed and parsed[0] == "vendor":
        found = [row for row in overview.vendors if row.id == parsed[1]]
    else:
        folded = written.strip().casefold()
        found = [row for row in overview.vendors if row.name.casefold() == folded or folded in row.domains]
        found = found or [row for row in overview.vendors if row.name.casefold().startswith(folded)]
        found = found or [row for row in overview.vendors if folded in row.name.casefold()]
    return _only(found, [row.name for row in found], written, "vendor", "firstparty vendors")


def contract(overview: Overview, written: str) -> Contract:
    """The contract with this id or title, or the only one of the vendor of this name."""
    parsed = ids.parse(written)
    if parsed and parsed[0] == "contract":
        found = [one for one in overview.contracts if one.row.id == parsed[1]]
    else:
        folded = written.strip().casefold()
        found = [one for one in overview.contracts if one.row.title.casefold() == folded]
        found = found or [one for one in overview.contracts if one.row.vendor_name.casefold() == folded]
        found = found or [one for one in overview.contracts if folded in one.row.title.casefold()]
    return _only(found, [one.row.title for one in found], written, "contract", "firstparty contracts")


def _only(found: list[T], names: list[str], written: str, kind: str, command: str) -> T:
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(f"there is no {kind} `{written[:60]}`", hint=f"see `{command}`")
    shown = ", ".join(f"`{name}`" for name in sorted(names)[:_OFFERED])
    raise NotFoundError(
        f"`{written[:60]}` fits {len(found)} {kind}s: {shown}", hint="write more of the name, or its id"
    )
