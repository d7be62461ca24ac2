"""`firstparty offer`: one offer, and bringing offers in from files."""

from __future__ import annotations

import click

from web import options
from web.groups import ShowByDefault

_ID_HELP = "ID is an offer's id, the beginning of it, or `last`."
# As of an import of which some could not be read.
_PARTLY = 3


@click.group("offer", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one offer (`firstparty offer ID`), bring in offers from files, or take one out.

    ID is an offer's id, the beginning of it, or `last`.
    """


@COMMAND.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--intent", "intent_id", metavar="ID", help="The intention of yours that these offers answer.")
@click.option("--vendor", metavar="URL", help="Whose they are, where a file holds nothing but the offer.")
@options.signing_time_option
@options.vault_options
def add(
    files: tuple[str, ...],
    intent_id: str | None,
    vendor: str | None,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Bring in offers and decide each: prints verdict, effect and why, and a total.

    A FILE holds a request (`{"kind": "offer", "vendor": …, "offer": {…}}`) or, with --vendor, the offer alone (see
    docs/offers.md). A file that does not read is told and the rest goes on; the exit code is 3 then. Nothing is bought.
    """
    from vault import ids
    from vault.butler import decisions, naming
    from vault.butler.decisions import Butler
    from web import butler_output, butler_shapes, offer_files, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="offer add", now=when) as vault:
        intent = ids.text("intention", naming.intention(vault, intent_id)) if intent_id else None
        butler, given = Butler(vault, now=when.astimezone()), offer_files.Given(vendor, intent)
        done = offer_files.add(butler, files, given, butler_output.silent if as_json else butler_output.added)
        shapes = [butler_shapes.offer(one, decisions.facts_of(vault, one.decision)) for one in done.offers]
    if as_json:
        problems = [{"file": one.path, "code": one.error.code, "message": str(one.error)} for one in done.problems]
        output.as_json({"offers": shapes, "verdicts": done.verdicts, "problems": problems})
    else:
        butler_output.added_all(done.verdicts, len(done.problems))
    if done.problems:
        raise SystemExit(_PARTLY if done.offers else 1)


@COMMAND.command("show", help=f"Show what was offered, and why it was decided so.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.vault_options
def show(id: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault.butler import decisions, market, naming
    from web import butler_output, butler_shapes, output, trading_output, trading_shapes

    with options.open_vault(home, passphrase_file, by="offer") as vault:
        one = market.offer(vault, naming.offer(vault, id))
        facts, order = decisions.facts_of(vault, one.decision), trading_shapes.order(vault, one.row.request)
    if as_json:
        shape = butler_shapes.offer(one, facts)
        output.as_json({**shape, "decided": butler_shapes.whole_decision(one.decision), "order": order})
    else:
        butler_output.offer(one, facts)
        trading_output.order(order)


@COMMAND.command("evidence")
@click.argument("id", metavar="ID")
@options.vault_options
def evidence(id: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Print an offer as its vendor signed it: a compact JWS, byte for byte.

    ID is an offer's id; those that wait to be let in (`firstparty offers --held`) have one too.
    """
    from vault import ids
    from vault.butler import naming
    from vault.store import trading as store
    from web import find, output, trading_shapes

    with options.open_vault(home, passphrase_file, by="offer evidence") as vault:
        parsed = ids.parse(id)
        number = parsed[1] if parsed and parsed[0] == "request" else naming.offer(vault, id)
        row = store.signed(vault.connection, number)
        if row is None:
            raise find.NotFoundError("no vendor has signed this offer", hint="it came from a file, or there is none")
        shape = trading_shapes.evidence(vault, row)
    if as_json:
        output.as_json(shape)
    else:
        click.echo(shape["jws"])


@COMMAND.command("withdraw", help=f"Take an offer out, as when its vendor takes it back.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.signing_time_option
@options.vault_options
def withdraw(id: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault import trading
    from vault.butler import naming
    from web import output

    with options.open_vault(home, passphrase_file, by="offer withdraw", now=options.time_of(now)) as vault:
        one = trading.take_out(vault, naming.offer(vault, id))
    output.done(as_json, f"{one.name} is withdrawn.")
