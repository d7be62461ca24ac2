"""What was found tonight: an honest sum per currency, with the arithmetic behind it.

Promises
* Every amount is counted once, and stands on a line of its own; the lines of a currency add up to its total.
* Money that goes every year and money that is owed once are two totals and never added.

Rules, in order; a contract that is counted whole is not counted again for its price rises
1. An unused contract: its whole yearly cost.
2. Two or more contracts for the same thing: all but the dearest, so that the sum is what is saved at the least.
3. A price rise of a running contract: what it adds to a year. A contract's rises never count for more than it costs.
4. Charged twice, charged after the end, not refunded: the amount, once.

Not counted: a trial that is about to become paid (nothing is lost yet), and rises of contracts that have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from vault.money import Money
from vault.relationships.watch import Finding

_OWED = ("double_charge", "charged_after_end", "not_refunded")


class RunningContract(msgspec.Struct, frozen=True):
    """A contract that costs money. `unused` is the evidence that it is (empty: used, or not known); `same_thing`
    a key shared by contracts for the same thing (empty: none)."""

    id: str
    title: str
    yearly: Money
    unused: str = ""
    same_thing: str = ""


class Saving(msgspec.Struct, frozen=True):
    """One amount that was found, with its reason."""

    subject: str
    money: Money
    reason: str
    yearly: bool = True


class Savings(msgspec.Struct, frozen=True):
    """Totals in the order of currency codes; `lines` are the arithmetic, `sentence` the last word of the evening."""

    a_year: tuple[Money, ...]
    once: tuple[Money, ...]
    lines: tuple[str, ...]
    sentence: str
    found: tuple[Saving, ...]


def savings(contracts: Iterable[RunningContract], findings: Iterable[Finding]) -> Savings:
    """Everything that can be saved or claimed back, the largest first."""
    known = sorted(contracts, key=lambda contract: contract.id)
    whole = [*_unused(known), *_same_thing(known)]
    counted = {saving.subject for saving in whole}
    every = tuple(findings)
    parts = _rises([contract for contract in known if contract.id not in counted], every)
    found = sorted([*whole, *parts, *_owed(every)], key=_largest_first)
    a_year, once = _totals(item for item in found if item.yearly), _totals(item for item in found if not item.yearly)
    return Savings(a_year, once, _lines(found, a_year, once), _sentence(a_year, once), tuple(found))


def _unused(contracts: list[RunningContract]) -> Iterator[Saving]:
    for contract in contracts:
        if contract.unused and contract.yearly.minor > 0:
            yield Saving(contract.id, contract.yearly, f"{contract.title}: {contract.unused}")


def _same_thing(contracts: list[RunningContract]) -> Iterator[Saving]:
    """All but the dearest of the contracts for one thing that are in use."""
    groups: dict[tuple[str, str], list[RunningContract]] = {}
    for contract in contracts:
        if contract.same_thing and not contract.unused and contract.yearly.minor > 0:
            groups.setdefault((contract.same_thing, contract.yearly.currency), []).append(contract)
    for group in groups.values():
        dearest = max(group, key=lambda contract: contract.yearly.minor)
        for contract in group:
            if contract is not dearest:
                yield Saving(contract.id, contract.yearly, f"{contract.title}: the same thing as {dearest.title}")


def _rises(contracts: list[RunningContract], findings: tuple[Finding, ...]) -> Iterator[Saving]:
    for contract in contracts:
        left = contract.yearly.minor
        for finding in findings:
            rose = finding.kind == "price_rise" and finding.subject == contract.id and finding.money
            if rose and rose.currency == contract.yearly.currency and left > 0:
                money = Money(min(rose.minor, left), rose.currency)
                left -= money.minor
                yield Saving(contract.id, money, finding.sentence)


def _owed(findings: tuple[Finding, ...]) -> Iterator[Saving]:
    for finding in findings:
        if finding.kind in _OWED and finding.money and finding.per == "once":
            yield Saving(finding.subject, finding.money, finding.sentence, yearly=False)


def _largest_first(saving: Saving) -> tuple[bool, str, int, str, str]:
    return not saving.yearly, saving.money.currency, -saving.money.minor, saving.subject, saving.reason


def _totals(found: Iterable[Saving]) -> tuple[Money, ...]:
    sums: dict[str, int] = {}
    for saving in found:
        sums[saving.money.currency] = sums.get(saving.money.currency, 0) + saving.money.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _lines(found: list[Saving], a_year: tuple[Money, ...], once: tuple[Money, ...]) -> tuple[str, ...]:
    parts = [f"{saving.money} {'a year' if saving.yearly else 'once'}: {saving.reason}" for saving in found]
    sums = [f"= {money} a year" for money in a_year] + [f"= {money} once" for money in once]
    return (*parts, *sums)


def _sentence(a_year: tuple[Money, ...], once: tuple[Money, ...]) -> str:
    parts = [f"{_short(money)} a year" for money in a_year] + [f"{_short(money)} to claim back" for money in once]
    if not parts:
        return "tonight found nothing to save"
    return "tonight found " + (" and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0])


def _short(money: Money) -> str:
    return str(money).replace(".00 ", " ")
