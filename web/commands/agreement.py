"""`firstparty agreement`: one agreement, and the person's own steps in its life.

What is signed goes to `--out`, or to standard output; how it reaches the vendor is the person's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.agreements import Made
    from vault.session import Vault

F = TypeVar("F", bound=Callable[..., object])
_ID_HELP = "ID is an agreement's id or the beginning of it, or a vendor's name where one agreement fits."
# `web.agreement_exports.EXPORTERS`, which is not imported for --help.
_FORMS = ("bundle", "odrl", "27560", "history")


def _step_options(command: F) -> F:
    """What every step takes that the person signs."""
    out = click.option("--out", metavar="FILE", help="Write what was signed into this file, for the vendor.")
    return options.vault_options(options.signing_time_option(out(command)))


_because = click.option("--because", default="", metavar="TEXT", help="Why; the vendor reads it.")


@click.group("agreement", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one agreement (`firstparty agreement ID`), make one with a vendor, and live with it.

    ID is an agreement's id or the beginning of it, or a vendor's name where one agreement fits.
    """


@COMMAND.command("show", help=f"Show an agreement: parties, terms, what happened, and what is next.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@options.vault_options
@options.signing_time_option
def show(id: str, home: str | None, passphrase_file: str | None, as_json: bool, now: str | None) -> None:
    from vault.agreements import held
    from web import agreement_output, agreement_shapes, agreement_steps, output

    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="agreement", now=when) as vault:
        one = held(vault, agreement_steps.found(vault, id).id)
        standing = agreement_steps.standing(vault, one.row)
    if as_json:
        output.as_json(agreement_shapes.whole(one, when))
    else:
        agreement_output.whole(one, when, standing)


@COMMAND.command("proffer")
@click.argument("vendor", metavar="VENDOR")
@click.option("--client", "document", metavar="CLIENT.json", help="The vendor's client document; needed once.")
@click.option("--terms", "terms_id", metavar="ID", help="An agreement of the roster instead of the one you prefer.")
@click.option(
    "--answer-within", default="P14D", show_default=True, metavar="PERIOD", help="How long it may be answered."
)
@click.option(
    "--for",
    "lasting",
    metavar="PERIOD",
    help="How long it lasts (P1Y), else as long as you have chosen, or until ended.",
)
@click.option("--replaces", metavar="ID", help="The agreement that this one takes the place of, once accepted.")
@_step_options
def proffer(
    vendor: str,
    document: str | None,
    terms_id: str | None,
    answer_within: str,
    lasting: str | None,
    replaces: str | None,
    **common: str | None,
) -> None:
    """Offer a vendor your terms. VENDOR is a name or id; `firstparty vendor add` makes one that no file names."""
    from terms.roster import agreement
    from vault import agreements
    from vault.meeting.lasting import after, chosen, until
    from web import agreement_steps

    # Whatever name of the past it was named by.
    named = agreement(terms_id).id if terms_id else None
    with _opened(common, "proffer") as vault:
        answer_by = after(vault.now, answer_within)
        replaced = agreement_steps.found(vault, replaces, "amended").id if replaces else None
        client = agreement_steps.client(vault, vendor, document)
        choice = chosen(vault, client)
        ends = until(vault.now, lasting, choice)
        made = agreements.proffer(vault, client, named or choice.preferred, answer_by, ends, replaced)
        agreement_steps.give(vault, (made,), common)


