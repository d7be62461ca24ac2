"""Invitations for people and programs: the link, its QR code at a terminal and as SVG, and the list of those made."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import segno

from terms.errors import UsageError
from vault import files
from vault.meeting.inviting import Invitation
from web import output, owner_socket

Shape = dict[str, object]
URL_VARIABLE: Final = "FIRSTPARTY_URL"
# A quarter of a code may be lost to folds and stains when it is printed (ISO/IEC 18004 level Q).
_LEVEL: Final = "q"
# Dots of a printed code are drawn this many units wide.
_SCALE: Final = 8


def address(home: Path, given: str | None) -> str:
    """The vault's address as vendors see it: what was given, else the environment's, else the running server's."""
    url = given or os.environ.get(URL_VARIABLE) or ""
    if not url:
        try:
            url = str(owner_socket.ask(home, "GET", "/owner/state").get("url", ""))
        except owner_socket.NotServingError:
            raise UsageError(
                "the vault's address is not known: no server is running", hint=f"give --url, or set {URL_VARIABLE}"
            ) from None
    parts = urlsplit(url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise UsageError(f"`{url[:60]}` is not the address of a vault", hint="write it as https://vault.example")
    return url.rstrip("/")


def link(base: str, code: str) -> str:
    return f"{base}/invite/{code}"


def svg(link: str) -> bytes:
    """The QR code as a picture that needs nothing from elsewhere."""
    out = io.BytesIO()
    _code(link).save(out, kind="svg", scale=_SCALE, title=None, light="#fff", xmldecl=True, nl=True)
    return out.getvalue()


def write_svg(link: str, path: str) -> None:
    files.replace(Path(path).expanduser(), svg(link))


def draw(link: str) -> None:
    """The QR code in half blocks, where there is a terminal to draw it on."""
    if sys.stdout.isatty():
        _code(link).terminal(compact=True)


def _code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error=_LEVEL)


def shape(one: Invitation) -> Shape:
    from vault import ids

    return {
        "id": one.id,
        "vendor": one.vendor_name,
        "vendor_id": ids.text("vendor", one.vendor),
        "state": one.state,
        "made": one.made,
        "expires": one.expires,
        "client": one.client,
        "client_fits": one.fits,
    }


def table(found: list[Invitation]) -> None:
    made = output.table("Invitation", "Vendor", "State", "Expires", "Used by")
    for one in found:
        note = "" if one.fits in (None, True) else " (no domain of the vendor)"
        made.add_row(
            one.id, output.plain(one.vendor_name), one.state, one.expires[:10], output.plain((one.client or "") + note)
        )
    output.show(made, empty="You have made no invitations.", rows=len(found))
