"""What a reader finds in a file: typed values, not yet records of the vault.

Readers yield findings and problems and nothing else. A finding carries no id and no vendor; the vault gives both.
The values are frozen and array-like, so that a hundred thousand of them cross a pipe cheaply; the parent decodes
them strictly, so a reader that lies about a type is a reader that failed.

Never a secret: no finding has a field for a password, a one-time-code secret, a note, a card or an identity.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

# One printed line of a bank statement or a name; longer text is cut by the reader, never refused.
MAX_TEXT = 4_000
MAX_NAME = 400
MAX_ID = 200

Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
Key = Annotated[str, msgspec.Meta(max_length=MAX_ID)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Minor = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]


class FoundCharge(msgspec.Struct, frozen=True, array_like=True, tag="charge"):
    """One booked movement of money on an account of the owner; negative `minor` is money out.

    `own_id` is the source's own identifier where it has one that is unique within the bank account (FITID,
    account servicer reference, transaction id); empty otherwise. `bank_account` is the owner's account as the
    file names it (the vault masks it). `counterparty` and `purpose` are the text as printed, white space folded.
    """

    booked: date
    minor: Minor
    currency: Currency
    counterparty: Name = ""
    purpose: Text = ""
    own_id: Key = ""
    bank_account: Key = ""
    value_on: date | None = None
    counterparty_account: Key = ""
    creditor_id: Key = ""
    mandate: Key = ""
    pending: bool = False


class FoundAccount(msgspec.Struct, frozen=True, array_like=True, tag="account"):
    """One account the owner has with a vendor, as a password manager lists it.

    `urls` are origins (scheme and host, no path with secrets in it), `title` the owner's name for the entry,
    `username` the log-in name. `own_id` is the entry's id in the source.
    """

    title: Name
    urls: tuple[Annotated[str, msgspec.Meta(max_length=2_000)], ...] = ()
    username: Name = ""
    own_id: Key = ""
    opened: datetime | None = None
    changed: datetime | None = None
    last_used: datetime | None = None


class Problem(msgspec.Struct, frozen=True, array_like=True, tag="problem"):
    """A file or row that could not be read. `where` is `line 12`, `entry 3`, `/Document/…` or empty for the
    whole file; `code` is kebab-case; `message` one sentence that says what to do, without secrets."""

    where: Name
    code: Key
    message: Text


Finding = FoundCharge | FoundAccount
