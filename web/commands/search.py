"""`firstparty search`: full text over everything."""

from __future__ import annotations

import click

from web import options


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@options.vault_options
@options.now_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most this many.")
def COMMAND(
    text: tuple[str, ...], home: str | None, passphrase_file: str | None, as_json: bool, now: str | None, limit: int
) -> None:
    """Search every record for words (beginnings of words; all must occur)."""
    import re

    from vault.store import entries
    from web import output, shapes

    wanted = " ".join(text)
    with options.open_vault(home, passphrase_file, by="search") as vault:
        found = entries.search(vault.connection, wanted, limit=limit)
    words = re.findall(r"[^\W_]+", wanted)
    if as_json:
        output.as_json({"hits": [shapes.hit(hit, words) for hit in found]})
        return
    table = output.table("Kind", "When", "Vendor", "Text")
    for hit in found:
        table.add_row(hit.kind, hit.day, output.plain(hit.vendor), output.plain(shapes.snippet(hit.text, words)))
    output.show(table, empty="Nothing found.", rows=len(found))
