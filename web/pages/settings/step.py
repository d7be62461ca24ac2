"""The code after the passphrase: set up with a picture for the app, and turned off."""

from __future__ import annotations

from typing import Final

from terms.phrases import Phrase
from vault.keyring import WrongKeyError
from vault.session import Vault
from vault.sessions import second_step
from web.pages.frame import qr
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.frame.responses import goes_to
from web.pages.login.page import proven
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings/second-step"
_TEMPLATE: Final = "settings/step.html"


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit)


def _page(vault: Vault, visit: Visit, *, is_wrong: bool = False, unproven: str | Phrase = "") -> Answer:
    """`is_wrong`: the code is not that of now; `unproven` says what is wrong with the passphrase."""
    secret = second_step.proposed(vault)
    return visit.shows(
        _TEMPLATE,
        status=422 if is_wrong or unproven else 200,
        is_on=second_step.is_on(vault),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=qr.picture(second_step.address(secret)) if secret else None,
        is_wrong=is_wrong,
        unproven=unproven,
    )


async def _done(visit: Visit) -> Answer:
    """What turns it on or off asks for the passphrase: whoever finds a browser logged in changes nothing of how one logs in."""
    fields, vault = checked(await own_form(visit.asked), visit.session), visit.serving.vault
    wanted = fields.get("do", "")
    if wanted == "propose":
        await vault.write(second_step.propose)
        return goes_to(PATH)
    if wanted == "leave":
        await vault.write(second_step.drop)
        return goes_to(PATH)
    try:
        await proven(visit.asked, fields.get("passphrase", ""))
    except WrongKeyError as error:
        unproven = error.helps or error.said
        return await vault.run(lambda vault: _page(vault, visit, unproven=unproven))
    if wanted == "off":
        await vault.write(second_step.turn_off)
        return goes_to(f"{PATH}?said=step-off")
    if await vault.write(lambda vault: second_step.confirm(vault, fields.get("code", ""))):
        return goes_to(f"{PATH}?said=step-on")
    return await vault.run(lambda vault: _page(vault, visit, is_wrong=True))


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "The code after the passphrase"),
    working("POST", PATH, _done, "Set up or turn off the code after the passphrase"),
)
