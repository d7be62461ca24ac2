"""What no request can make true: contradictions, rules that never apply, and rules that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from terms.phrases import Phrase, phrase
from vault.policy.checking.asking import Asking
from vault.policy.checking.findings import Finding, Severity, found
from vault.policy.proving.cases import FALSE, TRUE, Case, accepted, applies, does_not_apply, fails, undetermined
from vault.policy.proving.laws import KNOWING, facts_of
from vault.policy.rules import Condition, NamedList, Rule, RuleSet
from vault.policy.verdicts import Verdict

_EXCEPTED: Final = phrase(
    "rule `%(rule)s` can never apply: whenever its conditions are true, its exception `%(text)s` is too"
)
_REFUSED: Final = phrase(
    "rule `%(rule)s` changes nothing: whenever it applies, `%(other)s` refuses as well, and refusing is stronger"
)
_REFUSED_BY_SOME: Final = phrase(
    "rule `%(rule)s` changes nothing: whenever it applies, one of the refuse rules applies as well, and refusing is stronger"
)
_OVERRULED: Final = phrase(
    "rule `%(rule)s` never leads to accept: whenever it applies, a rule that asks or refuses counts as well"
)


def never_applying(rule: Rule, ask: Asking) -> Finding | None:
    """A contradiction among its conditions, or an exception that always covers them."""
    if not ask.is_impossible(applies(rule)) or waits_for_a_list(rule):
        return None
    wanted: Case = [((condition, TRUE),) for condition in rule.when]
    if ask.is_impossible(wanted):
        sentence = _contradiction(rule.when, ask)
        return found(Severity.ERROR, "contradiction", rule, sentence, phrase("change one of them, or delete the rule"))
    exceptions = [c for c in rule.unless if ask.is_impossible([*wanted, ((c, FALSE),)])]
    sentence = phrase("rule `%(rule)s` can never apply: whenever its conditions are true, one of its exceptions is too")
    if exceptions:
        sentence = _EXCEPTED.of(text=exceptions[0].text)
    return found(Severity.ERROR, "dead", rule, sentence, phrase("narrow the exception, or delete the rule"))


def waits_for_a_list(rule: Rule) -> bool:
    """Whether it names a list that is empty so far: it is there for the owner to fill."""
    return any(isinstance(c.operand, NamedList) and not c.operand.members for c in (*rule.when, *rule.unless))


def _contradiction(conditions: Sequence[Condition], ask: Asking) -> Phrase:
    """That the fewest conditions that cannot be true together are not, in words."""
    for size in range(1, len(conditions)):
        for some in combinations(conditions, size) if size <= 2 else ():
            if ask.is_impossible([((condition, TRUE),) for condition in some]):
                return _in_words(some)
    return _in_words(conditions)


def _in_words(conditions: Sequence[Condition]) -> Phrase:
    texts = [f"`{condition.text}`" for condition in conditions]
    if len(texts) == 1:
        return phrase("rule `%(rule)s` can never apply: %(text)s is never true", text=texts[0])
    form = phrase("rule `%(rule)s` can never apply: %(texts)s and %(last)s are never true together")
    return form.of(texts=", ".join(texts[:-1]), last=texts[-1])


def always_true(rule: Rule, ask: Asking) -> Iterator[Finding]:
    """Conditions that say nothing but that their fact is known."""
    for part, conditions in (("when", rule.when), ("unless", rule.unless)):
        for condition in conditions:
            if (
                condition.operator in KNOWING
                or waits_for_a_list(rule)
                or not ask.is_impossible([((condition, FALSE),)])
            ):
                continue
            if not ask.is_impossible([((condition, TRUE),)]):
                form = phrase("rule `%(rule)s` has `%(text)s` under `%(part)s`, which no value makes false")
                narrow = phrase("narrow it; as it is, the rule applies to no known value")
                hint = phrase("leave it out") if part == "when" else narrow
                yield found(Severity.WARNING, "always-true", rule, form.of(text=condition.text, part=part), hint)


def shadowed(rule: Rule, rules: RuleSet, ask: Asking) -> Finding | None:
    """Whenever it applies, a refusal applies too; or, for an accept rule, something else that is stricter counts."""
    if rule.then is Verdict.REFUSE:
        return None
    refusals = [other for other in rules.rules if other.then is Verdict.REFUSE and other.kinds & rule.kinds]
    if all(_refused(rule, [one for one in refusals if kind in one.kinds], ask) for kind in rule.kinds):
        alone = [one for one in refusals if rule.kinds <= one.kinds and _refused(rule, [one], ask)]
        sentence = _REFUSED.of(other=alone[0].id) if alone else _REFUSED_BY_SOME
        hint = phrase("put what it is meant to let through under `unless` of the rule that refuses, or delete it")
        return found(Severity.WARNING, "shadowed", rule, sentence, hint)
    if rule.then is Verdict.ACCEPT and not _can_accept(rule, rules, ask):
        hint = phrase("put what it is meant to let through under `unless` of the stricter rules, or delete it")
        return found(Severity.WARNING, "overruled", rule, _OVERRULED, hint)
    return None


def _refused(rule: Rule, refusals: Sequence[Rule], ask: Asking) -> bool:
    return bool(refusals) and ask.is_impossible([*applies(rule), *map(does_not_apply, refusals)])


def _can_accept(rule: Rule, rules: RuleSet, ask: Asking) -> bool:
    for kind in rule.kinds:
        stricter = [one for one in rules.rules if kind in one.kinds and one.then is not Verdict.ACCEPT]
        if not all(ask.is_impossible(case) for case in accepted([rule, *stricter], Verdict.ASK)):
            return True
    return False


def superfluous(rules: Sequence[Rule], ask: Asking) -> Iterator[Finding]:
    """Rules that say the same as another, or less than another with the same verdict."""
    facts = {id(rule): frozenset(n for c in (*rule.when, *rule.unless) for n in facts_of(c)) for rule in rules}
    done: set[str] = set()
    for at, rule in enumerate(rules):
        for other_at, other in enumerate(rules):
            candidate = other is not rule and other.then is rule.then and rule.kinds <= other.kinds
            # A rule about a fact that this one does not speak of can hardly follow from it.
            if not candidate or other.id in done or not facts[id(other)] <= facts[id(rule)]:
                continue
            if not _covered(rule, other, ask):
                continue
            same = other.kinds <= rule.kinds and _covered(other, rule, ask)
            if same and other_at > at:
                continue
            done.add(rule.id)
            yield _superfluous(rule, other, same)
            break


def _superfluous(rule: Rule, other: Rule, same: bool) -> Finding:
    if same:
        sentence = phrase("rule `%(rule)s` says the same as `%(other)s`", other=other.id)
        return found(Severity.WARNING, "duplicate", rule, sentence, phrase("delete one of the two"))
    form = phrase("rule `%(rule)s` adds nothing: whenever it applies, `%(other)s` applies with the same verdict")
    return found(
        Severity.NOTE, "subsumed", rule, form.of(other=other.id), phrase("delete it, or make the other one narrower")
    )


def _covered(rule: Rule, other: Rule, ask: Asking) -> bool:
    """Whether `other` contributes whatever `rule` does, undetermined included."""
    if not ask.is_impossible([*applies(rule), does_not_apply(other)]):
        return False
    return rule.then is Verdict.ACCEPT or ask.is_impossible([*undetermined(rule), fails(other)])
