"""`firstparty intent`: one intention and its life."""

from __future__ import annotations

import sys

import click

from web import options
from web.groups import ShowByDefault

_ID_HELP = "ID is an intention's id, the beginning of it, or `last`."


@click.group("intent", cls=ShowByDefault)
def COMMAND() -> None:
    """Say what you want to buy, see the offers for it in their order (`firstparty intent ID`), and take one.

    ID is an intention's id, the beginning of it, or `last`.
    """


@COMMAND.command("add")
@click.argument("file", metavar="FILE")
@click.option("--draft", is_flag=True, help="Keep it to yourself for now; `intent open` opens it.")
@options.signing_time_option
@options.vault_options
def add(file: str, draft: bool, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Keep an intention from a FILE (see docs/offers.md), open for offers."""
    from vault.butler import market
    from vault.policy import strict
    from web import butler_output, butler_shapes, output

    raw = options.read_bytes(file, max_bytes=strict.MAX_BYTES)
    with options.open_vault(home, passphrase_file, by="intent add", now=options.time_of(now)) as vault:
        one = market.add_intention(vault, raw, draft=draft)
    if as_json:
        output.as_json(butler_shapes.intention(one, 0))
    else:
        butler_output.moved(one)


@COMMAND.command("show", help=f"Show what is wanted, and the offers in their order with the reasons.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.signing_time_option
@options.vault_options
def show(id: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault.butler import market, naming
    from web import butler_output, butler_shapes, output

    with options.open_vault(home, passphrase_file, by="intent", now=options.time_of(now)) as vault:
        one = market.want(vault, naming.intention(vault, id))
        places = market.placed(vault, one.row.id)
        shape = butler_shapes.whole_intention(one, market.standing(vault, one.row.id), [place for place, _ in places])
    if as_json:
        output.as_json(shape)
    else:
        butler_output.intention(one, places)


@COMMAND.command("award")
@click.argument("id", metavar="ID")
@click.argument("offer", metavar="OFFER")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.signing_time_option
@options.vault_options
def award(
    id: str, offer: str, yes: bool, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Take one OFFER of an intention; the others are told no. Asks, unless --yes is given. Nothing is bought by it.

    ID and OFFER are ids, the beginning of one, or `last`. An intention is awarded once.
    """
    from vault.butler import market, naming
    from web import butler_output, butler_shapes, output

    with options.open_vault(home, passphrase_file, by="intent award", now=options.time_of(now)) as vault:
        number, taken = naming.intention(vault, id), market.offer(vault, naming.offer(vault, offer))
        if not yes:
            question = butler_output.question(market.want(vault, number), taken)
            with vault.aside():
                _confirm(question)
        one = market.award(vault, number, taken.row.request)
    if as_json:
        output.as_json(butler_shapes.intention(one, 0))
    else:
        butler_output.awarded(one, taken)


def _confirm(question: str) -> None:
    from terms.errors import FirstpartyError

    if not sys.stdin.isatty():
        raise FirstpartyError("there is no terminal to ask", hint="give --yes", code="no-terminal")
    click.confirm(question, abort=True, err=True)


def _moves(name: str, said: str) -> None:
    """A command for one event of an intention's life."""

    @COMMAND.command(name, help=f"{said}\n\n{_ID_HELP}")
    @click.argument("id", metavar="ID")
    @options.signing_time_option
    @options.vault_options
    def moved(id: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
        from vault.butler import market, naming
        from vault.policy.intention_life import Event
        from web import butler_output, butler_shapes, output

        with options.open_vault(home, passphrase_file, by=f"intent {name}", now=options.time_of(now)) as vault:
            one = market.move(vault, naming.intention(vault, id), Event(name))
            standing = market.standing(vault, one.row.id)
        if as_json:
            output.as_json(butler_shapes.intention(one, standing))
        else:
            butler_output.moved(one)


_moves("open", "Open a draft for offers.")
_moves("close", "Take no more offers; those that stand can be awarded.")
_moves("reopen", "Take offers again.")
_moves("withdraw", "Give an intention up, for good.")
