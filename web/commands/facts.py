"""`firstparty facts`: the facts that rules may speak of."""

from __future__ import annotations

import click

from web import options


@click.command("facts")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@options.json_option
def COMMAND(words: tuple[str, ...], as_json: bool) -> None:
    """List the facts that rules may speak of, with type, meaning and whose word they are. Needs no vault.

    With WORDs only those whose name or meaning has all of them: `firstparty facts price month`.
    """
    from vault.policy.facts import TABLE
    from vault.policy.facts_document import as_json as fact_as_json
    from web import output

    sought = [word.casefold() for word in words]
    found = [one for one in TABLE.values() if all(word in f"{one.name} {one.meaning}".casefold() for word in sought)]
    if as_json:
        output.as_json({"facts": [fact_as_json(one) for one in found]})
        return
    made = output.table("Fact", "Type", "Unit", "Influence", "Meaning")
    for one in found:
        choices = f" ({', '.join(one.choices)})" if one.choices else ""
        made.add_row(
            one.name, str(one.type), output.plain(one.unit), str(one.influence), output.plain(one.meaning + choices)
        )
    output.show(made, empty="No fact has all of these words.", rows=len(found))
