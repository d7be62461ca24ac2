"""The roster: the closed list of agreements that a person may proffer (IEEE 7012, "MyTerms").

One TOML file per agreement, in this folder, holds everything about it: id, IRI, names, old ids, clauses, the
plain-language sentence of each clause, icon, and the rules as the vocabulary publishes them. A file more is an
agreement more. Promises:

* The texts and icons are the project's own; ids, IRIs and rule IRIs are the published identifiers.
* `find` takes an id or IRI of today, or one of the past (`SD-BY*`, the namespace `/standards/p7012#`) and says that it
  migrated it. Anything else is refused as off the roster: nothing is guessed, no case folded, no part matched.
* The `-DP` in an id is data *portability*, and the PDC agreements *give* data: `PDC-AI` is no ban on AI training.
* Two agreements are between persons; they are not offered to organisations.

The standard's text and the agreement texts of others are copyrighted and not shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.roster import reading, upstream
from terms.roster.agreement import Agreement
from terms.roster.clauses import Clause
from terms.roster.upstream import Discrepancy

__all__ = [
    "Agreement",
    "Clause",
    "Discrepancy",
    "Found",
    "OffRosterError",
    "agreement",
    "discrepancies",
    "find",
    "roster",
]

# Longer than any IRI of the roster: a message shows foreign names up to here.
MAX_ID_CHARACTERS = 120


class OffRosterError(FirstpartyError):
    """An agreement was named that is not on the roster."""

    code = "off-roster"


@dataclass(frozen=True, slots=True)
class Found:
    """An agreement and, where it was named by an identifier of the past, that identifier."""

    agreement: Agreement
    migrated_from: str = ""

    @property
    def note(self) -> str:
        """What to tell people about the migration; empty where there was none."""
        return f"`{self.migrated_from}` is now `{self.agreement.id}`" if self.migrated_from else ""


@cache
def _all() -> tuple[Agreement, ...]:
    folder = files("terms.roster")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = [reading.read((folder / name).read_text("utf-8"), name) for name in names]
    return tuple(sorted(found, key=lambda agreement: agreement.position))


def roster(offered_to: Literal["organisation", "person", ""] = "organisation") -> tuple[Agreement, ...]:
    """The agreements offered to organisations, in the roster's order; to persons; or, with "", all."""
    return tuple(agreement for agreement in _all() if offered_to in ("", agreement.offered_to))


def agreement(id: str) -> Agreement:
    """The agreement of today's id or IRI or of an old one; `OffRosterError` for anything else."""
    return find(id).agreement


def find(name: str) -> Found:
    """The agreement of an id or IRI, saying where the name was migrated; `OffRosterError` for anything else."""
    found = _index().get(name)
    if found is None:
        shown = "".join(mark if mark.isprintable() else "�" for mark in name[:MAX_ID_CHARACTERS])
        raise OffRosterError(
            phrase("`%(shown)s` is not on the roster", shown=shown), hint=phrase("name one of `firstparty terms list`")
        )
    return found


def discrepancies() -> tuple[Discrepancy, ...]:
    """Where the vocabulary's published agreements use rule IRIs that the vocabulary does not define."""
    return upstream.discrepancies(_all())


@cache
def _index() -> dict[str, Found]:
    index: dict[str, Found] = {}
    for one in _all():
        now = {name: Found(one) for name in (one.id, one.iri)}
        past = {name: Found(one, name) for name in (*one.old_ids, *one.old_iris)}
        if taken := (now.keys() | past.keys()) & index.keys():
            raise reading.RosterFileError(
                phrase("`%(id)s` claims names of another agreement: %(taken)s", id=one.id, taken=sorted(taken))
            )
        index.update(past | now)
    return index
