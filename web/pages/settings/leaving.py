"""Everything in one file, to keep or to take elsewhere. The passphrase is asked again: the file is everything, and not encrypted."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from vault import archive
from vault.keyring import WrongKeyError
from vault.session import Vault
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.login.page import proven
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings/export"
_TEMPLATE: Final = "settings/export.html"


def _shown(vault: Vault, visit: Visit) -> Answer:
    return visit.shows(_TEMPLATE, wrong="")


async def _taken(visit: Visit) -> Answer:
    fields = checked(await own_form(visit.asked), visit.session)
    try:
        await proven(visit.asked, fields.get("passphrase", ""))
    except WrongKeyError as error:
        return visit.shows(_TEMPLATE, status=422, wrong=error.helps or error.said)
    # In the vault's own folder, which nobody else can read, and gone at once.
    with tempfile.TemporaryDirectory(prefix=".export-", dir=visit.serving.settings.home) as folder:
        path = Path(folder) / "firstparty.zip"
        await visit.serving.vault.run(lambda vault: archive.export(vault, path))
        content = await asyncio.to_thread(path.read_bytes)
    day = f"{visit.serving.clock():%Y-%m-%d}"
    headers = {"Content-Disposition": f'attachment; filename="firstparty-{day}.zip"', "Cache-Control": "no-store"}
    return Answer(200, content, "application/zip", headers)


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Take everything with you"),
    working("POST", PATH, _taken, "Everything in one file"),
)
