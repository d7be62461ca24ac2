"""Passkeys listed, added, renamed and removed.

Adding one asks for the passphrase, since it will stand for passphrase and code: whoever finds a browser logged in plants none. Then
the page asks the device, which needs the script; for five minutes, and of this session alone.
"""

from __future__ import annotations

from typing import Final

from terms.phrases import Phrase, phrase
from vault.keyring import WrongKeyError
from vault.session import Vault
from vault.sessions import passkeys
from vault.sessions.passkeys import Refusal
from web.pages.frame import parties
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.frame.parties import Hindrance
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.pages.login.page import proven
from web.pages.login.passkeys import LATE
from web.server.answers import Answer
from web.server.doors import Challenge
from web.server.problems import NotFoundError
from web.server.routes import Route

PATH: Final = "/settings/passkeys"
_TEMPLATE: Final = "settings/passkeys.html"
_NAMELESS: Final = mark("Give it a name by which you will know it, such as “Phone”.")
_REFUSED: Final = {
    Refusal.THERE_ALREADY: mark("This device has a passkey of this vault already."),
    Refusal.TOO_MANY: mark("There are as many passkeys as one can have. Remove one first."),
}
_UNVERIFIED: Final = mark("What the device said could not be verified. Nothing was added.")


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit)


def _page(
    vault: Vault,
    visit: Visit,
    *,
    name: str = "",
    wrong: tuple[str, str | Phrase] = ("", ""),
    refused: str = "",
    renamed: tuple[int, str] = (0, ""),
) -> Answer:
    """`wrong` is a field and what is wrong with it, `refused` why a device's answer was not taken; `renamed` a passkey that was
    given a name which it cannot have."""
    party, waiting = parties.here(visit.asked), _waiting(visit)
    found = passkeys.listed(vault)
    hosts = {one.host for one in found}
    options = ""
    if waiting is not None and not isinstance(party, Hindrance):
        options = passkeys.creation_options(vault, party, waiting.value)
    return visit.shows(
        _TEMPLATE,
        status=422 if wrong[0] or refused or renamed[0] else 200,
        rows=found,
        hindrance=party if isinstance(party, Hindrance) else None,
        host="" if isinstance(party, Hindrance) else party.id,
        says_hosts=len(hosts) > 1 or isinstance(party, Hindrance) or bool(hosts - {party.id}),
        name=name,
        wrong=wrong,
        refused=refused,
        renamed=renamed,
        options=options,
        new=waiting.about if waiting is not None else "",
        is_full=len(found) >= passkeys.MAX_PASSKEYS,
    )


def _browser(visit: Visit) -> str:
    return f"session {visit.session.id}"


def _waiting(visit: Visit) -> Challenge | None:
    return visit.serving.adding.waiting(_browser(visit), visit.serving.clock())


async def _asked_for(visit: Visit) -> Answer:
    """The passphrase is right: for a while the page asks the device."""
    fields = checked(await own_form(visit.asked), visit.session)
    name, serving = passkeys.cleaned(fields.get("name", "")), visit.serving
    wrong: tuple[str, str | Phrase] = ("", "") if name else ("name", _NAMELESS)
    if isinstance(parties.here(visit.asked), Hindrance):
        return goes_to(PATH)
    if name:
        try:
            await proven(visit.asked, fields.get("passphrase", ""))
        except WrongKeyError as error:
            wrong = ("passphrase", error.helps or error.said)
    if wrong[0]:
        return await serving.vault.run(lambda vault: _page(vault, visit, name=name, wrong=wrong))
    serving.adding.given(_browser(visit), serving.clock(), name)
    return goes_to(f"{PATH}#new")


def _added(vault: Vault, visit: Visit) -> Answer:
    challenge, party = visit.serving.adding.answered(_browser(visit), visit.serving.clock()), parties.here(visit.asked)
    if visit.form.get("do") == "leave":
        return goes_to(PATH)
    if challenge is None or isinstance(party, Hindrance):
        return _page(vault, visit, refused=LATE)
    found = passkeys.add(vault, party, challenge.value, visit.form.get("answer", ""), challenge.about)
    if isinstance(found, Refusal):
        return _page(vault, visit, name=challenge.about, refused=_REFUSED.get(found, _UNVERIFIED))
    return goes_to(f"{PATH}?said=passkey-added")


def _one(visit: Visit) -> int:
    written = visit.parameters["id"]
    if not written.isdecimal() or len(written) > 18:
        raise NotFoundError(phrase("there is no such passkey"))
    return int(written)


def _renamed(vault: Vault, visit: Visit) -> Answer:
    id, name = _one(visit), passkeys.cleaned(visit.form.get("name", ""))
    if not name:
        return _page(vault, visit, renamed=(id, _NAMELESS))
    if not passkeys.rename(vault, id, name):
        raise NotFoundError(phrase("there is no such passkey"))
    return goes_to(f"{PATH}?said=saved")


def _removed(vault: Vault, visit: Visit) -> Answer:
    if not passkeys.remove(vault, _one(visit)):
        raise NotFoundError(phrase("there is no such passkey"))
    return goes_to(f"{PATH}?said=passkey-removed")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Passkeys"),
    working("POST", PATH, _asked_for, "Begin to add a passkey"),
    guarded("POST", f"{PATH}/new", _added, "Add a passkey"),
    guarded("POST", f"{PATH}/{{id}}/rename", _renamed, "Rename a passkey"),
    guarded("POST", f"{PATH}/{{id}}/remove", _removed, "Remove a passkey"),
)
