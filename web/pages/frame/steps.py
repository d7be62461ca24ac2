"""The first steps with a vault, shown on the start page until they are done or the owner wants no more of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from vault import choosing, drill
from vault.butler import rulebook
from vault.reminding import keeping
from vault.session import Vault
from vault.store import intake, settings
from web.pages.frame.wording import mark

# Settings: that the welcome was answered, and that the steps are not to be shown.
WELCOMED: Final = "welcomed"
NO_STEPS: Final = "no-first-steps"
_PAGES: Final = Path(__file__).parent.parent


class Step(Struct, frozen=True):
    words: str
    why: str
    href: str
    is_done: bool


def steps(vault: Vault) -> tuple[Step, ...]:
    """Those of pages that there are; none once all are done, or when the owner said so."""
    if settings.get(vault.connection, NO_STEPS):
        return ()
    found = tuple(one for one in _all(vault) if (_PAGES / _folder(one) / "page.py").exists())
    return () if all(one.is_done for one in found) else found


def _all(vault: Vault) -> tuple[Step, ...]:
    connection = vault.connection
    tried = drill.last(vault)
    return (
        Step(
            mark("Import your files"),
            mark("Bank statements and a password-manager export: your vendors and contracts appear."),
            "/import",
            any(not one.undone_at for one in intake.batches(connection)),
        ),
        Step(
            mark("Say on what terms vendors may have your details"),
            mark("They agree to yours, instead of you to theirs."),
            "/terms",
            bool(choosing.versions(connection)),
        ),
        Step(
            mark("Give your butler house rules"),
            mark("Three are enough: what to refuse, what to show you, what to settle."),
            "/butler",
            bool(rulebook.versions(connection)),
        ),
        Step(
            mark("Be reminded before a contract renews"),
            mark("By mail, by a message, or in your calendar."),
            "/renewals",
            bool(keeping.channels(vault)),
        ),
        Step(
            mark("Keep a backup, and see that it opens"),
            mark("Everything in one encrypted file, for when this machine breaks."),
            "/settings/backup",
            tried is not None and tried.ok,
        ),
    )


def _folder(step: Step) -> str:
    name = step.href.strip("/").partition("/")[0]
    return "imports" if name == "import" else name
