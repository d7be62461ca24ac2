"""Sharing: what each vendor can see, what for, until when, when it last looked; stopped by one button, never more than granting took.

A grant that was stopped does not come back: the vendor can ask again. So the page says what stopping does before, and what it did
afterwards, and asks nothing in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from vault import access, granting, ids, profile
from vault.granting import Grant, PendingChange
from vault.granting.covering import covers_attribute
from vault.profile import Attribute
from vault.session import Vault
from vault.store import grants as store
from vault.store.grants import ReleaseRow
from web.grant_shapes import UNUSED_DAYS, is_unused
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to, local
from web.server.answers import Answer
from web.server.routes import Route

_SHOWN: Final = 200


class Line(Struct, frozen=True):
    """A grant with the values that it gives today."""

    grant: Grant
    values: tuple[tuple[str, str], ...]
    is_unused: bool


def _page(vault: Vault, visit: Visit) -> Answer:
    grants = granting.listed(vault.connection, vault.now)
    held = profile.attributes(vault.connection, vault.now.date())
    live = [_line(vault, one, held) for one in grants if one.is_live]
    return visit.shows(
        "sharing/page.html",
        live=sorted(live, key=lambda line: (not line.is_unused, line.grant.vendor.lower())),
        over=[one for one in grants if not one.is_live][:_SHOWN],
        asked=access.waiting(vault),
        waiting=_by_change(granting.pending_changes(vault)),
        to_tell=granting.still_to_tell(vault),
        unused_days=UNUSED_DAYS,
    )


def _line(vault: Vault, one: Grant, held: Sequence[Attribute]) -> Line:
    return Line(one, _values(one, held), is_unused(one, vault.now))


def _values(one: Grant, held: Sequence[Attribute]) -> tuple[tuple[str, str], ...]:
    found = []
    for attribute in held:
        if attribute.present is None:
            continue
        if covers_attribute(one.permission.data, one.row.labels, attribute.category, attribute.label):
            value = attribute.present.value
            found.append((attribute.category, value if isinstance(value, str) else ", ".join(value)))
    return tuple(found)


def _by_change(pending: Sequence[PendingChange]) -> list[PendingChange]:
    return sorted(pending, key=lambda one: (one.notice.at, one.notice.change), reverse=True)


def _one(vault: Vault, visit: Visit) -> Answer:
    grant = granting.held(vault.connection, ids.number_of("grant", visit.parameters["id"]), vault.now)
    held = profile.attributes(vault.connection, vault.now.date())
    reads = [Read.of(row) for row in store.releases(vault.connection, grant.row.id)[:_SHOWN]]
    return visit.shows("sharing/one.html", line=_line(vault, grant, held), reads=reads)


class Read(Struct, frozen=True):
    """One reading, with the values as they were given; none where the body of its leaf was erased."""

    row: ReleaseRow
    values: tuple[tuple[str, str], ...] | None

    @classmethod
    def of(cls, row: ReleaseRow) -> Read:
        if row.body is None:
            return cls(row, None)
        given = msgspec.json.decode(row.body, type=_Body).attributes
        return cls(row, tuple((one.category, one.words) for one in given))


class _Given(msgspec.Struct, frozen=True):
    category: str
    value: str | tuple[str, ...]

    @property
    def words(self) -> str:
        return self.value if isinstance(self.value, str) else ", ".join(self.value)


class _Body(msgspec.Struct, frozen=True):
    attributes: tuple[_Given, ...] = ()


def _stop(vault: Vault, visit: Visit) -> Answer:
    number = ids.number_of("grant", visit.parameters["id"])
    if granting.held(vault.connection, number, vault.now).is_live:
        granting.revoke(vault, number, "stopped by the owner")
    onward = local(visit.form.get("next", "/sharing"))
    return goes_to(f"{onward}?said=stopped")


def _told(vault: Vault, visit: Visit) -> Answer:
    granting.mark_told(vault, ids.number_of("vendor", visit.parameters["id"]))
    return goes_to("/sharing?said=saved#tell")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/sharing", _page, "Who sees what"),
    guarded("GET", "/sharing/{id}", _one, "What one grant gave"),
    guarded("POST", "/sharing/{id}/stop", _stop, "Stop sharing"),
    guarded("POST", "/sharing/told/{id}", _told, "Note that a vendor was told of a change"),
)