@COMMAND.command("receive")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@options.vault_options
@options.signing_time_option
def receive(
    files: tuple[str, ...], home: str | None, passphrase_file: str | None, as_json: bool, now: str | None
) -> None:
    """Take what a vendor has signed: an answer, an event, or a whole history.

    What does not fit is refused, changes nothing and is recorded; the exit code is 1 then.
    """
    from terms.errors import FirstpartyError
    from terms.proof import jcs
    from vault import agreements
    from web import agreement_output, agreement_shapes, output

    # Before the vault is opened: a name mistyped is not a failed attempt.
    contents = [options.read_bytes(path, max_bytes=jcs.MAX_BYTES) for path in files]
    with options.open_vault(home, passphrase_file, by="agreement receive", now=options.time_of(now)) as vault:
        done = [one for raw in contents for one in agreements.receive_all(vault, raw)]
    if as_json:
        output.as_json({"received": [agreement_shapes.received(one) for one in done]})
    else:
        for one in done:
            agreement_output.received(one)
        if not done:
            output.console().print("There is nothing new in it.")
    refused = [one for one in done if one.refusal is not None]
    if refused:
        sentences = ". ".join(agreement_output.refusal(one) for one in refused)
        raise FirstpartyError(sentences, code=refused[0].refusal.code if refused[0].refusal else "")


