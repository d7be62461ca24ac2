"""Granted attributes, each reading a release on record.

Who asks is admitted, and what is released is written with its leaf, in one and the same write (`routes.joined`). Whoever
revokes the grant writes too: so a request whose answer has attributes came before that, whole, and the next one finds a token
that is good for nothing.
"""

from __future__ import annotations

from typing import Final

import msgspec

from terms.errors import FirstpartyError
from vault import granting, pairwise
from vault.granting import Released, Withheld
from vault.granting.permission import READ, Permission
from vault.session import Vault
from web.server import answers
from web.server.answers import Answer
from web.server.routes import LOCKED, Access, Asked, Route, joined

# A grant lists at most so many; what it covers below them can be asked for by them.
MAX_CATEGORIES: Final = 50
# A row of 500 characters for each would do; it keeps the list from being split for nothing.
MAX_QUERY: Final = 4_000
_SEPARATOR: Final = ","


class WithheldError(FirstpartyError):
    """Nothing was released. The sentence says of a category why, as far as the vendor may know that."""

    code = "withheld"


class NotGrantedError(FirstpartyError):
    code = "not-granted"


class TooManyCategoriesError(FirstpartyError):
    code = "query"


class Attribute(msgspec.Struct, frozen=True):
    """`value` is a text, or the lines of an address."""

    category: str
    label: str
    value: str | tuple[str, ...]
    preferred: bool


class NotGiven(msgspec.Struct, frozen=True):
    """A category that is granted and may not be read now."""

    category: str
    reasons: tuple[str, ...]


class Profile(msgspec.Struct, frozen=True):
    """`digest` is SHA-256 over `salt` (bytes) and the canonical JSON (RFC 8785) of `attributes`, in hex as the salt is. The
    leaf that `receipt` proves repeats it."""

    grant: str
    agreement: str
    at: str
    attributes: tuple[Attribute, ...]
    absent: tuple[str, ...]
    withheld: tuple[NotGiven, ...]
    salt: str
    digest: str
    receipt: str


def _read(vault: Vault, asked: Asked) -> Answer:
    live = asked.live
    assert live is not None  # this is a `joined` route
    assert live.grant is not None  # the row of the table: a token of a grant
    assert live.permission is not None
    categories = _wanted(live.permission, asked.query.get("categories"))
    with vault.transaction():
        done = granting.release_inside(vault, live.grant, categories)
    if isinstance(done, Withheld):
        raise WithheldError("; ".join(done.told))
    receipt = pairwise.name(vault, live.client, "receipt", done.leaf)
    return answers.json(_profile(done, receipt), Cache_Control="no-store")


def _wanted(permission: Permission, written: str | None) -> tuple[str, ...]:
    """What to release: never more than the token is for, which may be less than its grant."""
    if READ not in permission.actions:
        raise NotGrantedError("the token is not for reading")
    if written is None:
        return permission.data
    names = written.split(_SEPARATOR, MAX_CATEGORIES)
    if len(written) > MAX_QUERY or len(names) > MAX_CATEGORIES:
        raise TooManyCategoriesError("too many categories", hint=f"name at most {MAX_CATEGORIES}")
    wanted = tuple(dict.fromkeys(granting.category_of(name) for name in names))
    beyond = [name for name in wanted if not granting.any_covers(permission.data, name)]
    if beyond:
        raise NotGrantedError(f"the token is not for {', '.join(f'`{name}`' for name in beyond)}")
    return wanted


def _profile(done: Released, receipt: str) -> Profile:
    return Profile(
        done.grant,
        done.agreement,
        done.at,
        tuple(Attribute(one.category, one.label, one.value, one.preferred) for one in done.attributes),
        done.absent,
        tuple(NotGiven(one.category, one.told) for one in done.withheld),
        done.salt,
        done.digest,
        receipt,
    )


_EXAMPLE = Profile(
    "grt_06f3mzk8v2c4d",
    "agr_7h2k9mzk8v2c4d06f3mzk8v2c4",
    "2026-03-31T12:00:00Z",
    (Attribute("pd:EmailAddress", "home", "alex@example.org", True),),
    ("pd:TelephoneNumber",),
    (),
    "6f1d0c8ab2e94a51b2b3a9f6f0f3a871",
    "0b7e1c5b0c1b8f7a55d6a1f0f0e1f6c3ac2f66b6c2a7b3a0e4c1d2f3a4b5c6d7",
    "rcp_06f3mzk8v2c4d06f3mzk8v2c4d",
)
_ROW: Final = Access(nobody=401, owner=403, locked=LOCKED, vendor=403, granted=200, expired=401, revoked=401)

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/v1/profile",
        joined(_read),
        _ROW,
        "The attributes that the person has granted",
        Profile,
        _EXAMPLE,
        errors=("unauthenticated", "forbidden", "not-granted", "withheld", "unknown-category"),
        query={
            "categories": "categories of the Data Privacy Vocabulary, separated by commas; else all that the token is for"
        },
    ),
)
