"""Settings: one table of what can be set, for the command line, the environment and a file.

A setting `base_url` is `--base-url` on the command line, which goes before `FIRSTPARTY_BASE_URL` in the environment, which
goes before `base_url` in the file, which goes before the default. The file is TOML, in `$XDG_CONFIG_HOME/firstparty/config.toml`
(`~/.config/…`), or where `FIRSTPARTY_CONFIG` says. A secret is never a setting: the setting names a file that holds it
(`…_file`). A name that is not in the table is an error, as is a value of another type; a half-understood file sets nothing.

What the file says becomes the environment's default (`apply`), so that commands read one place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import click

F = TypeVar("F", bound=Callable[..., object])
Kind = Literal["text", "path", "whole", "flag", "list"]

VARIABLE: Final = "FIRSTPARTY_CONFIG"
# A dozen lines; more is another file named by mistake.
MAX_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is what holds where nobody says anything; None for nothing. `most` bounds a whole number, from `least`."""

    name: str
    kind: Kind
    meaning: str
    default: str | int | None = None
    metavar: str = ""
    least: int = 0
    most: int = 0

    @property
    def variable(self) -> str:
        return f"FIRSTPARTY_{self.name.upper()}"

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"


# Free of well-known neighbours; vendors see the proxy's port, not this one.
DEFAULT_PORT: Final = 8642
TABLE: Final = (
    Setting("home", "path", "The vault's folder.", metavar="FOLDER"),
    Setting("passphrase_file", "path", "Read the passphrase from this file.", metavar="FILE"),
    Setting("host", "text", "Listen on this address.", "127.0.0.1", "ADDRESS"),
    Setting("port", "whole", "Listen on this port; 0 takes a free one.", DEFAULT_PORT, most=65_535),
    Setting("base_url", "text", "The vault's https address as vendors see it, behind a proxy.", metavar="URL"),
    Setting("allow_host", "list", "Also answer requests for this name (`host` or `host:port`).", metavar="NAME"),
    Setting("requests_per_minute", "whole", "What one address may ask.", 600, least=1, most=10_000_000),
    Setting("trust_proxy", "list", "Take a client's address from what this proxy says in X-Forwarded-For.", metavar="ADDRESS"),
    Setting("metrics_token_file", "path", "Answer /metrics, for who shows the token in this file.", metavar="FILE"),
    Setting("show_categories", "flag", "Let the card name the categories of open intentions."),
    Setting("dev", "flag", "For trying things out on this machine: plain http is allowed."),
)  # fmt: skip
BY_NAME: Final = {one.name: one for one in TABLE}
# Which of the environment came of the file.
_of_file: dict[str, Path] = {}


def option(name: str) -> Callable[[F], F]:
    """The command's option for a setting."""
    one = BY_NAME[name]
    more: dict[str, Any] = {"metavar": one.metavar} if one.metavar else {}
    if one.kind == "whole":
        more["type"] = click.IntRange(one.least, one.most)
    elif one.kind == "flag":
        more["is_flag"] = True
    if one.kind == "list":
        more["multiple"] = True
    elif one.default is not None:
        more |= {"default": one.default, "show_default": True}
    sentence = f"{one.meaning.removesuffix('.')} [env: {one.variable}]."
    return click.option(one.flag, one.name, envvar=one.variable, help=sentence, **more)


def path() -> Path:
    """Where the file is, or would be."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    # An address that is not absolute is to be ignored (XDG Base Directory Specification).
    folder = Path(base) if os.path.isabs(base) else Path("~/.config").expanduser()
    return folder / "firstparty" / "config.toml"


def apply() -> None:
    """Let the file say what the environment does not. A file that is named has to be there."""
    file = path()
    if not file.exists() and VARIABLE not in os.environ:
        return
    for name, value in read(file).items():
        variable = BY_NAME[name].variable
        if variable not in os.environ:
            os.environ[variable] = value
            _of_file[variable] = file


def read(file: Path) -> dict[str, str]:
    """What a file sets, by name, as the environment would say it."""
    import tomllib

    from terms.errors import UsageError
    from terms.nearest import hint

    try:
        with file.open("rb") as stream:
            found = tomllib.loads(stream.read(MAX_BYTES).decode("utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read `{file}`: {(error.strerror or 'unknown error').lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"`{file}` is not TOML: {str(error)[:100].lower()}") from None
    for name in found:
        if name not in BY_NAME:
            says = hint(name, BY_NAME, "see `firstparty config show`")
            raise UsageError(f"`{file}` has a setting `{name[:40]}` that there is not", hint=says)
    return {name: _written(BY_NAME[name], value, file) for name, value in found.items()}


def _written(one: Setting, value: object, file: Path) -> str:
    from terms.errors import UsageError

    wanted = {"whole": "a whole number", "flag": "true or false", "list": "a list of texts without spaces"}
    if one.kind == "flag" and isinstance(value, bool):
        return "1" if value else "0"
    if one.kind == "whole" and type(value) is int and one.least <= value <= one.most:
        return str(value)
    if (
        one.kind == "list"
        and isinstance(value, list)
        and all(isinstance(each, str) and each.split() == [each] for each in value)
    ):
        return " ".join(value)
    if one.kind in ("text", "path") and isinstance(value, str) and value:
        # Beside the file, so that it says the same from wherever a command is run.
        return str(file.parent / Path(value).expanduser()) if one.kind == "path" else value
    raise UsageError(f"`{one.name}` in `{file}` is not {wanted.get(one.kind, 'a text')}")


@dataclass(frozen=True, slots=True)
class Held:
    """A setting as it holds for a command without options. `origin` is `environment`, the file's place, or `default`."""

    setting: Setting
    value: str | None
    origin: str


def held() -> list[Held]:
    return [_held(one) for one in TABLE]


def _held(one: Setting) -> Held:
    if one.variable in _of_file:
        return Held(one, os.environ[one.variable], str(_of_file[one.variable]))
    if os.environ.get(one.variable):
        return Held(one, os.environ[one.variable], "environment")
    if one.name == "home":
        return Held(one, click.get_app_dir("firstparty"), "default")
    return Held(one, None if one.default is None else str(one.default), "default")
