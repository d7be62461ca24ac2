"""QR codes of pages, read by a reader that somebody else wrote."""

from __future__ import annotations

import re

import zxingcpp
from playwright.sync_api import Page


def read_picture(page: Page) -> str:
    """What a reader finds in the squares of the picture, each drawn here eight by eight."""
    size = int(str(page.locator(".qr").get_attribute("viewBox")).split()[2])
    rows = [bytearray(b"\xff" * size) for _ in range(size)]
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", str(page.locator(".qr-dark").get_attribute("d"))):
        rows[int(y)][int(x)] = 0
    pixels = b"".join(bytes(dot for dot in row for _ in range(8)) * 8 for row in rows)
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (size * 8, size * 8)))
    return str(found.text)
