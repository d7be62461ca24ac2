"""QR codes for pages: drawn as one path of an SVG, so that nothing has to be fetched or allowed for it."""

from __future__ import annotations

import io
from typing import Final, Literal

# An unbroken border of four is what readers need (ISO/IEC 18004).
_BORDER: Final = 4


def picture(written: str, level: Literal["m", "q"] = "m") -> dict[str, object]:
    """The side in squares of one, border included, and the path of the dark ones, row by row. With level `q` a quarter of it may be
    lost to folds and stains."""
    import segno  # with the first picture, which most starts never see

    rows = segno.make(written, error=level, micro=False).matrix
    out = io.StringIO()
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                out.write(f"M{x + _BORDER} {y + _BORDER}h1v1h-1z")
    return {"size": len(rows) + 2 * _BORDER, "path": out.getvalue()}
