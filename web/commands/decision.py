"""`firstparty decision`: one decision, why it is so, and your word against it."""

from __future__ import annotations

import click

from web import options
from web.groups import ShowByDefault

_ID_HELP = "ID is a decision's id, the beginning of it, or `last`."


@click.group("decision", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one decision (`firstparty decision ID`), decide it again, or put your own verdict beside it.

    ID is a decision's id, the beginning of it, or `last`.
    """


@COMMAND.command("show", help=f"Show why it was decided so: each rule, what it saw, what it wanted.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@click.option("--as-vendor", is_flag=True, help="Show what the vendor is told instead (see `butler set disclosure`).")
@options.vault_options
def show(id: str, as_vendor: bool, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from vault.butler import decisions, disclosing, naming, settings
    from vault.butler.market_rows import request_of
    from web import butler_output, butler_shapes, output

    with options.open_vault(home, passphrase_file, by="decision") as vault:
        made = decisions.decision(vault, naming.decision(vault, id))
        facts = decisions.facts_of(vault, made)
        told = disclosing.told(vault, made, settings.present(vault.connection)) if as_vendor else None
    if as_json:
        output.as_json(butler_shapes.told(told) if told else butler_shapes.whole_decision(made))
    elif told:
        butler_output.to_vendor(told)
    else:
        butler_output.decision(made, request_of(made.request.body), facts)


@COMMAND.command("replay", help=f"Decide it again by the rules and facts of then.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.vault_options
def replay(id: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from terms.errors import FirstpartyError
    from vault.butler import decisions, naming
    from web import butler_output, butler_shapes, output

    with options.open_vault(home, passphrase_file, by="decision replay") as vault:
        made = decisions.decision(vault, naming.decision(vault, id))
        found = decisions.replay(vault, made.id)
    if as_json:
        output.as_json(butler_shapes.replayed(made, found))
    else:
        butler_output.replayed(made, found)
    if not found.same:
        raise FirstpartyError("it comes out otherwise now", hint="see `firstparty audit verify`", code="replay-differs")


@COMMAND.command("override")
@click.argument("id", metavar="ID")
@click.argument("verdict", type=click.Choice(["accept", "ask", "refuse"]))
@click.option("--because", required=True, metavar="TEXT", help="Why, for yourself; it is kept with the decision.")
@options.signing_time_option
@options.vault_options
def override(
    id: str, verdict: str, because: str, now: str | None, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    """Put your own verdict beside a decision. The last one counts, and the log keeps them all.

    ID is a decision's id, the beginning of it, or `last`. To take an override back, override again. Prints the rule that
    would decide so by itself; it is not installed.
    """
    from vault.butler import decisions, drafting, naming
    from vault.policy.verdicts import Verdict
    from web import butler_output, butler_shapes, output

    word = Verdict.of(verdict)
    assert word is not None  # click let nothing else through
    with options.open_vault(home, passphrase_file, by="decision override", now=options.time_of(now)) as vault:
        made = decisions.override(vault, naming.decision(vault, id), word, because)
        rule = drafting.draft(vault, made, because)
    if as_json:
        output.as_json({**butler_shapes.decision(made), "draft_rule": rule or None})
    else:
        butler_output.overridden(made, rule)
