"""How the system is: version, hosts that were asked, jobs, and the checks of `firstparty doctor` with what helps."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from vault import backup, drill
from vault.session import Vault
from vault.store import audit, migrations
from vault.store import reminders as store
from web.checks import checks
from web.pages.frame.guard import Visit, guarded, working
from web.pages.frame.wording import mark
from web.pages.settings.trying import DUE, megabytes
from web.server.answers import Answer
from web.server.reminding import noted
from web.server.routes import Route

PATH: Final = "/settings/system"
DAYS: Final = 30
WHYS: Final = {
    "vendors": mark("documents, keys and webhooks of vendors"),
    "reminders": mark("reminders to you"),
}
# By the names of the functions in `web.server.jobs`; what is not named here is shown by that name.
JOBS: Final = {
    "courier": mark("Tells vendors what changed"),
    "reminding": mark("Sends your reminders"),
    "settled": mark("Ends permissions and requests whose time is over"),
    "expired": mark("Ends agreements whose time is over"),
    "expired_intents": mark("Ends wishes and offers whose time is over"),
    "newcomers": mark("Tells vendors that you let in of your wishes"),
    "forgotten": mark("Forgets what is kept no longer"),
    "noted": mark("Writes down which hosts were asked"),
    "idle_locked": mark("Locks the vault when you are away"),
}


async def _page(visit: Visit) -> Answer:
    await noted(visit.serving)  # what was asked a second ago stands there too
    return await visit.serving.vault.run(lambda vault: _shown(vault, visit))


def _shown(vault: Vault, visit: Visit) -> Answer:
    since = (vault.now - timedelta(days=DAYS)).date()
    return visit.shows(
        "settings/system.html",
        version=_version(),
        schema=migrations.version_of(vault.connection),
        home=str(vault.home),
        last_backup=backup.last(vault),
        backup_size=megabytes(size) if (size := backup.last_size(vault)) else "",
        last_drill=drill.last(vault),
        due=DUE[due] if (due := drill.due(vault)) else None,
        last_test=audit.last(vault.connection, "recovery.tested") or "",
        contacts=store.contacts(vault.connection, str(since)),
        whys=WHYS,
        days=DAYS,
        jobs=sorted(visit.serving.turns.items(), key=lambda one: (not one[1].fault, one[0])),
        names=JOBS,
        is_dev=visit.serving.settings.is_dev,
    )


def _version() -> str:
    try:
        return version("firstparty")
    except PackageNotFoundError:  # run from its sources
        return ""


def _checked(vault: Vault, visit: Visit) -> Answer:
    return visit.shows("settings/check.html", found=checks(vault))


ROUTES: tuple[Route, ...] = (
    working("GET", PATH, _page, "How the system is"),
    guarded("GET", f"{PATH}/check", _checked, "Whether everything is well"),
)
