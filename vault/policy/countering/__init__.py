"""Counter-offers: the smallest changes, in what the vendor controls, with which a request would be accepted.

`counters` starts at each accept rule of the request's kind and repairs what stands in its way, one condition at a time:
conditions of the rule that do not hold, then rules that refuse or ask. A repair gives one fact the nearest value with which
everything wanted of that fact so far holds (`nearby`). Whatever comes out has been evaluated again and accepted; changes
that are not needed for that are taken back; and a counter that asks for more than another one is dropped.

Only facts under the vendor's influence change. A bound may give away a fact of the owner ("at most 90% of what I pay"):
`Counter.reveals` names them, and `disclosed` leaves such counters out unless the owner allows it.

The search is bounded; where it finds nothing it may have overlooked something, which costs a vendor a hint and the owner
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from vault.policy.countering.nearby import Want, distance, mirrored, nearest
from vault.policy.evaluation import evaluate, seen
from vault.policy.fact import Fact, Influence
from vault.policy.facts import TABLE, Facts
from vault.policy.fitting import fitting
from vault.policy.outcome import Outcome
from vault.policy.rules import Condition, OtherFact, Rule, RuleSet
from vault.policy.values import Value
from vault.policy.verdicts import Kind, Truth, Verdict

# More than three alternatives are no counter-offer but a questionnaire.
MOST = 3
# Drafts looked at for one accept rule. Real rule-sets need some ten; this bounds rules with many alternatives.
_MAX_STEPS = 300
# Rules evaluated for one request, over all accept rules together. A dozen rules need some thousand; a hundred thousand
# accept rules would otherwise be tried against each other. About a quarter of a second at most.
_MAX_EVALUATED = 100_000
# Repairs in a row: each fixes a condition, and a counter that asks for more than a dozen changes is a refusal.
_MAX_DEPTH = 12
# Families of facts that tell of the owner.
_OWN = ("contract.", "me.", "intent.")
_CHANGEABLE = (Influence.VENDOR, Influence.DERIVED)


class Change(Struct, frozen=True):
    """`bound` tells how the value is meant: `at most`, `at least`, or exactly (`""`)."""

    fact: str
    value: Value
    bound: str = ""


class Counter(Struct, frozen=True):
    """`rule` would accept with these changes. `reveals` are facts of the owner that a bound was reckoned from."""

    rule: str
    changes: tuple[Change, ...]
    reveals: frozenset[str] = frozenset()


class _Draft(Struct, frozen=True):
    changes: Mapping[str, Value]
    wants: Mapping[str, tuple[Want, ...]]


def counters(rules: RuleSet, kind: Kind, facts: Facts, table: Mapping[str, Fact] = TABLE) -> tuple[Counter, ...]:
    """At most three incomparable counters, the smallest first; none when the request is accepted as it is."""
    facts, effort = _Fitting(facts, table), _Effort(_MAX_EVALUATED)
    nearest_first = _nearest_first(rules, kind, facts, table)
    if not nearest_first or evaluate(rules, kind, facts, table).verdict is Verdict.ACCEPT:
        return ()
    mine = RuleSet(tuple(rule for rule in rules.rules if kind in rule.kinds), rules.defaults)
    found = [counter for rule in nearest_first for counter in _Search(mine, kind, facts, table, rule, effort).found()]
    found.sort(key=lambda counter: (len(counter.changes), _size(counter, facts), counter.rule))
    least: list[Counter] = []
    for counter in found:
        if not any(_asks_no_more(other, counter, facts) for other in least):
            least.append(counter)
    return tuple(least[:MOST])


def _nearest_first(rules: RuleSet, kind: Kind, facts: Facts, table: Mapping[str, Fact]) -> list[Rule]:
    """The accept rules that a vendor's changes can make apply, those with the fewest open conditions first."""
    open_conditions = [
        (len(wants), rule)
        for rule in rules.rules
        if rule.then is Verdict.ACCEPT and kind in rule.kinds
        for wants in (_wants(rule, facts, table),)
        if all(_is_changeable(want, table) for want in wants)
    ]
    return [rule for _, rule in sorted(open_conditions, key=lambda one: one[0])]


def _wants(rule: Rule, facts: Facts, table: Mapping[str, Fact]) -> list[Want]:
    """What of a rule has to be otherwise for it to apply."""
    return [
        Want(condition, value)
        for conditions, value in ((rule.when, True), (rule.unless, False))
        for condition in conditions
        if seen(condition, facts, table).value is not value
    ]


def _is_changeable(want: Want, table: Mapping[str, Fact]) -> bool:
    return any(True for _ in _targets(want, table))


def _targets(want: Want, table: Mapping[str, Fact]) -> Iterator[Want]:
    """The want as it is said of each fact of its condition that the vendor can change."""
    for condition in (want.condition, mirrored(want.condition)):
        fact = table.get(condition.fact) if condition else None
        if condition and fact and fact.influence in _CHANGEABLE:
            yield Want(condition, want.value)


def disclosed(found: tuple[Counter, ...], *, may_reveal: bool) -> tuple[Counter, ...]:
    """Those that a vendor may be told."""
    return tuple(counter for counter in found if may_reveal or not counter.reveals)


