"""What a comparison finds: a point that exceeds or is in doubt, and the least repair of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Value = bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One point: the clause it touches, what is asked, what is allowed, and why in a sentence."""

    clause: str
    asked: str
    allowed: str
    why: str


class Repair(NamedTuple):
    """Remove an entry of a field (`entry`), or set the field (`value`)."""

    field: str
    entry: str = ""
    value: Value = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that exceeds, or is in doubt, and its repair."""

    exceeds: bool
    answer: Answer
    repair: Repair


def exceeds(clause: str, asked: str, allowed: str, why: str, repair: Repair) -> Finding:
    return Finding(True, Answer(clause, asked, allowed, why), repair)


def doubt(clause: str, asked: str, allowed: str, why: str, repair: Repair) -> Finding:
    return Finding(False, Answer(clause, asked, allowed, why), repair)
