"""Draws the order of protection (`terms.order`) as text, as Mermaid source and as SVG.

All three show the same Hasse diagram: the most protective agreements on top, a line down to each one that protects
less with nothing between. Agreements that compare with none stand apart, since to put them in a row would rank them.

The SVG file stands alone: it brings its own ground and ink, and swaps both where the reader prefers dark. Where its
style sheet is not applied (a strict page, a print shop) it is dark ink on white.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from terms.order import Pair, comparable, covers, incomparable, layers
from terms.roster import Agreement, roster

_BOX = (340, 48)  # wide enough for the longest id and name in the fonts below
_GAP = (28, 40)
_MARGIN = 20
_CAPTION = 26  # room for a line of small text above and below the boxes
_INK, _GROUND = "#1f2328", "#ffffff"
# One class around everything, so that a page that holds the picture keeps its own colours.
_STYLE = (
    "<style>@media (prefers-color-scheme: dark) "
    "{ .order-of-protection { color: #e6edf3 } .order-of-protection .ground { fill: #0d1117 } }</style>"
)


def as_text(among: Iterable[Agreement] | None = None) -> str:
    """Rows of agreements with what each protects more than, those that compare with none, and how many pairs do not."""
    (rows, alone), lines = _placed(among), covers(among)
    under = {above.id: [b.id for a, b in lines if a is above] for above, _ in lines}
    wide = max((len(one.id) for row in rows for one in row), default=0)
    out = ["most protective"]
    for row in rows:
        out += [f"  {one.id:{wide}}  {_over(under.get(one.id, []))}".rstrip() for one in row] + [""]
    apart = [f"comparable with no other: {', '.join(one.id for one in alone)}"] if alone else []
    return "\n".join([*out[:-1], "least protective", "", *apart, _unordered(incomparable(among))]) + "\n"


def as_mermaid(among: Iterable[Agreement] | None = None) -> str:
    """Source of a Mermaid flow chart."""
    nodes = [f'    {_node(one)}["{one.id}"]' for row in layers(among) for one in row]
    return "\n".join(["flowchart TD", *nodes, *(f"    {_node(a)} --> {_node(b)}" for a, b in covers(among))]) + "\n"


def as_svg(among: Iterable[Agreement] | None = None) -> str:
    """A stand-alone SVG drawing, legible on light and dark, with a title and a description for screen readers."""
    (rows, alone), lines = _placed(among), covers(among)
    spots = {one.id: _spot(column, at) for at, row in enumerate(rows) for column, one in enumerate(row)}
    ranked = max((len(row) for row in rows), default=0)
    spots |= {one.id: _spot(ranked, at) for at, one in enumerate(alone)}
    told = "; ".join(f"{a.id} protects more than {b.id}" for a, b in lines)
    return (
        "\n".join(
            [
                _head(ranked + bool(alone), max(len(rows), len(alone))),
                f"<title>Order of protection</title><desc>{escape(told)}</desc>",
                f'{_STYLE}<g><rect class="ground" width="100%" height="100%" fill="{_GROUND}"/></g>',
                *_captions(ranked, len(rows), bool(alone)),
                *(_line(spots[a.id], spots[b.id]) for a, b in lines),
                *(_box(one, spots[one.id]) for one in [*(one for row in rows for one in row), *alone]),
                "</svg>",
            ]
        )
        + "\n"
    )


def _placed(among: Iterable[Agreement] | None) -> tuple[list[tuple[Agreement, ...]], tuple[Agreement, ...]]:
    """The rows without the agreements that compare with no other, and those."""
    these = roster() if among is None else tuple(among)
    alone = tuple(one for one in these if not any(comparable(one, other) for other in these if other is not one))
    rows = (tuple(one for one in row if one not in alone) for row in layers(these))
    return [row for row in rows if row], alone


def _head(columns: int, rows: int) -> str:
    wide, high = (
        count * (box + gap) - gap + 2 * _MARGIN for count, box, gap in zip((columns, rows), _BOX, _GAP, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="order-of-protection" viewBox="0 0 {wide} {high + 2 * _CAPTION}" '
        f'role="img" font-family="sans-serif" color="{_INK}">'
    )


def _captions(ranked: int, rows: int, apart: bool) -> list[str]:
    top, end = _MARGIN + _CAPTION - 12, _spot(0, rows)[1] - _GAP[1] + 22
    told = [(0, top, "protects most"), (0, end, "protects least")] if rows else []
    told += [(ranked, top, "comparable with no other")] if apart else []
    return [
        f'<g><text x="{_spot(column, 0)[0]}" y="{y}" font-size="13" font-style="italic" fill="currentColor">{text}</text></g>'
        for column, y, text in told
    ]


def _over(ids: list[str]) -> str:
    return f"protects more than {', '.join(ids)}" if ids else ""


def _unordered(pairs: tuple[Pair, ...]) -> str:
    return f"{len(pairs)} pairs do not compare: neither protects at least as much as the other"


def _node(one: Agreement) -> str:
    return one.id.replace("-", "_")


def _spot(column: int, row: int) -> tuple[int, int]:
    return _MARGIN + column * (_BOX[0] + _GAP[0]), _MARGIN + _CAPTION + row * (_BOX[1] + _GAP[1])


def _line(above: tuple[int, int], below: tuple[int, int]) -> str:
    half = _BOX[0] // 2
    start, end = (above[0] + half, above[1] + _BOX[1]), (below[0] + half, below[1])
    return f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="currentColor"/>'


def _box(one: Agreement, spot: tuple[int, int]) -> str:
    x, y = spot
    shape = f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="6" fill="none" stroke="currentColor"/>'
    middle = x + _BOX[0] // 2
    name = f'<tspan x="{middle}" dy="18" font-size="12">{escape(one.name)}</tspan>'
    words = f'x="{middle}" y="{y + 20}" text-anchor="middle" font-size="14" fill="currentColor"'
    return f"{shape}<text {words}>{escape(one.id)}{name}</text>"
