"""`/details`: what is so of the owner, said once; who may read it is told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from vault import granting, profile
from vault.granting import Grant
from vault.profile import Attribute
from vault.session import Vault
from web.pages.details import one
from web.pages.frame.guard import Visit, guarded
from web.server.answers import Answer
from web.server.routes import Route


class Line(Struct, frozen=True):
    """An attribute, and the live grants that cover it."""

    attribute: Attribute
    seen_by: tuple[Grant, ...]


def _page(vault: Vault, visit: Visit) -> Answer:
    lines = [
        Line(attribute, one.seen_by(vault, attribute.category, attribute.label))
        for attribute in profile.attributes(vault.connection, vault.now.date())
    ]
    return visit.shows(
        "details/page.html",
        lines=[line for line in lines if line.attribute.present is not None],
        past=[line.attribute for line in lines if line.attribute.present is None],
        missing=_missing([line.attribute for line in lines]),
        waiting=len({(change.notice.change, change.notice.grant) for change in granting.pending_changes(vault)}),
        to_tell=len(granting.still_to_tell(vault)),
    )


def _missing(known: Sequence[Attribute]) -> list[str]:
    """What most vendors ask for, and is not said yet."""
    said = {attribute.category for attribute in known}
    return [category for category in one.COMMON if category not in said]


ROUTES: Final[tuple[Route, ...]] = (guarded("GET", "/details", _page, "Your details"), *one.ROUTES)
