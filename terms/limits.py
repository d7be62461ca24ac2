"""What one agreement with the owner's additions allows, item by item: the rules behind `terms.comparison`.

Rules, for every item that a practice declares:

* A purpose is allowed where every activity that it or an ancestor belongs to (`terms.activities`) is permitted to the
  second party, and there is one. What no clause permits is not permitted, whether or not a clause forbids it.
* An operation is refused where it or an ancestor belongs to an activity that is not permitted. Others are means.
* A data category is allowed unless it or an ancestor is refused by the owner; the roster has no clause on categories.
* Whoever is neither a party nor works only for one is a third party; data may go there if sharing is permitted,
  and where only anonymised data may be shared, the practice must say that it is anonymised.
* A term that DPV does not know is in doubt, never guessed. So is one that is allowed itself but stands above one that
  the owner refuses, and a recipient's role too broad to tell whose side it is on.
* What is not declared is in doubt where it is asked for: purposes, data, recipients and AI training always, the rest
  where a clause or an addition limits it.

Each finding comes with the least repair: an entry to remove, or a value to set. Verdicts on DPV terms do not depend
on the rest of the practice and are remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from terms import dpv
from terms.activities import ACTIVITIES, OPERATIONS, PURPOSES, THIRD_PARTY_OPERATION
from terms.added_limits import AddedLimits
from terms.additions import NO_ADDITIONS, Additions
from terms.errors import FirstpartyError
from terms.findings import Finding, Repair, Value, doubt, exceeds
from terms.phrases import phrase
from terms.practice import Practice, Recipient
from terms.roster import Agreement
from terms.roster.clauses import Act, Party

_SECOND_PARTY = frozenset({"dpv:DataController", "dpv:ServiceProvider", "ieee-7012:Entity"})
_FIRST_PARTY = frozenset({"dpv:DataSubject", "ieee-7012:Person", "ieee-7012:PersonAgent"})
# Work on the second party's instructions only (the agreements' text says that they count as it).
_FOR_SECOND_PARTY = frozenset({"dpv:DataProcessor", "ieee-7012:EntityAgent"})
# May be on either side, or are given data only where the law demands it: the role alone does not tell.
_TOO_BROAD = frozenset(
    """
    dpv:Entity dpv:LegalEntity dpv:Organisation dpv:Recipient dpv:Agent dpv:LegalAgent dpv:Representative
    dpv:OrganisationalUnit dpv:DataExporter dpv:DataImporter dpv:NaturalPerson dpv:HumanSubject ieee-7012:Agent
    """.split()
)


class NotOfferedError(FirstpartyError):
    """The agreement is between persons, and an organisation's practice was compared with it."""

    code = "not-offered"


class _Shares(NamedTuple):
    """The item hands data to third parties, which is allowed as far as it is anonymised."""

    item: str


Verdict = Finding | _Shares | None
_Judge = Callable[[str], Verdict]


@dataclass(frozen=True, slots=True)
class _Column:
    """A field of DPV terms: how its terms are judged, and the verdicts so far (of known terms only, so it stays small)."""

    field: str
    kind: str
    taxonomy: dpv.Taxonomy
    judge: _Judge
    verdicts: dict[str, Verdict]


