"""`firstparty terms`: the roster of agreements, their order, what a practice asks beyond one, and the owner's choice.

Only what is about the owner's own choice needs a vault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terms.practice import Practice
    from terms.proof.jcs import JsonValue
    from terms.roster import Found

_ID_HELP = "An id or IRI of the roster; ids of the past are migrated."


@click.group("terms")
def COMMAND() -> None:
    """Read the agreements that you may proffer, choose yours, and hold a vendor's practice against them.

    Only your own choice (choose, choices, effective, compare --vendor, diff of versions) needs your vault.
    """


@COMMAND.command("list")
@options.json_option
def list_(as_json: bool) -> None:
    """List the roster: every agreement with what it says in one line."""
    from terms.roster import roster
    from web import output, terms_output, terms_shapes

    if as_json:
        output.as_json({"agreements": [terms_shapes.agreement(one) for one in roster("")]})
    else:
        terms_output.agreements(roster(""))


@COMMAND.command("show")
@click.argument("id", metavar="ID")
@options.json_option
def show(id: str, as_json: bool) -> None:
    """Show an agreement: its label, its page in plain language, and its clauses.

    ID is an id or IRI of the roster; one of the past (SD-BY…) is migrated, and that is said.
    """
    from web import output, terms_output, terms_shapes

    found = _find(id)
    if as_json:
        output.as_json(terms_shapes.whole_agreement(found))
    else:
        terms_output.agreement(found)


@COMMAND.command("order")
@click.option("--svg", metavar="FILE", help="Also draw it into this file (SVG).")
@click.option("--mermaid", is_flag=True, help="Print it as the source of a Mermaid chart.")
@options.json_option
def order(svg: str | None, mermaid: bool, as_json: bool) -> None:
    """Show which agreements protect you more than which, computed from their clauses."""
    from terms import order_diagram
    from web import output, terms_shapes

    if svg:
        _draw(svg)
    if as_json:
        chart = {"mermaid": order_diagram.as_mermaid()} if mermaid else {}
        output.as_json({**terms_shapes.order(), **chart})
        return
    click.echo(order_diagram.as_mermaid() if mermaid else order_diagram.as_text(), nl=False)
    if svg and not mermaid:
        output.console().print(f"Written to {svg}.", markup=False)


@COMMAND.command("compare")
@click.argument("practice", metavar="PRACTICE.json")
@click.option("--agreement", "id", metavar="ID", help=f"{_ID_HELP} [default: SD-BASE]")
@click.option("--additions", metavar="FILE", help="Limits of your own besides the agreement (JSON).")
@click.option("--vendor", metavar="VENDOR", help="Compare with what you chose for this vendor (needs your vault).")
@options.vault_options
def compare(
    practice: str,
    id: str | None,
    additions: str | None,
    vendor: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Compare a declared practice with an agreement: within, exceeds (and what would have to change) or unknown.

    With --vendor it is held against every agreement that is acceptable for the vendor, in your order, and your limits;
    the first that it stays within counts. Exits with 0 whatever the answer is; programs read `result` of `--json`.
    """
    from terms.additions import NO_ADDITIONS, Additions
    from terms.choice import DEFAULT_AGREEMENT
    from terms.comparison import compare, to_json
    from terms.practice import Practice
    from web import output, terms_output

    asked = Practice.from_json(_read_json(practice))
    if vendor is not None:
        _refuse_both("--vendor", {"--agreement": id, "--additions": additions})
        _compare_chosen(asked, vendor, home, passphrase_file, as_json)
        return
    own = Additions.from_json(_read_json(additions)) if additions else NO_ADDITIONS
    found = _find(id or DEFAULT_AGREEMENT)
    answer = compare(asked, found.agreement, own)
    if as_json:
        output.as_json(to_json(answer))
        return
    terms_output.migrated(found)
    terms_output.comparison(answer)
    terms_output.fitting(asked, own)


@COMMAND.command("choose")
@click.argument("agreements", metavar="[AGREEMENT]...", nargs=-1)
@click.option(
    "--retention", metavar="[CATEGORY=]P30D", multiple=True, help="Keep data, or data of a category, no longer."
)
@click.option("--refuse-purpose", metavar="TERM", multiple=True, help="Refuse a purpose of DPV and all under it.")
@click.option("--refuse-data", metavar="TERM", multiple=True, help="Refuse a data category of DPV and all under it.")
@click.option("--within", metavar="PLACES", help="Where data may go: country codes, EU or EEA, with commas.")
@click.option("--duration", metavar="P1Y", help="How long an agreement may run.")
@click.option("--contact", metavar="CHANNELS", help="How you may be contacted: email,post (or none).")
@click.option("--hours", metavar="08:00-20:00", help="At which hours you may be contacted.")
@click.option("--per-month", metavar="TIMES", type=int, help="How often you may be contacted.")
@click.option("--clear", metavar="FIELD", multiple=True, help="State this no longer (a field, or `all`).")
@click.option("--vendor", metavar="VENDOR", help="Only for this vendor, instead of in general.")
@click.option("--category", metavar="CATEGORY", help="Only for vendors of this category and those under it.")
@click.option("--file", metavar="CHOICE.json", help="Make this file the whole choice.")
@click.option("--undo", is_flag=True, help="Take the last change back.")
@click.option("--note", metavar="TEXT", default="", help="Why, for yourself.")
@options.vault_options
def choose(home: str | None, passphrase_file: str | None, as_json: bool, **words: object) -> None:
    """Choose the agreement you prefer and the others you accept, in order, and your limits; or see your choice.

    The first AGREEMENT is the preferred one. With --vendor or --category it is for those alone, and states only what
    differs there. Limits only ever take away from what an agreement allows; `none` states an empty list.

    \b
    firstparty terms choose SD-BASE-DP SD-BASE --retention P1Y
    firstparty terms choose --category entertainment --retention P30D --refuse-purpose dpv:Marketing
    firstparty terms choose --vendor Spotify SD-BASE-A --contact email --per-month 2
    firstparty terms choose --vendor Spotify --clear contact
    """
    from web import output, terms_choosing, terms_choosing_output, terms_choosing_shapes

    asked = terms_choosing.Asked(**words)  # type: ignore[arg-type]
    asked.check()
    content = _read_json(asked.file) if asked.file else None
    with options.open_vault(home, passphrase_file, by="terms choose") as vault:
        done, names = terms_choosing.choose(vault, asked, content), terms_choosing.names(vault)
    if as_json:
        output.as_json(terms_choosing_shapes.outcome(done, names))
    elif asked.changes:
        terms_choosing_output.outcome(done)
    else:
        terms_choosing_output.choice(done.version, names)


