"""What leads from page to page: the main navigation, of the pages that there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from web.pages.frame.wording import mark

_PAGES: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Item:
    """`words` go through gettext where they are shown; `folder` is the page's."""

    path: str
    words: str
    folder: str


_MAIN: Final = (
    Item("/", mark("Today"), "today"),
    Item("/vendors", mark("Vendors"), "vendors"),
    Item("/offers", mark("Offers"), "offers"),
    Item("/intents", mark("Intents"), "intents"),
    Item("/sharing", mark("Sharing"), "sharing"),
)
_MORE: Final = (
    Item("/activity", mark("Activity"), "activity"),
    Item("/spending", mark("Spending"), "spending"),
    Item("/renewals", mark("Renewals"), "renewals"),
    Item("/butler", mark("Butler"), "butler"),
    Item("/terms", mark("Terms"), "terms"),
    Item("/settings", mark("Settings"), "settings"),
    Item("/developers", mark("Developers"), "developers"),
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
