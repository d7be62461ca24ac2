"""What the commands of `firstparty grant` share: finding the grant and the agreement that a person means."""

from __future__ import annotations

from terms.practice import Practice
from terms.shapes import ShapeError
from vault import granting
from vault.granting import Grant, Permission, standing
from vault.session import Vault
from vault.store import agreements
from web import find

# Ids offered when several fit.
_OFFERED = 6


def found(vault: Vault, written: str) -> Grant:
    """The grant of this id or beginning of an id, or of the vendor of this name: of several, the only one that lives."""
    folded = written.strip().casefold()
    grants = granting.listed(vault.connection, vault.now)
    fit = [one for one in grants if one.id == folded]
    if not fit and folded:
        fit = [one for one in grants if one.id.startswith(folded) or one.id[4:].startswith(folded)]
        fit = fit or [one for one in grants if folded in (one.vendor.casefold(), one.row.client_url.casefold())]
        fit = fit or [one for one in grants if folded in one.vendor.casefold()]
        fit = [one for one in fit if one.is_live] or fit
    if len(fit) == 1:
        return fit[0]
    if not fit:
        raise find.NotFoundError(f"there is no grant `{written[:60]}`", hint="see `firstparty grants`")
    shown = ", ".join(f"`{one.id}`" for one in fit[:_OFFERED])
    raise find.NotFoundError(f"`{written[:60]}` fits {len(fit)} grants: {shown}", hint="write its id")


def agreement(vault: Vault, vendor: str) -> str:
    """The id of the agreement that binds with a vendor, by the vendor's name or the agreement's own id."""
    rows = agreements.agreements(vault.connection)
    row = find.agreement(rows, vendor, vault.now, lambda one: standing.binds(one, vault.now))
    return row.id


def permission(
    data: tuple[str, ...],
    purposes: tuple[str, ...],
    retention: str | None,
    recipients: tuple[str, ...],
    transfers: tuple[str, ...],
    ai_training: bool,
) -> Permission:
    """What the options of `grant give` say."""
    declared: dict[str, object] = {
        "data": list(data),
        "purposes": list(purposes),
        "retention": retention,
        "recipients": list(recipients),
        "transfers": list(transfers),
        "ai_training": ai_training,
    }
    try:
        return Permission.of_practice(Practice.from_json(declared))
    except ShapeError as error:
        raise ShapeError(error.sentence, hint="see `firstparty grant give --help`") from None
