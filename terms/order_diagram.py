"""Draws the order of protection (`terms.order`) as text, as Mermaid source and as SVG.

All three show the same Hasse diagram: the most protective agreements on top, a line down to each one that protects
less with nothing between.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from terms.order import Pair, covers, incomparable, layers
from terms.roster import Agreement

_BOX = (190, 34)  # wide enough for the longest id in the font below
_GAP = (16, 46)
_MARGIN = 12


def as_text(among: Iterable[Agreement] | None = None) -> str:
    """Rows of agreements with what each protects more than, and how many pairs do not compare."""
    rows, lines = layers(among), covers(among)
    under = {above.id: [b.id for a, b in lines if a is above] for above, _ in lines}
    wide = max((len(one.id) for row in rows for one in row), default=0)
    out = ["most protective"]
    for row in rows:
        out += [f"  {one.id:{wide}}  {_over(under.get(one.id, []))}".rstrip() for one in row] + [""]
    return "\n".join([*out[:-1], "least protective", "", _unordered(incomparable(among))]) + "\n"


def as_mermaid(among: Iterable[Agreement] | None = None) -> str:
    """Source of a Mermaid flow chart."""
    nodes = [f'    {_node(one)}["{one.id}"]' for row in layers(among) for one in row]
    return "\n".join(["flowchart TD", *nodes, *(f"    {_node(a)} --> {_node(b)}" for a, b in covers(among))]) + "\n"


def as_svg(among: Iterable[Agreement] | None = None) -> str:
    """A stand-alone SVG drawing in currentColor, with a title and a description for screen readers."""
    rows, lines = layers(among), covers(among)
    spots = {one.id: _spot(column, at) for at, row in enumerate(rows) for column, one in enumerate(row)}
    wide = max((len(row) for row in rows), default=0) * (_BOX[0] + _GAP[0]) - _GAP[0] + 2 * _MARGIN
    high = len(rows) * (_BOX[1] + _GAP[1]) - _GAP[1] + 2 * _MARGIN
    told = "; ".join(f"{a.id} protects more than {b.id}" for a, b in lines)
    drawn = [
        *(_line(spots[a.id], spots[b.id]) for a, b in lines),
        *(_box(one, spots[one.id]) for r in rows for one in r),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" font-family="sans-serif">'
    return (
        "\n".join([head, "<title>Order of protection</title>", f"<desc>{escape(told)}</desc>", *drawn, "</svg>"]) + "\n"
    )


def _over(ids: list[str]) -> str:
    return f"protects more than {', '.join(ids)}" if ids else ""


def _unordered(pairs: tuple[Pair, ...]) -> str:
    return f"{len(pairs)} pairs do not compare: neither protects at least as much as the other"


def _node(one: Agreement) -> str:
    return one.id.replace("-", "_")


def _spot(column: int, row: int) -> tuple[int, int]:
    return _MARGIN + column * (_BOX[0] + _GAP[0]), _MARGIN + row * (_BOX[1] + _GAP[1])


def _line(above: tuple[int, int], below: tuple[int, int]) -> str:
    half = _BOX[0] // 2
    start, end = (above[0] + half, above[1] + _BOX[1]), (below[0] + half, below[1])
    return f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="currentColor"/>'


def _box(one: Agreement, spot: tuple[int, int]) -> str:
    x, y = spot
    shape = f'<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="6" fill="none" stroke="currentColor"/>'
    middle = (
        f'x="{x + _BOX[0] // 2}" y="{y + _BOX[1] // 2 + 5}" text-anchor="middle" font-size="14" fill="currentColor"'
    )
    return f"{shape}<text {middle}>{escape(one.id)}</text>"
