"""What the commands of `firstparty agreement` share: finding what a person means, asking, and giving out what was signed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from terms.effective import answer
from terms.errors import FirstpartyError, UsageError
from terms.lifecycle import Party
from terms.practice import Practice
from terms.proof import base64url, jcs
from terms.proof.verifier import Trust
from terms.roster import agreement
from vault import agreements, choosing, files
from vault.agreements import Made, clients, metadata, present_roster
from vault.overview import Overview
from vault.session import Vault
from vault.store import agreements as store
from vault.store import vendors
from vault.store.agreements import AgreementRow, ClientRow
from vault.store.vendors import VendorRow
from web import agreement_output, agreement_shapes, find, options, output
from web.agreement_exports import Besides


def client(vault: Vault, written: str, document: str | None) -> ClientRow:
    """The vendor's client: of the document, or the only one that is known."""
    row = find.vendor(Overview(vault.connection, vault.now.date()), written)
    if document:
        raw = options.read_bytes(document, max_bytes=metadata.MAX_BYTES)
        known = agreements.known_client(vault, raw, vendor=row.id)
        _warn_of_host(row, known)
        return known
    clients_of = store.clients_of(vault.connection, row.id)
    if len(clients_of) != 1:
        count = f"{len(clients_of)} clients of `{row.name}` are" if clients_of else f"no client of `{row.name}` is"
        raise UsageError(f"{count} known", hint="name its client document with --client")
    return clients_of[0]


def _warn_of_host(row: VendorRow, known: ClientRow) -> None:
    """A document that lies elsewhere than the vendor's own places may be somebody else's: said, and the owner's to weigh."""
    host = urlsplit(known.url).hostname or ""
    if row.domains and not any(f".{host}".endswith(f".{domain}") for domain in row.domains):
        listed = ", ".join(row.domains)
        click.echo(f"note: the client document is of `{host}`, which is no domain of `{row.name}` ({listed})", err=True)


def standing(vault: Vault, row: AgreementRow) -> str:
    """How a counter-offer stands to what the owner has chosen; empty where none waits."""
    vendor = vendors.vendor(vault.connection, row.vendor) if row.vendor else None
    if row.state != "counter-offered" or vendor is None:
        return ""
    return f"{answer(choosing.effective_for(vault.connection, vendor), row.terms).says}."


def check_clause(terms: str, clause: str) -> None:
    """The clause has to be one of the terms, so that both sides speak of the same."""
    clauses = agreement(terms).clauses
    if clause not in {one.id for one in clauses}:
        named = ", ".join(one.id for one in clauses)
        raise UsageError(f"`{terms}` has no clause `{clause[:60]}`", hint=f"it has {named}")


def confirm_withdrawal(row: AgreementRow, now: datetime, yes: bool) -> None:
    """Show what follows and ask; whoever has no terminal has to have said `--yes`."""
    if yes:
        return
    for sentence in agreement_output.follows_withdrawal(row, now):
        click.echo(sentence, err=True)
    if not sys.stdin.isatty():
        raise FirstpartyError("there is no terminal to ask", hint="give --yes", code="no-terminal")
    click.confirm("Withdraw?", abort=True, err=True)


def trust(roster: bool, document: str | None, log_key: str | None, checkpoint: str | None) -> tuple[Trust, list[str]]:
    """What the reader brings, and that in words."""
    vendor = None
    if document:
        vendor = clients.trusted(metadata.read(options.read_bytes(document, max_bytes=metadata.MAX_BYTES)))
    brought = {
        "the roster of this program": roster,
        "the vendor's keys": document,
        "the log's key": log_key,
        "a checkpoint": checkpoint,
    }
    brings = Trust(
        roster=present_roster() if roster else None,
        vendor=vendor,
        log_key=base64url.decoded(log_key) if log_key else None,
        witnessed=options.read_text(checkpoint) if checkpoint else "",
    )
    return brings, [words for words, given in brought.items() if given]


def found(vault: Vault, written: str, kind: str = "") -> AgreementRow:
    """The agreement that a person means: where a vendor is named, the one that the person may make `kind` now."""

    def is_meant(row: AgreementRow) -> bool:
        return not kind or kind in agreement_shapes.may(row, Party.FIRST, vault.now)

    return find.agreement(store.agreements(vault.connection), written, vault.now, is_meant)


def besides(checkpoint: str | None, practice: str | None) -> Besides:
    """What was named for an export besides the agreement."""
    return Besides(
        options.read_text(checkpoint) if checkpoint else "",
        Practice.from_json(jcs.parse(options.read_text(practice).encode())) if practice else None,
    )


def give(vault: Vault, made: tuple[Made, ...], common: dict[str, str | None]) -> None:
    """What was signed, and a sentence about it. With several, each but the first goes as a part of its history."""
    if common["as_json"]:
        output.as_json({"made": [agreement_shapes.made(one) for one in made]})
    for place, one in enumerate(made):
        row = store.agreement(vault.connection, one.agreement)
        assert row is not None
        click.echo(f"{one.agreement}: {one.kind}. {agreement_output.next_step(row, vault.now)}", err=True)
        if place:
            click.echo(f"for the vendor: firstparty agreement export {one.agreement} --as history", err=True)
    if not made:
        click.echo("nothing has run out", err=True)
    elif common["out"] or not common["as_json"]:
        write(made[0].raw, common["out"])


def write(content: bytes, out: str | None) -> None:
    """Into the file, or to standard output, with no byte added: what is signed has one form."""
    if out:
        files.replace(Path(out).expanduser(), content)
    else:
        click.echo(content, nl=False)
