"""Rules, conditions and decisions in words, for whoever does not write rules.

    condition("offer.price.per_month <= 85 EUR")    the regular price a month · at most · 85 EUR
    trace(decision, facts)                          every rule behind a decision, with what it saw

Words that are ours go through gettext where a template shows them; values do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from vault.butler.decisions import Decision
from vault.policy.facts import TABLE, Facts
from vault.policy.language.operators import CONDITION
from vault.policy.rules import Operator
from vault.policy.values import FactType
from vault.policy.writing import JsonValue, from_json, shown
from web.pages.frame.wording import mark, term

BUILTIN: Final = "builtin/"
VERDICTS: Final[Mapping[str, str]] = {"accept": mark("accepted"), "ask": mark("asks you"), "refuse": mark("declined")}
DOES: Final[Mapping[str, str]] = {"accept": mark("accept"), "ask": mark("ask me"), "refuse": mark("decline")}
OUGHT: Final[Mapping[str, str]] = {
    "accept": mark("It should be accepted"),
    "ask": mark("It should ask me"),
    "refuse": mark("It should be declined"),
}
# How a verdict looks, as a kind of tag.
LOOKS: Final[Mapping[str, str]] = {"accept": "", "ask": "warn", "refuse": "bad"}
KINDS: Final[Mapping[str, str]] = {
    "first-contact": mark("first contacts"),
    "terms": mark("terms"),
    "data-request": mark("requests for your details"),
    "offer": mark("offers"),
    "promotion": mark("advertised offers"),
    "message": mark("messages"),
    "renewal": mark("renewals"),
    "price-change": mark("price changes"),
}
KIND: Final[Mapping[str, str]] = {
    "first-contact": mark("first contact"),
    "terms": mark("terms"),
    "data-request": mark("request for details"),
    "offer": mark("offer"),
    "promotion": mark("advertised offer"),
    "message": mark("message"),
    "renewal": mark("renewal"),
    "price-change": mark("price change"),
}
# What a decision does, where the rules' own word says too little.
EFFECTS: Final[Mapping[str, str]] = {
    "eligible": mark("takes part in what you are looking for"),
    "in the digest": mark("waits in your digest"),
    "filed away": mark("put aside"),
}
RELATIONS: Final[Mapping[str, str]] = {
    Operator.IS: mark("is"),
    Operator.IS_NOT: mark("is not"),
    Operator.LESS: mark("below"),
    Operator.AT_MOST: mark("at most"),
    Operator.MORE: mark("above"),
    Operator.AT_LEAST: mark("at least"),
    Operator.WITHIN: mark("is one of"),
    Operator.NOT_WITHIN: mark("is none of"),
    Operator.CONTAINS: mark("has"),
    Operator.ANY_OF: mark("is one of"),
    Operator.ALL_OF: mark("has all of"),
    Operator.NONE_OF: mark("is none of"),
    Operator.IS_KNOWN: mark("is known"),
    Operator.IS_UNKNOWN: mark("is not known"),
    Operator.WITHIN_LAST: mark("in the last"),
    Operator.WITHIN_NEXT: mark("in the next"),
    Operator.ATTESTED_BY: mark("vouched for by"),
}
# Of those that rules speak of most, shorter than what the table of facts says.
_SUBJECTS: Final[Mapping[str, str]] = {
    "offer.price.per_month": mark("price a month"),
    "offer.cost.first_year": mark("cost of the first year"),
    "offer.cost.commitment": mark("the most it commits you to"),
    "offer.contract.minimum_term": mark("bound at first for"),
    "offer.contract.notice": mark("notice to give"),
    "vendor.domain": mark("the vendor's domain"),
    "vendor.breaches": mark("agreements that the vendor broke"),
    "terms.result": mark("what it wants, against your terms"),
    "terms.standing": mark("the terms that it names, against yours"),
    "data.categories": mark("details that it wants"),
    "data.retention": mark("it keeps them for"),
    "contract.price.per_month": mark("what you pay a month today"),
}
# What a meaning says beyond the first thing.
_BESIDE: Final = re.compile(r"; |: | \(")
_TRUTHS: Final = (FactType.TRUTH, FactType.CLAIM)
_YES: Final = {("is", "true"): mark("yes"), ("is", "false"): mark("no")}
_TERMS: Final = (FactType.PURPOSES, FactType.PERSONAL_DATA)
MET: Final[Mapping[str, str]] = {"true": mark("yes"), "false": mark("no"), "unknown": mark("not known")}


@dataclass(frozen=True, slots=True)
class Said:
    """A condition: `subject` and `relation` are our words, `value` is as written. `text` is the condition of the rule."""

    subject: str
    relation: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SeenSaid:
    """A condition with what was found. `met` is one of `MET`."""

    said: Said
    observed: str
    met: str
    is_exception: bool


@dataclass(frozen=True, slots=True)
class Because:
    """A rule of a decision: `is_behind` where the verdict is its doing."""

    rule: str
    sentence: str
    effect: str
    is_undetermined: bool
    is_behind: bool
    seen: tuple[SeenSaid, ...]

    @property
    def is_builtin(self) -> bool:
        return self.rule.startswith(BUILTIN)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would have to be otherwise: `the regular price a month · at most · 85.00 EUR · now 99.00 EUR`."""

    subject: str
    relation: str
    value: str
    now: str


