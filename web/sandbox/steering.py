"""What steers a sandbox, on the owner's socket: its clock, and starting over. No other server has these routes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec

from vault import files
from vault.times import stamp
from web.clock import Movable
from web.sandbox.making import PRISTINE, SECRET
from web.server import answers, bodies
from web.server.answers import Answer
from web.server.routes import Access, Asked, Route

# Ten years: contracts end, and nothing here is kept longer.
MAX_SECONDS: Final = 10 * 366 * 24 * 3600
# What the server itself holds in the vault's folder while it runs.
_STAYS: Final = (".lock", ".sock")


class Ahead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`seconds` to put the clock ahead by."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=MAX_SECONDS)]


class Now(msgspec.Struct, frozen=True):
    """`now` is the sandbox's time."""

    now: str


def _clock(asked: Asked) -> Movable:
    clock = asked.serving.clock
    assert isinstance(clock, Movable)  # `running` gives both, this module and the clock
    return clock


async def _move(asked: Asked) -> Answer:
    clock = _clock(asked)
    said = bodies.json(await bodies.read(asked.request, bodies.JSON), Ahead)
    now = clock.move(timedelta(seconds=said.seconds))
    asked.serving.due.set()  # what has come to its end by it is seen to now
    return answers.json(Now(stamp(now)))


async def _reset(asked: Asked) -> Answer:
    """The vault as it was made. The clock goes on: whoever signed something would else have signed it ahead of time."""
    clock = _clock(asked)
    home = asked.serving.settings.home
    secret = (home.parent / SECRET).read_text().strip()
    await asked.serving.vault.lock()
    restore(home.parent / PRISTINE, home)
    await asked.serving.vault.unlock(secret)
    return answers.json(Now(stamp(clock())))


def restore(pristine: Path, home: Path) -> None:
    """Puts the closed vault in `home` back to what it was."""
    for old in home.iterdir():
        if not old.name.endswith(_STAYS):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(
        pristine, home, dirs_exist_ok=True, ignore=lambda _, names: [n for n in names if n.endswith(_STAYS)]
    )
    home.chmod(files.PRIVATE_FOLDER)


_ACCESS: Final = Access(nobody=404, owner=200, locked=200, vendor=404, granted=404, expired=404, revoked=404)

ROUTES: tuple[Route, ...] = (
    Route("POST", "/owner/clock", _move, _ACCESS, "Put the clock ahead", Now, body=Ahead),
    Route("POST", "/owner/reset", _reset, _ACCESS, "Begin again", Now),
)
