"""What a vendor gives its customer, taken into the person's own records with where it comes from.

* A client gives records only while an agreement with it binds; each version names the agreement and has its leaf
  (`record.given`), and none is overwritten. What is given again unchanged changes nothing.
* A record says what the vendor says, and no more: it never takes the place of what the owner noted or the bank shows
  (`placing`, `vault.relationships.watch`). Until the owner links its client to a vendor, it stands by itself.
* The owner may dispute a record. It counts for nothing then, and the vendor is told, with the reason. A dispute ends with the
  owner's word, or with another version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import events, ids, periods
from vault.engaging import placing
from vault.engaging.given import Contract, Holdings, Invoice, Kind, Usage
from vault.events import EventType
from vault.granting import standing
from vault.granting.covering import category_of
from vault.granting.permission import purpose_of
from vault.policy.offer_reading import check_category
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import engaging as store
from vault.store.agreements import AgreementRow
from vault.store.audit import OWN_LOG
from vault.store.engaging import RecordRow
from vault.times import stamp

Given = Contract | Invoice | Usage | Holdings
# For each client: a household's contracts with one vendor; forty years of weekly invoices; as many deliveries of readings.
MOST: Final[Mapping[Kind, int]] = {"contract": 200, "invoice": 2_000, "usage": 2_000, "holdings": 1}
# A record that changes more often is a counter.
MAX_VERSIONS: Final = 200
# A sentence or two that the vendor reads.
MAX_BECAUSE: Final = 500
EVENT: Final = "record.given"


class NoAgreementError(FirstpartyError):
    code = "no-agreement"


class TooManyRecordsError(FirstpartyError):
    code = "too-many-records"


class ChangedError(FirstpartyError):
    """It is not, or not any more, as whoever gives it thinks it is."""

    code = "precondition"


class UnknownRecordError(FirstpartyError):
    code = "not-found"


class Taken(msgspec.Struct, frozen=True):
    """`is_new`: there was no such record before; `is_changed`: this is a version more."""

    row: RecordRow
    is_new: bool
    is_changed: bool


def binding(vault: Vault, client: int) -> AgreementRow:
    """The newest agreement with a client that binds now; `NoAgreementError` where none does."""
    rows = [row for row in agreement_store.agreements(vault.connection) if row.client == client]
    found = [row for row in rows if standing.binds(row, vault.now)]
    if not found:
        raise NoAgreementError(
            phrase("no agreement with you binds now"), hint=phrase("agree first: `POST /v1/agreements`")
        )
    return max(found, key=lambda row: (row.created_at, row.id))


# --- taking ---------------------------------------------------------------------------------------------------------


def take_contract(
    vault: Vault, client: int, ref: str, given: Contract, *, fits: Callable[[RecordRow | None], bool] | None = None
) -> Taken:
    """`fits` says whether the record is as its vendor thinks it is (`If-Match`)."""
    check_category(given.category, "category")
    for period in (given.price.period, given.minimum_term, given.renewal_term, given.notice):
        if period is not None:
            periods.parse(period)
    with vault.transaction():
        known = store.record(vault.connection, client, "contract", ref)
        if fits is not None and not fits(known):
            raise ChangedError(
                phrase("the contract is not as you think it is"), hint=phrase("read it, and use its `ETag`")
            )
        taken = _taken(vault, client, "contract", ref, given)
        placing.place(vault, taken.row, given)
        return msgspec.structs.replace(taken, row=_row(vault, taken.row.id))


def take_invoice(vault: Vault, client: int, given: Invoice) -> Taken:
    with vault.transaction():
        if given.contract is not None:
            _contract(vault, client, given.contract)
        return _taken(vault, client, "invoice", given.number, given)


def take_usage(vault: Vault, client: int, given: Usage) -> Taken:
    """The readings count with those that the owner notes; of two for one day, the later delivery's."""
    if len({one.day for one in given.readings}) < len(given.readings):
        raise UsageError(phrase("there are two readings of one day"), hint=phrase("give one reading for each day"))
    with vault.transaction():
        of = _contract(vault, client, given.contract)
        taken = _taken(vault, client, "usage", _digest(given), given)
        if taken.is_new and of.contract is not None:
            placing.note_usage(vault, taken.row, of.contract, given)
        return taken


def take_holdings(vault: Vault, client: int, given: Holdings) -> Taken:
    """All that the client says that it holds, in the place of what it said before."""
    checked = tuple(
        msgspec.structs.replace(one, category=category_of(one.category), purpose=purpose_of(one.purpose))
        for one in given.holdings
    )
    with vault.transaction():
        return _taken(vault, client, "holdings", "", Holdings(checked))


