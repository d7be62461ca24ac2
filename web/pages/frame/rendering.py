"""Templates to bytes. Everything is escaped, a name that is missing is an error, and words come through gettext."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from web.pages.frame import assets, wording

if TYPE_CHECKING:
    from jinja2 import Environment

_PAGES: Final = Path(__file__).parent.parent


@cache
def _environment() -> Environment:
    # With the first page: a server that only vendors ask never needs it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from web.pages.frame.filters import FILTERS

    environment = Environment(
        loader=FileSystemLoader([_PAGES, _PAGES / "frame" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        finalize=wording.shown,
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it
    environment.filters.update(FILTERS)
    environment.globals.update(asset=assets.address_of, assets_version=assets.version)
    return environment


def prepare() -> None:
    """What the first page would wait for, done before it is asked."""
    _environment()


def rendered(template: str, context: Mapping[str, object]) -> bytes:
    """`template` is a path below `web/pages`."""
    found = _environment().get_template(template)
    return found.render({**wording.WORDS, **context}).encode()
