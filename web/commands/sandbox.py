"""`firstparty sandbox`: a vault to build a vendor's program against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from pathlib import Path

    from web.server.running import Started

# Beside the one of `serve`, so that both can run.
DEFAULT_PORT = 8643
EXAMPLE = "examples/first_offer.py"


@click.group("sandbox", invoke_without_command=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Listen on this port of this machine; 0 takes a free one.",
)
@options.json_option
@click.pass_context
def COMMAND(context: click.Context, port: int, as_json: bool) -> None:
    """Serve a throw-away vault with an invented person who answers vendors, until Ctrl-C. Nothing of yours is touched.

    The person has contracts, a profile, rules that decide at once, and wants to buy electricity. Vendors may lie on this machine,
    by plain http. What the rules leave open, you answer for the person: with `requests`, `approve`, `deny`, `intent award` and the
    vault's folder that is printed. In another terminal, `sandbox clock` moves its time, `sandbox reset` begins again.
    """
    if context.invoked_subcommand:
        return
    from web.sandbox.running import serve

    if not as_json:
        click.echo("Making an invented person …", err=True)
    serve(port, lambda folder, started: _announce(folder, started, as_json))


def _announce(folder: Path, started: Started, as_json: bool) -> None:
    import sys

    from web import output
    from web.sandbox.making import HOME, SECRET

    home, secret = folder / HOME, folder / SECRET
    if as_json:
        told = {"url": started.url, "port": started.port, "home": str(home), "passphrase_file": str(secret)}
        output.as_json({**told, "example": f"python {EXAMPLE} {started.url}"})
    else:
        click.echo(f"""\
Sandbox at {started.url}. Ctrl-C ends it and removes everything.

Make a first offer, from another terminal:

    python {EXAMPLE} {started.url}

Answer as its person:

    export FIRSTPARTY_HOME={home} FIRSTPARTY_PASSPHRASE_FILE={secret}
    firstparty requests      (or in a browser, by the link of: firstparty login)
""")
    sys.stdout.flush()


def _home(home: str | None) -> Path:
    from pathlib import Path

    from web.sandbox.running import found

    return Path(home) if home else found()


_home_option = click.option("--home", metavar="FOLDER", help="The sandbox's vault, where several are running.")


@COMMAND.command("clock")
@click.argument("ahead", metavar="+DURATION", default="+0d")
@_home_option
@options.json_option
def clock(ahead: str, home: str | None, as_json: bool) -> None:
    """Put the sandbox's clock ahead: `sandbox clock +3d`, `+12h`, `+30m`; without a duration, say what it shows."""
    from web import output, owner_socket

    answer = owner_socket.ask(_home(home), "POST", "/owner/clock", {"seconds": _seconds(ahead)})
    if as_json:
        output.as_json(answer)
    else:
        click.echo(f"The sandbox's clock shows {answer['now']}.")


def _seconds(ahead: str) -> int:
    import re

    from terms.errors import UsageError

    found = re.fullmatch(r"\+(\d{1,5})([smhdw])", ahead)
    if not found:
        raise UsageError(
            f"`{ahead[:20]}` is no duration to go ahead by", hint="write +3d, +12h or +30m; back it cannot go"
        )
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}[found[2]]


@COMMAND.command("reset")
@_home_option
@options.json_option
def reset(home: str | None, as_json: bool) -> None:
    """Begin again: the sandbox's vault as it was made. Its clock goes on."""
    from web import output, owner_socket

    answer = owner_socket.ask(_home(home), "POST", "/owner/reset", {})
    if as_json:
        output.as_json(answer)
    else:
        click.echo("The sandbox is as it was made.")
