"""`firstparty grant`: one grant, and what the owner can do with it: give, narrow, revoke."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from web import options
from web.groups import ShowByDefault

if TYPE_CHECKING:
    from vault.granting import Grant
    from vault.session import Vault

F = TypeVar("F", bound=Callable[..., object])
_ID_HELP = "ID is a grant's id or the beginning of it, or a vendor's name where one grant fits."


def _common(command: F) -> F:
    return options.vault_options(options.signing_time_option(command))


def _opened(common: dict[str, str | None], by: str) -> Vault:
    when = options.time_of(common["now"])
    return options.open_vault(common["home"], common["passphrase_file"], by=f"grant {by}", now=when)


def _tell(vault: Vault, one: Grant, common: dict[str, str | None], sentence: str) -> None:
    from web import grant_shapes, output

    if common["as_json"]:
        output.as_json(grant_shapes.grant(one, vault.now))
    else:
        output.console().print(sentence)


@click.group("grant", cls=ShowByDefault)
def COMMAND() -> None:
    """Show one grant (`firstparty grant ID`), give one, make it narrower, or end it.

    ID is a grant's id or the beginning of it, or a vendor's name where one grant fits.
    """


@COMMAND.command(
    "show", help=f"Show a grant: what it allows, under which agreement, and how it was used.\n\n{_ID_HELP}"
)
@click.argument("id", metavar="ID")
@_common
def show(id: str, **common: str | None) -> None:
    from web import grant_output, grant_shapes, grant_steps, output

    with _opened(common, "show") as vault:
        one = grant_steps.found(vault, id)
    if common["as_json"]:
        output.as_json(grant_shapes.whole(one, vault.now))
    else:
        grant_output.whole(one, vault.now)


@COMMAND.command("give")
@click.argument("vendor", metavar="VENDOR")
@click.option(
    "--data", "data", multiple=True, required=True, metavar="pd:…", help="What may be read (may be repeated)."
)
@click.option(
    "--purpose", "purposes", multiple=True, required=True, metavar="dpv:…", help="What for (may be repeated)."
)
@click.option("--retention", metavar="PERIOD", help="How long it may be kept (P30D).")
@click.option("--for", "lasting", metavar="PERIOD", help="How long it may be read (P1Y), else as the agreement lasts.")
@click.option("--label", "labels", multiple=True, metavar="LABEL", help="Only what has this label (may be repeated).")
@click.option("--recipient", "recipients", multiple=True, metavar="NAME", help="Who else gets it (may be repeated).")
@click.option("--transfer-to", "transfers", multiple=True, metavar="COUNTRY", help="Where else it goes: DE, EU, EEA.")
@click.option("--ai-training", is_flag=True, help="AI may be trained with it, where the agreement allows that.")
@_common
def give(
    vendor: str,
    data: tuple[str, ...],
    purposes: tuple[str, ...],
    retention: str | None,
    lasting: str | None,
    labels: tuple[str, ...],
    recipients: tuple[str, ...],
    transfers: tuple[str, ...],
    ai_training: bool,
    **common: str | None,
) -> None:
    """Let a vendor read a part of your profile, under the agreement that binds with it.

    VENDOR is a vendor's name, or the id of an agreement. What the agreement or your own limits do not allow is refused, with the
    reasons.
    """
    from vault import granting
    from vault.meeting.lasting import after
    from web import grant_steps

    permission = grant_steps.permission(data, purposes, retention, recipients, transfers, ai_training)
    with _opened(common, "give") as vault:
        agreement = grant_steps.agreement(vault, vendor)
        expires = after(vault.now, lasting) if lasting else None
        one = granting.give(vault, agreement, permission, labels=labels, expires=expires)
        _tell(vault, one, common, f"Gave {one.id}. End it at any time: firstparty grant revoke {one.id}")


@COMMAND.command("narrow", help=f"Leave only a part of a grant. A grant is never widened.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@click.option("--only", multiple=True, required=True, metavar="pd:…", help="What it is still for (may be repeated).")
@_common
def narrow(id: str, only: tuple[str, ...], **common: str | None) -> None:
    from vault import granting
    from web import grant_steps

    with _opened(common, "narrow") as vault:
        one = granting.narrow(vault, grant_steps.found(vault, id).row.id, only)
        _tell(vault, one, common, f"{one.id} is for {', '.join(one.permission.data)} only now.")


@COMMAND.command("revoke", help=f"End a grant: nothing is read by it from now on.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@click.option(
    "--because", default="", metavar="TEXT", help="Why; kept in your log, in a leaf that names the agreement."
)
@_common
def revoke(id: str, because: str, **common: str | None) -> None:
    from vault import granting
    from web import grant_steps

    with _opened(common, "revoke") as vault:
        one = granting.revoke(vault, grant_steps.found(vault, id).row.id, because)
        _tell(
            vault,
            one,
            common,
            f"{one.id} is revoked. What was read before stays with the vendor, under your agreement.",
        )


@COMMAND.command("reads", help=f"List every use of a grant, newest first; with --json, what was given.\n\n{_ID_HELP}")
@click.argument("id", metavar="ID")
@_common
def reads(id: str, **common: str | None) -> None:
    from vault.store import grants as store
    from web import grant_output, grant_shapes, grant_steps, output

    with _opened(common, "reads") as vault:
        one = grant_steps.found(vault, id)
        found = store.releases(vault.connection, one.row.id)
    if common["as_json"]:
        output.as_json({"grant": one.id, "reads": [grant_shapes.read(row) for row in found]})
    else:
        output.show(grant_output.reads(found), empty="Nothing was read by it.", rows=len(found))


@COMMAND.command("expire")
@_common
def expire(**common: str | None) -> None:
    """Put on record which grants are over by time or with their agreement; they are over whether or not you do that."""
    from vault import granting
    from web import grant_shapes, output

    with _opened(common, "expire") as vault:
        done = granting.settle(vault)
    if common["as_json"]:
        output.as_json({"grants": [grant_shapes.grant(one, vault.now) for one in done]})
        return
    for one in done:
        output.console().print(f"{one.id} ({output.plain(one.vendor)}) is {one.state}.")
    if not done:
        output.console().print("Nothing has run out.")
