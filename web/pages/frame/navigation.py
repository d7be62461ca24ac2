"""What leads from page to page: the main navigation, of the pages that there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_PAGES: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Item:
    """`words` go through gettext where they are shown; `folder` is the page's."""

    path: str
    words: str
    folder: str


def _(words: str) -> str:
    """Marks words for translation."""
    return words


_MAIN: Final = (
    Item("/", _("Today"), "today"),
    Item("/vendors", _("Vendors"), "vendors"),
    Item("/offers", _("Offers"), "offers"),
    Item("/intents", _("Intents"), "intents"),
    Item("/sharing", _("Sharing"), "sharing"),
)
_MORE: Final = (
    Item("/activity", _("Activity"), "activity"),
    Item("/spending", _("Spending"), "spending"),
    Item("/renewals", _("Renewals"), "renewals"),
    Item("/butler", _("Butler"), "butler"),
    Item("/terms", _("Terms"), "terms"),
    Item("/settings", _("Settings"), "settings"),
    Item("/developers", _("Developers"), "developers"),
)


@cache
def items() -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Those of the bar, and those behind *More*."""
    return tuple(one for one in _MAIN if _is_there(one)), tuple(one for one in _MORE if _is_there(one))


def _is_there(item: Item) -> bool:
    return (_PAGES / item.folder / "page.py").exists()


def is_here(item: Item, path: str) -> bool:
    """Whether a path belongs to an item."""
    return path == item.path or (item.path != "/" and path.startswith(f"{item.path}/"))
