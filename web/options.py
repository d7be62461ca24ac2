"""Options that many commands share, and how a command gets at the vault.

The vault's folder is `--home`, else `FIRSTPARTY_HOME`, else the platform's place for application data. What opens it is
the file named by `--passphrase-file` or `FIRSTPARTY_PASSPHRASE_FILE` (its first line; a key file works too), else a prompt
at the terminal. A passphrase is never an argument: arguments are visible to every user of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

import click

from web import settings

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from vault.session import Vault

F = TypeVar("F", bound=Callable[..., object])
# A line longer than this is not a passphrase; the whole file may be a key file or have been named by mistake.
MAX_SECRET_BYTES = 4_096


def home_option(command: F) -> F:
    return settings.option("home")(command)


def secret_option(command: F) -> F:
    return settings.option("passphrase_file")(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def now_option(command: F) -> F:
    return click.option(
        "--now",
        metavar="DATE",
        envvar="FIRSTPARTY_NOW",
        help="Answer as of this day (YYYY-MM-DD) instead of today [env: FIRSTPARTY_NOW].",
    )(command)


def vault_options(command: F) -> F:
    """`--home`, `--passphrase-file` and `--json`: what every command on a vault takes."""
    return home_option(secret_option(json_option(command)))


def home_of(home: str | None) -> Path:
    from pathlib import Path

    return Path(home).expanduser() if home else Path(click.get_app_dir("firstparty"))


def today_of(now: str | None) -> date:
    from vault.times import day
    from web import clock

    return day(now) if now else clock.today()


def signing_time_option(command: F) -> F:
    return click.option(
        "--now",
        metavar="TIME",
        envvar="FIRSTPARTY_NOW",
        help="Act as of this day or time (YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SSZ) instead of now, for trying things out "
        "[env: FIRSTPARTY_NOW].",
    )(command)


def time_of(now: str | None) -> datetime:
    """The time that was named; a day means its noon in UTC, which is that day in nearly all the world."""
    from datetime import datetime, time

    from terms.errors import UsageError
    from vault.times import day
    from web import clock

    if not now:
        return clock.now()
    if "T" not in now:
        return datetime.combine(day(now), time(12), UTC)
    try:
        when = datetime.fromisoformat(now)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise UsageError(f"`{now[:40]}` is not a time", hint="write it as YYYY-MM-DDTHH:MM:SSZ")
    return when.astimezone(UTC)


def open_vault(
    home: str | None, passphrase_file: str | None, *, by: str, now: datetime | None = None, alone: bool = False
) -> Vault:
    """The open vault, as of `now` or the clock; asks for the passphrase if no file gives it. Use it as a context manager.

    Where a server has it open, that lends its keys and no passphrase is needed (`web.beside`), unless the command has to be
    `alone` with the vault.
    """
    from vault import keyring
    from vault.session import Vault
    from web import beside, clock

    folder = home_of(home)
    keyring.load(folder)  # a missing or damaged vault is said before anybody types a passphrase
    if not alone and (found := beside.opened(folder, by=by, now=now)):
        return found
    return Vault.open(folder, secret(passphrase_file), now=now or clock.now(), by=by)


def secret(passphrase_file: str | None, *, prompt: str = "Passphrase (or recovery key)") -> str:
    return read_secret(passphrase_file) if passphrase_file else ask_secret(prompt)


def ask_secret(prompt: str, *, confirm: bool = False) -> str:
    """Ask at the terminal without echo."""
    import sys

    from terms.errors import FirstpartyError

    if not sys.stdin.isatty():
        raise FirstpartyError(
            "there is no terminal to ask for the passphrase",
            hint="put it in a file of your own and name that in FIRSTPARTY_PASSPHRASE_FILE",
            code="no-terminal",
        )
    answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def read_secret(path: str) -> str:
    """The first line of a file, without its line end."""
    from pathlib import Path

    from terms.errors import FirstpartyError

    try:
        with Path(path).expanduser().open("rb") as stream:
            content = stream.read(MAX_SECRET_BYTES + 1)
        line = content.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8")
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise FirstpartyError(f"cannot read the passphrase from `{path}`: {why}", code="passphrase-file") from None
    except UnicodeDecodeError:
        raise FirstpartyError(f"`{path}` is not a text file", code="passphrase-file") from None
    if not line or len(content) > MAX_SECRET_BYTES:
        raise FirstpartyError(f"`{path}` holds no passphrase in its first line", code="passphrase-file")
    return line


def read_bytes(path: str, *, max_bytes: int) -> bytes:
    """A file that the person named, up to one byte more than `max_bytes`: whoever reads it refuses what is larger."""
    from pathlib import Path

    from terms.errors import UsageError

    try:
        with Path(path).expanduser().open("rb") as stream:
            return stream.read(max_bytes + 1)
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {(error.strerror or 'unknown error').lower()}") from None


def read_text(path: str, *, max_bytes: int = 64 * 1024) -> str:
    """A small text file that the person named."""
    from pathlib import Path

    from terms.errors import UsageError

    try:
        with Path(path).expanduser().open("rb") as stream:
            return stream.read(max_bytes).decode("utf-8")
    except OSError as error:
        raise UsageError(f"cannot read `{path}`: {(error.strerror or 'unknown error').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"`{path}` is not a text file") from None


def new_file(written: str, *, force: bool) -> Path:
    """Where a command is to write a file; one that is there is replaced only by `force`."""
    from pathlib import Path

    from terms.errors import UsageError

    target = Path(written).expanduser()
    if target.exists() and not force:
        raise UsageError(f"`{target}` exists already", hint="choose another name, or add --force")
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder `{target.parent}`")
    return target
