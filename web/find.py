"""Finding what a person means: by id, by name, or by the beginning of a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from terms.errors import FirstpartyError
from vault import ids
from vault.overview import Contract, Overview
from vault.store.agreements import AgreementRow
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


def agreement(
    rows: list[AgreementRow], written: str, now: datetime, is_meant: Callable[[AgreementRow], bool]
) -> AgreementRow:
    """The agreement of this id or beginning of an id, or of the vendor of this name: of several, the only one that
    `is_meant`, or the only one of those that has not ended."""
    from terms.lifecycle import ENDED
    from vault.agreements import state_at

    folded = written.strip().casefold()
    found = [row for row in rows if row.id == folded]
    if not found:
        named = of_vendor(rows, written, whole_name=True)
        begun = [row for row in rows if folded and folded in (row.id[: len(folded)], row.id[4 : 4 + len(folded)])]
        found = named or begun or of_vendor(rows, written)
        found = [row for row in found if is_meant(row)] or found
        found = [row for row in found if state_at(row, now) not in ENDED] or found
    return _only(found, [row.id for row in found], written, "agreement", "firstparty agreements")


def of_vendor(rows: list[AgreementRow], written: str, *, whole_name: bool = False) -> list[AgreementRow]:
    """The agreements with the vendor or client of this name, id or URL, else of which it is a part of the name."""
    parsed, folded = ids.parse(written), written.strip().casefold()
    if parsed and parsed[0] == "vendor":
        return [row for row in rows if row.vendor == parsed[1]]
    named = [(row, {name.casefold() for name in (row.vendor_name, row.client_name, row.client_url)}) for row in rows]
    found = [row for row, names in named if folded and folded in names]
    return found if found or whole_name else [row for row, names in named if folded and folded in " ".join(names)]


def _only(found: list[T], names: list[str], written: str, kind: str, command: str) -> T:
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(f"there is no {kind} `{written[:60]}`", hint=f"see `{command}`")
    shown = ", ".join(f"`{name}`" for name in sorted(names)[:_OFFERED])
    raise NotFoundError(
        f"`{written[:60]}` fits {len(found)} {kind}s: {shown}", hint="write more of the name, or its id"
    )
