"""A backup tried in the browser: its file and what opens it are given, and what was found is shown (`vault.drill`).

One at a time, in a thread beside the vault's, with the file in a private folder that is gone when it ends. It costs a guess at a
passphrase, so it counts as one that is tried.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from terms.errors import FirstpartyError
from terms.phrases import Phrase, phrase
from vault import backup, drill
from vault.drill import Due, Place, Step
from vault.store import counted
from web.pages.frame import language
from web.pages.frame.guard import Visit, checked, refuse_foreign, working
from web.pages.frame.progress import bar
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.pages.login.page import charge
from web.server import uploads
from web.server.answers import Answer, Streamed
from web.server.bodies import TooLargeError
from web.server.opened import OpenVault
from web.server.routes import Route
from web.server.serving import Serving

PATH: Final = "/settings/backup"
_FORM: Final = "settings/trying.html"
_WORK: Final = "settings/trying_work.html"
_ENDED: Final = f"{PATH}?said=tried"
# What is done by then needs no page that waits.
MOMENT_SECONDS: Final = 1.5
_STEPS: Final = {
    Step.UNPACKING: mark("Unpacking it"),
    Step.OPENING: mark("Opening it with what you gave"),
    Step.PAGES: mark("Reading every page and reference"),
    Step.LOG: mark("Recomputing its log, and counting"),
}
KINDS: Final = dict(
    zip(
        counted.KINDS,
        (
            mark("charges"), mark("vendors"), mark("contracts"), mark("accounts"), mark("your details"), mark("agreements"),
            mark("permissions"), mark("offers"), mark("decisions"), mark("messages"), mark("entries of the log"),
        ),
        strict=True,
    )
)  # fmt: skip
KEYS: Final = {
    "passphrase": mark("with the passphrase"),
    "recovery": mark("with the recovery key"),
    "key-file": mark("with a key file"),
}
PLACES: Final = {
    Place.BEYOND: mark("It is newer than this vault, which was put back from an earlier backup."),
    Place.APART: mark(
        "It went another way than this vault, which was put back from an earlier backup and written since."
    ),
}
DUE: Final = {
    Due.NO_BACKUP: phrase("There is no backup yet: if this machine breaks, everything is gone."),
    Due.BAD: phrase("The backup that you tried last is damaged. Make a new one now."),
    Due.OLD_BACKUP: phrase("The last backup is more than %(n)s days old. Make a new one.", n=drill.DAYS),
    Due.NEVER_TRIED: phrase("The last backup was never tried. See that it opens."),
    Due.TRIED_LONG_AGO: phrase("No backup was tried for more than %(n)s days. See that it opens.", n=drill.DAYS),
}


@dataclass
class Trial:
    """One drill. `why` is what it was refused for."""

    folder: tempfile.TemporaryDirectory[str]
    step: Step = Step.UNPACKING
    why: FirstpartyError | None = None
    work: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        return self.work is None or not self.work.done()


_trials: WeakKeyDictionary[OpenVault, Trial] = WeakKeyDictionary()


class DrillBusyError(FirstpartyError):
    code = "busy"


async def _shown(visit: Visit) -> Answer:
    trial = _trials.get(visit.serving.vault)
    if trial is not None and trial.is_busy:
        return visit.shows(_WORK, trial=trial, steps=list(Step), words=_STEPS)
    return await _page(visit, _refusal(trial) if trial and visit.asked.query.get("said") == "tried" else None)


async def _page(visit: Visit, why: FirstpartyError | None = None) -> Answer:
    last, made, size, due = await visit.serving.vault.run(
        lambda vault: (drill.last(vault), backup.last(vault), backup.last_size(vault), drill.due(vault))
    )
    return visit.shows(
        _FORM,
        status=422 if why else 200,
        **({"said": ""} if why else {}),
        why=why,
        last=last,
        size=megabytes(last.size) if last else "",
        made=made,
        made_size=megabytes(size) if size else "",
        due=DUE[due] if due else None,
        kinds=KINDS,
        keys=KEYS,
        places=PLACES,
        megabytes=uploads.MAX_BYTES // 1024**2,
    )


def megabytes(size: int) -> str:
    return f"{language.number(f'{size / 1e6:.1f}')}\u00a0MB"


async def _brought(visit: Visit) -> Answer:
    refuse_foreign(visit.asked)
    serving = visit.serving
    before = _trials.get(serving.vault)
    if before is not None and before.is_busy:
        return goes_to(PATH)
    # In the vault's own folder, which nobody else can read.
    folder = tempfile.TemporaryDirectory(prefix=".drill-", dir=serving.settings.home)
    trial = _trials[serving.vault] = Trial(folder)
    try:
        fields, brought = await uploads.receive(
            visit.asked.request,
            Path(folder.name),
            lambda fields: checked(fields, visit.session),
            instead=phrase("use `firstparty backup check` for it"),
        )
        charge(visit.asked)
    except BaseException as error:
        _forget(serving, trial)
        if isinstance(error, TooLargeError):
            return await _page(visit, error)
        raise
    secret = fields.get("passphrase", "")
    if not secret or len(brought) != 1:
        _forget(serving, trial)
        return await _page(visit, _lacking(has_secret=bool(secret)))
    trial.work = asyncio.create_task(_try(serving, trial, brought[0].path, secret))
    await asyncio.wait([trial.work], timeout=MOMENT_SECONDS)
    why = None if trial.is_busy else _refusal(trial)
    return await _page(visit, why) if why else goes_to(_ENDED)


def _refusal(trial: Trial) -> FirstpartyError | None:
    """Of one that has ended; what broke it breaks the page too."""
    if trial.work is not None:
        trial.work.result()
    return trial.why


def _lacking(*, has_secret: bool) -> FirstpartyError:
    what: Phrase = phrase("choose the file of the backup") if has_secret else phrase("give what opens the backup")
    return FirstpartyError(what)


def _forget(serving: Serving, trial: Trial) -> None:
    trial.folder.cleanup()
    if _trials.get(serving.vault) is trial:
        del _trials[serving.vault]


async def _try(serving: Serving, trial: Trial, path: Path, secret: str) -> None:
    def on_step(step: Step) -> None:
        trial.step = step

    try:
        ring = await serving.vault.run(lambda vault: vault.keyring)
        found = await asyncio.to_thread(
            drill.opened, path, secret, of=ring, within=Path(trial.folder.name), on_step=on_step
        )
        await serving.vault.write(lambda vault: drill.noted(vault, found))
    except FirstpartyError as error:
        trial.why = error
    finally:
        trial.folder.cleanup()


async def _progress(visit: Visit) -> Streamed:
    trial = _trials.get(visit.serving.vault)

    def at() -> int | None:
        return list(Step).index(trial.step) if trial is not None and trial.is_busy else None

    return bar(visit, at, whole=len(Step), then=_ENDED)


ROUTES: tuple[Route, ...] = (
    working("GET", PATH, _shown, "Whether a backup would work"),
    working("POST", PATH, _brought, "Try a backup"),
    working("GET", f"{PATH}/progress", _progress, "How far that is"),
)
