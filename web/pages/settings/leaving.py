"""Everything in one file: a backup, as encrypted as the vault, or an archive that other programs can read. The passphrase is asked
again: either file is everything, and a browser that was left logged in gives it to nobody."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from terms.phrases import Phrase
from vault import archive, backup
from vault.keyring import WrongKeyError
from vault.session import Vault
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.login.page import proven
from web.server.answers import Answer
from web.server.routes import Route

PATH: Final = "/settings/export"
_TEMPLATE: Final = "settings/export.html"
_BACKUP: Final = "backup"
# What can be taken, by the field of the form, with how its file is called.
_WRITERS: Final[Mapping[str, tuple[str, Callable[[Vault, Path], object]]]] = {
    _BACKUP: ("firstparty-backup", backup.write),
    "archive": ("firstparty", archive.export),
}


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit)


def _page(vault: Vault, visit: Visit, kind: str = _BACKUP, wrong: str | Phrase = "") -> Answer:
    last = backup.last(vault)
    return visit.shows(_TEMPLATE, status=422 if wrong else 200, kind=kind, wrong=wrong, last=last)


async def _taken(visit: Visit) -> Answer:
    fields, serving = checked(await own_form(visit.asked), visit.session), visit.serving
    kind = fields.get("kind", "") if fields.get("kind", "") in _WRITERS else _BACKUP
    try:
        await proven(visit.asked, fields.get("passphrase", ""))
    except WrongKeyError as error:
        wrong = error.helps or error.said
        return await serving.vault.run(lambda vault: _page(vault, visit, kind, wrong))
    called, write = _WRITERS[kind]
    # In the vault's own folder, which nobody else can read, and gone at once.
    with tempfile.TemporaryDirectory(prefix=".export-", dir=serving.settings.home) as folder:
        path = Path(folder) / "firstparty.zip"
        await serving.vault.run(lambda vault: write(vault, path))
        content = await asyncio.to_thread(path.read_bytes)
    day = f"{serving.clock():%Y-%m-%d}"
    headers = {"Content-Disposition": f'attachment; filename="{called}-{day}.zip"', "Cache-Control": "no-store"}
    return Answer(200, content, "application/zip", headers)


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "A backup, and everything to take along"),
    working("POST", PATH, _taken, "Everything in one file"),
)
