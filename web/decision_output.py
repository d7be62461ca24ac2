"""A decision for people: the line that says why, the rules behind it with what they saw, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable

from terms.comparison import Exceeds
from vault.policy.facts import TABLE
from vault.policy.writing import JsonValue, from_json, shown
from web import output
from web.output import plain

_STYLES = {"accept": "bold green", "ask": "bold yellow", "refuse": "bold red"}
_MARKS = {"true": "[green]yes[/]", "false": "[red]no[/]", "unknown": "[yellow]not known[/]"}


def verdict(word: str) -> str:
    return f"[{_STYLES[word]}]{word}[/]"


def explain(word: str, effect: str, reasons: Iterable[JsonValue], counters: Iterable[JsonValue]) -> None:
    """Everything about a decision, the why-line first. Reasons and counters are as `vault.policy.explaining` has them."""
    console = output.console()
    found = [reason for reason in reasons if isinstance(reason, dict)]
    console.print(f"{verdict(word)} ({plain(effect)}): {plain(why(word, found))}", soft_wrap=True)
    for reason in found:
        _reason(reason)
    for number, counter in enumerate((one for one in counters if isinstance(one, dict)), start=1):
        said = (
            f"It would be accepted with {plain(str(counter['text']))}." if number == 1 else plain(str(counter["text"]))
        )
        console.print(f"\n{said}" if number == 1 else f"or with {said}", soft_wrap=True)


def fitting(compared: Exceeds) -> None:
    """What would have to change for the declared practice to be within the agreement."""
    words = "; ".join(compared.smallest_change.in_words())
    output.console().print(f"\nWithin `{compared.agreement}` it would be: {plain(words)}.", soft_wrap=True)


def why(word: str, reasons: Iterable[dict[str, JsonValue]]) -> str:
    """The sentences of the rules that made the verdict what it is."""
    behind = [reason for reason in reasons if _contributes(reason) == word]
    said = [str(reason["because"] or reason["rule"]) + _doubt(reason) for reason in behind]
    return "; ".join(said) or "no rule applies, so the default holds"


def _doubt(reason: dict[str, JsonValue]) -> str:
    return " (not enough is known to tell)" if reason["state"] == "undetermined" else ""


def _contributes(reason: dict[str, JsonValue]) -> str:
    if reason["state"] == "applies":
        return str(reason["effect"])
    return "" if reason["effect"] == "accept" else "ask"


def _reason(reason: dict[str, JsonValue]) -> None:
    console = output.console()
    state = "" if reason["state"] == "applies" else " [yellow](undetermined)[/]"
    console.print(f"\n  {verdict(str(reason['effect']))} by rule [bold]{plain(str(reason['rule']))}[/]{state}")
    made = output.table("  Condition", "It is", "Wanted", "Met")
    for name, prefix in (("conditions", ""), ("unless", "unless ")):
        for one in _dicts(reason[name]):
            text = str(one["text"])
            seen, wanted = (plain(_value(text, one[part])) for part in ("observed", "required"))
            made.add_row(f"  {prefix}{plain(text)}", seen, wanted, _MARKS[str(one["value"])])
    if made.row_count:
        console.print(made)


def _dicts(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _value(condition: str, json: JsonValue) -> str:
    """A value of the fact that a condition begins with, on one line."""
    fact = TABLE.get(condition.split(maxsplit=1)[0])
    value = None if fact is None else from_json(fact, json)
    if isinstance(json, list):
        return ", ".join(map(str, json)) or "none"
    return "not known" if fact is None or value is None else shown(value, fact)
