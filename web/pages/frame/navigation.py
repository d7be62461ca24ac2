"""What leads from page to page: the main navigation, of the pages that there are.

The bar has `_MAIN` at every width; those of `_WIDE` stand beside them where there is room, and behind *More* where there is not.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from web.pages.frame.wording import mark

_PAGES: Final = Path(__file__).parent.parent


class Item(Struct, frozen=True):
    """`words` go through gettext where they are shown; `folder` is the page's. `icon` is a path of 24 by 24, drawn as a line."""

    path: str
    words: str
    folder: str
    icon: str = ""


class Bar(Struct, frozen=True):
    """What stands in the bar, what only where there is room, and what is always behind *More*."""

    main: tuple[Item, ...]
    wide: tuple[Item, ...]
    more: tuple[Item, ...]


_MAIN: Final = (
    Item("/", mark("Today"), "today", "M4 11l8-7 8 7v9h-5v-6H9v6H4z"),
    Item("/vendors", mark("Vendors"), "vendors", "M4 9h16v11H4zM4 9l2-5h12l2 5M10 20v-6h4v6"),
    Item("/offers", mark("Offers"), "offers", "M3 12V4h8l10 9-8 8zM7.5 8h.01"),
    Item("/intents", mark("Intents"), "intents", "M4 9v5h3l9 5V4L7 9zM19 9a4 4 0 0 1 0 5"),
    Item(
        "/sharing", mark("Sharing"), "sharing", "M2 12c5-9 15-9 20 0-5 9-15 9-20 0zM12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6z"
    ),
)
_WIDE: Final = (
    Item("/spending", mark("Spending"), "spending"),
    Item("/renewals", mark("Renewals"), "renewals"),
    Item("/butler", mark("Butler"), "butler"),
    Item("/activity", mark("Activity"), "activity"),
)
_MORE: Final = (
    Item("/messages", mark("Messages"), "talking"),
    Item("/details", mark("Your details"), "details"),
    Item("/held", mark("What they hold"), "held"),
    Item("/terms", mark("Terms"), "terms"),
    Item("/import", mark("Import files"), "imports"),
    Item("/settings", mark("Settings"), "settings"),
    Item("/developers", mark("Developers"), "developers"),
)


@cache
def items() -> Bar:
    """Those whose pages there are."""
    return Bar(*(tuple(one for one in part if _is_there(one)) for part in (_MAIN, _WIDE, _MORE)))


def _is_there(item: Item) -> bool:
    return (_PAGES / item.folder / "page.py").exists()


def is_here(item: Item, path: str) -> bool:
    """Whether a path belongs to an item."""
    return path == item.path or (item.path != "/" and path.startswith(f"{item.path}/"))
