"""What a client asks for, as OAuth says it: `authorization_details` (RFC 9396) of the one type that this server knows.

    [{"type": "https://w3id.org/firstparty/rar/relationship/v1", "actions": ["read"],
      "datatypes": ["pd:EmailAddress"], "purpose": "dpv:ServiceProvision", "retention": "P30D", "recipients": [],
      "ai_training": false, "agreement": "agr_…"}]

Reading is strict, because this is what a person consents to: exactly these fields, no member twice, nothing converted. All
are required but `retention` (left out: no limit is promised). Recipients and training are to be declared even where there
are none: what is not said is not taken for a no. `agreement` is the id of the agreement that it stands under, or the hash
of its terms.

There is one entry: a consent to two purposes at once is a consent to neither; ask twice. Whether the terms are of DPV, and
within the agreement, is not judged here: `request` makes it a request as every other door does, which the butler judges.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from terms.proof.jcs import JsonValue
from vault.policy import requests
from vault.policy.requests import Request
from vault.policy.strict import DocumentError, convert, parse

TYPE: Final = "https://w3id.org/firstparty/rar/relationship/v1"
# One entry of the largest kind has some 3,000 characters.
MAX_CHARACTERS: Final = 16 * 1024
# A consent that lists more is read by nobody; the same limit as that of a grant.
MAX_ENTRIES: Final = 50

Word = Annotated[str, Meta(min_length=1, max_length=200)]
_Words = Annotated[tuple[Word, ...], Meta(max_length=MAX_ENTRIES)]
_Some = Annotated[tuple[Word, ...], Meta(min_length=1, max_length=MAX_ENTRIES)]


class Recipient(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who gets data: a name with the DPV role that it has. A plain text is a name, or a role."""

    role: Word
    name: Annotated[str, Meta(max_length=200)] = ""


class Details(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry, as it was asked for or as it was granted."""

    type: Literal["https://w3id.org/firstparty/rar/relationship/v1"] = TYPE
    actions: _Some
    datatypes: _Some
    purpose: Word
    recipients: Annotated[tuple[Word | Recipient, ...], Meta(max_length=MAX_ENTRIES)]
    ai_training: bool
    agreement: Word
    retention: Word | None = None

    def to_json(self) -> dict[str, JsonValue]:
        said: dict[str, JsonValue] = msgspec.json.decode(msgspec.json.encode(self))
        return {name: value for name, value in {"type": self.type, **said}.items() if value is not None}

    @property
    def practice(self) -> dict[str, JsonValue]:
        """What is asked for, as `terms.practice` reads it."""
        said = self.to_json()
        retention = {} if self.retention is None else {"retention": said["retention"]}
        return {
            "purposes": [self.purpose],
            "data": said["datatypes"],
            "recipients": said["recipients"],
            "ai_training": self.ai_training,
            **retention,
        }


def read(text: str) -> Details:
    """The one entry of a list of `authorization_details`, or `DocumentError` that names the place."""
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(f"`authorization_details` has more than {MAX_CHARACTERS} characters", code="too-large")
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise DocumentError("`authorization_details` is no Unicode text", code="lone-surrogate") from None
    listed = parse(encoded, "`authorization_details`")
    if not isinstance(listed, list) or len(listed) != 1:
        raise DocumentError("`authorization_details` is a list of one entry", hint="ask for one purpose at a time")
    entry = listed[0]
    if not isinstance(entry, dict) or entry.get("type") != TYPE:
        raise DocumentError("the type of `authorization_details` is not known", hint=f"the type is `{TYPE}`")
    return convert(entry, Details, "authorization_details[0]")


def request(details: Details, client: str) -> Request:
    """The same as a request of this client (its URL), as the butler judges it."""
    asked: dict[str, JsonValue] = {
        "practice": details.practice,
        "actions": [*details.actions],
        "agreement": details.agreement,
    }
    return requests.of_json({"kind": "data-request", "vendor": client, "data_request": asked})