class Limits:
    """The limits of one agreement with additions. `examine` finds everything in a practice that is not allowed."""

    def __init__(self, agreement: Agreement, additions: Additions) -> None:
        if agreement.offered_to != "organisation":
            raise NotOfferedError(
                phrase("`%(id)s` is between persons and not offered to organisations", id=agreement.id)
            )
        self.agreement = agreement
        self.additions = additions
        self._added = AddedLimits(additions) if additions != NO_ADDITIONS else None
        self._purposes = _Column("purposes", "purpose", dpv.purposes(), self._purpose, {})
        self._operations = _Column("processing", "operation", dpv.processing(), self._operation, {})
        self._categories = _Column("data", "data category", dpv.personal_data(), self._category, {})

    def examine(self, practice: Practice) -> list[Finding]:
        """Every finding, in the order of the practice's fields; none where the practice is within."""
        found: list[Finding] = []
        shares: list[str] = []
        self._terms(self._purposes, practice.purposes, found, shares)
        if practice.processing:
            self._terms(self._operations, practice.processing, found, shares)
        self._terms(self._categories, practice.data, found, shares)
        self._recipients(practice.recipients, found, shares)
        if shares and practice.anonymised is not True:
            found.append(self._not_anonymised(shares, practice.anonymised))
        if practice.ai_training is not False:
            found.extend(self._ai_training(practice.ai_training))
        if practice.portability is not True:
            found.extend(self._portability(practice.portability))
        if self._added is not None:
            found.extend(self._added.examine(practice))
        return found

    def _terms(self, column: _Column, terms: Sequence[str] | None, found: list[Finding], shares: list[str]) -> None:
        if terms is None:
            found.append(_undeclared(column.field, f"what is in `{column.field}`", ()))
            return
        for term in terms:
            try:
                verdict = column.verdicts[term]
            except KeyError:
                verdict = self._judge(column, term)
            if verdict is not None:
                _sort_in(verdict, found, shares)

    def _judge(self, column: _Column, term: str) -> Verdict:
        if term not in column.taxonomy:
            return _unrecognised(column.field, term, column.kind)
        verdict = column.verdicts[term] = column.judge(term)
        return verdict

    def _purpose(self, term: str) -> Verdict:
        above = dpv.purposes().ancestors(term) or frozenset()
        if refused := above.intersection(self.additions.refused_purposes):
            return _refused("purposes", term, "refused_purposes", min(refused))
        verdict = self._activities("purposes", term, [PURPOSES[one] for one in above if one in PURPOSES])
        if verdict is None and (below := self._refused_below(term)):
            return _broader("purposes", term, below)
        return verdict

    def _refused_below(self, term: str) -> str:
        known = dpv.purposes().known(term)
        for refused in self.additions.refused_purposes:
            above = dpv.purposes().ancestors(refused) or frozenset()
            groups = [PURPOSES[one] for one in above if one in PURPOSES]
            if known in above and not isinstance(self._activities("purposes", refused, groups), Finding):
                # The agreement would allow it, if only anonymised: the owner's refusal stands against it.
                return refused
        return ""

    def _operation(self, term: str) -> Verdict:
        above = dpv.processing().ancestors(term) or frozenset()
        by: Party = "third" if THIRD_PARTY_OPERATION in above else "second"
        groups = [OPERATIONS[one] for one in above if one in OPERATIONS]
        return self._activities("processing", term, groups, by) if groups else None

    def _activities(self, field: str, term: str, groups: list[tuple[str, ...]], by: Party = "second") -> Verdict:
        shares = False
        for group in sorted(groups):
            if any(self._permits(activity, by) for activity in group):
                continue
            if "sharing" in group and self._permits("sharing", by, anonymised=True):
                shares = True
                continue
            return self._not_permitted(field, term, group[0])
        if not groups:
            why = f"`{term}` is none of the activities that agreements name, and what no clause allows is not allowed"
            return exceeds("otherwise", term, self._permitted(), why, Repair(field, term))
        return _Shares(term) if shares else None

    def _permits(self, activity: str, by: Party, *, anonymised: bool = False) -> bool:
        return Act(activity, by, "anonymised" if anonymised else "identifiable") in self.agreement.rules.permits

    def _permitted(self) -> str:
        return ", ".join(sorted({ACTIVITIES[act.activity].title for act in self.agreement.rules.permits}))

    def _not_permitted(self, field: str, term: str, activity: str) -> Finding:
        forbidding = self.agreement.clause(f"forbid-{activity}")
        title = ACTIVITIES[activity].title
        why = f"{term} is {title}, which {self.agreement.id} " + ("forbids" if forbidding else "does not allow")
        return exceeds(forbidding.id if forbidding else "otherwise", term, self._permitted(), why, Repair(field, term))

    def _category(self, term: str) -> Verdict:
        above = dpv.personal_data().ancestors(term) or frozenset()
        if refused := above.intersection(self.additions.refused_data):
            return _refused("data", term, "refused_data", min(refused))
        below = [one for one in self.additions.refused_data if dpv.personal_data().is_a(one, term)]
        return _broader("data", term, below[0]) if below else None

    def _recipients(self, recipients: tuple[Recipient, ...] | None, found: list[Finding], shares: list[str]) -> None:
        if recipients is None:
            found.append(_undeclared("recipients", "who gets data", ()))
            return
        for recipient in recipients:
            verdict = self._recipient(recipient)
            if verdict is not None:
                _sort_in(verdict, found, shares)

    def _recipient(self, recipient: Recipient) -> Verdict:
        role, name = recipient.role, str(recipient)
        above = dpv.entities().ancestors(role) if role else frozenset({"dpv:ThirdParty"})
        if above is None:
            return _unrecognised("recipients", name, "role")
        known = dpv.entities().known(role)
        if known in _SECOND_PARTY or known in _FIRST_PARTY or not above.isdisjoint(_FOR_SECOND_PARTY):
            return None
        if known in _TOO_BROAD or "dpv:Authority" in above:
            why = f"`{role}` does not say whether it is a third party"
            return doubt("forbid-sharing", name, "no third party", why, Repair("recipients", name))
        if self._permits("sharing", "second"):
            return None
        if self._permits("sharing", "second", anonymised=True):
            return _Shares(name)
        forbidding = self.agreement.clause("forbid-sharing")
        why = f"`{name}` is a third party, and {self.agreement.id} allows no sharing"
        clause = forbidding.id if forbidding else "otherwise"
        return exceeds(clause, name, "no third party", why, Repair("recipients", name))

    def _not_anonymised(self, shares: list[str], declared: bool | None) -> Finding:
        repair = Repair("anonymised", value=True)
        asked, allowed = ", ".join(shares), "anonymised data only"
        if declared is None:
            why = "it is not declared whether what third parties get is anonymised"
            return doubt("forbid-sharing", asked, allowed, why, repair)
        why = f"{self.agreement.id} allows sharing of fully anonymised data only"
        return exceeds("forbid-sharing", asked, allowed, why, repair)

    def _ai_training(self, declared: bool | None) -> Iterator[Finding]:
        if declared is None:
            yield _undeclared("ai_training", "whether AI is trained", False)
        elif declared and not self._permits("ai-training", "second"):
            why = f"{self.agreement.id} does not allow training AI"
            yield exceeds("otherwise", "ai_training", "no AI training", why, Repair("ai_training", value=False))

    def _portability(self, declared: bool | None) -> Iterator[Finding]:
        clause = self.agreement.clause("require-portability")
        if clause is None:
            return
        repair = Repair("portability", value=True)
        if declared is None:
            why = "it is not declared whether data can be taken along"
            yield doubt(clause.id, "undeclared", "portability", why, repair)
        else:
            yield exceeds(clause.id, "no portability", "portability", f"{self.agreement.id} requires it", repair)


def _sort_in(verdict: Finding | _Shares, found: list[Finding], shares: list[str]) -> None:
    if isinstance(verdict, _Shares):
        shares.append(verdict.item)
    else:
        found.append(verdict)


def _undeclared(field: str, what: str, value: Value) -> Finding:
    why = f"it is not declared {what}"
    return doubt("declaration", "undeclared", "declared", why, Repair(field, value=value))


def _unrecognised(field: str, term: str, kind: str) -> Finding:
    why = f"`{term}` is no {kind} of DPV {dpv.VERSION}"
    return doubt("declaration", term, f"a {kind} of the vocabulary", why, Repair(field, term))


def _refused(field: str, term: str, addition: str, refused: str) -> Finding:
    why = f"{term} is refused" if term == refused else f"{term} stands under {refused}, which is refused"
    return exceeds(f"additions/{addition}", term, f"not {refused}", why, Repair(field, term))


def _broader(field: str, term: str, refused: str) -> Finding:
    why = f"{term} may include {refused}, which is refused"
    return doubt(f"additions/refused_{field}", term, f"not {refused}", why, Repair(field, term))
