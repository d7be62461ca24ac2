"""The JSON of `firstparty messages`, `message`, `rights`, `feedback` and `timeline`: fields are only ever added."""

from __future__ import annotations

import msgspec

from vault import ids
from vault.engaging import feedback as feedback_kept
from vault.engaging.letters import Letter
from vault.engaging.rights import Asked
from vault.engaging.threads import PERSON
from vault.engaging.timeline import Page
from vault.policy.rights_life import ARTICLES, State
from vault.store.messages import ListedRow
from vault.store.rights import AnswerRow, FeedbackRow

Shape = dict[str, object]
HELD = "held"


def state_of(row: ListedRow) -> str:
    """What became of a message: that of the person was sent."""
    return "sent" if row.party == PERSON else row.effect or HELD


def message(row: ListedRow) -> Shape:
    return {
        "id": ids.text("message", row.id),
        "thread": ids.text("thread", row.thread),
        "from": row.party,
        "vendor": row.vendor_name or row.client_name or row.client_url,
        "client": row.client_url,
        "kind": row.kind,
        "subject": row.subject,
        "body": row.body,
        "at": row.at,
        "state": state_of(row),
        "decision": ids.text("decision", row.decision) if row.decision else None,
    }


def right(one: Asked) -> Shape:
    row = one.row
    return {
        "id": one.id,
        "vendor": row.addressee,
        "right": one.right,
        "article": ARTICLES[one.right],
        "note": row.note,
        "by": "api" if row.client else "letter",
        "made_at": row.made_at,
        "due": row.due,
        "state": one.told_state,
        "extended": row.state == State.EXTENDED,
        "answers": [_answer(answer) for answer in one.answers],
    }


def _answer(row: AnswerRow) -> Shape:
    return {
        "at": row.at,
        "answer": said(row),
        "note": row.note,
        "because": row.because or None,
        "data": msgspec.Raw(row.data.encode()) if row.data is not None else None,
    }


def said(row: AnswerRow) -> str:
    """`fulfilled`, of the event by which it came to be so."""
    return row.event.removeprefix("be ")


def letter(one: Letter) -> Shape:
    return {
        "to": [{"kind": kind, "address": address} for kind, address in one.to],
        "subject": one.subject,
        "text": one.text,
        "signed": one.signed,
    }


def feedback(row: FeedbackRow) -> Shape:
    return {
        "id": ids.text("feedback", row.id),
        "vendor": row.addressee,
        "at": row.at,
        "satisfaction": row.satisfaction,
        "note": row.note,
        "contact": feedback_kept.contact_of(row),
        "shared": row.shared_at is not None,
    }


def timeline(page: Page) -> Shape:
    return {"entries": page.entries, "next": page.next}
