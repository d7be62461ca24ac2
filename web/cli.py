"""The command line: one file per command in `web/commands/`, found by its name.

A module there exposes `COMMAND`; a name that is a Python keyword ends in `_`, and any other `_` stands for a hyphen. Modules
import only click and standard library at their top, so that `--help` starts in a few hundredths of a second; everything heavy
is imported inside.

Exit codes: 0 done; 1 refused or failed, with one sentence; 2 wrong usage; 3 imported, but some of it could not be read.
"""

from __future__ import annotations

import importlib
import os
import sys
from functools import cache

import click

import web.commands
from web import settings

# In the order a person meets them; a command that is named nowhere stands at the end, so that adding one is adding a file.
_SECTIONS = {
    "Begin": "demo init import imports undo",
    "What you have": "vendors vendor contracts contract charges renewals review search",
    "Your word on it": "confirm dismiss merge split rename set usage",
    "Your terms": "terms agreements agreement conformance",
    "Your butler": "rules facts decide butler decisions decision intents intent offers offer",
    "Speaking with vendors": "messages message rights feedback timeline",
    "Sharing": "invite requests approve deny profile grants grant records outbox",
    "For vendors": "vendor-keys sandbox",
    "The vault": "serve unlock lock login passkeys config backup export audit passphrase recovery doctor",
}
_REST = "More"


@cache
def _modules() -> dict[str, str]:
    """Module by command, from the names of the files alone (`pkgutil` would take as long to import as all of them)."""
    files = (name.removesuffix(".py") for name in os.listdir(web.commands.__path__[0]) if name.endswith(".py"))
    return {name.rstrip("_").replace("_", "-"): name for name in files if not name.startswith("_")}


def _sections() -> dict[str, list[str]]:
    """The commands that there are, by section."""
    found = _modules()
    sections = {title: [name for name in names.split() if name in found] for title, names in _SECTIONS.items()}
    named = {name for names in sections.values() for name in names}
    return {**sections, _REST: sorted(set(found) - named)}


class Commands(click.Group):
    """The commands of a folder, imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in _sections().values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = _sections()
        width = max(len(name) for names in found.values() for name in names)
        limit = formatter.width - 6 - width
        for title, names in found.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (name.ljust(width), one.get_short_help_str(limit)) for name, one in commands if one and not one.hidden
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        module = _modules().get(name)
        if module is None:
            return None
        command = importlib.import_module(f"web.commands.{module}").COMMAND
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean `{near[0]}`?" if near else "see `firstparty --help`"
            raise click.UsageError(f"there is no command `{args[0]}`; {hint}", ctx=ctx) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="firstparty", prog_name="firstparty")
def firstparty() -> None:
    """Your vault, your terms. See every vendor you deal with, what each costs and when you can leave.

    Start with `firstparty demo`, or with your own files: `firstparty init`, then `firstparty import` a bank export and a
    password-manager export. Everything stays in one encrypted file that only you can open.
    """


def main() -> None:
    """The entry point; turns every error into one sentence and an exit code."""
    _refuse_other_owners()
    try:
        if not {"-h", "--help", "--version"} & set(sys.argv):  # help is there whatever the file says
            settings.apply()
        code = firstparty.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped; nothing that was under way has been kept")
        code = 130
    except BrokenPipeError:
        # The reader of our output has gone; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _explain(error)
    sys.exit(code if isinstance(code, int) else 0)


def _refuse_other_owners() -> None:
    """Our packages have general names. Where another distribution owns one of them, nothing would work as it should."""
    ours = os.path.dirname(os.path.dirname(os.path.abspath(web.__file__ or "")))
    for name in ("connectors", "vault", "terms"):
        package = importlib.import_module(name)
        place = os.path.dirname(os.path.dirname(os.path.abspath(package.__file__ or "")))
        if place != ours or not (package.__doc__ or "").startswith("Firstparty"):
            _complain(
                f"another installed package is named `{name}` too and stands in the way ({place}); "
                "install firstparty in an environment of its own, for example with pipx"
            )
            sys.exit(1)


def _explain(error: Exception) -> int:
    from terms.errors import FirstpartyError

    if isinstance(error, FirstpartyError):
        _complain(str(error))
        return error.exit_code
    if os.environ.get("FIRSTPARTY_DEBUG"):
        raise error
    _complain(
        f"internal error ({type(error).__name__}); nothing was written by this command; "
        "run it again with FIRSTPARTY_DEBUG=1 to see where"
    )
    return 1


def _complain(sentence: str) -> None:
    click.echo(f"firstparty: {sentence}", err=True)
