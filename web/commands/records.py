"""`firstparty records`: what vendors gave you about your relationship, and your word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.session import Vault
    from vault.store.engaging import RecordRow

_KINDS = ("contract", "invoice", "usage", "holdings")


class _ListByDefault(ShowByDefault):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or ["show"])


@click.group("records", cls=_ListByDefault)
def COMMAND() -> None:
    """Show what vendors gave you: contracts, invoices, usage, what they hold (`firstparty records [ID]`), or dispute it.

    It is what the vendor says. It takes the place of nothing that you noted or that your bank shows; where it differs from
    that, the record and the contract say so. An invoice says by which charge it was paid, as far as that is certain.
    """


@COMMAND.command("show")
@click.argument("record", metavar="[ID]", required=False)
@click.option("--vendor", metavar="NAME", help="Only those of this vendor.")
@click.option("--kind", type=click.Choice(_KINDS), help="Only those of this kind.")
@options.vault_options
def show(
    record: str | None,
    vendor: str | None,
    kind: str | None,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """List what vendors gave you, or show one record with all its versions."""
    from vault import ids
    from vault.engaging import records, settlements
    from vault.store import engaging as store
    from web import output, record_output, record_shapes

    with options.open_vault(home, passphrase_file, by="records") as vault:
        if record is not None:
            row = records.held(vault, ids.number_of("record", record))
            versions, differs = store.versions(vault.connection, row.id), _differs(vault, row)
            of_it = settlements.found(vault, row.id) if row.kind == "invoice" else None
            if as_json:
                output.as_json(record_shapes.whole(row, versions, differs, of_it))
            else:
                record_output.whole(row, versions, differs, of_it)
            return
        paid = settlements.by_record(vault)
        found = [row for row in store.records(vault.connection) if kind in (None, row.kind)]
    if vendor:
        folded = vendor.strip().casefold()
        found = [row for row in found if folded in f"{row.vendor_name}\n{row.client_name}".casefold()]
    if as_json:
        output.as_json({"records": [record_shapes.record(row, paid.get(row.id)) for row in found]})
    else:
        output.show(record_output.records(found, paid), empty="No vendor gave you anything.", rows=len(found))


def _differs(vault: Vault, row: RecordRow) -> list[str]:
    """Where the contract of a record says something else."""
    from vault.overview import Overview
    from web import clock

    found = [one for one in Overview(vault.connection, clock.today()).contracts if one.row.id == row.contract]
    return [finding.sentence for one in found for finding in one.findings({}) if finding.kind == "stated_otherwise"]


@COMMAND.command("dispute")
@click.argument("record", metavar="ID")
@click.option("--because", required=True, metavar="TEXT", help="Why; the vendor reads it.")
@options.vault_options
def dispute(record: str, because: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Say that a record is wrong. It counts for nothing from then on, and the vendor is told, with your reason."""
    from vault import ids
    from vault.engaging import records
    from web import output, record_shapes

    with options.open_vault(home, passphrase_file, by="records dispute") as vault:
        row = records.dispute(vault, ids.number_of("record", record), because)
    if as_json:
        output.as_json(record_shapes.record(row))
    else:
        output.console().print("Disputed. The vendor is told.")


@COMMAND.command("agree")
@click.argument("record", metavar="ID")
@options.vault_options
def agree(record: str, home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Take a dispute back."""
    from vault import ids
    from vault.engaging import records
    from web import output, record_shapes

    with options.open_vault(home, passphrase_file, by="records agree") as vault:
        row = records.agree(vault, ids.number_of("record", record))
    if as_json:
        output.as_json(record_shapes.record(row))
    else:
        output.console().print("The dispute is taken back. The vendor is told.")


@COMMAND.command("paid")
@click.argument("record", metavar="ID")
@click.option("--by", metavar="CHARGE", help="This charge is the invoice's.")
@click.option("--not-by", metavar="CHARGE", help="This charge is not.")
@click.option("--undo", is_flag=True, help="Take back all that you said of it.")
@options.vault_options
def paid(
    record: str,
    by: str | None,
    not_by: str | None,
    undo: bool,
    home: str | None,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Say which charge is an invoice's, or which is not, where the vault could not know. The vendor is told nothing."""
    from terms.errors import UsageError
    from vault import ids
    from vault.engaging import settlements
    from web import output, record_output, record_shapes

    if bool(by) + bool(not_by) + undo != 1:
        raise UsageError("say one thing of it", hint="give one of --by, --not-by and --undo")
    with options.open_vault(home, passphrase_file, by="records paid") as vault:
        number = ids.number_of("record", record)
        if by:
            settlements.belongs(vault, number, ids.number_of("charge", by))
        elif not_by:
            settlements.belongs_not(vault, number, ids.number_of("charge", not_by))
        else:
            settlements.undecided(vault, number)
        one = settlements.found(vault, number)
    if as_json:
        output.as_json(record_shapes.record(one.record, one))
    else:
        output.console().print(record_output.records([one.record], {number: one}))