class Changed(Mapping[str, Value | None]):
    """Facts with some of them changed; the others are looked up when they are needed, as before."""

    def __init__(self, facts: Facts, changes: Mapping[str, Value]) -> None:
        self._facts, self._changes = facts, changes

    def __getitem__(self, name: str) -> Value | None:
        return self._changes[name] if name in self._changes else self._facts.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter({*self._facts, *self._changes})

    def __len__(self) -> int:
        return len({*self._facts, *self._changes})


def taken_up(facts: Facts, counter: Counter) -> Facts:
    """The facts as they would be if the vendor took up the counter."""
    return Changed(facts, {change.fact: change.value for change in counter.changes})


class _Fitting(Mapping[str, Value | None]):
    """Facts as evaluation takes them: what does not fit is not known."""

    def __init__(self, facts: Facts, table: Mapping[str, Fact]) -> None:
        self._facts, self._table = facts, table

    def __getitem__(self, name: str) -> Value | None:
        fact = self._table.get(name)
        return None if fact is None else fitting(fact, self._facts.get(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class _Effort:
    """What may still be spent, in rules evaluated."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, rules: int) -> bool:
        """Whether there is so much left; then it is spent."""
        self._left -= rules
        return self._left >= 0


class _Search:
    """Everything that makes one accept rule decide the request."""

    def __init__(
        self, rules: RuleSet, kind: Kind, facts: Facts, table: Mapping[str, Fact], rule: Rule, effort: _Effort
    ) -> None:
        self._rules, self._kind, self._facts, self._table, self._rule = rules, kind, facts, table, rule
        self._effort = effort
        self._steps = 0
        self._visited: set[frozenset[tuple[str, Value]]] = set()

    def found(self) -> list[Counter]:
        return [self._counter(self._needed(draft)) for draft in self._accepted(_Draft({}, {}), 0)]

    def _accepted(self, draft: _Draft, depth: int) -> Iterator[_Draft]:
        known = frozenset(draft.changes.items())
        self._steps += 1
        if known in self._visited or self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
            return
        self._visited.add(known)
        wants = _wants(self._rule, Changed(self._facts, draft.changes), self._table)[:1]
        if not wants:
            outcome = self._outcome(draft.changes)
            if outcome is None or outcome.verdict is Verdict.ACCEPT:
                yield from [draft] if outcome else []
                return
            wants = _against(outcome)
        for want in wants:
            for repaired in self._repairs(draft, want):
                yield from self._accepted(repaired, depth + 1)

    def _outcome(self, changes: Mapping[str, Value]) -> Outcome | None:
        """None when nothing may be spent any more."""
        if not self._effort.spend(len(self._rules.rules)):
            return None
        return evaluate(self._rules, self._kind, Changed(self._facts, changes), self._table)

    def _repairs(self, draft: _Draft, want: Want) -> Iterator[_Draft]:
        for target in _targets(want, self._table):
            name, facts = target.condition.fact, Changed(self._facts, draft.changes)
            wants = (*draft.wants.get(name, ()), target)
            value = self._nearest(self._table[name], facts, wants)
            if value is not None:
                yield _Draft({**draft.changes, name: value}, {**draft.wants, name: wants})

    def _nearest(self, fact: Fact, facts: Facts, wants: tuple[Want, ...]) -> Value | None:
        """The nearest to what was offered, with all changes so far in place."""

        def holds(condition: Condition, value: Value) -> Truth:
            return seen(condition, Changed(facts, {fact.name: value}), self._table).value

        today = self._facts.get("now.date")
        return nearest(
            fact,
            self._facts.get(fact.name),
            wants,
            lambda condition: seen(condition, facts, self._table).required,
            holds,
            today if isinstance(today, date) else None,
        )

    def _needed(self, draft: _Draft) -> _Draft:
        """Without the changes that turn out not to be needed."""
        changes = dict(draft.changes)
        for name in tuple(changes):
            fewer = {other: value for other, value in changes.items() if other != name}
            outcome = self._outcome(fewer)
            if outcome is not None and outcome.verdict is Verdict.ACCEPT:
                changes = fewer
        return _Draft(changes, draft.wants)

    def _counter(self, draft: _Draft) -> Counter:
        changes = tuple(Change(name, value, _bound(draft.wants[name])) for name, value in sorted(draft.changes.items()))
        operands = [
            want.condition.operand.name
            for change in changes
            for want in draft.wants[change.fact]
            if isinstance(want.condition.operand, OtherFact)
        ]
        return Counter(self._rule.id, changes, frozenset(name for name in operands if name.startswith(_OWN)))


def _against(outcome: Outcome) -> list[Want]:
    """What has to be otherwise for the first rule in the way to say nothing: any of these."""
    for reason in outcome.reasons:
        if reason.contributes is not None and reason.contributes is not Verdict.ACCEPT:
            against = [Want(condition, False) for condition in reason.rule.when]
            return against + [Want(condition, True) for condition in reason.rule.unless]
    return []


def _bound(wants: tuple[Want, ...]) -> str:
    uppers = {want.is_upper for want in wants}
    if uppers == {True}:
        return "at most"
    return "at least" if uppers == {False} else ""


def _size(counter: Counter, facts: Facts) -> float:
    return float(sum(distance(facts.get(change.fact), change.value) for change in counter.changes))


def _asks_no_more(one: Counter, other: Counter, facts: Facts) -> bool:
    asked = {change.fact: change.value for change in other.changes}
    return all(
        change.fact in asked
        and distance(facts.get(change.fact), change.value) <= distance(facts.get(change.fact), asked[change.fact])
        for change in one.changes
    )
