"""`firstparty feedback`: what the person thinks of a vendor, and how they want to be reached."""

from __future__ import annotations

import click

from web import options


@click.command("feedback")
@click.argument("vendor", metavar="[VENDOR]", required=False)
@click.option("--satisfaction", type=click.IntRange(1, 5), help="How satisfied you are, 5 is best.")
@click.option("--note", metavar="TEXT", default="", help="What you think, in your own words.")
@click.option("--prefer", metavar="WAYS", default="", help="How to reach you, best first: mail,chat.")
@click.option("--not", "avoid", metavar="WAYS", default="", help="How not to: phone.")
@click.option("--between", "times", metavar="HOURS", help="When: 18:00-20:00.")
@click.option("--share", is_flag=True, help="Tell the vendor. Needs an agreement that binds it.")
@options.signing_time_option
@options.vault_options
def COMMAND(
    vendor: str | None,
    satisfaction: int | None,
    note: str,
    prefer: str,
    avoid: str,
    times: str | None,
    share: bool,
    now: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Note what you think of a vendor and how you want to be reached; without options, list what you noted.

    It is kept for you. The vendor is told only with --share. Ways are api, mail, phone, chat, post, shop, app and other.
    """
    from terms.errors import UsageError
    from vault.engaging import addressees, feedback
    from web import engaging_output, engaging_shapes, output

    contact = feedback.Contact(_ways(prefer), _ways(avoid), times)
    said = feedback.Said(satisfaction, note, contact if contact != feedback.Contact() else None)
    is_new, when = share or said != feedback.Said(), options.time_of(now)
    if is_new and not vendor:
        raise UsageError("feedback is of a vendor", hint="name it: firstparty feedback VENDOR --satisfaction 4")
    with options.open_vault(home, passphrase_file, by="feedback", now=when) as vault:
        to = addressees.found(vault, vendor, when) if vendor else None
        if to is not None and is_new:
            found = [feedback.give(vault, to, said, share=share)]
        else:
            found = [row for row in feedback.listed(vault) if to is None or row.addressee == to.name]
    if as_json:
        output.as_json({"feedback": [engaging_shapes.feedback(row) for row in found]})
    elif is_new:
        output.console().print("Kept, and told to the vendor." if share else "Kept for yourself.")
    else:
        output.show(engaging_output.feedback(found), empty="You have noted nothing.", rows=len(found))


def _ways(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way for part in written.split(",") if (way := part.strip().lower())))