def _contract(vault: Vault, client: int, ref: str) -> RecordRow:
    found = store.record(vault.connection, client, "contract", ref)
    if found is None:
        raise UsageError(phrase("there is no contract `%(ref)s`", ref=ref), hint=phrase("give the contract first"))
    return found


def _taken(vault: Vault, client: int, kind: Kind, ref: str, given: Given) -> Taken:
    agreement = binding(vault, client)
    known = store.record(vault.connection, client, kind, ref)
    body = msgspec.json.encode(given).decode()
    if known is not None and known.body == body:
        return Taken(known, is_new=False, is_changed=False)
    if known is None and store.count(vault.connection, client, kind) >= MOST[kind]:
        raise TooManyRecordsError(phrase("there are %(most)s records of this kind already", most=MOST[kind]))
    if known is not None and known.version >= MAX_VERSIONS:
        raise TooManyRecordsError(
            phrase("there are %(most_versions)s versions of this already", most_versions=MAX_VERSIONS)
        )
    number = known.id if known else ids.first_of_block(vault.now, after=store.largest(vault.connection))
    version = known.version + 1 if known else 1
    said: dict[str, object] = {
        "agreement": agreement.id,
        "record": ids.text("record", number),
        "kind": kind,
        "ref": ref,
    }
    leaf = vault.log(EVENT, {**said, "version": version, "sha256": hashlib.sha256(body.encode()).hexdigest()})
    stated = _stated(vault, client, given) if isinstance(given, Contract) else None
    store.put(
        vault.connection,
        store.NewVersion(number, client, kind, ref, agreement.id, version, body, stated, stamp(vault.now), leaf),
        log=OWN_LOG,
    )
    return Taken(_row(vault, number), is_new=known is None, is_changed=True)


def _stated(vault: Vault, client: int, given: Contract) -> str:
    name = agreement_store.client(vault.connection, client).name
    return msgspec.json.encode(placing.stated(given, name, vault.now.date())).decode()


def _digest(given: Usage) -> str:
    """A delivery has no number of its own: the same readings are the same delivery."""
    return hashlib.sha256(msgspec.json.encode(given)).hexdigest()[:32]


def _row(vault: Vault, number: int) -> RecordRow:
    row = store.record_by_id(vault.connection, number)
    assert row is not None
    return row


# --- the owner's word -----------------------------------------------------------------------------------------------


def held(vault: Vault, number: int) -> RecordRow:
    row = store.record_by_id(vault.connection, number)
    if row is None:
        raise UnknownRecordError(
            phrase("there is no record `%(value)s`", value=ids.text("record", number)),
            hint=phrase("see `firstparty records`"),
        )
    return row


def dispute(vault: Vault, number: int, because: str) -> RecordRow:
    """It is not as the vendor says, which is told the reason."""
    why = " ".join(because.split())
    if not why or len(why) > MAX_BECAUSE or not why.isprintable():
        raise UsageError(
            phrase("a dispute needs a reason"),
            hint=phrase(
                "write 1 to %(most_because)s printable characters; the vendor reads it", most_because=MAX_BECAUSE
            ),
        )
    return _settled(vault, number, why)


def agree(vault: Vault, number: int) -> RecordRow:
    """Take a dispute back."""
    return _settled(vault, number, None)


def _settled(vault: Vault, number: int, because: str | None) -> RecordRow:
    with vault.transaction():
        row = held(vault, number)
        if row.because == because:
            return row
        body: dict[str, object] = {
            "agreement": row.agreement,
            "record": ids.text("record", number),
            "version": row.version,
        }
        vault.log(
            "record.disputed" if because else "record.agreed", {**body, **({"because": because} if because else {})}
        )
        store.set_disputed(vault.connection, number, because, stamp(vault.now))
        events.emit(vault, row.client, EventType.RECORD_DISPUTED, name_of(row))
        return _row(vault, number)


def name_of(row: RecordRow) -> str:
    """How its client knows a record: the last part of its address in the API."""
    if row.kind == "holdings":
        return "holdings"
    place = {"contract": "contracts", "invoice": "invoices", "usage": "usage"}[row.kind]
    return f"{place}/{ids.text('record', row.id) if row.kind == 'usage' else row.ref}"


def given_contract(row: RecordRow) -> Contract:
    return msgspec.json.decode(row.body, type=Contract)


def given_invoice(row: RecordRow) -> Invoice:
    return msgspec.json.decode(row.body, type=Invoice)


def given_usage(row: RecordRow) -> Usage:
    return msgspec.json.decode(row.body, type=Usage)


def version_tag(row: RecordRow) -> str:
    """Another for every version and every word of the owner on it."""
    return hashlib.sha256(f"{row.id} {row.version} {row.because or ''}".encode()).hexdigest()[:16]
