"""The code after the passphrase: set up with a picture for the app, and turned off."""

from __future__ import annotations

import io
from typing import Final

import segno

from vault.session import Vault
from vault.sessions import second_step
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings/second-step"
_TEMPLATE: Final = "settings/step.html"
# An unbroken border of four is what readers need (ISO/IEC 18004).
_BORDER: Final = 4


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit, is_wrong=False)


def _page(vault: Vault, visit: Visit, *, is_wrong: bool) -> Answer:
    secret = second_step.proposed(vault)
    return visit.shows(
        _TEMPLATE,
        status=422 if is_wrong else 200,
        is_on=second_step.is_on(vault),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=_picture(second_step.address(secret)) if secret else None,
        is_wrong=is_wrong,
    )


def _picture(written: str) -> dict[str, object]:
    """The QR code as an SVG path over squares of one: dark ones row by row."""
    rows = segno.make(written, error="m", micro=False).matrix
    size = len(rows) + 2 * _BORDER
    out = io.StringIO()
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                out.write(f"M{x + _BORDER} {y + _BORDER}h1v1h-1z")
    return {"size": size, "path": out.getvalue()}


def _done(vault: Vault, visit: Visit) -> Answer:
    wanted = visit.form.get("do", "")
    if wanted == "propose":
        second_step.propose(vault)
        return goes_to(PATH)
    if wanted == "off":
        second_step.turn_off(vault)
        return goes_to(f"{PATH}?said=step-off")
    if second_step.confirm(vault, visit.form.get("code", "")):
        return goes_to(f"{PATH}?said=step-on")
    return _page(vault, visit, is_wrong=True)


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "The code after the passphrase"),
    guarded("POST", PATH, _done, "Set up or turn off the code after the passphrase"),
)