def subject(name: str) -> str:
    """What a fact is, in a few words."""
    fact = TABLE.get(name)
    if fact is None or name in _SUBJECTS:
        return _SUBJECTS.get(name, name)
    said = _BESIDE.split(fact.meaning, maxsplit=1)[0].removeprefix("whether ")
    first, _, _ = said.partition(", ")
    return first if " " in first else said


def condition(text: str) -> Said:
    found = CONDITION.fullmatch(text)
    if found is None:
        return Said(text, "", "", text)
    name, operator, rest = found[1], " ".join((found[2] or "").split()), found[3].strip()
    fact = TABLE.get(name)
    if fact and fact.type in _TRUTHS and (yes := _YES.get((operator, rest))):
        return Said(subject(name), yes, "", text)
    return Said(subject(name), RELATIONS.get(operator, operator), _operand(rest, is_term=_is_of_terms(name)), text)


def _is_of_terms(name: str) -> bool:
    fact = TABLE.get(name)
    return fact is not None and fact.type in _TERMS


def _operand(text: str, *, is_term: bool) -> str:
    if text.startswith("lists."):
        return f"“{text.removeprefix('lists.')}”"
    factor, _, name = text.rpartition(" ")
    if name in TABLE:
        return f"{factor} {subject(name)}".strip()
    members = [one.strip().strip('"') for one in text.strip("[]").split(", ")]
    return ", ".join(term(one) if is_term else one for one in members)


def value(name: str, json: JsonValue) -> str:
    """A value of a fact; empty where it is not known."""
    fact = TABLE.get(name)
    found = from_json(fact, json) if fact else None
    if fact is None or found is None:
        return ""
    if isinstance(found, frozenset):
        return ", ".join(sorted(term(one) for one in found))
    return (
        shown(found, fact).replace("true", mark("yes")).replace("false", mark("no"))
        if fact.type in _TRUTHS
        else shown(found, fact)
    )


def behind(made: Decision) -> tuple[Because, ...]:
    """Every rule of a decision; those that made the verdict first."""
    found = [_because(one, made.decided) for one in made.reasons if isinstance(one, dict)]
    return tuple(sorted(found, key=lambda one: not one.is_behind))


def why(made: Decision) -> tuple[Because, ...]:
    """The rules that made the verdict what it is; none where no rule applied."""
    return tuple(one for one in behind(made) if one.is_behind)


def _because(one: dict[str, JsonValue], decided: str) -> Because:
    rule, effect, is_open = str(one["rule"]), str(one["effect"]), one["state"] == "undetermined"
    contributes = effect if not is_open else "" if effect == "accept" else "ask"
    seen = (*_seen(one["conditions"], is_exception=False), *_seen(one["unless"], is_exception=True))
    return Because(rule, str(one["because"] or rule), effect, is_open, contributes == decided, seen)


def _seen(found: JsonValue, *, is_exception: bool) -> Iterator[SeenSaid]:
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            said = condition(str(one["text"]))
            name = str(one["text"]).split(maxsplit=1)[0]
            yield SeenSaid(said, value(name, one["observed"]), str(one["value"]), is_exception)


def changes(counters: list[JsonValue], facts: Facts) -> tuple[tuple[Change, ...], ...]:
    """What would be accepted instead, each as what would have to change."""
    return tuple(tuple(_changes(one, facts)) for one in counters if isinstance(one, dict))


def _changes(counter: dict[str, JsonValue], facts: Facts) -> Iterator[Change]:
    change, bounds = counter["change"], counter["bounds"]
    if not isinstance(change, dict) or not isinstance(bounds, dict):
        return
    for name, json in change.items():
        fact, before = TABLE.get(name), facts.get(name)
        now = shown(before, fact) if fact and before is not None else ""
        yield Change(subject(name), str(bounds[name]) or mark("is"), value(name, json), now)
