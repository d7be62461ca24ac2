"""A release: the granted attributes as they are at this moment, given out once and put on record in the same transaction.

Rules, in this order:

1. The grant lives, reads are among its actions, and it covers every category that is asked for. Otherwise nothing is
   released, and the answer says which of these it was.
2. A category that the agreement or the owner no longer allows is withheld with the reasons; where that leaves nothing that
   was asked for, nothing is released.
3. Of the rest, every attribute that holds today and that the grant covers is given. Below a category that may be given
   there may be one that the owner refuses, or that is special: it is left out without a word, since to name it would tell.
4. A category of which nothing is given is absent, and said to be.
5. Who reads what has changed has taken note: its notices of that are acknowledged.

The leaf `release.made` names agreement, grant and categories and repeats what was given, so a dispute bundle shows it; its
`digest` is over a salt and the canonical JSON of the attributes, so whoever got them can show what they were (`digest_of`).

INVARIANT: that the grant lives is read inside the write transaction of the release. A revocation is a write too, so it comes before a
release or after it, and a release that comes after it finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terms.additions import Additions
from terms.comparison import Comparison
from terms.proof.leaf import digest_of as salted_digest
from vault import crypto
from vault.granting import giving, noticing, standing
from vault.granting.covering import any_covers, category_of
from vault.granting.permission import READ, Permission
from vault.granting.standing import Grant
from vault.policy.grant_life import State
from vault.session import Vault
from vault.store import grants as store
from vault.store import profile as profile_store
from vault.store.audit import OWN_LOG
from vault.store.profile import AttributeRow, ValueRow
from vault.times import stamp

Rows = list[tuple[AttributeRow, ValueRow]]
_REFUSED_DATA = "additions/refused_data"
_decoded = msgspec.json.Decoder(str | tuple[str, ...]).decode


class Given(msgspec.Struct, frozen=True):
    """One attribute as the vendor gets it; `value` is a text, or the lines of an address.

    INVARIANT: the fields stand in the order of their names, so that what msgspec writes of it is RFC 8785's form: of texts,
    truth values and lists both write the same."""

    category: str
    label: str
    preferred: bool
    value: str | tuple[str, ...]


class Refusal(Struct, frozen=True):
    """A category that is granted and may not be given now, and why, in sentences: for the owner, and as `told` to the
    vendor, who need not know what the owner has chosen."""

    category: str
    reasons: tuple[str, ...]
    told: tuple[str, ...]


class Released(Struct, frozen=True):
    """What was given. `leaf` is the number of its leaf in the vault's own log; salt and digest are hex."""

    grant: str
    agreement: str
    at: str
    attributes: tuple[Given, ...]
    absent: tuple[str, ...]
    withheld: tuple[Refusal, ...]
    salt: str
    digest: str
    leaf: int


class Withheld(Struct, frozen=True):
    """Nothing was released. `code` is the state of a grant that is over (`grant-revoked`, …), `not-granted` or
    `exceeds-agreement`; `told` are the reasons as the vendor may know them."""

    grant: str
    code: str
    reasons: tuple[str, ...]
    told: tuple[str, ...]


def digest_of(attributes: Iterable[Given], salt: str) -> str:
    """What a release's leaf says of these attributes, in hex."""
    return salted_digest(bytes.fromhex(salt), msgspec.json.encode(tuple(attributes)).decode()).hex()


def release(vault: Vault, grant: int, categories: Sequence[str] | None = None) -> Released | Withheld:
    """Give what the grant covers of these categories (none named: of all that it covers), in a transaction of its own. A
    grant that turns out to be over is put on record as such."""
    # A grant that is over stays over, so this needs no transaction: who asks in vain makes the vault write nothing.
    withheld = _unfit(standing.held(vault.connection, grant, vault.now), categories)
    if withheld is None:
        with vault.transaction():
            return release_inside(vault, standing.held(vault.connection, grant, vault.now), categories)
    if withheld.code in (f"grant-{State.EXPIRED}", f"grant-{State.ENDED}"):
        giving.settle(vault, grant)
    return withheld


def release_inside(vault: Vault, one: Grant, categories: Sequence[str] | None = None) -> Released | Withheld:
    """The same inside a write transaction of the caller, of a grant that was read inside of it too."""
    withheld = _unfit(one, categories)
    if withheld is not None:
        return withheld
    rows = _there(vault, one)
    additions = standing.additions(vault.connection, one.agreement)
    there = tuple(attribute.category for attribute, _ in rows)
    found = _weighed(one.permission, one.agreement.terms, additions, _asked(one, categories), there)
    if not found.allowed:
        reasons = dict.fromkeys(why for no in found.refused for why in no.reasons)
        told = dict.fromkeys(why for no in found.refused for why in no.told)
        return Withheld(one.id, "exceeds-agreement", tuple(reasons), tuple(told))
    done = _recorded(vault, one, found, [rows[place] for place in found.given])
    if one.row.is_owed:
        noticing.read_inside(vault, one, found.allowed, found.left_out)
    return done


def _asked(one: Grant, categories: Sequence[str] | None) -> tuple[str, ...]:
    return one.permission.data if categories is None else tuple(dict.fromkeys(category_of(name) for name in categories))


