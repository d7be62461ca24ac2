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

INVARIANT: that the grant lives is read inside the write transaction. A revocation is a write too, so it comes before a
release or after it, and a release that comes after it finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import msgspec

from terms.additions import Additions
from terms.comparison import Comparison
from terms.proof import jcs
from terms.proof.leaf import digest_of as salted_digest
from vault import crypto
from vault.granting import giving, noticing, standing
from vault.granting.covering import any_covers, category_of, covers_attribute
from vault.granting.permission import READ
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


@dataclass(frozen=True, slots=True)
class Given:
    """One attribute as the vendor gets it; `value` is a text, or the lines of an address."""

    category: str
    label: str
    value: str | tuple[str, ...]
    preferred: bool

    def to_json(self) -> dict[str, jcs.JsonValue]:
        value: jcs.JsonValue = self.value if isinstance(self.value, str) else list(self.value)
        return {"category": self.category, "label": self.label, "preferred": self.preferred, "value": value}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A category that is granted and may not be given now, and why, in sentences: for the owner, and as `told` to the
    vendor, who need not know what the owner has chosen."""

    category: str
    reasons: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Released:
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


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing was released. `code` is the state of a grant that is over (`grant-revoked`, …), `not-granted` or
    `exceeds-agreement`; `told` are the reasons as the vendor may know them."""

    grant: str
    code: str
    reasons: tuple[str, ...]
    told: tuple[str, ...]


def digest_of(attributes: Iterable[Given], salt: str) -> str:
    """What a release's leaf says of these attributes, in hex."""
    return salted_digest(bytes.fromhex(salt), _canonical(attributes)).hex()


def _canonical(attributes: Iterable[Given]) -> str:
    return jcs.canonical_plain([one.to_json() for one in attributes]).decode()


def release(vault: Vault, grant: int, categories: Sequence[str] | None = None) -> Released | Withheld:
    """Give what the grant covers of these categories (none named: of all that it covers), in a transaction of its own. A
    grant that turns out to be over is put on record as such."""
    # A grant that is over stays over, so this needs no transaction: who asks in vain makes the vault write nothing.
    withheld = _unfit(standing.held(vault.connection, grant, vault.now), categories)
    if withheld is None:
        with vault.transaction():
            return release_inside(vault, grant, categories)
    if withheld.code in (f"grant-{State.EXPIRED}", f"grant-{State.ENDED}"):
        giving.settle(vault, grant)
    return withheld


def release_inside(vault: Vault, grant: int, categories: Sequence[str] | None = None) -> Released | Withheld:
    """The same inside a write transaction of the caller, who may put several into one."""
    one = standing.held(vault.connection, grant, vault.now)
    withheld = _unfit(one, categories)
    if withheld is not None:
        return withheld
    asked, judge = _asked(one, categories), _Judge(one, standing.additions(vault.connection, one.agreement))
    covered = _covered(vault, one, asked)
    refused, rows = _sifted(judge, asked, covered)
    if len(refused) == len(asked):
        reasons = dict.fromkeys(why for no in refused for why in no.reasons)
        told = dict.fromkeys(why for no in refused for why in no.told)
        return Withheld(one.id, "exceeds-agreement", tuple(reasons), tuple(told))
    done = _recorded(vault, one, asked, refused, rows)
    left_out = {attribute.category for attribute, _ in covered} - {attribute.category for attribute, _ in rows}
    known = [name for name in asked if name not in {no.category for no in refused}]
    noticing.read_inside(vault, one, known, left_out)
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


@dataclass(frozen=True, slots=True)
class _Judge:
    """What agreement and owner allow of a grant now."""

    grant: Grant
    additions: Additions

    def reasons(self, *data: str, above_refused: bool = False) -> tuple[str, ...]:
        """Why these categories may not be given. With `above_refused`, that one stands above a refused one is no reason:
        what is refused under it is left out (rule 3)."""
        found = self._compared(*data)
        if above_refused and found is not None and found.result == "unknown":
            return tuple(answer.why for answer in found.why if answer.clause != _REFUSED_DATA)
        return standing.reasons(found, self.grant.agreement)

    def told(self, category: str) -> tuple[str, ...]:
        return standing.told(self._compared(category), self.grant.agreement)

    def _compared(self, *data: str) -> Comparison | None:
        return standing.compared(replace(self.grant.permission, data=data), self.grant.agreement, self.additions)


def _covered(vault: Vault, one: Grant, asked: tuple[str, ...]) -> Rows:
    """The attributes that hold today, that the grant covers and that were asked for."""
    return [
        (attribute, value)
        for attribute, value in profile_store.current(vault.connection, stamp(vault.now)[:10])
        if covers_attribute(one.permission.data, one.row.labels, attribute.category, attribute.label)
        and any_covers(asked, attribute.category)
    ]


def _sifted(judge: _Judge, asked: tuple[str, ...], rows: Rows) -> tuple[tuple[Refusal, ...], Rows]:
    """The categories asked for that may not be given, and the attributes that may."""
    narrow = {attribute.category for attribute, _ in rows}
    if not judge.reasons(*asked, *sorted(narrow)):
        return (), rows
    judged = {category: judge.reasons(category, above_refused=True) for category in asked}
    allowed = [category for category, why in judged.items() if not why]
    fit = {category for category in narrow if any_covers(allowed, category) and not judge.reasons(category)}
    refused = tuple(Refusal(category, why, judge.told(category)) for category, why in judged.items() if why)
    return refused, [(attribute, value) for attribute, value in rows if attribute.category in fit]


def _recorded(
    vault: Vault,
    one: Grant,
    asked: tuple[str, ...],
    refused: tuple[Refusal, ...],
    rows: Rows,
) -> Released:
    attributes = tuple(_given(attribute, value) for attribute, value in rows)
    withheld = {no.category for no in refused}
    absent = tuple(
        name
        for name in asked
        if name not in withheld and not any(any_covers((name,), got.category) for got in attributes)
    )
    salt, at = crypto.random_salt().hex(), stamp(vault.now)
    digest = digest_of(attributes, salt)
    body: dict[str, object] = {
        "agreement": one.agreement.id,
        "grant": one.id,
        "categories": asked,
        "attributes": [got.to_json() for got in attributes],
        "absent": absent,
        "withheld": sorted(withheld),
        "salt": salt,
        "digest": digest,
    }
    leaf = vault.log("release.made", body)
    given = tuple(dict.fromkeys(got.category for got in attributes))
    new = store.NewRelease(one.row.id, at, asked, given, digest, tuple(value.id for _, value in rows))
    store.add_release(vault.connection, new, log=OWN_LOG, leaf=leaf)
    return Released(one.id, one.agreement.id, at, attributes, absent, refused, salt, digest, leaf)


def _given(attribute: AttributeRow, value: ValueRow) -> Given:
    decoded = msgspec.json.decode(value.value, type=str | list[str])
    plain = decoded if isinstance(decoded, str) else tuple(decoded)
    return Given(attribute.category, attribute.label, plain, attribute.preferred)
