"""The vendors' clients that this vault knows: their keys over time, and who the person is towards each.

* Each client sees another `did:key` of the person, made from random bytes that lie in the encrypted database alone, so two
  vendors cannot tell that they deal with the same person, and an archive carries the identities along.
* A key is known from when its client's document was last read without it (it appeared some time after), and retired when
  the document is read without it. It is never forgotten: what it signed stays verifiable. A key that was retired and comes
  back is refused, since whoever withdrew it had a reason.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from terms.agreement import CLOCK_SKEW
from terms.errors import UsageError
from terms.phrases import phrase
from terms.proof import jcs, keys
from terms.refusals import Refused, quoted
from terms.signing import Signer
from vault import crypto
from vault.agreements import failures
from vault.agreements import metadata as documents
from vault.agreements.metadata import ClientMetadata
from vault.session import Vault
from vault.store import agreements as store
from vault.store.agreements import ClientRow
from vault.times import stamp


class OtherVendorError(UsageError):
    code = "other-vendor"


_SECOND: Final = timedelta(seconds=1)


def known_client(vault: Vault, metadata: bytes, *, vendor: int | None = None) -> ClientRow:
    """The client of a document, new or with its keys brought up to date; `vendor` links it to a vendor of the vault.
    `Refused`, recorded and nothing else changed, when the document is not sound or contradicts what is known."""
    try:
        read = documents.read(metadata)
        row = store.client_by_url(vault.connection, read.url)
        after = _brought_up_to_date(vault, row, read)
    except Refused as refusal:
        failures.recorded(vault, metadata, refusal)
        raise
    if vendor is not None and row is not None and row.vendor not in (None, vendor):
        raise OtherVendorError(
            phrase("`%(url)s` is the client of `%(vendor_name)s`", url=row.url, vendor_name=row.vendor_name),
            hint=phrase("merge the two vendors if they are one"),
        )
    with vault.transaction():
        number = _added(vault, read.url) if row is None else row.id
        store.put_client(
            vault.connection, number, name=read.name, keys=written(after), vendor=vendor, at=stamp(vault.now)
        )
        vault.log("client.known", {"client": read.url, "keys": [key.id for key in read.keys]})
    return store.client(vault.connection, number)


def _added(vault: Vault, url: str) -> int:
    seed = crypto.random_key()
    did = keys.did_of(crypto.Signer(seed).public)
    return store.add_client(vault.connection, url, seed=seed, did=did, at=stamp(vault.now))


def signer(vault: Vault, client: int) -> Signer:
    """The person, towards this client."""
    seed, did = store.identity(vault.connection, client)
    return Signer(keys.did_key_id(did), crypto.Signer(seed).sign)


def did(vault: Vault, client: int) -> str:
    """The name that this client knows the person by."""
    return store.identity(vault.connection, client)[1]


# --- key histories --------------------------------------------------------------------------------------------------


def updated(
    history: keys.KeyHistory, read: ClientMetadata, *, now: datetime, since: datetime, used_until: datetime | None
) -> keys.KeyHistory:
    """The history after the document was read: new keys valid from `since`, missing ones retired `now`, or right after
    `used_until`, when the vendor last signed something that we took: that stays verifiable."""
    present = {key.id for key in read.keys}
    end = now.replace(microsecond=0) + _SECOND
    if used_until is not None:
        end = max(end, used_until + _SECOND)
    for key, held in history.keys:
        if key.id in present and held.until is not None:
            raise Refused(
                "key-reused",
                phrase("the key %(id)s was withdrawn and is back", id=quoted(key.id)),
                hint=phrase("publish a new key instead"),
            )
        if key.id not in present:
            history = history.retired(key.id, end)
    for key in read.keys:
        history = history.added(key, since)
    return history


def _brought_up_to_date(vault: Vault, row: ClientRow | None, read: ClientMetadata) -> keys.KeyHistory:
    before = keys.KeyHistory(read.url) if row is None else history_of(row)
    return updated(before, read, now=vault.now, since=_unknown_until(vault, row), used_until=_used_until(vault, row))


def _unknown_until(vault: Vault, row: ClientRow | None) -> datetime:
    if row is not None:
        return datetime.fromisoformat(row.checked_at)
    # Their clock may be behind ours by as much as records tolerate.
    return vault.now - CLOCK_SKEW


def _used_until(vault: Vault, row: ClientRow | None) -> datetime | None:
    last = store.last_signed_by_vendor(vault.connection, row.id) if row is not None else ""
    return datetime.fromisoformat(last) if last else None


def history_of(row: ClientRow) -> keys.KeyHistory:
    """The client's keys with the intervals in which they sign."""
    history = keys.KeyHistory(row.url)
    listed = jcs.parse(row.keys.encode())
    assert isinstance(listed, list)
    for entry in listed:
        assert isinstance(entry, dict)
        jwk, since, until = entry["jwk"], str(entry["since"]), entry["until"]
        assert isinstance(jwk, dict)
        key = keys.from_jwk(row.url, jwk)
        end = None if until is None else datetime.fromisoformat(str(until))
        history = history.added(key, datetime.fromisoformat(since), end)
    return history


def written(history: keys.KeyHistory) -> str:
    """The form in which a history is stored; `history_of` reads it."""
    listed: list[jcs.JsonValue] = [
        {"jwk": keys.jwk_of(key), "since": stamp(held.since), "until": stamp(held.until) if held.until else None}
        for key, held in history.keys
    ]
    return jcs.canonical(listed).decode()


def trusted(read: ClientMetadata) -> keys.KeyHistory:
    """A document's keys for a reader who has only that: valid whenever something was signed."""
    history = keys.KeyHistory(read.url)
    for key in read.keys:
        history = history.added(key, datetime.min.replace(tzinfo=UTC))
    return history