def _unfit(one: Grant, categories: Sequence[str] | None) -> Withheld | None:
    if not one.is_live:
        return _plainly(one, f"grant-{one.state}", f"the grant is {one.state}")
    if READ not in one.permission.actions:
        return _plainly(one, "not-granted", "the grant is not for reading")
    beyond = [name for name in _asked(one, categories) if not any_covers(one.permission.data, name)]
    return _plainly(one, "not-granted", *(f"`{name}` is not granted" for name in beyond)) if beyond else None


def _plainly(one: Grant, code: str, *reasons: str) -> Withheld:
    """Nothing is released, for reasons that the vendor knows."""
    return Withheld(one.id, code, reasons, reasons)


def _there(vault: Vault, one: Grant) -> Rows:
    """The attributes that hold today, of those that the grant is limited to, where it is."""
    rows, labels = profile_store.current(vault.connection, stamp(vault.now)[:10]), one.row.labels
    return [row for row in rows if row[0].label in labels] if labels else rows


# --- what may be given ----------------------------------------------------------------------------------------------


class _Weighed(Struct, frozen=True):
    """What may be given: of the categories asked for the `allowed` and the `absent` among them, and the places of attributes.
    `refused` and `left_out` are the rest (rules 2 and 3)."""

    asked: tuple[str, ...]
    allowed: tuple[str, ...]
    absent: tuple[str, ...]
    refused: tuple[Refusal, ...]
    given: tuple[int, ...]
    left_out: frozenset[str]


class _Judge(Struct, frozen=True):
    """What the terms of the agreement and the owner allow of a permission."""

    permission: Permission
    terms: str
    additions: Additions

    def reasons(self, *data: str, above_refused: bool = False) -> tuple[str, ...]:
        """Why these categories may not be given. With `above_refused`, that one stands above a refused one is no reason:
        what is refused under it is left out (rule 3)."""
        found = self._compared(*data)
        if above_refused and found is not None and found.result == "unknown":
            return tuple(answer.why for answer in found.why if answer.clause != _REFUSED_DATA)
        return standing.reasons(found, self.terms)

    def told(self, category: str) -> tuple[str, ...]:
        return standing.told(self._compared(category), self.terms)

    def _compared(self, *data: str) -> Comparison | None:
        return standing.compared(replace(self.permission, data=data), self.terms, self.additions)


# The same each time of the same permission, terms, additions and categories, all of which are read each time. Kept are names of
# categories, and nothing of the person.
@lru_cache(maxsize=512)
def _weighed(
    permission: Permission, terms: str, additions: Additions, asked: tuple[str, ...], there: tuple[str, ...]
) -> _Weighed:
    """What may be given of the attributes that are there, by their categories."""
    judge = _Judge(permission, terms, additions)
    covered = [
        place for place, name in enumerate(there) if any_covers(permission.data, name) and any_covers(asked, name)
    ]
    narrow = {there[place] for place in covered}
    refused, fit = _sifted(judge, asked, narrow)
    given = tuple(place for place in covered if there[place] in fit)
    allowed = tuple(name for name in asked if name not in {no.category for no in refused})
    absent = tuple(name for name in allowed if not any(any_covers((name,), there[place]) for place in given))
    return _Weighed(asked, allowed, absent, refused, given, frozenset(narrow - fit))


def _sifted(judge: _Judge, asked: tuple[str, ...], narrow: set[str]) -> tuple[tuple[Refusal, ...], set[str]]:
    """The categories asked for that may not be given, and of the attributes' own those that may."""
    if not judge.reasons(*asked, *sorted(narrow)):
        return (), narrow
    judged = {category: judge.reasons(category, above_refused=True) for category in asked}
    allowed = [category for category, why in judged.items() if not why]
    fit = {category for category in narrow if any_covers(allowed, category) and not judge.reasons(category)}
    return tuple(Refusal(category, why, judge.told(category)) for category, why in judged.items() if why), fit


# --- the record -----------------------------------------------------------------------------------------------------


def _recorded(vault: Vault, one: Grant, found: _Weighed, rows: Rows) -> Released:
    attributes = tuple(_given(attribute, value) for attribute, value in rows)
    salt, at = crypto.random_salt().hex(), stamp(vault.now)
    digest = digest_of(attributes, salt)
    body: dict[str, object] = {
        "agreement": one.agreement.id,
        "grant": one.id,
        "categories": found.asked,
        "attributes": attributes,
        "absent": found.absent,
        "withheld": sorted(no.category for no in found.refused),
        "salt": salt,
        "digest": digest,
    }
    leaf = vault.log("release.made", body)
    given = tuple(dict.fromkeys(got.category for got in attributes))
    new = store.NewRelease(one.row.id, at, found.asked, given, digest, tuple(value.id for _, value in rows))
    store.add_release(vault.connection, new, log=OWN_LOG, leaf=leaf)
    return Released(one.id, one.agreement.id, at, attributes, found.absent, found.refused, salt, digest, leaf)


def _given(attribute: AttributeRow, value: ValueRow) -> Given:
    plain = _decoded(value.value)
    return Given(attribute.category, attribute.label, attribute.preferred, plain)
