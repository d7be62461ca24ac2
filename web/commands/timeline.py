"""`firstparty timeline`: everything that passed between the person and one vendor."""

from __future__ import annotations

import click

from web import options

# As in `vault.engaging.timeline`, which is not imported for --help.
PAGE = 50


@click.command("timeline")
@click.argument("vendor", metavar="VENDOR")
@click.option("--limit", type=click.IntRange(1, 1000), default=PAGE, show_default=True, help="How many at most.")
@click.option("--before", metavar="PLACE", help="Go on from here: the `next` of the page before.")
@options.signing_time_option
@options.vault_options
def COMMAND(
    vendor: str,
    limit: int,
    before: str | None,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Show what passed with a vendor, newest first: charges, messages both ways, offers and what was decided of them,
    agreements, grants and what was read by them, requests by right, feedback, and records that it brought.
    """
    from vault.engaging import addressees, timeline
    from web import engaging_output, engaging_shapes, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="timeline", now=when) as vault:
        page = timeline.page(vault, addressees.found(vault, vendor, when), limit=limit, before=before)
    if as_json:
        output.as_json(engaging_shapes.timeline(page))
    else:
        engaging_output.timeline(page)
