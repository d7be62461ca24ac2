"""Every type of event that a client may be told; what its `data.id` names stands beside it."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    AGREEMENT_CHANGED = "agreement.changed"  # an agreement
    GRANT_GIVEN = "grant.given"  # a grant
    GRANT_NARROWED = "grant.narrowed"  # a grant
    GRANT_REVOKED = "grant.revoked"  # a grant
    GRANT_EXPIRED = "grant.expired"  # a grant: its time is up, or its agreement is over
    PROFILE_CHANGED = "profile.changed"  # the grant that covers what changed
    INTRODUCTION_DECIDED = "introduction.decided"  # nothing: there is one introduction for a client
    INTENT_PUBLISHED = "intent.published"  # an intention
    INTENT_CLOSED = "intent.closed"  # an intention: closed, expired, withdrawn or awarded
    OFFER_DECIDED = "offer.decided"  # an offer
    OFFER_AWARDED = "offer.awarded"  # an offer
    OFFER_DECLINED = "offer.declined"  # an offer
    MESSAGE_SENT = "message.sent"  # a message of the person's
    RIGHT_EXERCISED = "right.exercised"  # a request for a right of the person's
    RECORD_DISPUTED = "record.disputed"  # a contract, invoice or usage that the vendor gave
    FEEDBACK_SHARED = "feedback.shared"  # feedback
    WEBHOOK_TESTED = "webhook.tested"  # nothing
