"""A rule-set as a value, and what it means. How it is written is `language`; how it is evaluated, `evaluation`.

A condition is `fact operator operand`, and is true, false or unknown:

    is, is not                   equal; for a claim what is claimed; `is not` is unknown where `is` is
    <  <=  >  >=                 exactly; durations by their bounds, as below
    within, not within           names: is (or stands under) one of those listed. Sets: every member is / no member is.
                                 The two are no opposites for sets; an empty set is within and not within anything
    contains                     a set has a member that is (or stands under) the operand
    any of, none of              a set has a member / no member that is (or stands under) one of those listed;
                                 for a name: it is / is not one of them, or under it
    all of                       for each of those listed the set has a member that is (or stands under) it
    is known, is unknown         the fact has a value; never unknown themselves
    within last, within next     a date lies at most so long before / after today, today included, by the calendar
                                 and no further than the calendar goes
    attested by                  what is claimed is true and one of those listed attests it; a claim that nobody
                                 attests is false here, however true it is

A month has 28 to 31 days, so two durations differ by at least `low` and at most `high` days (`a - b`). What holds of both
ends holds, what holds of neither does not, and all else is unknown: `a < b` is true if high < 0 and false if low >= 0,
`a <= b` true if high <= 0 and false if low > 0, `>` and `>=` likewise. `is` is true if both are 0, and false if 0 is not
between them. So 28 days are certainly at most a month, and a month at most 31 days.

`under` follows the market tree for categories and DPV for purposes and personal data; plain texts only equal. A member of
a set that its vocabulary does not know makes unknown what would otherwise hang on it. `is` takes an IRI and a prefixed name
of DPV for the same. A single name as the operand of an operator on lists is a list of one; `contains` takes nothing but a
single name, and `all of` is unknown of a fact that is one name.

A value that is not of its fact's type, or outside its bounds, its choices or the tree of categories, is unknown (`fitting`);
a fact that the table lacks always is. An operand of another type, or another fact that is unknown, makes the condition
unknown; never an error and never false.

A rule applies when all of `when` are true and none of `unless`; it does not apply when one of `when` is false or one of
`unless` true; otherwise it is undetermined. An undetermined refuse or ask counts as ask, an undetermined accept for
nothing. The verdict is the strictest of what applies and what the undetermined contribute; when nothing applies, the default
of the request's kind is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import final

import msgspec

from vault.policy.values import Value
from vault.policy.verdicts import Kind, Verdict


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is not"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    WITHIN = "within"
    NOT_WITHIN = "not within"
    CONTAINS = "contains"
    ANY_OF = "any of"
    ALL_OF = "all of"
    NONE_OF = "none of"
    IS_KNOWN = "is known"
    IS_UNKNOWN = "is unknown"
    WITHIN_LAST = "within last"
    WITHIN_NEXT = "within next"
    ATTESTED_BY = "attested by"


@final
class OtherFact(msgspec.Struct, frozen=True, gc=False):
    """An operand that is another fact, `factor` times; `90% of contract.price.per_month` has 9/10."""

    name: str
    factor: Fraction = Fraction(1)


@final
class NamedList(msgspec.Struct, frozen=True, gc=False):
    """An operand that is a list of the rule file, or one that the owner keeps: `lists.trusted-labels`. `members` is what
    it held when the rules were loaded, so that their hash covers it."""

    name: str
    members: frozenset[str]


# A literal of the fact's type; a set of names for the operators on lists; none for `is known` and `is unknown`.
Operand = Value | OtherFact | NamedList | None


class Condition(msgspec.Struct, frozen=True, gc=False):
    """`text` is the condition as written, in one canonical form: parsing it again gives the same condition."""

    fact: str
    operator: Operator
    operand: Operand
    text: str


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a rule stands: file name and line, for messages only."""

    file: str = ""
    line: int = 0


class Rule(msgspec.Struct, frozen=True, gc=False, eq=False):
    """`kinds` are never empty. `because` is one sentence for people. Rules are equal wherever they stand."""

    id: str
    kinds: frozenset[Kind]
    when: tuple[Condition, ...]
    then: Verdict
    because: str = ""
    unless: tuple[Condition, ...] = ()
    place: Place = Place()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[object, ...]:
        return self.id, self.kinds, self.when, self.then, self.because, self.unless


class RuleSet(msgspec.Struct, frozen=True, gc=False):
    """`defaults` name the verdict where no rule applies: ask unless said otherwise, and never accept."""

    rules: tuple[Rule, ...]
    defaults: Mapping[Kind, Verdict] = {}  # msgspec makes each its own

    def default(self, kind: Kind) -> Verdict:
        return self.defaults.get(kind, Verdict.ASK)

    def joined(self, other: RuleSet) -> RuleSet:
        """Both together; the stricter default of the two counts. Ids are the caller's to keep apart."""
        kinds = {*self.defaults, *other.defaults}
        return RuleSet((*self.rules, *other.rules), {k: max(self.default(k), other.default(k)) for k in kinds})
