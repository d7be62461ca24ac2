"""From the fields of a form to the JSON of an intention, question by question.

Each gives what changes in the intention; what that comes to is read by `vault.policy.intentions`, which says what is wrong. Here is
checked only what a form can get wrong and a document cannot: an amount typed as people type it, a condition put together of parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from terms.errors import UsageError
from terms.phrases import Phrase, phrase
from vault.money import AmountError, is_currency, minor_of
from vault.policy.facts import TABLE
from vault.policy.intentions import MAX_WEIGHT
from vault.policy.language.conditions import read_condition
from vault.policy.language.errors import Fault
from vault.policy.language.operands import Scope
from vault.policy.writing import JsonValue
from web.pages.frame import rule_values, value_words
from web.pages.frame.wording import mark

Json = dict[str, JsonValue]
Form = Mapping[str, str]
REVEALS: Final[Mapping[str, str]] = {
    "none": mark("nothing"),
    "range": mark("roughly"),
    "full": mark("exactly"),
}
_MAX_DATA: Final = 100


class WrongAnswerError(UsageError):
    """`field` is the id of what was filled in wrong."""

    code = "usage"

    def __init__(self, sentence: str | Phrase, *, field: str, hint: str | Phrase = "") -> None:
        super().__init__(sentence, hint=hint)
        self.field = field


def requirement(form: Form) -> Json | None:
    """One more of what an offer must or should have; None where nothing was filled in."""
    written, raw = form.get("value", "").strip(), form.get("condition", "").strip()
    operator = form.get("operator", "")
    if not raw and not written and not operator.startswith("is "):
        return None
    try:
        text = raw or _condition(form.get("fact", ""), operator, written)
        found = read_condition(Scope(TABLE, {}), text)
    except Fault as fault:
        if raw:
            raise WrongAnswerError(fault.said, field="condition", hint=fault.helps or "") from None
        said, helps = (_in_words(one, form) if one else "" for one in (fault.said, fault.helps))
        raise WrongAnswerError(said, field="value", hint=helps) from None
    level = "should" if form.get("level") == "should" else "must"
    made: Json = {"level": level, "condition": found.text, "reveal": "none"}
    return {**made, "weight": _weight(form)} if level == "should" else made


def _in_words(said: Phrase, form: Form) -> Phrase:
    return rule_values.in_words(said, form.get("fact", ""), form.get("operator", ""))


def _condition(fact: str, operator: str, typed: str) -> str:
    """As the language of rules writes it."""
    return f"{fact} {operator} {rule_values.written(fact, operator, typed)}".strip()


def _weight(form: Form) -> int:
    written = form.get("weight", "") or "1"
    if not written.isascii() or not written.isdecimal() or not 1 <= int(written[:6]) <= MAX_WEIGHT:
        raise WrongAnswerError(
            phrase("`%(written)s` is no weight", written=written[:20]),
            field="weight",
            hint=phrase("write a number from 1 to %(most_weight)s", most_weight=MAX_WEIGHT),
        )
    return int(written)


def without(before: Json, place: str) -> Json:
    """All requirements but the one at this place."""
    return {"requirements": [one for index, one in enumerate(_requirements(before)) if str(index) != place]}


def with_one(before: Json, more: Json | None) -> Json:
    return {"requirements": [*_requirements(before), *([more] if more is not None else [])]}


def _requirements(before: Json) -> list[JsonValue]:
    found = before.get("requirements", [])
    return list(found) if isinstance(found, list) else []


def title(form: Form, before: Json) -> Json:
    written = form.get("title", "").strip()
    if not written:
        raise WrongAnswerError(phrase("say in a few words what you want"), field="title")
    return {"title": written}


def telling(form: Form, before: Json) -> Json:
    """How much of each is told."""
    told = [
        {**one, "reveal": _reveal(form.get(f"reveal-{index}", ""))} if isinstance(one, dict) else one
        for index, one in enumerate(_requirements(before))
    ]
    return {"requirements": told, "reveal_use": _reveal(form.get("reveal_use", ""))}


def _reveal(written: str) -> str:
    return written if written in REVEALS else "none"


def details(form: Form, before: Json) -> Json:
    """The data that may be asked for, and the terms."""
    chosen = [name.removeprefix("data-") for name in form if name.startswith("data-")][:_MAX_DATA]
    return {"data": list[JsonValue](chosen), "terms": form.get("terms") or None}


def limits(form: Form, before: Json) -> Json:
    """The last day and the budget."""
    closes, amount = form.get("closes", "").strip(), form.get("budget", "").strip()
    found: Json = {"closes": _day(closes) if closes else None, "note": form.get("note", "").strip() or None}
    return {**found, "budget": _budget(amount, form.get("currency", "").strip().upper()) if amount else None}


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise WrongAnswerError(
            phrase("`%(written)s` is no day", written=written[:20]),
            field="closes",
            hint=phrase("write it like 2027-01-31"),
        ) from None


def _budget(amount: str, currency: str) -> Json:
    if not is_currency(currency):
        raise WrongAnswerError(
            phrase("`%(currency)s` is no currency", currency=currency[:10]),
            field="currency",
            hint=phrase("write three letters, such as EUR"),
        )
    try:
        minor = minor_of(value_words.read_number(amount), currency)
    except Fault as fault:
        raise WrongAnswerError(fault.said, field="budget", hint=fault.helps or "") from None
    except AmountError as error:
        raise WrongAnswerError(
            error.said, field="budget", hint=phrase("write it like %(amount)s", amount=value_words.number("1200.00"))
        ) from None
    if minor < 0:
        raise WrongAnswerError(phrase("a budget is not negative"), field="budget")
    return {"minor": minor, "currency": currency}


def audience(form: Form, before: Json) -> Json:
    """Who sees it, and under which name."""
    vendors = [one.strip() for one in form.get("vendors", "").replace(",", "\n").splitlines() if one.strip()]
    wanted: Json = {"agreement": "agreement" in form, "category": "category" in form, "vendors": list(vendors)}
    if not any(wanted.values()):
        raise WrongAnswerError(phrase("nobody would see it"), field="agreement", hint=phrase("choose at least one"))
    return {"audience": wanted, "pseudonym": form.get("pseudonym", "per-vendor")}


# What each question changes; `requirements` has buttons of its own.
ANSWERS: Final[Mapping[str, Callable[[Form, Json], Json]]] = {
    "title": title,
    "telling": telling,
    "details": details,
    "limits": limits,
    "audience": audience,
}
