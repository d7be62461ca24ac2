"""Budgets, quiet hours, what vendors are told, and what the butler has to know of the owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from terms.errors import FirstpartyError, UsageError
from vault.butler import settings
from vault.policy.language.errors import Fault
from vault.policy.rules import Operator
from vault.session import Vault
from web.pages.butler import budget_lines
from web.pages.frame import rule_values, rule_words
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
    return _page(visit, {name: "\n".join(_shown(name, written.get(name, _default(name)))) for name in _names()})


def _shown(name: str, texts: tuple[str, ...]) -> Iterator[str]:
    """As the form has it: in the language of the page."""
    for text in texts:
        if name == "budget":
            yield budget_lines.shown(text)
        else:
            yield rule_values.shown(_fact(name), Operator.IS, text) if name.startswith(_MINE) else text


def _written(name: str, text: str) -> str:
    """As settings have it; a `Fault` where a number could mean two."""
    if name == "budget":
        return budget_lines.written(text)
    return rule_values.written(_fact(name), Operator.IS, text) if name.startswith(_MINE) else text


def _fact(name: str) -> str:
    return settings.own_fields()[name.removeprefix(_MINE)].name


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
        try:
            given = tuple(_written(name, line.strip()) for line in text.splitlines() if line.strip())
            if given == written.get(name, _default(name)) or (not given and name not in written):
                continue
            settings.put(vault, name, given if name in _SEVERAL else given[:1])
        except FirstpartyError as error:
            wrong.append((name, fault(error)))
        except Fault as error:
            wrong.append((name, fault(UsageError(error.said, hint=error.helps or ""))))