@COMMAND.command("accept", help=f"Accept the vendor's counter-offer.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@_step_options
def accept(id: str, **common: str | None) -> None:
    from vault import agreements

    _step("accept", "accepted", id, common, agreements.accept_counter)


@COMMAND.command("refuse", help=f"Decline the vendor's counter-offer.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@_because
@_step_options
def refuse(id: str, because: str, **common: str | None) -> None:
    from vault import agreements

    _step("refuse", "refused", id, common, lambda vault, whole: (agreements.refuse(vault, whole, because),))


@COMMAND.command("confirm", help=f"Confirm that you hold the record with both signatures.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@_step_options
def confirm(id: str, **common: str | None) -> None:
    from vault import agreements

    _step("confirm", "confirmed", id, common, lambda vault, whole: (agreements.confirm(vault, whole),))


@COMMAND.command("withdraw")
@click.argument("id", metavar="ID")
@_because
@click.option("--yes", is_flag=True, help="Do not ask.")
@_step_options
def withdraw(id: str, because: str, yes: bool, **common: str | None) -> None:
    """Take back an offer, or your consent to an agreement. Shows what follows and asks, unless --yes is given.

    ID is an agreement's id or the beginning of it, or a vendor's name where one agreement fits.
    """
    from vault import agreements
    from web import agreement_steps

    with _opened(common, "withdraw") as vault:
        row = agreement_steps.found(vault, id, "withdrawn")
        with vault.aside():
            agreement_steps.confirm_withdrawal(row, vault.now, yes)
        agreement_steps.give(vault, (agreements.withdraw(vault, row.id, because),), common)


@COMMAND.command("terminate", help=f"End an agreement, as either side may.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@_because
@_step_options
def terminate(id: str, because: str, **common: str | None) -> None:
    from vault import agreements

    _step("terminate", "terminated", id, common, lambda vault, whole: (agreements.terminate(vault, whole, because),))


@COMMAND.command("dispute")
@click.argument("id", metavar="ID")
@click.option("--clause", required=True, help="The clause that was broken (see `firstparty terms show`).")
@click.option("--because", default="", metavar="TEXT", help="What happened; the vendor reads it.")
@click.option("--evidence", "files", multiple=True, metavar="FILE", help="A document; only its digest goes in.")
@_step_options
def dispute(id: str, clause: str, because: str, files: tuple[str, ...], **common: str | None) -> None:
    """Put on record that the vendor has violated a clause, as you say.

    ID is an agreement's id or the beginning of it, or a vendor's name where one agreement fits.
    """
    from terms.proof import jws
    from vault import agreements
    from web import agreement_steps

    digests = [jws.digest(options.read_bytes(path, max_bytes=_MAX_EVIDENCE_BYTES)) for path in files]
    with _opened(common, "dispute") as vault:
        row = agreement_steps.found(vault, id, "violated")
        agreement_steps.check_clause(row.terms, clause)
        agreement_steps.give(vault, (agreements.claim_violation(vault, row.id, clause, because, digests),), common)


@COMMAND.command("expire")
@click.argument("id", metavar="[ID]", required=False)
@_step_options
def expire(id: str | None, **common: str | None) -> None:
    """Put on record that the time of an offer or agreement has run out: of one, or of all of which that is so."""
    from vault import agreements
    from web import agreement_steps

    with _opened(common, "expire") as vault:
        agreement_steps.give(
            vault, agreements.expire_due(vault, agreement_steps.found(vault, id, "expired").id if id else None), common
        )


@COMMAND.command("export", help=f"Write an agreement in a form for others.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@click.option("--as", "form", type=click.Choice(_FORMS), default="bundle", show_default=True, help="The form.")
@click.option("--out", metavar="FILE", help="Write into this file instead of standard output.")
@click.option(
    "--checkpoint", metavar="FILE", help="Show in the bundle that the log is still the one of this checkpoint."
)
@click.option("--practice", metavar="PRACTICE.json", help="What the vendor has declared, for the record of consent.")
@options.home_option
@options.secret_option
@options.signing_time_option
def export(
    id: str,
    form: str,
    out: str | None,
    checkpoint: str | None,
    practice: str | None,
    home: str | None,
    passphrase_file: str | None,
    now: str | None,
) -> None:
    from web import agreement_steps
    from web.agreement_exports import EXPORTERS

    besides = agreement_steps.besides(checkpoint, practice)
    when = options.time_of(now)
    with options.open_vault(home, passphrase_file, by="agreement export", now=when) as vault:
        content = EXPORTERS[form](vault, agreement_steps.found(vault, id).id, besides)
    agreement_steps.write(content, out)


@COMMAND.command("verify")
@click.argument("file", metavar="FILE")
@click.option(
    "--trust-roster/--no-trust-roster", default=True, show_default=True, help="Trust the roster of this program."
)
@click.option(
    "--keys", "document", metavar="CLIENT.json", help="The vendor's client document, as you have it yourself."
)
@click.option("--log-key", metavar="KEY", help="The public key of the person's log (base64url), as you know it.")
@click.option("--checkpoint", metavar="FILE", help="A checkpoint of the person's log that you have kept.")
@options.json_option
def verify(
    file: str, trust_roster: bool, document: str | None, log_key: str | None, checkpoint: str | None, as_json: bool
) -> None:
    """Check a dispute bundle, offline; needs no vault and no passphrase.

    Says of each point whether it is verified, failed, or not verified by this file. Exits with 0 only if nothing failed.
    """
    from terms.errors import FirstpartyError
    from terms.proof import bundle, jcs, verifier
    from web import agreement_output, agreement_shapes, agreement_steps, output

    read = bundle.read(options.read_bytes(file, max_bytes=jcs.MAX_BYTES))
    trust, words = agreement_steps.trust(trust_roster, document, log_key, checkpoint)
    report = verifier.verify(read, trust)
    if as_json:
        output.as_json({**agreement_shapes.report(report), "trusted": words})
    else:
        agreement_output.report(report, words)
    if not report.ok:
        failed = report.of(verifier.Verdict.FAILED)
        changed = any(check.topic == "roster" and check.code == "wrong-hash" for check in failed)
        hint = "if the text was changed since, `--no-trust-roster` leaves the roster out" if changed else ""
        raise FirstpartyError(f"{len(failed)} checks failed", hint=hint, code=failed[0].code if failed else "failed")


# --- inside ---------------------------------------------------------------------------------------------------------

# A scan or a mail with its attachments.
_MAX_EVIDENCE_BYTES = 100 * 1024 * 1024


def _opened(common: dict[str, str | None], name: str) -> Vault:
    when = options.time_of(common["now"])
    return options.open_vault(common["home"], common["passphrase_file"], by=f"agreement {name}", now=when)


def _step(
    name: str, kind: str, id: str, common: dict[str, str | None], do: Callable[[Vault, str], tuple[Made, ...]]
) -> None:
    from web import agreement_steps

    with _opened(common, name) as vault:
        agreement_steps.give(vault, do(vault, agreement_steps.found(vault, id, kind).id), common)