@COMMAND.command("choices")
@options.vault_options
def choices(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """List every version of your choice, with what changed in it. Nothing of it is ever overwritten."""
    from vault import choosing
    from web import output, terms_choosing_output, terms_choosing_shapes

    with options.open_vault(home, passphrase_file, by="terms choices") as vault:
        found, names = choosing.versions(vault.connection), choosing.names(vault.connection)
    if as_json:
        output.as_json({"versions": [terms_choosing_shapes.version(one, names) for one in found]})
    else:
        terms_choosing_output.versions(found, names)


@COMMAND.command("effective")
@click.argument("vendor", metavar="VENDOR")
@options.vault_options
def effective(vendor: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say what your choice comes to for VENDOR (name or id), and where each part of it comes from."""
    from vault import choosing
    from web import output, terms_choosing, terms_choosing_output, terms_choosing_shapes

    with options.open_vault(home, passphrase_file, by="terms effective") as vault:
        row = terms_choosing.vendor_of(vault, vendor)
        found, version = choosing.effective_for(vault.connection, row), choosing.present(vault.connection).number
    if as_json:
        output.as_json(terms_choosing_shapes.effective(row, version, found))
    else:
        terms_choosing_output.effective(row, found)


@COMMAND.command("diff")
@click.argument("which", metavar="[A] [B]", nargs=-1)
@options.vault_options
def diff(which: tuple[str, ...], home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say in words how agreement B differs from agreement A, or a version of your choice from another.

    Two ids of the roster are compared without your vault. Two numbers are versions of your choice (`firstparty terms
    choices`); one number is held against the present choice; none shows the last change.
    """
    from terms.errors import UsageError
    from web import output, terms_output, terms_shapes

    if len(which) < 3 and all(one.isascii() and one.isdigit() for one in which):
        _diff_versions([int(one[:20]) for one in which], home, passphrase_file, as_json)
        return
    if len(which) != 2:
        raise UsageError("two of a kind are compared", hint="name two agreements, or two versions of your choice")
    before, after = map(_find, which)
    if as_json:
        output.as_json(terms_shapes.difference(before, after))
        return
    terms_output.migrated(before, after)
    terms_output.difference(before.agreement, after.agreement)


@COMMAND.command("discrepancies")
@options.json_option
def discrepancies(as_json: bool) -> None:
    """List the rules that the published vocabulary uses for these agreements and does not define."""
    from terms.roster import discrepancies
    from web import output, terms_output, terms_shapes

    if as_json:
        output.as_json({"discrepancies": [terms_shapes.discrepancy(one) for one in discrepancies()]})
    else:
        terms_output.discrepancies(discrepancies())


def _find(id: str) -> Found:
    from terms.roster import find

    return find(id)


def _diff_versions(numbers: list[int], home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    from web import output, terms_choosing, terms_choosing_output, terms_choosing_shapes

    with options.open_vault(home, passphrase_file, by="terms diff") as vault:
        before, after, found = terms_choosing.between(vault, numbers)
    if as_json:
        output.as_json(terms_choosing_shapes.versions_differ(before, after, found))
    else:
        terms_choosing_output.changes(before, after, found)


def _compare_chosen(
    practice: Practice, vendor: str, home: str | None, passphrase_file: str | None, as_json: bool
) -> None:
    from web import output, terms_choosing, terms_choosing_output, terms_choosing_shapes

    with options.open_vault(home, passphrase_file, by="terms compare") as vault:
        row, found = terms_choosing.compared(vault, practice, vendor)
    if as_json:
        output.as_json(terms_choosing_shapes.compared(row, found))
    else:
        terms_choosing_output.compared(row, found)


def _refuse_both(one: str, others: Mapping[str, object]) -> None:
    from terms.errors import UsageError

    for name, value in others.items():
        if value is not None:
            raise UsageError(f"{one} and {name} do not go together", hint=f"{one} takes what you chose for it")


def _draw(path: str) -> None:
    from pathlib import Path

    from terms import order_diagram
    from vault import files

    files.replace(Path(path).expanduser(), order_diagram.as_svg().encode())


def _read_json(path: str) -> JsonValue:
    """The JSON of a file that the person named, as strictly as signed JSON is read: a name given twice is refused."""
    from terms.errors import UsageError
    from terms.proof import jcs
    from terms.refusals import Refused

    # Some editors begin a file with a byte-order mark; in a file of one's own that is no fault.
    text = options.read_text(path, max_bytes=jcs.MAX_BYTES + 1).removeprefix("\ufeff")
    try:
        return jcs.parse(text.encode())
    except Refused as refused:
        raise UsageError(f"cannot read `{path}`: {refused}", code=refused.code) from None
