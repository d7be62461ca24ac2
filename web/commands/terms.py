"""`firstparty terms`: the roster of agreements, their order, and what a declared practice asks beyond one.

None of these commands needs a vault or a passphrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from terms.proof.jcs import JsonValue
    from terms.roster import Found

# The agreement that asks for the service and nothing else; whoever means another one names it.
DEFAULT_AGREEMENT = "SD-BASE"
_ID_HELP = "An id or IRI of the roster; ids of the past are migrated."


@click.group("terms")
def COMMAND() -> None:
    """Read the agreements that you may proffer, and hold a vendor's practice against them. Needs no vault."""


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
@click.option("--agreement", "id", metavar="ID", default=DEFAULT_AGREEMENT, show_default=True, help=_ID_HELP)
@click.option("--additions", metavar="FILE", help="Limits of your own besides the agreement (JSON).")
@options.json_option
def compare(practice: str, id: str, additions: str | None, as_json: bool) -> None:
    """Compare a declared practice with an agreement: within, exceeds (and what would have to change) or unknown.

    Exits with 0 whatever the answer is; programs read `result` of `--json`.
    """
    from terms.additions import NO_ADDITIONS, Additions
    from terms.comparison import compare, to_json
    from terms.practice import Practice
    from web import output, terms_output

    asked = Practice.from_json(_read_json(practice))
    own = Additions.from_json(_read_json(additions)) if additions else NO_ADDITIONS
    found = _find(id)
    answer = compare(asked, found.agreement, own)
    if as_json:
        output.as_json(to_json(answer))
        return
    terms_output.migrated(found)
    terms_output.comparison(answer)
    terms_output.fitting(asked, own)


@COMMAND.command("diff")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@options.json_option
def diff(a: str, b: str, as_json: bool) -> None:
    """Say in words how agreement B differs from agreement A."""
    from web import output, terms_output, terms_shapes

    before, after = _find(a), _find(b)
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
