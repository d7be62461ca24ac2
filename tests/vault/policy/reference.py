"""A second evaluator, written as plainly as the docstring of `vault.policy.rules` allows and used as an oracle only.

It shares with the product the classes of values, rules and outcomes, the fact table, the category tree and the tables of
DPV. Everything between them is written again, with no regard to time.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from terms import dpv
from vault import categories
from vault.policy.facts import TABLE, Fact
from vault.policy.outcome import Outcome, Reason, Seen
from vault.policy.rules import Condition, NamedList, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import Amount, Claim, Duration, FactType, Value
from vault.policy.verdicts import Kind, State, Truth, Verdict

MOST = 10**80


def evaluate(rules: RuleSet, kind: Kind, facts: Mapping[str, object]) -> Outcome:
    reasons = []
    for rule in rules.rules:
        if kind in rule.kinds:
            reason = evaluate_rule(rule, facts)
            if reason is not None:
                reasons.append(reason)
    verdicts = []
    for reason in reasons:
        if reason.state is State.APPLIES:
            verdicts.append(reason.rule.then)
        elif reason.rule.then in (Verdict.REFUSE, Verdict.ASK):
            verdicts.append(Verdict.ASK)
    nothing_applies = not any(reason.state is State.APPLIES for reason in reasons)
    if nothing_applies:
        verdicts.append(rules.default(kind))
    return Outcome(max(verdicts), tuple(reasons), nothing_applies)


def evaluate_rule(rule: Rule, facts: Mapping[str, object]) -> Reason | None:
    when = tuple(evaluate_condition(condition, facts) for condition in rule.when)
    unless = tuple(evaluate_condition(condition, facts) for condition in rule.unless)
    if any(seen.value is False for seen in when) or any(seen.value is True for seen in unless):
        return None
    certain = all(seen.value is True for seen in when) and all(seen.value is False for seen in unless)
    return Reason(rule, State.APPLIES if certain else State.UNDETERMINED, when, unless)


def evaluate_condition(condition: Condition, facts: Mapping[str, object]) -> Seen:
    observed = value_of(condition.fact, facts)
    required = operand_of(condition, facts)
    return Seen(condition, observed, required, result(condition, observed, required, value_of("now.date", facts)))


def operand_of(condition: Condition, facts: Mapping[str, object]) -> Value | None:
    operand = condition.operand
    if isinstance(operand, NamedList):
        return operand.members
    if not isinstance(operand, OtherFact):
        return operand
    value = value_of(operand.name, facts)
    if operand.factor == 1 or value is None:
        return value
    if isinstance(value, Amount):
        return Amount(whole(value.minor * operand.factor), value.currency)
    if type(value) in (int, Fraction):
        return whole(value * operand.factor)  # type: ignore[operator]
    return None


def whole(number: Fraction) -> Fraction | int:
    return int(number) if number.denominator == 1 else number


def result(condition: Condition, a: Value | None, b: Value | None, today: Value | None) -> Truth:  # noqa: C901  # a plain list
    op = condition.operator
    if op is Operator.IS_KNOWN:
        return a is not None
    if op is Operator.IS_UNKNOWN:
        return a is None
    if a is None or b is None:
        return None
    fact = TABLE[condition.fact]
    if op is Operator.IS:
        return equal(fact.type, a, b)
    if op is Operator.IS_NOT:
        return opposite(equal(fact.type, a, b))
    if op in (Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST):
        return agreed(
            {"<": by < 0, "<=": by <= 0, ">": by > 0, ">=": by >= 0}[op.value] for by in possible_differences(a, b)
        )
    if op in (Operator.WITHIN_LAST, Operator.WITHIN_NEXT):
        if type(a) is not date or not isinstance(b, Duration) or type(today) is not date:
            return None
        return moved(today, b, -1) <= a <= today if op is Operator.WITHIN_LAST else today <= a <= moved(today, b, 1)
    if op is Operator.CONTAINS and not isinstance(b, str):
        return None
    names = frozenset({b}) if isinstance(b, str) else b
    if not isinstance(names, frozenset):
        return None
    if op is Operator.ATTESTED_BY:
        return a.value is True and any(name in names for name in a.attested_by) if isinstance(a, Claim) else None
    if isinstance(a, str):
        hit = any_true(stands_under(fact.type, a, name) for name in names)
        by_name = {Operator.WITHIN: hit, Operator.ANY_OF: hit}
        by_name |= {Operator.NOT_WITHIN: opposite(hit), Operator.NONE_OF: opposite(hit)}
        return by_name.get(op)
    return of_a_set(fact.type, op, a, names) if isinstance(a, frozenset) else None


def of_a_set(type: FactType, op: Operator, members: frozenset[str], names: frozenset[str]) -> Truth:
    def hit(member: str) -> Truth:
        return any_true(stands_under(type, member, name) for name in names)

    if op in (Operator.ANY_OF, Operator.CONTAINS):
        return any_true(hit(member) for member in members)
    if op in (Operator.NONE_OF, Operator.NOT_WITHIN):
        return all_true(opposite(hit(member)) for member in members)
    if op is Operator.WITHIN:
        return all_true(hit(member) for member in members)
    assert op is Operator.ALL_OF
    return all_true(any_true(stands_under(type, member, name) for member in members) for name in names)


def equal(type: FactType, a: Value, b: Value) -> Truth:
    a = a.value if isinstance(a, Claim) else a
    b = b.value if isinstance(b, Claim) else b
    if isinstance(a, bool) and isinstance(b, bool):
        return a == b
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        forth = all_true(any_true(mean_the_same(type, x, y) for y in b) for x in a)
        back = all_true(any_true(mean_the_same(type, x, y) for x in a) for y in b)
        return all_true([forth, back])
    return agreed(by == 0 for by in possible_differences(a, b))


def possible_differences(a: Value, b: Value) -> list[Fraction | int]:
    """What `a - b` can be: of durations one that is negative, 0 and positive suffice; none where they do not compare."""
    if isinstance(a, Amount) and isinstance(b, Amount):
        return [a.minor - b.minor] if a.currency == b.currency else []
    if isinstance(a, Duration) and isinstance(b, Duration):
        spans = days_of_months(a.months - b.months)
        least, most = min(spans) + a.days - b.days, max(spans) + a.days - b.days
        return [least, most, *([0] if least < 0 < most else [])]
    if type(a) is date and type(b) is date:
        return [a.toordinal() - b.toordinal()]
    if type(a) in (int, Fraction) and type(b) in (int, Fraction):
        return [a - b]  # type: ignore[operator]
    return []


@cache
def days_of_months(months: int) -> frozenset[int]:
    """How many days so many months have, counted from each month of 400 years; whole such cycles are 146,097 days each."""
    cycles, rest = divmod(months, 4_800)
    return frozenset(
        cycles * 146_097
        + date(2000 + (start + rest) // 12, (start + rest) % 12 + 1, 1).toordinal()
        - date(2000 + start // 12, start % 12 + 1, 1).toordinal()
        for start in range(4_800)
    )


def agreed(values: Iterable[bool]) -> Truth:
    """What all say; unknown where they differ, and where there are none."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def terms_of(type: FactType) -> dpv.Taxonomy | None:
    if type is FactType.PURPOSES:
        return dpv.purposes()
    return dpv.personal_data() if type is FactType.PERSONAL_DATA else None


