"""Lists in pages: `after` is where the page before ended, `limit` how many are wanted at most."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from web.server.bodies import QueryError

# A page that a person could still read; and one that is not yet too large for a phone line.
DEFAULT: Final = 50
MOST: Final = 100
AFTER: Final = {"after": "the `next` of the page before; from the beginning without it"}
LIMIT: Final = {"limit": f"how many at most: 1 to {MOST}, {DEFAULT} without it"}
# What a route that lists in pages takes.
QUERY: Final = {**AFTER, **LIMIT}
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")


def limit(query: Mapping[str, str]) -> int:
    written = query.get("limit", str(DEFAULT))
    if not _NUMBER.fullmatch(written) or int(written) > MOST:
        raise QueryError("`limit` is no number that is taken here", hint=f"write 1 to {MOST}")
    return int(written)


limit_of = limit


def no_cursor(cause: Exception | None = None) -> QueryError:
    """What to raise where `after` names nothing of this client."""
    return QueryError("`after` is no cursor of this list", hint="take `next` of an answer")
