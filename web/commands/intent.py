"""`firstparty intent`: one intention and its life."""

from __future__ import annotations

import sys

import click

from web import options
from web.groups import ShowByDefault

_ID_HELP = "ID is an intention's id, the beginning of it, or `last`."


@click.group("intent", cls=ShowByDefault)
def COMMAND() -> None:
    """Say what you want to buy, show it to vendors, see the offers in their order (`firstparty intent ID`), and take one.

    ID is an intention's id, the beginning of it, or `last`.
    """


@COMMAND.command("add")
@click.argument("file", metavar="FILE")
@click.option("--draft", is_flag=True, help="Keep it to yourself for now; `intent open` opens it.")
@options.signing_time_option
@options.vault_options
def add(file: str, draft: bool, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Keep an intention from a FILE (see docs/offers.md), open for offers that you bring in; `intent publish` shows it to vendors."""
    from vault.butler import market
    from vault.policy import strict
    from web import butler_output, output, trading_shapes

    raw = options.read_bytes(file, max_bytes=strict.MAX_BYTES)
    with options.open_vault(home, passphrase_file, by="intent add", now=options.time_of(now)) as vault:
        one = market.add_intention(vault, raw, draft=draft)
        shape = trading_shapes.intention(vault, one, 0)
    if as_json:
        output.as_json(shape)
    else:
        butler_output.moved(one)


@COMMAND.command("publish")
@click.argument("what", metavar="FILE|ID")
@options.signing_time_option
@options.vault_options
def publish(what: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Let vendors see an intention, from a FILE (see docs/offers.md) or one that you keep, and make offers for it.

    Each vendor that its audience lets in sees it as far as you reveal it: `intent preview` shows exactly what. Says who they are,
    and whether your name is told (`"pseudonym": "own-name"`).
    """
    from pathlib import Path

    from vault import trading
    from vault.butler import market, naming
    from vault.policy import strict
    from vault.store import agreements
    from web import output, trading_output, trading_shapes

    raw = options.read_bytes(what, max_bytes=strict.MAX_BYTES) if Path(what).is_file() or what == "-" else None
    with options.open_vault(home, passphrase_file, by="intent publish", now=options.time_of(now)) as vault:
        with vault.transaction():
            if raw is None:
                number = naming.intention(vault, what)
            else:
                number = market.add_intention(vault, raw, draft=True).row.id
            one = trading.publish(vault, number)
        seers = [agreements.client(vault.connection, client).url for client in trading.seers(vault, one)]
        shape = {**trading_shapes.intention(vault, one, market.standing(vault, number)), "seen_by": seers}
        shape["tells"] = list(trading.tells(one))
    if as_json:
        output.as_json(shape)
    else:
        trading_output.published(one, seers)


@COMMAND.command("preview", help=f"Show exactly what a vendor sees of an intention, published or not.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@click.option(
    "--vendor", required=True, metavar="VENDOR", help="A vendor's name or domain, or the address of its client."
)
@options.signing_time_option
@options.vault_options
def preview(
    id: str, vendor: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    from vault import trading
    from vault.butler import market, naming
    from web import output, trading_output, trading_steps

    with options.open_vault(home, passphrase_file, by="intent preview", now=options.time_of(now)) as vault:
        client = trading_steps.client_of(vault, vendor)
        who, one = trading.viewer(vault, client.id), market.want(vault, naming.intention(vault, id))
        found = trading.projected(vault, who, one) if trading.sees(who, one.intention) else None
        told = list(trading.tells(one)) if found else []
    if as_json:
        output.as_json({"client": client.url, "sees": found is not None, "intention": found, "tells": told})
    else:
        trading_output.preview(found, client.url)
        trading_output.tells(told)


@COMMAND.command("show", help=f"Show what is wanted, and the offers in their order with the reasons.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.signing_time_option
@options.vault_options
def show(id: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault import ids, trading
    from vault.butler import market, naming
    from web import butler_output, output, trading_output, trading_shapes

    with options.open_vault(home, passphrase_file, by="intent", now=options.time_of(now)) as vault:
        one = market.want(vault, naming.intention(vault, id))
        places, standing = market.placed(vault, one.row.id), market.standing(vault, one.row.id)
        shape = trading_shapes.whole_intention(vault, one, standing, [place for place, _ in places])
        proposed = trading.proposed(vault, one.row.id)
    if as_json:
        output.as_json(shape)
        return
    butler_output.intention(one, places)
    if proposed is not None:
        trading_output.proposed(ids.text("request", proposed))


@COMMAND.command("award")
@click.argument("id", metavar="ID")
@click.argument("offer", metavar="[OFFER]", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.signing_time_option
@options.vault_options
def award(
    id: str, offer: str | None, yes: bool, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Take one OFFER of an intention, or the one that is proposed; the others are told no. Asks, unless --yes is given.

    ID and OFFER are ids, the beginning of one, or `last`. An intention is awarded once. The vendor is granted the data that it needs
    for this, as far as its agreement allows; nothing is bought by it.
    """
    from vault import trading
    from vault.butler import market, naming
    from web import butler_output, output, trading_output, trading_shapes

    with options.open_vault(home, passphrase_file, by="intent award", now=options.time_of(now)) as vault:
        number = naming.intention(vault, id)
        chosen = naming.offer(vault, offer) if offer else trading.to_confirm(vault, number)
        taken = market.offer(vault, chosen)
        if not yes:
            question = butler_output.question(market.want(vault, number), taken)
            with vault.aside():
                _confirm(question)
        one = trading.award(vault, number, chosen)
        shape, order = trading_shapes.intention(vault, one, 0), trading_shapes.order(vault, chosen)
    if as_json:
        output.as_json(shape)
        return
    butler_output.awarded(one, taken)
    trading_output.order(order)


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
        from vault import ids, trading
        from vault.butler import market, naming
        from vault.policy.intention_life import Event
        from web import butler_output, output, trading_output, trading_shapes

        with options.open_vault(home, passphrase_file, by=f"intent {name}", now=options.time_of(now)) as vault:
            one = trading.move(vault, naming.intention(vault, id), Event(name))
            shape = trading_shapes.intention(vault, one, market.standing(vault, one.row.id))
            proposed = trading.proposed(vault, one.row.id)
        if as_json:
            output.as_json(shape)
            return
        butler_output.moved(one)
        if proposed is not None:
            trading_output.proposed(ids.text("request", proposed))


_moves("open", "Open a draft for offers.")
_moves("close", "Take no more offers; those that stand can be awarded.")
_moves("reopen", "Take offers again.")
_moves("expire", "End an intention of which no offer fits, for good.")
_moves("withdraw", "Give an intention up, for good.")
