"""A list of rules as one Python function, for requests whose category is known beforehand.

    def decide(facts, category): ...

Rule after rule, each a block that is left at the first condition which decides that the rule does not apply; what remains
applies or is undetermined, and is noted with the values it was decided by. Reasons are not made here: whoever reads them
has them made by the plain evaluator from these values, so the two cannot differ in what they say.

A fact is looked up where the first rule needs it. Where an earlier rule may or may not have come so far, its variable
starts as UNREAD and is looked at first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vault.policy.condition_source import Sides, Tests, tests
from vault.policy.evaluation import DATED, TODAY, Observed, reason_of
from vault.policy.fact import Fact
from vault.policy.fact_source import CATEGORY, Namespace, Variable, lookup, variable
from vault.policy.outcome import Outcome, Reason
from vault.policy.rules import Condition, OtherFact, Rule
from vault.policy.values import Value
from vault.policy.verdicts import Truth, Verdict

Decide = Callable[[Mapping[str, object], str | None], Outcome]
# What each condition on the category alone comes to, for the category in question.
Decided = Mapping[Condition, Truth]


class Noted:
    """A rule with the names of the facts that it speaks of; called with their values, the reason that it is."""

    __slots__ = ("_names", "_rule", "_table")

    def __init__(self, rule: Rule, names: tuple[str, ...], table: Mapping[str, Fact]) -> None:
        self._rule = rule
        self._names = names
        self._table = table

    def __call__(self, values: tuple[Value | None, ...], /) -> Reason:
        return reason_of(self._rule, Observed(dict(zip(self._names, values, strict=True)), self._table))


def decision_function(rules: Sequence[Rule], default: Verdict, decided: Decided, table: Mapping[str, Fact]) -> Decide:
    """The function for these rules, in their order."""
    body = _Body(decided, table)
    for rule in rules:
        body.add(rule)
    names = body.space.names
    names.update(Outcome=Outcome, VERDICTS=tuple(Verdict), DEFAULT=default, NOTHING=Outcome(default, (), True))
    # INVARIANT: the source is made of templates and of names made here; nothing from a rule stands in it.
    exec(compile(body.source(), "<rules>", "exec"), names)  # noqa: S102
    decide: Decide = names["decide"]  # type: ignore[assignment]  # the source defines it
    return decide


@dataclass
class _Body:
    decided: Decided
    table: Mapping[str, Fact]
    space: Namespace = field(default_factory=Namespace)
    lines: list[str] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    # Facts that have been looked up on every way here, on some way, and those that must start as UNREAD.
    surely: set[str] = field(default_factory=lambda: {CATEGORY})
    perhaps: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def source(self) -> str:
        start = [f"{self.variables[name].value} = UNREAD" for name in sorted(self.unread)]
        return "\n".join(["def decide(facts, category):", *_indented([*_OPENING, *start, *self.lines, *_CLOSING])])

    def add(self, rule: Rule) -> None:
        """Nothing at all for a rule that the category has decided against."""
        when = [(condition, self.decided.get(condition, _OPEN)) for condition in rule.when]
        unless = [(condition, self.decided.get(condition, _OPEN)) for condition in rule.unless]
        if any(truth is False for _, truth in when) or any(truth is True for _, truth in unless):
            return
        block = _Block(self, set(self.surely))
        for condition, truth in when:
            block.test(condition, truth, leave_if=False)
        for condition, truth in unless:
            block.test(condition, truth, leave_if=True)
        self.lines += ["while True:", *_indented([*block.lines, *block.end(rule), "break"])]

    def variable(self, name: str) -> Variable:
        if name not in self.variables:
            self.variables[name] = variable(len(self.variables), name, self.table.get(name), self.space)
        return self.variables[name]


_OPEN = object()
_OPENING = ("best = -1", "floor = 0", "noted = []")
_CLOSING = (
    "if not noted: return NOTHING",
    "by_default = best < 0",
    "if by_default: best = DEFAULT",
    "if best < floor: best = floor",
    "return Outcome(VERDICTS[best], noted, by_default)",
)


@dataclass
class _Block:
    """One rule being written. `sure` are the facts that have been looked up by the line that comes next."""

    body: _Body
    sure: set[str]
    lines: list[str] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    leaves: bool = False

    def test(self, condition: Condition, truth: object, leave_if: bool) -> None:
        """The condition, and the way out where it is `leave_if`."""
        if truth is None:
            self.unknowns.append("True")
        if truth is not _OPEN:
            return
        for name in facts_of(condition):
            self._look_up(name)
        found = self._tests(condition)
        self.lines += found.before
        self.lines.append(f"if {found.true if leave_if else found.false}: break")
        self.leaves = True
        if found.unknown != "False":
            self.unknowns.append(found.unknown)

    def _tests(self, condition: Condition) -> Tests:
        variable = self.body.variable
        other = variable(condition.operand.name) if isinstance(condition.operand, OtherFact) else None
        today = variable(TODAY) if condition.operator in DATED else None
        return tests(Sides(condition, variable(condition.fact), other, today), self.body.space)

    def _look_up(self, name: str) -> None:
        if name in self.sure:
            return
        variable, body = self.body.variable(name), self.body
        lines = lookup(variable, body.space)
        if name in body.perhaps:
            body.unread.add(name)
            lines = [f"if {variable.value} is UNREAD:", *_indented(lines)]
        self.lines += lines
        self.sure.add(name)
        body.perhaps.add(name)
        if not self.leaves:
            body.surely.add(name)

    def end(self, rule: Rule) -> Iterator[str]:
        """What the rule adds to the verdict, and the note of it."""
        then = rule.then
        applies = f"if best < {int(then)}: best = {int(then)}"
        if not self.unknowns:
            yield applies
        elif then is not Verdict.ACCEPT:
            yield f"if {' or '.join(self.unknowns)}: floor = 1"
            yield f"elif best < {int(then)}: best = {int(then)}"
        elif "True" not in self.unknowns:
            yield f"if best < 0 and not ({' or '.join(self.unknowns)}): best = 0"
        names = tuple(dict.fromkeys(name for one in (*rule.when, *rule.unless) for name in facts_of(one)))
        values = "".join(f"{self.body.variable(name).value}, " for name in names)
        yield f"noted.append(({self.body.space.constant(Noted(rule, names, self.body.table))}, ({values})))"


def facts_of(condition: Condition) -> Iterator[str]:
    """In the order in which they are looked up."""
    yield condition.fact
    if isinstance(condition.operand, OtherFact):
        yield condition.operand.name
    if condition.operator in DATED:
        yield TODAY


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
