"""`firstparty audit`: the tamper-evident log."""

from __future__ import annotations

import click

from web import options


@click.group("audit")
def COMMAND() -> None:
    """Verify and read the tamper-evident log of what was done in this vault."""


@COMMAND.command("verify")
@options.vault_options
@click.option("--against", metavar="FILE", help="Also compare with a checkpoint that was kept elsewhere.")
def verify(home: str | None, passphrase_file: str | None, as_json: bool, against: str | None) -> None:
    """Recompute every leaf, node, root and signature of the log, offline."""
    from terms.errors import FirstpartyError
    from vault.store import audit
    from web import output

    witnessed = options.read_text(against) if against else ""
    with options.open_vault(home, passphrase_file, by="audit verify") as vault:
        # Beside a server all of it has to be of one moment: a command that reads takes one turn for that.
        result = audit.verify(vault.connection, public=vault.keys.signer.public, witnessed=witnessed)
    if as_json:
        output.as_json(result)
    elif result.ok:
        output.console().print(
            f"[green]The log is whole:[/] {result.size} entries, {result.checkpoints} signed checkpoints, "
            f"root {result.root[:16]}…"
        )
    if not result.ok:
        raise FirstpartyError("the log does not hold: " + "; ".join(result.faults), code="log-broken")


@COMMAND.command("checkpoint")
@options.vault_options
def checkpoint(home: str | None, passphrase_file: str | None, as_json: bool) -> None:
    """Print the latest signed checkpoint; kept elsewhere, it shows later that nothing was rewritten or rolled back."""
    from vault.store import audit
    from web import output

    with options.open_vault(home, passphrase_file, by="audit checkpoint") as vault:
        note = audit.latest_checkpoint(vault.connection)
    if as_json:
        output.as_json({"checkpoint": note})
    else:
        click.echo(note, nl=False)


@COMMAND.command("log")
@options.vault_options
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most this many, newest first.")
def log(home: str | None, passphrase_file: str | None, as_json: bool, limit: int) -> None:
    """List what was done, newest first."""
    from vault.store import audit
    from web import output

    with options.open_vault(home, passphrase_file, by="audit log") as vault:
        found = audit.leaves(vault.connection, limit)
    if as_json:
        output.as_json({"leaves": found})
        return
    table = output.table(">No", "When", "What", "Details")
    for leaf in found:
        table.add_row(
            str(leaf.n), leaf.at.replace("T", " ").rstrip("Z"), leaf.event, output.plain(leaf.body or "erased")
        )
    output.show(table, empty="The log is empty.", rows=len(found))
