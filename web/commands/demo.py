"""`firstparty demo`: an invented person's vault in the browser, with vendors that deal with it while you look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from pathlib import Path

    from web.server.running import Started

# Beside those of `serve` and `sandbox`.
DEFAULT_PORT = 8644


@click.command("demo")
@click.option("--text", "as_text", is_flag=True, help="Print an evening with the sample files, and end.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Serve the pages on this port of this machine; 0 takes a free one.",
)
@options.json_option
@click.option("--keep", metavar="FOLDER", help="With --text: keep the sample files and the vault in this new folder.")
def COMMAND(as_text: bool, port: int, as_json: bool, keep: str | None) -> None:
    """Show what the vault does, with an invented person's two years of bank statements and password exports.

    Makes a throw-away vault, serves its pages on this machine alone, prints a link to them and opens it where there is a browser.
    Invented vendors, programs of their own, then make offers over the API while you look. Ctrl-C removes everything.

    With --text, --json or --keep, and where nobody looks at a terminal, it prints an evening instead: who the person deals with,
    what is due and what became dearer. Nothing of yours is touched, and nothing leaves this machine.
    """
    import sys
    import tempfile
    from pathlib import Path

    if as_text or as_json or keep or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _evening(as_json, keep)
        return
    from web.demo import living

    click.echo("Making an invented person …", err=True)
    with tempfile.TemporaryDirectory(prefix="firstparty-demo-") as temporary:
        living.serve(Path(temporary), port, _announce)


def _evening(as_json: bool, keep: str | None) -> None:
    import tempfile
    from pathlib import Path

    from terms.errors import UsageError
    from web.demo import evening

    if keep:
        folder = Path(keep).expanduser()
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"`{folder}` is not empty", hint="choose a new folder")
        evening.run(folder, as_json, kept=True)
        return
    with tempfile.TemporaryDirectory(prefix="firstparty-demo-") as temporary:
        evening.run(Path(temporary), as_json, kept=False)


def _announce(folder: Path, started: Started) -> None:
    from web import owner_browser
    from web.sandbox.making import HOME, SECRET

    link = started.link()
    click.echo(f"""\
An invented person's vault is at this link, which works once:

    {link}

Two invented vendors make offers while you look. Ctrl-C ends it and removes everything. In another terminal:

    export FIRSTPARTY_HOME={folder / HOME} FIRSTPARTY_PASSPHRASE_FILE={folder / SECRET}
    firstparty login         another link
    firstparty offers        what the vendors made
""")
    owner_browser.show(link)
