"""`firstparty rights`: what the person asks of vendors by data-protection law, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.engaging.rights import Asked
    from vault.session import Vault

# `vault.policy.rights_life.Right`, which is not imported for --help.
_RIGHTS = "access erasure rectification portability restriction objection".split()


class _ListByDefault(ShowByDefault):
    default = bare = "list"


@click.group("rights", cls=_ListByDefault)
def COMMAND() -> None:
    """List what you asked of vendors by right, ask for something, and read the answers.

    A vendor answers within one month (Art. 12(3) GDPR). Nothing here is legal advice.
    """


def _found(vault: Vault, written: str) -> Asked:
    """The request of an id, of the beginning of one where only one begins so, or the `last` one."""
    from terms.errors import FirstpartyError
    from vault.engaging import rights

    named, every = written.strip().lower().removeprefix("rgt_"), rights.listed(vault)
    found = [one for one in every if named and one.id.removeprefix("rgt_").startswith(named)]
    found = every[:1] if named == "last" else found
    if len(found) != 1:
        said = "more than one request begins with" if found else "there is no request"
        raise FirstpartyError(f"{said} `{written[:40]}`", hint="see `firstparty rights`", code="not-found")
    return found[0]


@COMMAND.command("list")
@click.argument("vendor", metavar="[VENDOR]", required=False)
@options.signing_time_option
@options.vault_options
def list_(vendor: str | None, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List your requests, newest first, with the day until which an answer is in time."""
    from vault.engaging import rights
    from web import engaging_output, engaging_shapes, output

    with options.open_vault(home, passphrase_file, by="rights", now=options.time_of(now)) as vault:
        found = rights.listed(vault)
    if vendor:
        found = [one for one in found if vendor.strip().casefold() in one.row.addressee.casefold()]
    if as_json:
        output.as_json({"requests": [engaging_shapes.right(one) for one in found]})
    else:
        engaging_output.rights(found)


@COMMAND.command("ask")
@click.argument("vendor", metavar="VENDOR")
@click.argument("right", metavar="RIGHT", type=click.Choice(_RIGHTS))
@click.option("--note", metavar="TEXT", default="", help="What you want to say about it, in your own words.")
@options.signing_time_option
@options.vault_options
def ask(
    vendor: str, right: str, note: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Ask a vendor by right: RIGHT is access, erasure, rectification, portability, restriction or objection.

    A vendor that is connected is told at once. For any other, `rights letter ID` prints a letter that you can send.
    """
    from vault.engaging import addressees, rights
    from vault.policy.rights_life import Right
    from web import engaging_output, engaging_shapes, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="rights ask", now=when) as vault:
        one = rights.ask(vault, addressees.found(vault, vendor, when), Right(right), note)
    if as_json:
        output.as_json(engaging_shapes.right(one))
    else:
        engaging_output.asked(one)


@COMMAND.command("show")
@click.argument("id", metavar="ID")
@click.option("--data", metavar="FILE", help="Write the data of the answer into this file, as JSON.")
@options.signing_time_option
@options.vault_options
def show(
    id: str, data: str | None, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Show a request and its answers."""
    from web import engaging_output, engaging_shapes, output

    with options.open_vault(home, passphrase_file, by="rights show", now=options.time_of(now)) as vault:
        one = _found(vault, id)
    if data is not None:
        _write(one, data)
    if as_json:
        output.as_json(engaging_shapes.right(one))
    else:
        engaging_output.right(one)


def _write(one: Asked, path: str) -> None:
    from pathlib import Path

    from terms.errors import FirstpartyError
    from vault import files

    brought = [answer.data for answer in one.answers if answer.data is not None]
    if not brought:
        raise FirstpartyError(f"no answer to `{one.id}` brought data", code="not-found")
    files.publish(files.stage(Path(path), brought[-1].encode()), Path(path))


@COMMAND.command("letter")
@click.argument("id", metavar="ID")
@click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", help="What the vendor reads; English by default."
)
@options.signing_time_option
@options.vault_options
def letter(
    id: str, language: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Print a request as a letter, with the vendor's addresses that the vault knows. Sending it is up to you."""
    from vault.engaging import letters
    from web import engaging_output, engaging_shapes, output
    from web.pages.frame.language import SOURCE
    from web.pages.frame.wording import saying

    with options.open_vault(home, passphrase_file, by="rights letter", now=options.time_of(now)) as vault:
        made = letters.letter(vault, _found(vault, id), str if language == SOURCE else saying(language))
    if as_json:
        output.as_json(engaging_shapes.letter(made))
    else:
        engaging_output.letter(made)


@COMMAND.command("withdraw")
@click.argument("id", metavar="ID")
@options.signing_time_option
@options.vault_options
def withdraw(id: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Take a request back. A connected vendor is told."""
    from vault.engaging import rights
    from web import engaging_shapes, output

    with options.open_vault(home, passphrase_file, by="rights withdraw", now=options.time_of(now)) as vault:
        one = rights.withdraw(vault, _found(vault, id).row.id)
    if as_json:
        output.as_json(engaging_shapes.right(one))
    else:
        output.console().print(f"{one.id} is withdrawn.")