def stands_under(type: FactType, term: str, above: str) -> Truth:
    if type is FactType.CATEGORY:
        return categories.is_under(term, above)
    terms = terms_of(type)
    return term == above if terms is None else terms.is_a(term, above)


def mean_the_same(type: FactType, one: str, other: str) -> Truth:
    terms = terms_of(type)
    if terms is None or one == other:
        return one == other
    if terms.known(one) is None or terms.known(other) is None:
        return None
    return terms.known(one) == terms.known(other)


def value_of(name: str, facts: Mapping[str, object]) -> Value | None:
    value = facts.get(name)
    return value if name in TABLE and fits(TABLE[name], value) else None  # type: ignore[return-value]


def fits(fact: Fact, value: object) -> bool:  # noqa: C901  # a plain list
    number = type(value) is int or type(value) is Fraction
    match fact.type:
        case FactType.INTEGER:
            return type(value) is int and in_bounds(fact, value)
        case FactType.NUMBER:
            return isinstance(value, int | Fraction) and number and in_bounds(fact, value)
        case FactType.MONEY:
            if type(value) is not Amount or type(value.currency) is not str:
                return False
            return type(value.minor) in (int, Fraction) and in_bounds(fact, value.minor)
        case FactType.DURATION:
            if type(value) is not Duration or type(value.months) is not int or type(value.days) is not int:
                return False
            if fact.least is not None and (value.months < fact.least or value.days < fact.least):
                return False
            return -120_000 <= value.months <= 120_000 and -3_660_000 <= value.days <= 3_660_000
        case FactType.DATE:
            return type(value) is date
        case FactType.TIME:
            return type(value) is int and 0 <= value < 24 * 60
        case FactType.TRUTH:
            return type(value) is bool
        case FactType.CLAIM:
            return type(value) is Claim and is_bool(value.value) and is_set_of_names(value.attested_by)
        case FactType.TEXT:
            return type(value) is str
        case FactType.CHOICE:
            return type(value) is str and value in fact.choices
        case FactType.CATEGORY:
            return type(value) is str and value in categories.tree()
        case _:
            return is_set_of_names(value)


def in_bounds(fact: Fact, number: Fraction | int) -> bool:
    exact = Fraction(number)
    least = -MOST if fact.least is None else fact.least
    return least <= exact and -MOST <= exact.numerator <= MOST and exact.denominator <= MOST


def is_bool(value: object) -> bool:
    return type(value) is bool


def is_set_of_names(value: object) -> bool:
    return type(value) is frozenset and len(value) <= 1000 and all(type(member) is str for member in value)


def moved(day: date, span: Duration, sign: int) -> date:
    """By the calendar, months before days; what leaves the calendar stays at its end."""
    months = day.year * 12 + day.month - 1 + sign * span.months
    year, month = months // 12, months % 12 + 1
    if year < 1:
        day = date.min
    elif year > 9999:
        day = date.max
    else:
        day = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    try:
        return day + timedelta(days=sign * span.days)
    except OverflowError:
        return date.max if sign * span.days > 0 else date.min


def opposite(value: Truth) -> Truth:
    return None if value is None else not value


def any_true(values: object) -> Truth:
    found = list(values)  # type: ignore[call-overload]
    return True if True in found else (None if None in found else False)


def all_true(values: object) -> Truth:
    found = list(values)  # type: ignore[call-overload]
    return False if False in found else (None if None in found else True)
