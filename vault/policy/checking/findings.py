"""What checking rules finds, as values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from terms.phrases import Phrase
from vault.policy.rules import Place, Rule


class Severity(StrEnum):
    """ERROR: the rule does nothing, or what nobody can want. WARNING: it hardly does what it says. NOTE: it may be meant so."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(Struct, frozen=True):
    """`rule` is empty for what is about the whole rule-set. `helps` says what to do."""

    severity: Severity
    code: str
    rule: str
    place: Place
    said: Phrase
    helps: Phrase

    def __str__(self) -> str:
        at = f"{self.place.file}, line {self.place.line}: " if self.place.line else ""
        return f"{at}{self.sentence}; {self.hint}"

    @property
    def sentence(self) -> str:
        return str(self.said)

    @property
    def hint(self) -> str:
        return str(self.helps)


def found(severity: Severity, code: str, rule: Rule, said: Phrase, helps: Phrase) -> Finding:
    """What `said` says of the rule, which it calls `%(rule)s`."""
    return Finding(severity, code, rule.id, rule.place, said.of(**said.values, rule=rule.id), helps)
