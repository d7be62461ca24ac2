"""The JSON of `firstparty agreements` and `firstparty agreement`: fields are only ever added.

Signed things appear as the JSON objects that they are (`signed`), so a program can hand them on as they stand.
"""

from __future__ import annotations

from datetime import datetime

from terms import record
from terms.lifecycle import BINDING, ENDED, OPEN, TABLE, Party, Role, State, party_of
from terms.proof import jcs, jws
from terms.proof.verifier import Report
from terms.record import Kind
from vault import ids
from vault.agreements import Held, Made, Received, state_at
from vault.store.agreements import AgreementRow, DeliveryRow
from vault.times import stamp

Shape = dict[str, object]


def summary(row: AgreementRow, now: datetime) -> Shape:
    """One line of the list. `state` is as of `now`, so `expired` from the moment that time has run out."""
    state = state_at(row, now)
    return {
        "id": row.id,
        "vendor": row.vendor_name or None,
        "vendor_id": ids.text("vendor", row.vendor) if row.vendor else None,
        "client": row.client_url,
        "client_name": row.client_name,
        "terms": row.terms,
        "state": state,
        "binds": state in BINDING,
        "offeror": row.offeror,
        "answer_by": row.answer_by,
        "valid_until": row.valid_until,
        "replaces": row.replaces,
        "began": row.created_at,
        "changed": row.changed_at,
    }


def whole(one: Held, now: datetime) -> Shape:
    """An agreement with its entries and what may follow."""
    terms = one.history.agreement.terms
    return {
        **summary(one.row, now),
        "terms_iri": terms.iri,
        "terms_hash": terms.hash,
        "replaced_by": replaced_by(one),
        "entries": entries(one),
        "may": {party: may(one.row, party, now) for party in Party},
        "until": until(one.row, now),
    }


def replaced_by(one: Held) -> str | None:
    """The id of the agreement that this one was amended by."""
    amended = next((entry for entry in one.history.entries if entry.kind is Kind.AMENDED), None)
    if amended is None:
        return None
    successor = str(record.read_event(jws.parse(amended.raw).value).details["successor"])
    return record.read_agreement(jws.parse(successor.encode()).value).id


def entries(one: Held) -> list[Shape]:
    return [
        {
            "kind": entry.kind,
            "by": entry.by,
            "at": stamp(entry.at),
            "digest": entry.digest,
            **_details(entry.raw),
        }
        for entry in one.history.entries
    ]


def _details(raw: bytes) -> Shape:
    """What an event says; of an offer, the terms."""
    signed = jws.parse(raw)
    if signed.signatures[0].typ == record.AGREEMENT_TYPE:
        return {"terms": record.read_agreement(signed.value).terms.id}
    details = record.read_event(signed.value).details
    return {name: value for name, value in details.items() if name != "successor"}


def may(row: AgreementRow, party: Party, now: datetime) -> list[str]:
    """What this party may enter next. A failed attempt may always be recorded, and is left out."""
    state, offeror = State(row.state), Party(row.offeror)
    # Time decides besides the table: before the end nothing has expired, and after it nothing is answered.
    is_over = state not in ENDED and state_at(row, now) is State.EXPIRED
    barred = {Kind.ACCEPTED, Kind.COUNTERED, Kind.CONFIRMED} if is_over else {Kind.EXPIRED}
    return [
        kind
        for (at, kind), (role, _) in TABLE.items()
        if at is state
        and kind not in barred | {Kind.FAILED}
        and (role is Role.EITHER or party_of(role, offeror) is party)
    ]


def until(row: AgreementRow, now: datetime) -> str | None:
    """When the offer lapses or the agreement ends by itself."""
    state = state_at(row, now)
    if state in ENDED:
        return None
    return row.answer_by if state in OPEN else row.valid_until


def made(one: Made) -> Shape:
    return {"agreement": one.agreement, "kind": one.kind, "signed": jcs.parse(one.raw)}


def received(one: Received) -> Shape:
    return {
        "agreement": one.agreement or None,
        "digest": one.digest,
        "taken": one.refusal is None,
        "kind": one.kind,
        "state": one.state,
        "code": one.refusal.code if one.refusal else None,
        "why": one.refusal.sentence if one.refusal else None,
        "recorded": one.recorded or one.refusal is None,
        "made": [made(each) for each in one.made],
    }


def delivery(row: DeliveryRow) -> Shape:
    return {"at": row.at, "code": row.code, "digest": row.digest}


def report(found: Report) -> Shape:
    return {
        "ok": found.ok,
        "state": found.state,
        "agreement": found.history.agreement.id if found.history else None,
        "checks": [
            {"verdict": check.verdict, "topic": check.topic, "sentence": check.sentence, "code": check.code or None}
            for check in found.checks
        ],
    }
