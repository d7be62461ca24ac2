"""Activity: every reading, decision, login, key and change from the vault's log, with filters in the address, verified and exported.

A page is some leaves; older ones go on by a number, so nothing moves under the reader while new ones come.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

import msgspec

from vault import activity, ids
from vault.activity import GROUPS, Page
from vault.session import Vault
from vault.store import audit
from vault.store import vendors as vendor_store
from web.pages.activity.words import GROUP_WORDS, line
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import attachment
from web.server.answers import Answer
from web.server.routes import Route

_TEMPLATE: Final = "activity/page.html"
_QUERY: Final = {
    "kind": "one of the kinds",
    "vendor": "the id of a vendor",
    "since": "a day",
    "before": "where older ones go on",
}
_MAX_DIGITS: Final = 18


def _asked(visit: Visit) -> dict[str, str]:
    """The filters of the address; what reads as none of them is none."""
    query = visit.asked.query
    kind, vendor, since, before = (query.get(name, "") for name in _QUERY)
    found = {
        "kind": kind if kind in GROUPS else "",
        "vendor": vendor if (ids.parse(vendor) or ("",))[0] == "vendor" else "",
        "since": since if _is_day(since) else "",
        "before": before if before.isascii() and before.isdecimal() and len(before) <= _MAX_DIGITS else "",
    }
    return {name: value for name, value in found.items() if value}


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _found(vault: Vault, chosen: dict[str, str]) -> Page:
    return activity.page(
        vault,
        group=chosen.get("kind", ""),
        vendor=ids.number_of("vendor", chosen["vendor"]) if "vendor" in chosen else None,
        since=chosen.get("since", ""),
        before=int(chosen["before"]) if "before" in chosen else None,
    )


def _page(vault: Vault, visit: Visit) -> Answer:
    chosen = _asked(visit)
    found = _found(vault, chosen)
    kept = {name: value for name, value in chosen.items() if name != "before"}
    return visit.shows(
        _TEMPLATE,
        days=[(day, [line(one) for one in found]) for day, found in groupby(found.entries, lambda one: one.at[:10])],
        older=urlencode({**kept, "before": found.next}) if found.next is not None else "",
        chosen={name: chosen.get(name, "") for name in _QUERY},
        here_as=urlencode(chosen),
        kinds=GROUP_WORDS,
        vendors=sorted(vendor_store.vendors(vault.connection), key=lambda one: one.name.lower()),
    )


def _verified(vault: Vault, visit: Visit) -> Answer:
    found = audit.verify(vault.connection, public=vault.keys.signer.public)
    return visit.shows("activity/verified.html", found=found, note=audit.latest_checkpoint(vault.connection))


def _export(vault: Vault, visit: Visit) -> Answer:
    """The leaves that the page shows, as they are in the log."""
    leaves = [{"n": one.n, "at": one.at, "event": one.event, "body": _body(one)} for one in _entries(vault, visit)]
    shown = msgspec.json.format(msgspec.json.encode({"leaves": leaves}), indent=2).decode()
    return attachment(shown, "application/json", "activity.json")


def _entries(vault: Vault, visit: Visit) -> tuple[activity.Entry, ...]:
    return _found(vault, _asked(visit)).entries


def _body(one: activity.Entry) -> object:
    return None if one.is_erased else one.said


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/activity", _page, "What was done in this vault", query=_QUERY),
    guarded("GET", "/activity.json", _export, "What was done, as JSON", query=_QUERY),
    guarded("GET", "/activity/verified", _verified, "Whether the log is whole"),
)
