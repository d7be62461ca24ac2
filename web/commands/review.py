"""`firstparty review`: the few questions worth a minute."""

from __future__ import annotations

import click

from web import options


@click.command("review")
@options.vault_options
@options.now_option
def COMMAND(home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    """Ask at most ten questions, those with most money at stake first, each with the commands that answer it."""
    from vault.questions import questions
    from web import output, shapes

    today = options.today_of(now)
    with options.open_vault(home, passphrase_file, by="review") as vault:
        found = questions(vault.connection, today)
    if as_json:
        output.as_json({"questions": [shapes.question(one) for one in found]})
        return
    out = output.console()
    if not found:
        out.print("No questions.")
    for place, one in enumerate(found, start=1):
        out.print(f"[bold]{place}. {output.plain(one.sentence)}?[/]  [dim]{one.id}[/]")
        for choice in one.choices:
            out.print(f"   {output.plain(choice.label)}: [cyan]{output.plain(choice.command)}[/]", soft_wrap=True)
    if found:
        out.print("[dim]Not to be asked again: firstparty dismiss and the question's number on the right.[/]")
