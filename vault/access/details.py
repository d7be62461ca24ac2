"""What was asked for, against the agreement that it is asked under: the permission that it comes to, and what is too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from terms.errors import FirstpartyError
from terms.practice import Practice
from terms.refusals import quoted
from vault.access.clients import Client
from vault.access.refusals import AccessRefused
from vault.granting import standing
from vault.granting.covering import any_covers
from vault.granting.permission import Permission, beyond
from vault.policy.authorization_details import Details, Recipient, read
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store.agreements import AgreementRow

_HASH: Final = "sha256:"


def asked(vault: Vault, client: Client, written: str) -> tuple[Details, Permission, AgreementRow]:
    """What a client asks for, under an agreement of its own that binds now; `agreement` names it by its id from here on."""
    details = read_strictly(written)
    row = _agreement(vault, client, details.agreement)
    if row is None or not standing.binds(standing.carrying(vault.connection, row.id), vault.now):
        raise AccessRefused(
            "invalid_authorization_details",
            f"no agreement {quoted(details.agreement)} with you binds now",
            hint="accept the proffered terms first",
        )
    details = _with_agreement(details, row.id)
    return details, permission(details), row


def read_strictly(written: str) -> Details:
    try:
        return read(written)
    except FirstpartyError as error:
        raise AccessRefused("invalid_authorization_details", error.sentence, hint=error.hint) from None


def permission(details: Details) -> Permission:
    """What the details come to, every term by its id."""
    try:
        return Permission.of_practice(Practice.from_json(details.practice), details.actions)
    except FirstpartyError as error:
        raise AccessRefused("invalid_authorization_details", error.sentence, hint=error.hint) from None


def _agreement(vault: Vault, client: Client, named: str) -> AgreementRow | None:
    """By its id, or by the hash of its terms: the newest of those that bind."""
    if not named.startswith(_HASH):
        row = agreement_store.agreement(vault.connection, named)
        return row if row is not None and row.client == client.number else None
    found = [
        row
        for row in agreement_store.agreements(vault.connection)
        if row.client == client.number and row.terms_hash == named and standing.binds(row, vault.now)
    ]
    return max(found, key=lambda row: row.created_at, default=None)


def _with_agreement(details: Details, id: str) -> Details:
    return Details(
        actions=details.actions,
        datatypes=details.datatypes,
        purpose=details.purpose,
        recipients=details.recipients,
        ai_training=details.ai_training,
        agreement=id,
        retention=details.retention,
    )


def granted(given: Permission, agreement: str) -> Details:
    """A permission as authorization details."""
    return Details(
        actions=given.actions,
        datatypes=given.data,
        purpose=given.purposes[0],
        recipients=tuple(
            Recipient(role=one.role, name=one.name) if one.role and one.name else str(one) for one in given.recipients
        ),
        ai_training=given.ai_training,
        agreement=agreement,
        retention=given.retention,
    )


def too_much(vault: Vault, wanted: Permission, agreement: str) -> tuple[str, ...]:
    """Why this may not be granted now, in sentences for the client; none where it may."""
    carrying = standing.carrying(vault.connection, agreement)
    additions = standing.additions(vault.connection, carrying)
    return standing.told(standing.compared(wanted, carrying.terms, additions), carrying.terms)


def narrowed(vault: Vault, whole: Permission, written: str, agreement: str) -> Permission:
    """The part of what is granted that a token is asked for; never more (RFC 6749, 6; RFC 9396, 6)."""
    details = read_strictly(written)
    row = agreement_store.agreement(vault.connection, agreement)
    part = permission(details)
    more = beyond(part, whole)
    if row is None or details.agreement not in (row.id, row.terms_hash):
        more = ["agreement", *more]
    if more:
        raise AccessRefused("invalid_authorization_details", f"that is more than was granted: {', '.join(more)}")
    return part


def common(part: Permission, whole: Permission) -> Permission | None:
    """What of a token's part is still within the grant, which may have been narrowed; None where nothing is."""
    data = _both(part.data, whole.data)
    return replace(part, data=data) if data else None


def _both(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    inner = [term for term in one if any_covers(other, term)]
    inner += [term for term in other if any_covers(one, term)]
    return tuple(dict.fromkeys(inner))
