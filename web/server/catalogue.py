"""Every error that an answer may name: its code, its HTTP status and its sentence. One table, mapped once.

A code once published keeps its meaning. The sentence is fixed, so that nothing of a request comes back in an answer; only
codes marked with `*` add what the error itself says, which names places in the body that the asker sent, in backticks, cut
short and without control characters. What stands in no row answers `internal`. `docs/errors.md` is made of this table.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from terms.refusals import CODES as REFUSALS

# A name, not an address: the same for every vault, and nothing to fetch (RFC 9457 §3.1.1 allows any URI).
TYPE_PREFIX: Final = "urn:firstparty:problem:"
INTERNAL: Final = "internal"


class Row(NamedTuple):
    code: str
    status: int
    title: str
    shows_detail: bool

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.code


_TABLE = """
not-found 404 there is nothing here, or nothing that you may see
method 405 this address does not take this method
foreign-form 403 the form does not come from a page of this vault, opened by who sends it
unauthenticated 401 credentials are missing or do not hold
forbidden 403 these credentials do not allow this
host 400 this server is not reached by this name
head-too-large 431 the address and header fields are too long
bad-request 400 the request does not read as HTTP
media-type 415 the body has another content type or is compressed
too-large 413 more bytes, entries or characters than are taken
too-slow 408 the body took too long
query 400 the query does not read, or has a parameter that is not taken here
form 400 the body does not read as a form
too-many-requests 429 more requests than the limit allows
locked 503 the vault is locked until its owner unlocks it
busy 503 too much is waiting for the vault
not-written 503 the vault could not write; nothing of this request was kept
idempotency-key 400 a request here has one `Idempotency-Key` of 1 to 255 printable characters without spaces or quotes
idempotency-mismatch 422 this `Idempotency-Key` was used for another request
idempotency-in-flight 409 a request with this `Idempotency-Key` is under way
wrong-passphrase 403 this opens nothing
in-use 409 another process has the vault open
internal 500 something is broken here; nothing of this request was kept
* document 422 the body is not what is taken here
* unknown-field 422 the body has a field that is not taken here
* not-whole 422 the body has a number with a fraction where a whole one belongs
* unknown-kind 422 the body says a kind that there is not
* unknown-category 422 the body names a category that there is not
* unknown-purpose 422 the body names a purpose that there is not
* two-currencies 422 the body has amounts in two currencies where they belong together
shape 422 a part of the body does not have its form
amount 422 an amount does not read
period 422 a duration does not read
reminder 422 the reminder does not read, or there is no such one
id 404 this is no id
usage 422 what was asked does not fit together
illegal-event 409 the state that it is in does not allow this
market 409 the intention or offer is not in a state for this
other-vendor 409 this client belongs to another vendor
exceeds-agreement 403 the agreement does not allow this
* not-granted 403 the token or its grant is not for this
* withheld 403 nothing of this may be read now
more-than-asked 422 more was given than was asked
too-many-records 422 there are as many records or versions as are taken
precondition 412 it is not, or not any more, as the request says
no-agreement 403 there is no agreement in force
not-narrower 422 a change of a grant may only narrow it
permission 422 the permission asked does not read
turned-away 403 the person does not take this from you
too-many-messages 429 more messages than one customer is sent in a day, or than wait until their sender is let in
* bad-url 422 not an address that the vault asks
* forbidden-port 422 a port that the vault does not connect to
no-webhook 409 there is no webhook that is on
invitation 422 this invitation is not good
* terms-refused 403 the person does not agree to these terms
too-many-open 409 too much of this waits for your answer
not-offered 422 this agreement is not offered to organisations
no-version 404 there is no such version
odrl-policy 422 the policy does not read
* offer-signature 422 the offer is not signed by a key of yours, for this vault, now
held-full 429 more waits to be let in than is kept
client-document 503 your client document cannot be read now
not-exportable 422 this cannot be said in the format that was asked
"""

# Of what terms.refusals names, all that is wrong with signed things answers 422, but for these.
_REFUSED_AS = {
    **dict.fromkeys(("not-json", "duplicate-key", "too-deep", "not-a-number", "lone-surrogate"), 400),
    "too-large": 413,
    **dict.fromkeys(("replay", "second-counter", "illegal-event", "wrong-place"), 409),
    "not-entitled": 403,
}
# Errors that only the owner's own commands can meet, or that mean that the vault's files are not well: `internal`.
NEVER_TOLD: Final = frozenset(
    "agreement-damaged archive-damaged assertion backup-damaged cannot-write case category-file corpus correction database "
    "database-damaged database-missing disk-full engine-too-old fact failed foreign-backup installed-rules keyring-damaged "
    "list-conflict newer-vault no-such-batch no-vault quantity read-only refused roster-file rules setting tariff "
    "vault-exists vault-not-empty weak-passphrase routes address not-connected".split()
)


def _rows() -> dict[str, Row]:
    found: dict[str, Row] = {}
    for line in _TABLE.strip().splitlines():
        code, status, title = line.removeprefix("* ").split(" ", 2)
        found[code] = Row(code, int(status), title, shows_detail=line.startswith("* "))
    for code, title in REFUSALS.items():
        found.setdefault(code, Row(code, _REFUSED_AS.get(code, 422), title, shows_detail=False))
    return found


CATALOGUE: Final = _rows()


def row_of(code: str) -> Row:
    """The row of a code; that of `internal` for one that is told to nobody."""
    return CATALOGUE.get(code, CATALOGUE[INTERNAL])


def as_markdown() -> str:
    """The table of docs/errors.md."""
    lines = [f"| `{row.code}` | {row.status} | {row.title} |" for row in sorted(CATALOGUE.values())]
    return "\n".join(["| code | status | means |", "|---|---|---|", *lines]) + "\n"
