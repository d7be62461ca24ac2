"""`firstparty butler`: a round of the butler, and what it goes by."""

from __future__ import annotations

import click

from web import options


@click.group("butler")
def COMMAND() -> None:
    """Let the butler judge what is new, see what it goes by, and set budgets, quiet hours and what vendors are told."""


@COMMAND.command("run")
@options.signing_time_option
@options.vault_options
def run(now: str | None, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Judge what is new: renewals and price rises that your records show, intentions that have come to their last day.

    Ends with one line for everything that is worth a look, the soonest first. The rest is kept in `firstparty decisions`.
    """
    from vault.butler import running
    from vault.butler.decisions import Butler
    from web import butler_output, butler_shapes, output

    when = options.time_of(now)
    with (
        options.open_vault(home, passphrase_file, by="butler run", now=when) as vault,
        butler_output.counting("Judging", quiet=as_json) as each,
    ):
        found = running.run(Butler(vault, now=when.astimezone()), each=each)
    if as_json:
        output.as_json(butler_shapes.told_to_owner(found))
    else:
        butler_output.ran(found)


@COMMAND.command("show")
@options.vault_options
def show(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Show the settings, and which rules hold."""
    from vault.butler import rulebook, settings
    from web import butler_output, butler_shapes, output

    with options.open_vault(home, passphrase_file, by="butler show") as vault:
        written = settings.entries(vault.connection)
        versions = rulebook.versions(vault.connection)
    rules = versions[-1] if versions else None
    if as_json:
        output.as_json(butler_shapes.state(written, rules))
    else:
        butler_output.state(written, rules)


@COMMAND.command("set")
@click.argument("name", metavar="NAME")
@click.argument("values", metavar="[VALUE]...", nargs=-1)
@options.vault_options
def set_(name: str, values: tuple[str, ...], home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Put a setting, in place of what it was; without a VALUE it goes back to its default.

    \b
    budget          "50 EUR per month" "energy: 120 EUR per month" "deal: 1200 EUR"   (several)
    quiet-hours     22:00-07:00              (several)
    disclosure      none, code or counter    what vendors are told of a decision
    reveal-paid     yes or no                whether a counter may be reckoned from what you pay today
    counter-pause   P7D                      how long a vendor waits for its next answer on one matter
    question-ahead  P60D                     how long before the last day to cancel a renewal is questioned
    country         DE                       where you live
    paused          yes or no                whether nothing is settled by your rules: everything asks you
    my.NAME         12000                    a field of a category that is about you (my.mileage)
    """
    from vault.butler import settings
    from web import output

    with options.open_vault(home, passphrase_file, by="butler set") as vault:
        settings.put(vault, name, values)
    output.done(as_json, f"{name} is {', '.join(values)}." if values else f"{name} is back to its default.")
