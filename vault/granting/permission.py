"""What a grant permits: data, purposes, actions, retention, recipients, training of AI, and where the data may go.

It is a practice (`terms.practice`) that is declared in full, with the actions. Whether one permission is within another is
decided item by item and strictly: what is not shown to be within is not.

JSON: `{"actions": […], "ai_training", "data", "purposes", "recipients", "retention", "transfers"}`; `retention` and
`transfers` are left out where nothing is said of them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terms import dpv
from terms.additions import is_place
from terms.durations import length
from terms.errors import UsageError
from terms.nearest import hint
from terms.phrases import phrase
from terms.practice import Practice, Recipient
from terms.shapes import Fields
from vault.granting.covering import any_covers, category_of

READ: Final = "read"
# A consent that lists more than this is not read by anybody; DPV has some 200 categories.
MAX_ENTRIES: Final = 50
MAX_RECIPIENT: Final = 200
_ACTION = re.compile(r"[a-z][a-z0-9:_-]{0,39}")
_FIELDS = frozenset("actions ai_training data purposes recipients retention transfers".split())


class BadPermissionError(UsageError):
    code = "permission"


class Permission(Struct, frozen=True):
    """`retention` None: no limit was set; `transfers` None: nothing is said of where data goes."""

    data: tuple[str, ...]
    purposes: tuple[str, ...]
    actions: tuple[str, ...] = (READ,)
    retention: str | None = None
    recipients: tuple[Recipient, ...] = ()
    ai_training: bool = False
    transfers: tuple[str, ...] | None = None

    @classmethod
    def of_practice(cls, practice: Practice, actions: Sequence[str] = (READ,)) -> Permission:
        """What a declared practice asks for; what it leaves open about recipients or AI is not taken for a no."""
        for field in ("data", "purposes", "recipients", "ai_training"):
            if getattr(practice, field) is None:
                raise BadPermissionError(
                    phrase("it is not declared what is in `%(field)s`", field=field),
                    hint=phrase("declare it, even if empty"),
                )
        return checked(
            cls(
                data=practice.data or (),
                purposes=practice.purposes or (),
                actions=tuple(actions),
                retention=practice.retention,
                recipients=practice.recipients or (),
                ai_training=bool(practice.ai_training),
                transfers=practice.transfers,
            )
        )

    @property
    def practice(self) -> Practice:
        """As `terms.comparison` takes it. Profile attributes are never anonymised; that data can be taken along is a duty
        under the agreement, which a grant neither adds to nor takes from."""
        return Practice(
            purposes=self.purposes,
            data=self.data,
            recipients=self.recipients,
            retention=self.retention,
            ai_training=self.ai_training,
            anonymised=False,
            portability=True,
            transfers=self.transfers,
        )

    def to_json(self) -> dict[str, object]:
        stated = dataclasses.replace(self.practice, anonymised=None, portability=None)
        return {"actions": list(self.actions), **stated.to_json()}

    def encoded(self) -> str:
        return msgspec.json.encode(self.to_json(), order="deterministic").decode()


# A grant is read many times; a person has some tens of grants, a host's vaults share those of common shapes.
@lru_cache(maxsize=256)
def decoded(text: str) -> Permission:
    """The permission that `encoded` wrote."""
    return from_json(msgspec.json.decode(text))


def from_json(value: object) -> Permission:
    """A permission of its JSON; `ShapeError` or `UsageError` where it is none."""
    given = Fields(value, "a permission", _FIELDS)
    practice = {name: given.raw(name) for name in _FIELDS - {"actions"} if given.raw(name) is not None}
    return Permission.of_practice(Practice.from_json(practice), given.texts("actions") or (READ,))


def checked(asked: Permission) -> Permission:
    """The same with every term by its prefixed id and once; refuses what is unknown or empty."""
    fields = {"data": asked.data, "purposes": asked.purposes, "actions": asked.actions}
    for name, entries in {**fields, "recipients": asked.recipients, "transfers": asked.transfers or ()}.items():
        if name in fields and not entries:
            raise BadPermissionError(
                phrase("a grant without `%(name)s` grants nothing", name=name),
                hint=phrase("name at least one of `%(name)s`", name=name),
            )
        if len(entries) > MAX_ENTRIES:
            raise BadPermissionError(
                phrase("`%(name)s` has more than %(most_entries)s entries", name=name, most_entries=MAX_ENTRIES),
                hint=phrase("ask for what is needed"),
            )
    _check_words(asked)
    return replace(
        asked,
        data=_once(category_of(term) for term in asked.data),
        purposes=_once(purpose_of(term) for term in asked.purposes),
        actions=_once(iter(asked.actions)),
    )


def _check_words(asked: Permission) -> None:
    for action in asked.actions:
        if not _ACTION.fullmatch(action):
            raise BadPermissionError(
                phrase("`%(action)s` is not an action", action=action[:40]),
                hint=phrase("it is a word in small letters, like `read`"),
            )
    if asked.retention is not None and length(asked.retention) is None:
        raise BadPermissionError(
            phrase("`%(retention)s` is no retention", retention=asked.retention[:40]),
            hint=phrase("write P30D, P6M or P2Y"),
        )
    for recipient in asked.recipients:
        if not 0 < len(str(recipient)) <= MAX_RECIPIENT or not f"{recipient.name}{recipient.role}".isprintable():
            raise BadPermissionError(
                phrase("a recipient has no name"),
                hint=phrase("write 1 to %(most_recipient)s printable characters", most_recipient=MAX_RECIPIENT),
            )
    for place in asked.transfers or ():
        if not is_place(place):
            raise BadPermissionError(
                phrase("`%(place)s` is no country code, EU or EEA", place=place[:40]), hint=phrase("write it like DE")
            )


def purpose_of(term: str) -> str:
    """The prefixed id of a purpose of DPV; else the nearest is named."""
    found = dpv.purposes().known(term)
    if found is None:
        where = hint(term, dpv.purposes().terms(), phrase("see https://w3id.org/dpv/purposes"))
        raise UsageError(
            phrase("`%(term)s` is no purpose of DPV %(version)s", term=term[:60], version=dpv.VERSION),
            hint=where,
            code="unknown-purpose",
        )
    return found


def _once(terms: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(terms))


# --- one within another ---------------------------------------------------------------------------------------------


def beyond(part: Permission, whole: Permission) -> list[str]:
    """The fields in which `part` is not shown to be within `whole`; none where it is."""
    purposes = dpv.purposes()
    within = {
        "data": all(any_covers(whole.data, term) for term in part.data),
        "purposes": all(any(purposes.is_a(term, one) for one in whole.purposes) for term in part.purposes),
        "actions": set(part.actions) <= set(whole.actions),
        "retention": _no_longer(part.retention, whole.retention),
        "recipients": set(part.recipients) <= set(whole.recipients),
        "ai_training": whole.ai_training or not part.ai_training,
        "transfers": whole.transfers is None or set(part.transfers or ()) <= set(whole.transfers),
    }
    if whole.transfers is not None and part.transfers is None:
        within["transfers"] = False
    return [field for field, is_within in within.items() if not is_within]


def _no_longer(part: str | None, whole: str | None) -> bool:
    if whole is None:
        return True
    return part is not None and (length(part) or 0) <= (length(whole) or 0)
