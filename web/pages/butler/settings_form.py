"""Budgets, quiet hours, what vendors are told, and what the butler has to know of the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terms.errors import FirstpartyError
from vault.butler import settings
from vault.session import Vault
from web.pages.frame import rule_words
from web.pages.frame.guard import Visit
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import fault, mark
from web.server.answers import Answer

_SEVERAL: Final = frozenset({"budget", "quiet-hours"})
DISCLOSURE: Final = {
    "none": mark("yes, no or wait, and nothing else"),
    "code": mark("also whether a check that everybody knows stood against it"),
    "counter": mark("also what you would take instead"),
}
PERIODS: Final = ("P1D", "P3D", "P7D", "P14D", "P30D", "P60D", "P90D")
_MINE: Final = "my."


class _Wrong(Exception):
    """Something does not read, so nothing is kept."""


def _names() -> list[str]:
    """Those of this page; pausing has a button of its own."""
    return [name for name in settings.NAMES if name != "paused"] + [f"{_MINE}{name}" for name in settings.own_fields()]


def shown(vault: Vault, visit: Visit) -> Answer:
    written = settings.entries(vault.connection)
    return _page(visit, {name: "\n".join(written.get(name, _default(name))) for name in _names()})


def _default(name: str) -> tuple[str, ...]:
    return tuple(one for one in (settings.DEFAULTS.get(name, ""),) if one)


def _page(
    visit: Visit, fields: Mapping[str, str], wrong: tuple[tuple[str, str], ...] = (), *, status: int = 200
) -> Answer:
    return visit.shows(
        "butler/settings.html",
        status=status,
        fields=fields,
        wrong=wrong,
        disclosure=DISCLOSURE,
        periods=PERIODS,
        mine=[(f"{_MINE}{name}", rule_words.subject(fact.name), fact) for name, fact in settings.own_fields().items()],
    )


def put(vault: Vault, visit: Visit) -> Answer:
    fields = {name: visit.form.get(name, "").strip() for name in _names()}
    wrong: list[tuple[str, str]] = []
    try:
        with vault.transaction():
            _put_all(vault, fields, wrong)
            if wrong:
                raise _Wrong
    except _Wrong:
        return _page(visit, fields, tuple(wrong), status=422)
    return goes_to("/butler/settings?said=saved")


def _put_all(vault: Vault, fields: Mapping[str, str], wrong: list[tuple[str, str]]) -> None:
    """What was changed; what does not read is added to `wrong`."""
    written = settings.entries(vault.connection)
    for name, text in fields.items():
        given = tuple(line.strip() for line in text.splitlines() if line.strip())
        if given == written.get(name, _default(name)) or (not given and name not in written):
            continue
        try:
            settings.put(vault, name, given if name in _SEVERAL else given[:1])
        except FirstpartyError as error:
            wrong.append((name, fault(error)))
