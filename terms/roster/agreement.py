"""An agreement of the roster as a value, and its one-page text.

The page is put together from the agreement's own sentences, one per clause, so that text and clauses cannot drift
apart, and from a few sentences about the parties that all agreements of its kind share. `text` is what people read;
it and `rules_json` are what a signed record hashes, and tests pin both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from terms.roster.clauses import Clause, Rules

if TYPE_CHECKING:
    from terms.proof.jcs import JsonValue

_PARTIES = {
    "organisation": (
        "I am the first party. You are the second party: the organisation that I deal with. Everybody else is a third "
        "party. A firm that works only on your instructions, such as a carrier or a hosting company, counts as you, "
        "and you answer for it."
    ),
    "person": "I am the first party and you are the second party. We are both private persons. Everybody else is a third party.",
}
_HEADINGS = {"require": "You must", "permit": "You may", "forbid": "You must not"}


# Compared and hashed by identity: the roster holds each agreement once, and lookups by agreement are hot.
@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """`position` orders the roster; `upstream_label` and `upstream_rules` are as published, rules as prefixed ids;
    `otherwise` is the sentence about all that no clause names; `icon` is an SVG of 24 by 24, drawn in currentColor."""

    id: str
    iri: str
    name: str
    label: str
    offered_to: Literal["organisation", "person"]
    position: int
    clauses: tuple[Clause, ...]
    rules: Rules
    intro: str
    otherwise: str
    icon: str
    upstream_label: str
    upstream_rules: tuple[str, ...]
    old_ids: tuple[str, ...]
    old_iris: tuple[str, ...]

    @property
    def text(self) -> str:
        """The agreement in plain language: one page of Markdown."""
        head = [f"# {self.name} ({self.id})", self.intro, _PARTIES[self.offered_to]]
        return "\n\n".join([*head, *self._lists(), self.otherwise, f"This agreement is {self.iri}."]) + "\n"

    @property
    def rules_json(self) -> JsonValue:
        """The clauses without their sentences, as a plain JSON value: the rules that a signed record hashes."""
        return [
            {
                "action": clause.action,
                "activity": clause.activity,
                "by": list(clause.by),
                "data": clause.data,
                "party": clause.party,
            }
            for clause in self.clauses
        ]

    def clause(self, id: str) -> Clause | None:
        """The clause of an id such as `forbid-tracking`."""
        return next((clause for clause in self.clauses if clause.id == id), None)

    def _lists(self) -> list[str]:
        lists = []
        for action, heading in _HEADINGS.items():
            points = [f"- {clause.says}" for clause in self.clauses if clause.action == action]
            if points:
                lists.append("\n".join([f"**{heading}**", "", *points]))
        return lists
