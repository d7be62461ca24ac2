"""Rules, conditions and decisions in words, for whoever does not write rules.

    condition("offer.price.per_month <= 85 EUR")    the price a month · is at most · 85 EUR
    trace(decision, facts)                          every rule behind a decision, with what it saw

Words that are ours go through gettext where a template shows them; values do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from vault.butler.decisions import Decision
from vault.policy.fact import Fact
from vault.policy.facts import TABLE, Facts
from vault.policy.language.operators import CONDITION
from vault.policy.rules import Operator
from vault.policy.values import SETS, FactType
from vault.policy.writing import JsonValue, from_json
from web.pages.frame.fact_words import because, named, worded
from web.pages.frame.language import gettext
from web.pages.frame.wording import mark, term

BUILTIN: Final = "builtin/"
VERDICTS: Final[Mapping[str, str]] = {
    "accept": mark("accepted"),
    "ask": mark("left to you"),
    "refuse": mark("declined"),
}
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
    Operator.LESS: mark("is below"),
    Operator.AT_MOST: mark("is at most"),
    Operator.MORE: mark("is above"),
    Operator.AT_LEAST: mark("is at least"),
    Operator.WITHIN: mark("is one of"),
    Operator.NOT_WITHIN: mark("is none of"),
    Operator.CONTAINS: mark("has"),
    Operator.ANY_OF: mark("is one of"),
    Operator.ALL_OF: mark("has all of"),
    Operator.NONE_OF: mark("is none of"),
    Operator.IS_KNOWN: mark("is known"),
    Operator.IS_UNKNOWN: mark("is not known"),
    Operator.WITHIN_LAST: mark("was in the last"),
    Operator.WITHIN_NEXT: mark("is in the next"),
    Operator.ATTESTED_BY: mark("vouched for by"),
}
# The same of facts that are several.
_OF_SETS: Final[Mapping[str, str]] = {
    Operator.WITHIN: mark("are all among"),
    Operator.NOT_WITHIN: mark("are none of"),
    Operator.ANY_OF: mark("are partly among"),
    Operator.ALL_OF: mark("are at least"),
    Operator.NONE_OF: mark("are none of"),
}
_ON_LIST: Final[Mapping[str, str]] = {
    Operator.WITHIN: mark("is on your list"),
    Operator.NOT_WITHIN: mark("is not on your list"),
}
# Of one alone.
_OF_ONE: Final[Mapping[str, str]] = {
    Operator.WITHIN: mark("is"),
    Operator.ANY_OF: mark("is"),
    Operator.NOT_WITHIN: mark("is not"),
    Operator.NONE_OF: mark("is not"),
}
# Of those that rules speak of most, shorter than what the table of facts says.
_SUBJECTS: Final[Mapping[str, str]] = {
    "offer.price.per_month": mark("the price a month"),
    "offer.cost.first_year": mark("the cost of the first year"),
    "offer.cost.commitment": mark("the most that it commits you to"),
    "offer.contract.minimum_term": mark("the minimum term"),
    "offer.contract.notice": mark("the notice to give"),
    "offer.contract.renewal_term": mark("the time that it renews for"),
    "offer.contract.bound_for": mark("the time that you are bound at least"),
    "offer.returns.days": mark("the number of days to send it back"),
    "offer.warranty.months": mark("the number of months of warranty"),
    "offer.repair_index": mark("the index of how well it can be repaired"),
    "offer.discount": mark("the discount"),
    "vendor.domain": mark("the vendor's domain"),
    "vendor.breaches": mark("the number of agreements that the vendor broke"),
    "vendor.paid": mark("you have paid this vendor before"),
    "vendor.verified": mark("the vendor has proved its domain"),
    "vendor.offers_this_week": mark("the number of its offers in the last seven days"),
    "vendor.contacts.this_month": mark("the number of times that it wrote this month"),
    "request.signature": mark("its signature"),
    "terms.result": mark("what it wants, against your terms,"),
    "terms.standing": mark("the terms that it names, against yours,"),
    "data.categories": mark("the details that it wants"),
    "data.purposes": mark("the purposes that it names"),
    "data.recipients": mark("others who get the details"),
    "data.retention": mark("the time that it keeps them"),
    "data.actions": mark("the things that it does with them"),
    "data.ai_training": mark("it trains AI with your details"),
    "contract.price.per_month": mark("what you pay a month today"),
    "contract.used_this_year": mark("the number of times that you used it in twelve months"),
    "change.rise": mark("the rise of the price"),
    "change.price.new.per_month": mark("the new price a month"),
    "me.contracts.in_category": mark("the number of such contracts that you have"),
    "intent.named": mark("it answers something that you are looking for"),
    "intent.open": mark("you are still looking for it"),
    "intent.budget": mark("your budget for it"),
    "message.kind": mark("its kind, as the vendor says,"),
    "message.in_thread": mark("it answers something that you wrote"),
}
# What a choice is called.
_CHOICES: Final[Mapping[tuple[str, str], str]] = {
    ("terms.result", "within"): mark("within your terms"),
    ("terms.result", "exceeds"): mark("asks for more than your terms allow"),
    ("terms.result", "unknown"): mark("does not say enough to tell"),
    ("terms.result", "none asked"): mark("asks for none of your details"),
    ("terms.standing", "preferred"): mark("the ones that you offer"),
    ("terms.standing", "acceptable"): mark("some that you accept"),
    ("terms.standing", "not acceptable"): mark("none that you accept"),
}
# Conditions that have a sentence of their own, by fact, operator and members.
_SENTENCES: Final[Mapping[tuple[str, str, frozenset[str]], str]] = {
    ("terms.result", Operator.IS, frozenset({"within"})): mark("it stays within your terms"),
    ("terms.result", Operator.IS, frozenset({"exceeds"})): mark("it asks for more than your terms allow"),
    ("terms.result", Operator.IS, frozenset({"none asked"})): mark("it asks for none of your details"),
    ("terms.result", Operator.IS_NOT, frozenset({"none asked"})): mark("it asks for some of your details"),
    ("terms.result", Operator.WITHIN, frozenset({"none asked", "within"})): mark("it stays within your terms"),
    ("terms.result", Operator.ANY_OF, frozenset({"none asked", "within"})): mark("it stays within your terms"),
    ("terms.standing", Operator.WITHIN, frozenset({"preferred", "acceptable"})): mark("you accept the terms that it names"),
    ("terms.standing", Operator.ANY_OF, frozenset({"preferred", "acceptable"})): mark("you accept the terms that it names"),
    ("terms.standing", Operator.IS, frozenset({"not acceptable"})): mark("you do not accept the terms that it names"),
    ("vendor.breaches", Operator.AT_MOST, frozenset({"0"})): mark("the vendor never broke an agreement"),
    ("vendor.breaches", Operator.IS, frozenset({"0"})): mark("the vendor never broke an agreement"),
    ("vendor.breaches", Operator.MORE, frozenset({"0"})): mark("the vendor broke an agreement"),
    ("offer.expired", Operator.IS, frozenset({"true"})): mark("it is too late to accept it"),
    ("offer.expired", Operator.IS, frozenset({"false"})): mark("it can still be accepted"),
    ("request.signature", Operator.IS, frozenset({"valid"})): mark("its signature is good"),
}  # fmt: skip
# What a meaning says beyond the first thing.
_BESIDE: Final = re.compile(r"; |: | \(")
# `12 months`: in catalogues as the durations of `wording`.
_LENGTH: Final = re.compile(r"(\d+) ((?:day|week|month|year)s?)\b")
_TRUTHS: Final = (FactType.TRUTH, FactType.CLAIM)
_YES: Final = {("is", "true"): mark("yes"), ("is", "false"): mark("no")}
MET: Final[Mapping[str, str]] = {"true": mark("yes"), "false": mark("no"), "unknown": mark("not known")}


class Said(Struct, frozen=True):
    """A condition: `subject` and `relation` are our words, `value` is as written. `text` is the condition of the rule."""

    subject: str
    relation: str
    value: str
    text: str


class SeenSaid(Struct, frozen=True):
    """A condition with what was found. `met` is one of `MET`."""

    said: Said
    observed: str
    met: str
    is_exception: bool


class Because(Struct, frozen=True):
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


class Change(Struct, frozen=True):
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
    fact, members = TABLE.get(name), _members(rest)
    sentence = _SENTENCES.get((name, operator, frozenset(members)))
    if sentence is not None:
        return Said(sentence, "", "", text)
    if fact and fact.type in _TRUTHS and (yes := _YES.get((operator, rest))):
        return Said(subject(name), yes, "", text)
    return Said(subject(name), _relation(fact, operator, members), _operand(rest, fact), text)


def _members(text: str) -> list[str]:
    return [one.strip().strip('"') for one in text.strip("[]").split(",")]


def _relation(fact: Fact | None, operator: str, members: list[str]) -> str:
    if fact is not None and fact.type in SETS and operator in _OF_SETS:
        return _OF_SETS[operator]
    if members[0].startswith("lists.") and operator in _ON_LIST:
        return _ON_LIST[operator]
    if len(members) == 1 and operator in _OF_ONE:
        return _OF_ONE[operator]
    return RELATIONS.get(operator, operator)


def _operand(text: str, fact: Fact | None) -> str:
    if text.startswith("lists."):
        return f"“{text.removeprefix('lists.')}”"
    factor, _, name = text.rpartition(" ")
    if name in TABLE:
        return _scaled(factor, gettext(subject(name)))
    return ", ".join(_quantity(_named(one, fact), fact) for one in _members(text))


def _scaled(factor: str, words: str) -> str:
    """`90% of` or `12 times` something."""
    count, _, how = factor.partition(" ")
    form = {"of": mark("%(count)s of %(what)s"), "times": mark("%(count)s times %(what)s")}.get(how)
    return gettext(form, count=count, what=words) if form else f"{factor} {words}".strip()


def _quantity(written: str, fact: Fact | None) -> str:
    """A length of time in the words of the language, as long as it was written."""
    if fact is None or fact.type is not FactType.DURATION:
        return written
    return _LENGTH.sub(lambda found: gettext(f"%(num)s {found[2]}", num=found[1]), written)


def _named(written: str, fact: Fact | None) -> str:
    """A value with the name that people know it by."""
    said = _CHOICES.get((fact.name, written)) if fact is not None else None
    if said or fact is None:
        return gettext(said) if said else written
    return named(written, fact)


def value(name: str, json: JsonValue) -> str:
    """A value of a fact; empty where it is not known."""
    fact = TABLE.get(name)
    found = from_json(fact, json) if fact else None
    if fact is None or found is None:
        return ""
    if isinstance(found, frozenset):
        return ", ".join(sorted(term(one) for one in found))
    if fact.type is FactType.CATEGORY or (name, found) in _CHOICES:
        return _named(str(found), fact)
    return worded(found, fact)


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
    return Because(
        rule,
        because(rule, str(one["because"])) if one["because"] else rule,
        effect,
        is_open,
        contributes == decided,
        seen,
    )


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
        now = worded(before, fact) if fact else ""
        yield Change(subject(name), str(bounds[name]) or mark("is"), value(name, json), now)
