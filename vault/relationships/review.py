"""The questions worth asking the owner: at most ten, by the money at stake.

Promises
* The same facts give the same questions in the same order; a question keeps its id as long as it is about the same
  thing, so that dismissing it is remembered.
* Every question says what an answer is worth, and every choice is a command that can be typed. Ids are those that
  people see (`con_…`).

Rules
* One question per contract at a time: whether it is a contract at all comes before its notice period.
* A contract is doubted below a confidence of 0.8, unless the owner has confirmed it.
* A notice period is asked for when no deadline of the contract rests on `stated` or `owner` and a year of it costs
  at least 20 whole units (by `worth`): a smaller sum is not worth a minute.
* Currencies are compared by `worth` (a whole unit's rough value in one common unit, 1 where it is not given); that
  only orders the questions and is shown nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

import msgspec

from vault.money import Money, decimal_of
from vault.relationships.deadlines import Basis

Kind = Literal["is_contract", "notice_period", "same_vendor", "category", "payee"]

MAX_QUESTIONS = 10
DOUBTED_BELOW = 0.8
# Whole units a year under which a notice period is not asked for.
WORTH_ASKING = 20
_ID_DIGITS = 12


class DoubtedContract(msgspec.Struct, frozen=True):
    """A contract as found: `charges` how many, `every` in words (`month`, `2 weeks`), `basis` of its last day to cancel
    (unknown: it has none)."""

    id: str
    title: str
    every: str
    yearly: Money
    charges: int = 0
    confidence: float = 1.0
    confirmed: bool = False
    basis: Basis = "unknown"


class DoubtedVendor(msgspec.Struct, frozen=True):
    """A vendor with what is paid to it a year. `looks_like` is the id and name of another that may be the same."""

    id: str
    name: str
    yearly: Money
    category: str = ""
    looks_like: tuple[str, str] | None = None


class UnknownPayee(msgspec.Struct, frozen=True):
    """Text of a bank statement that no vendor is known for."""

    id: str
    text: str
    paid: Money


class Choice(msgspec.Struct, frozen=True):
    """An answer; `command` may hold one capitalised word to be replaced, such as NAME."""

    label: str
    command: str


class Question(msgspec.Struct, frozen=True):
    id: str
    kind: Kind
    subject: str
    sentence: str
    choices: tuple[Choice, ...]
    money_at_stake: Money


def questions(
    contracts: Iterable[DoubtedContract],
    vendors: Iterable[DoubtedVendor] = (),
    payees: Iterable[UnknownPayee] = (),
    *,
    dismissed: Collection[str] = (),
    worth: Mapping[str, Fraction] | None = None,
) -> tuple[Question, ...]:
    """The ten questions with most at stake that were not dismissed."""
    rates = worth or {}
    every = _all(contracts, vendors, payees, rates)
    asked = {question.id: question for question in every if question.id not in dismissed}
    order = sorted(asked.values(), key=lambda question: (-_weight(question.money_at_stake, rates), question.id))
    return tuple(order[:MAX_QUESTIONS])


def _all(
    contracts: Iterable[DoubtedContract],
    vendors: Iterable[DoubtedVendor],
    payees: Iterable[UnknownPayee],
    rates: Mapping[str, Fraction],
) -> Iterator[Question]:
    for contract in contracts:
        if contract.confidence < DOUBTED_BELOW and not contract.confirmed:
            yield _is_contract(contract)
        elif contract.basis in ("law", "unknown") and _weight(contract.yearly, rates) >= WORTH_ASKING:
            yield _notice_period(contract)
    for vendor in vendors:
        if vendor.looks_like:
            yield _same_vendor(vendor, *vendor.looks_like)
        if not vendor.category:
            yield _category(vendor)
    yield from (_payee(payee) for payee in payees)


def _is_contract(contract: DoubtedContract) -> Question:
    sentence = (
        f"{contract.charges} payments to {contract.title} look like one contract, paid every {contract.every}, "
        f"{contract.yearly} a year: is it one"
    )
    choices = (Choice("yes", f"firstparty confirm {contract.id}"), Choice("no", f"firstparty dismiss {contract.id}"))
    return _question("is_contract", contract.id, sentence, choices, contract.yearly)


def _notice_period(contract: DoubtedContract) -> Question:
    assumed = "only the law's is assumed" if contract.basis == "law" else "so it has no last day to cancel"
    sentence = f"the notice period of {contract.title} ({contract.yearly} a year) is not known, {assumed}: what is it"
    periods = (("14 days", "P14D"), ("1 month", "P1M"), ("3 months", "P3M"), ("another", "PERIOD"))
    choices = tuple(
        Choice(label, f"firstparty set contract {contract.id} notice {period}") for label, period in periods
    )
    return _question("notice_period", contract.id, sentence, choices, contract.yearly)


def _same_vendor(vendor: DoubtedVendor, other: str, name: str) -> Question:
    first, second = sorted((vendor.id, other))
    sentence = f"{vendor.name} and {name} look like one vendor: are they"
    choices = (
        Choice("yes", f"firstparty merge {first} {second}"),
        Choice("no", f"firstparty dismiss {_id('same_vendor', first, second)}"),
    )
    return _question("same_vendor", first, sentence, choices, vendor.yearly, second)


def _category(vendor: DoubtedVendor) -> Question:
    sentence = f"{vendor.name} gets {vendor.yearly} a year: what is it for"
    choice = Choice("its category", f"firstparty set vendor {vendor.id} category CATEGORY")
    return _question("category", vendor.id, sentence, (choice,), vendor.yearly)


def _payee(payee: UnknownPayee) -> Question:
    sentence = f"`{payee.text[:60]}` was paid {payee.paid}: who is it"
    choices = (
        Choice("a vendor", f"firstparty rename {payee.id} NAME"),
        Choice("nobody", f"firstparty dismiss {payee.id}"),
    )
    return _question("payee", payee.id, sentence, choices, payee.paid)


def _question(
    kind: Kind, subject: str, sentence: str, choices: tuple[Choice, ...], stake: Money, other: str = ""
) -> Question:
    return Question(_id(kind, subject, other), kind, subject, sentence, choices, stake)


def _id(kind: Kind, subject: str, other: str = "") -> str:
    """Stable by what is asked about, not by amounts, which change with every import."""
    return hashlib.sha256(f"{kind} {subject} {other}".encode()).hexdigest()[:_ID_DIGITS]


def _weight(money: Money, worth: Mapping[str, Fraction]) -> Fraction:
    return abs(Fraction(decimal_of(money.minor, money.currency))) * worth.get(money.currency, Fraction(1))
