"""`firstparty message`: write to a vendor that is connected, answer it, and read a whole thread."""

from __future__ import annotations

import click

from web import options
from web.groups import ShowByDefault


class _SendByDefault(ShowByDefault):
    default = "send"


@click.group("message", cls=_SendByDefault)
def COMMAND() -> None:
    """Write to a vendor (`firstparty message VENDOR --subject TEXT --body TEXT`), answer, or read a thread."""


_body = click.option("--body", metavar="TEXT", help="What you write; or name a FILE that has it.")
_file = click.argument("file", metavar="[FILE]", required=False)


def _written(body: str | None, file: str | None) -> str:
    from terms.errors import UsageError

    if (body is None) == (file is None):
        raise UsageError("say what you write once", hint="give --body TEXT, or a FILE")
    return body if body is not None else options.read_text(str(file)).removesuffix("\n")


@COMMAND.command("send")
@click.argument("vendor", metavar="VENDOR")
@_file
@click.option("--subject", metavar="TEXT", required=True, help="What it is about.")
@_body
@options.signing_time_option
@options.vault_options
def send(
    vendor: str,
    file: str | None,
    subject: str,
    body: str | None,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Begin a thread with a vendor that is connected to your vault. It is told at once, and fetches what you wrote."""
    from vault.engaging import addressees, threads
    from web import engaging_shapes, output

    text, when = _written(body, file), options.time_of(now)
    with options.open_vault(home, passphrase_file, by="message", now=when) as vault:
        client = addressees.connected(addressees.found(vault, vendor, when))
        row = threads.write(vault, client.id, text, subject=subject)
    if as_json:
        output.as_json(engaging_shapes.message(row))
    else:
        output.console().print(f"Written: {engaging_shapes.message(row)['id']}.")


@COMMAND.command("reply")
@click.argument("id", metavar="ID")
@_file
@_body
@options.signing_time_option
@options.vault_options
def reply(
    id: str,
    file: str | None,
    body: str | None,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Answer a message, in its thread. ID is that of the message, or of the thread."""
    from vault.engaging import threads
    from web import engaging_shapes, output

    text, when = _written(body, file), options.time_of(now)
    with options.open_vault(home, passphrase_file, by="message reply", now=when) as vault:
        row = threads.reply(vault, id, text)
    if as_json:
        output.as_json(engaging_shapes.message(row))
    else:
        output.console().print(f"Written: {engaging_shapes.message(row)['id']}.")


@COMMAND.command("show")
@click.argument("id", metavar="ID")
@options.vault_options
def show(id: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Read the whole thread of a message. ID is that of the message, or of the thread."""
    from vault.engaging import threads
    from web import engaging_output, engaging_shapes, output

    with options.open_vault(home, passphrase_file, by="message show") as vault:
        found = threads.conversation(vault, id)
    if as_json:
        output.as_json({"messages": [engaging_shapes.message(row) for row in found]})
    else:
        engaging_output.conversation(found)
