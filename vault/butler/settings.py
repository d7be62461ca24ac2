"""What the owner sets for the butler, each a short text that can be read back: budgets, quiet hours, disclosure, myself.

    budget          50 EUR per month | energy: 120 EUR per month | deal: 1200 EUR | insurance deal: 900 EUR   (several)
    quiet-hours     22:00-07:00                                                                           (several)
    disclosure      none | code | counter        what a vendor is told of a refusal
    reveal-paid     yes | no                     whether a counter may be reckoned from what I pay today
    counter-pause   P7D                          for how long a vendor gets the same counter again
    question-ahead  P60D                         how long before the last day to cancel a renewal is questioned
    country         DE                           where I live
    paused          yes | no                     whether nothing is settled by my rules; everything asks me
    my.NAME         a value for a field of a category that is about me (my.mileage 12000)

Every change has a leaf in the log. A text that does not read is refused, and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final, Literal

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.nearest import hint
from terms.phrases import phrase
from terms.refusals import quoted
from vault import periods
from vault.categories import tree
from vault.policy.fact import Fact, Influence
from vault.policy.facts import TABLE
from vault.policy.known import Budget, QuietHours
from vault.policy.language.errors import Fault
from vault.policy.language.quantities import read_quantity
from vault.policy.values import Amount, Value
from vault.policy.writing import from_json, read_clock
from vault.session import Vault
from vault.store import decisions as store
from vault.store.connection import Connection
from vault.times import stamp

Disclosure = Literal["none", "code", "counter"]
_MINE: Final = "my."
# A person has a handful; each is looked at in every decision.
MAX_ENTRIES: Final = 50
# A line that somebody typed.
MAX_TEXT: Final = 200
_HOURS = re.compile(r"(\d\d:\d\d)\s*(?:-|–|to)\s*(\d\d:\d\d)")
_MONTHLY = TABLE["me.budget.left"]
_ONCE = TABLE["offer.cost.commitment"]


class SettingError(FirstpartyError):
    code = "setting"
    exit_code = 2


class Settings(msgspec.Struct, frozen=True):
    """`mine` holds values of category fields that are about the owner, by the field's name."""

    budgets: tuple[Budget, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    disclosure: Disclosure = "code"
    reveal_paid: bool = False
    counter_pause: periods.Period = periods.Period(7, "D")
    question_ahead: periods.Period = periods.Period(60, "D")
    country: str = ""
    paused: bool = False
    mine: Mapping[str, Value] = {}


def present(connection: Connection) -> Settings:
    """The settings as they hold now."""
    return _read(store.settings(connection))


# What the same texts say is the same; the texts are read each time.
@lru_cache(maxsize=64)
def _read(stored: tuple[tuple[str, str], ...]) -> Settings:
    found: dict[str, object] = {}
    mine: dict[str, Value] = {}
    for name, texts in _entries(stored).items():
        if name.startswith(_MINE):
            mine[name.removeprefix(_MINE)] = _own_value(name, texts[0])
        else:
            field = name.replace("-", "_")
            values = tuple(_READ[name](text) for text in texts)
            found["budgets" if field == "budget" else field] = values if name in _SEVERAL else values[0]
    return Settings(**found, mine=mine)  # type: ignore[arg-type]


def entries(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Every setting that was set, as it was written."""
    return _entries(store.settings(connection))


def _entries(stored: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    known = dict(stored)
    return {
        name: tuple(written.split("\n"))
        for name in (*_READ, *(f"{_MINE}{field}" for field in own_fields()))
        if (written := known.get(name))
    }


def put(vault: Vault, name: str, texts: tuple[str, ...]) -> None:
    """Set `name` to these texts, in place of what it was; no text takes it back to its default."""
    if name.startswith(_MINE):
        if name.removeprefix(_MINE) not in own_fields():
            raise SettingError(
                phrase("there is no field %(name)s", name=quoted(name)),
                hint=hint(name, [f"{_MINE}{one}" for one in own_fields()], ""),
            )
    elif name not in _READ:
        raise SettingError(
            phrase("there is no setting %(name)s", name=quoted(name)),
            hint=hint(name, _READ, phrase("settings are: %(listed)s", listed=", ".join(_READ))),
        )
    if len(texts) > (MAX_ENTRIES if name in _SEVERAL else 1):
        raise SettingError(
            phrase("`%(name)s` takes one value", name=name)
            if name not in _SEVERAL
            else phrase("more than %(max_entries)s values", max_entries=MAX_ENTRIES)
        )
    for text in texts:
        if not text.strip() or len(text) > MAX_TEXT or not text.isprintable():
            raise SettingError(phrase("%(text)s is no value", text=quoted(text)), hint=phrase("write it on one line"))
        _ = _own_value(name, text) if name.startswith(_MINE) else _READ[name](text)
    with vault.transaction():
        store.put_setting(vault.connection, name, "\n".join(texts), stamp(vault.now))
        vault.log("butler.set", {"setting": name})


@cache
def own_fields() -> dict[str, Fact]:
    """Fields of categories that are about the owner, by name."""
    return {
        name.removeprefix("offer."): fact
        for name, fact in TABLE.items()
        if name.startswith("offer.") and fact.influence is Influence.OWNER
    }


def _own_value(name: str, text: str) -> Value:
    fact = own_fields()[name.removeprefix(_MINE)]
    json: object = {"true": True, "yes": True, "false": False, "no": False}.get(text.strip(), text.strip())
    try:
        value = from_json(fact, json)
        return value if value is not None else read_quantity(fact, text.strip())
    except (Fault, KeyError):
        raise SettingError(
            phrase(
                "%(text)s is not right for `%(name)s` (%(meaning)s)", text=quoted(text), name=name, meaning=fact.meaning
            ),
            hint=phrase("it is a %(type)s", type=fact.type),
        ) from None


def _budget(text: str) -> Budget:
    scope, colon, amount = text.rpartition(":")
    words = scope.split()
    deal = "deal" in words
    categories = [word for word in words if word != "deal"]
    if (colon and len(categories) > 1) or (not colon and scope):
        raise SettingError(
            phrase("%(text)s is no budget", text=quoted(text)),
            hint=phrase("write `energy: 120 EUR per month` or `deal: 1200 EUR`"),
        )
    category = categories[0] if categories else ""
    if category and category not in tree():
        raise SettingError(
            phrase("%(category)s is no category", category=quoted(category)),
            hint=hint(category, tree(), phrase("see docs/facts.md")),
        )
    limit = _money(_ONCE if deal else _MONTHLY, amount.strip())
    return Budget(limit, "commitment" if deal else "per month", category)


def _money(fact: Fact, text: str) -> Amount:
    try:
        value = read_quantity(fact, text)
    except Fault as fault:
        raise SettingError(fault.said, hint=fault.helps or phrase("write it like `50 EUR per month`")) from None
    if not isinstance(value, Amount) or value.minor < 0:
        raise SettingError(
            phrase("%(text)s is no amount", text=quoted(text)), hint=phrase("write it like `50 EUR per month`")
        )
    return value


def _quiet(text: str) -> QuietHours:
    match = _HOURS.fullmatch(text.strip())
    start, end = (read_clock(match[1]), read_clock(match[2])) if match else (None, None)
    if start is None or end is None or start == end:
        raise SettingError(
            phrase("%(text)s are no hours", text=quoted(text)), hint=phrase("write them like `22:00-07:00`")
        )
    return QuietHours(start, end)


def _disclosure(text: str) -> str:
    if text not in ("none", "code", "counter"):
        raise SettingError(
            phrase("%(text)s is no disclosure", text=quoted(text)), hint=phrase("write none, code or counter")
        )
    return text


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise SettingError(phrase("%(text)s is neither yes nor no", text=quoted(text)))
    return text == "yes"


def _period(text: str) -> periods.Period:
    return periods.parse(text)


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isupper():
        raise UsageError(
            phrase("%(text)s is no country", text=quoted(text)), hint=phrase("write two capital letters, such as DE")
        )
    return text


_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "budget": _budget,
    "quiet-hours": _quiet,
    "disclosure": _disclosure,
    "reveal-paid": _yes,
    "counter-pause": _period,
    "question-ahead": _period,
    "country": _country,
    "paused": _yes,
}
_SEVERAL: Final = frozenset({"budget", "quiet-hours"})
NAMES: Final = tuple(_READ)
# What holds where nothing was put, as it would be written.
DEFAULTS: Final[Mapping[str, str]] = {
    "budget": "",
    "quiet-hours": "",
    "disclosure": Settings().disclosure,
    "reveal-paid": "no",
    "counter-pause": str(Settings().counter_pause),
    "question-ahead": str(Settings().question_ahead),
    "country": "",
    "paused": "no",
}
